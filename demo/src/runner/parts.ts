import { existsSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DemoOptions } from './args.ts';
import type { Child, Children } from './children.ts';
import { withDrilldown } from './drilldown.ts';
import { grafanaEnv } from './grafana-env.ts';
import { runFolder, type Layout } from './layout.ts';
import { lokiConfig } from './loki-config.ts';
import { findOnPath } from './on-path.ts';
import { prometheusArgs, prometheusConfig } from './prometheus-config.ts';
import { PartError, waitUntilReady } from './ready.ts';

const STORE_PATIENCE_MS = 90_000;
const PART_PATIENCE_MS = 120_000;
const BUILD_PATIENCE_MS = 600_000;

/** What it takes to start a part. */
export interface Stage {
  options: DemoOptions;
  layout: Layout;
  children: Children;
  stop: AbortSignal;
  say: (text: string) => void;
}

/** Each of these starts one part and resolves when it is ready; PartError says why it is not. */
export async function startStore({ options: { ports }, layout, children, stop }: Stage): Promise<Child> {
  const child = children.start({
    name: 'store',
    command: process.execPath,
    args: [layout.storeMain],
    cwd: layout.root,
    env: {
      CLEW_DATA_DIR: runFolder(layout, 'store'),
      CLEW_LISTEN_HOST: '127.0.0.1',
      CLEW_OTLP_GRPC_PORT: String(ports.otlpGrpc),
      CLEW_OTLP_HTTP_PORT: String(ports.otlpHttp),
      CLEW_QUERY_PORT: String(ports.query),
      CLEW_ADMIN_PORT: String(ports.admin),
      // Traces of its exemplars are kept beyond retention.
      ...(findOnPath('prometheus') !== undefined && { CLEW_PROMETHEUS_URL: `http://127.0.0.1:${ports.prometheus}` }),
    },
  });
  await waitUntilReady(child, `http://127.0.0.1:${ports.admin}/ready`, STORE_PATIENCE_MS, stop);
  return child;
}

export async function startShop(stage: Stage, lokiUrl: string): Promise<Child> {
  const { options, layout, children, stop } = stage;
  const { ports } = options;
  const child = children.start({
    name: 'shop',
    command: process.execPath,
    args: [layout.shopMain, '--scenario', options.scenario],
    cwd: layout.root,
    env: {
      SHOP_LISTEN_HOST: '127.0.0.1',
      SHOP_PORT: String(ports.shop),
      SHOP_CONTROL_PORT: String(ports.shopControl),
      SHOP_RATE: String(options.ratePerSecond),
      SHOP_SEED: String(options.seed),
      SHOP_OTLP_GRPC_ENDPOINT: `http://127.0.0.1:${ports.otlpGrpc}`,
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${ports.otlpHttp}`,
      LOKI_URL: lokiUrl,
    },
  });
  await waitUntilReady(child, `http://127.0.0.1:${ports.shopControl}/ready`, STORE_PATIENCE_MS, stop);
  return child;
}

export async function startPrometheus(command: string, { options, layout, children, stop }: Stage): Promise<Child> {
  const { ports } = options;
  const folder = runFolder(layout, 'prometheus');
  const config = join(folder, 'prometheus.yml');
  writeFileSync(config, prometheusConfig(ports.shopControl, ports.admin));
  const args = prometheusArgs(config, join(folder, 'data'), ports.prometheus);
  const child = children.start({ name: 'prometheus', command, args });
  await waitUntilReady(child, `http://127.0.0.1:${ports.prometheus}/-/ready`, PART_PATIENCE_MS, stop);
  return child;
}

export async function startLoki(command: string, { options, layout, children, stop }: Stage): Promise<Child> {
  const { ports } = options;
  const folder = runFolder(layout, 'loki');
  const config = join(folder, 'loki.yaml');
  writeFileSync(config, lokiConfig(folder, ports.loki, ports.lokiGrpc));
  const child = children.start({ name: 'loki', command, args: [`-config.file=${config}`], cwd: folder });
  await waitUntilReady(child, `http://127.0.0.1:${ports.loki}/ready`, PART_PATIENCE_MS, stop);
  return child;
}

export async function startGrafana(command: string, stage: Stage): Promise<Child> {
  const { options, layout, children, stop } = stage;
  if (!existsSync(join(layout.dist, 'module.js'))) {
    await buildPlugin(stage);
  }
  const folder = runFolder(layout, 'grafana');
  const plugins = runFolder(layout, 'grafana', 'plugins');
  symlinkSync(layout.dist, join(plugins, 'clew-correlation-app'));
  const child = children.start({
    name: 'grafana',
    command,
    args: ['server'],
    env: withDrilldown(plugins, grafanaEnv(folder, layout.provisioning, options.ports)),
  });
  await waitUntilReady(child, `http://127.0.0.1:${options.ports.grafana}/api/health`, PART_PATIENCE_MS, stop);
  return child;
}

/** Grafana does not start with a provisioned app that is not there, so a plugin that cannot be built costs Grafana. */
async function buildPlugin({ layout, children, stop, say }: Stage): Promise<void> {
  say('the plugin is not built yet: running "npm run build", about a minute …');
  const build = children.start({ name: 'build', command: 'npm', args: ['run', 'build'], cwd: layout.root });
  const late = AbortSignal.timeout(BUILD_PATIENCE_MS);
  const givenUp = AbortSignal.any([stop, late]);
  const aborted = new Promise<void>((resolve) => givenUp.addEventListener('abort', () => resolve(), { once: true }));
  await Promise.race([build.exited, aborted]);
  if (build.end === undefined) {
    await children.stop(build);
    stop.throwIfAborted();
    throw new PartError(`"npm run build" took more than ${BUILD_PATIENCE_MS / 60_000} minutes`);
  }
  if (!existsSync(join(layout.dist, 'module.js'))) {
    throw new PartError(`"npm run build" ${build.end} and made no dist/module.js; see ${build.logPath}`);
  }
}
