import type { Config } from '../config.ts';
import type { Engine } from '../engine/engine.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { SpanMetrics } from '../span-metrics/span-metrics.ts';
import type { Tenants } from '../tenants.ts';
import { ExemplarJudge } from './exemplar-judge.ts';
import { ExemplarWatch } from './exemplar-watch.ts';
import { KeptTraces } from './kept-traces.ts';
import { PinStore } from './pin-store.ts';
import { PrometheusClient } from './prometheus-client.ts';

/** What is pinned, what is kept, and what is known of exemplars: the routes' side of it. */
export interface Pinning {
  readonly pins: PinStore;
  readonly kept: KeptTraces;
  readonly watch: ExemplarWatch;
  readonly limits: { readonly maxPins: number; readonly keptBytes: number };
}

export type PinningConfig = Pick<
  Config,
  | 'prometheusUrl'
  | 'prometheusToken'
  | 'prometheusTenant'
  | 'exemplarsEvery'
  | 'exemplarLabels'
  | 'maxPins'
  | 'keptBytes'
  | 'multiTenant'
>;

/** Nothing runs before `watch.start()`. */
export function createPinning(
  engine: Engine,
  config: PinningConfig,
  tenants: Tenants,
  log: Logger,
  spanMetrics?: SpanMetrics
): Pinning {
  const pins = new PinStore(engine);
  const kept = new KeptTraces();
  const watch = new ExemplarWatch(
    {
      prometheus:
        config.prometheusUrl === ''
          ? undefined
          : new PrometheusClient({ url: config.prometheusUrl, token: config.prometheusToken }),
      prometheusTenant: config.prometheusTenant,
      everyMs: config.exemplarsEvery * 1000,
      labels: config.exemplarLabels.split(',').map((label) => label.trim()),
      spanMetrics,
      isMultiTenant: config.multiTenant,
      judgeOf: (tenant) =>
        new ExemplarJudge(engine, tenant, kept, pins, {
          isMultiTenant: config.multiTenant,
          retentionDays: (of) => tenants.limitsOf(of).retentionDays,
        }),
    },
    log
  );
  return { pins, kept, watch, limits: { maxPins: config.maxPins, keptBytes: config.keptBytes } };
}
