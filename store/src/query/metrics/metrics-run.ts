import {
  DEFAULT_TOP_VALUES,
  finishComparison,
  finishExactQuantiles,
  finishFirstStage,
  finishMetrics,
  PipelineMetrics,
  type MetricsAggregate,
  type MetricsCompare,
  type MetricsGrid,
  type MetricsGroup,
  type MetricsPipeline,
  type NamedAttribute,
  type Series,
} from '@clew/traceql';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { EngineError, type Engine, TIMEOUT_EXCEEDED } from '../../engine/engine.ts';
import type { SpanTimeRange } from '../plan/plan.ts';
import type { SearchPlan } from '../plan/search-plan.ts';
import { candidateTraces } from '../run/candidate-traces.ts';
import { readComparedAttributes } from './compared-attributes.ts';
import { readComparison, type ComparedAttribute, type ValueCounts } from './comparison-run.ts';
import { readExemplars, type ExemplarSpan } from './exemplar-run.ts';
import type { FirstStagePlan, MetricsPlan } from './metrics-plan.ts';
import type { PointRange } from './point-sql.ts';
import { probeMetricKeys } from './metric-keys.ts';
import type { SeriesRequest } from './series-sql.ts';
import { readSeries, type SeriesGroup } from './series-run.ts';

export interface MetricsRequest {
  readonly plan: MetricsPlan;
  readonly tenant: string;
  readonly grid: MetricsGrid;
  /** Exemplars of each pipeline, where the query does not say. */
  readonly exemplars: number;
  /** Series in the answer. */
  readonly maxSeries: number;
}

export interface MetricsAnswer {
  readonly series: readonly Series[];
  /** There are more series than the answer has, or than a later stage was given to choose from. */
  readonly isPartial: boolean;
}

/** Series that later stages may choose from, and the points of all of them together. */
const MAX_GROUPS = 20_000;
const MAX_VALUES = 4_000_000;

const MAX_EXEMPLARS = 1000;

/** Evaluating traces ends after so many milliseconds; each statement has a bound of its own. */
const MAX_MS = 60_000;

/**
 * The series of a metric, exact: hints that ask for a sample are answered from all spans. Rejects with EngineError, and with
 * TraceqlError for what only the data brings to light.
 */
export async function runMetrics(engine: Engine, request: MetricsRequest): Promise<MetricsAnswer> {
  return new MetricsRun(engine, request).run();
}

class MetricsRun {
  readonly #engine: Engine;
  readonly #request: MetricsRequest;
  readonly #points: PointRange;
  readonly #exemplars: number;
  #isPartial = false;

  constructor(engine: Engine, request: MetricsRequest) {
    this.#engine = engine;
    this.#request = request;
    const {
      grid,
      plan: { hints },
    } = request;
    this.#exemplars = grid.isInstant ? 0 : Math.min(hints.exemplars ?? request.exemplars, MAX_EXEMPLARS);
    const { startNs, endNs, stepNs, size } = grid;
    // Both ends of an instant query belong to it.
    this.#points = { startNs: grid.isInstant ? startNs - 1n : startNs, endNs, stepNs, size };
  }

  async run(): Promise<MetricsAnswer> {
    const { grid, maxSeries, plan } = this.#request;
    const { expression, firstStages, query } = plan;
    const isAlone = expression.kind === 'metricsPipeline' && expression.secondStages.length === 0;
    const series = new Map<MetricsPipeline, readonly Series[]>();
    for (const [pipeline, firstStage] of firstStages) {
      series.set(pipeline, await this.#firstStage(pipeline, firstStage, isAlone));
    }
    const finished = finishMetrics(expression, grid, query.text, (pipeline) => series.get(pipeline) ?? []);
    return {
      series: finished.series.slice(0, maxSeries),
      isPartial: this.#isPartial || finished.series.length > maxSeries,
    };
  }

  #firstStage(pipeline: MetricsPipeline, plan: FirstStagePlan, isAlone: boolean): Promise<readonly Series[]> {
    const { firstStage } = pipeline;
    if (plan.kind === 'evaluation') {
      return this.#evaluate(pipeline, plan.search);
    }
    if (plan.kind === 'series' && firstStage.kind === 'metricsAggregate') {
      return this.#count(firstStage, plan, isAlone);
    }
    if (plan.kind === 'comparison' && firstStage.kind === 'metricsCompare') {
      return this.#compare(firstStage, plan);
    }
    throw new TypeError(`A plan for a ${plan.kind} does not go with ${firstStage.kind}`);
  }

  get #range(): SpanTimeRange {
    return { startNs: this.#points.startNs + 1n, endNs: this.#points.endNs };
  }

  async #count(
    aggregate: MetricsAggregate,
    { condition, measurement, by }: Extract<FirstStagePlan, { kind: 'series' }>,
    isAlone: boolean
  ): Promise<Series[]> {
    const { tenant, maxSeries } = this.#request;
    const points = this.#points;
    const measured = 'operand' in measurement ? measurement.operand : undefined;
    const read = measured ? [...by, measured] : by;
    const keys = await probeMetricKeys(this.#engine, [condition], read, { tenant, range: this.#range });
    const most = Math.max(1, Math.min(MAX_GROUPS, Math.floor(MAX_VALUES / points.size)));
    const maxGroups = isAlone ? Math.min(most, maxSeries) : most;
    const series: SeriesRequest = { tenant, condition, measurement, by, points, maxGroups: maxGroups + 1 };
    const reading = readSeries(this.#engine, series, keys);
    const occupied = reading.then((groups) => new Set(groups.flatMap((group) => group.points)));
    // Nobody waits for it where the exemplars fail first: `reading` is what reports a failure.
    occupied.catch(() => undefined);
    const exemplars =
      this.#exemplars === 0
        ? []
        : readExemplars(
            this.#engine,
            {
              tenant,
              condition,
              points,
              by,
              measured,
              hasBuckets: measurement.kind === 'buckets',
              limit: this.#exemplars,
            },
            keys,
            occupied
          );
    const [groups, spans] = await Promise.all([reading, exemplars]);
    this.#isPartial ||= groups.length > maxGroups;
    const kept = groups.slice(0, maxGroups);
    return this.#finishGroups(aggregate, kept, spans);
  }

  #finishGroups(aggregate: MetricsAggregate, groups: readonly SeriesGroup[], spans: readonly ExemplarSpan[]): Series[] {
    const { grid } = this.#request;
    const exemplarsOf = new Map<string, ExemplarSpan[]>();
    for (const span of spans) {
      exemplarsOf.set(span.key, [...(exemplarsOf.get(span.key) ?? []), span]);
    }
    const finished = groups.map((group): MetricsGroup & { lists: SeriesGroup['lists'] } => ({
      labels: group.labels,
      points: group.points,
      values: group.values,
      buckets: group.buckets,
      unit: group.unit === 'ns' ? 'ns' : 'int',
      exemplars: (exemplarsOf.get(group.key) ?? []).map(exemplarOf),
      lists: group.lists,
    }));
    if (aggregate.function !== 'quantile_over_time' || !this.#request.plan.hints.isExact) {
      return finishFirstStage(aggregate, grid, finished);
    }
    const byQuantile = aggregate.quantiles.map((_, quantile) =>
      finished.map((group) => ({ ...group, values: (group.lists ?? []).map((list) => list[quantile]) }))
    );
    return finishExactQuantiles(aggregate, grid, byQuantile);
  }

  async #compare(
    { topN, startNs, endNs }: MetricsCompare,
    { condition, selection }: Extract<FirstStagePlan, { kind: 'comparison' }>
  ): Promise<Series[]> {
    const { tenant, grid } = this.#request;
    const keys = await probeMetricKeys(this.#engine, [condition, selection], [], { tenant, range: this.#range });
    const top = Number(topN ?? DEFAULT_TOP_VALUES);
    const compared = await readComparison(
      this.#engine,
      {
        tenant,
        condition,
        selection,
        selectionRange: startNs && endNs ? { startNs, endNs } : undefined,
        points: this.#points,
        topN: top,
      },
      keys
    );
    const points = Array.from({ length: grid.size }, (_, point) => point);
    const values = compared.flatMap(({ attribute, baseline, selection: selected }) => {
      const side = (isSelection: boolean) => (each: ValueCounts) => ({
        ...{ attribute, isSelection, points, value: each.value, values: each.counts },
      });
      return [...baseline.map(side(false)), ...selected.map(side(true))];
    });
    return finishComparison(
      grid,
      { values, totals: compared.flatMap((each) => totalsOf(each, points)), cut: new Set() },
      top
    );
  }

  /** What SQL does not say is read off whole traces. */
  async #evaluate(pipeline: MetricsPipeline, search: SearchPlan): Promise<Series[]> {
    const { tenant, grid } = this.#request;
    const deadline = performance.now() + MAX_MS;
    const compared = await this.#comparedBy(pipeline);
    const metrics = new PipelineMetrics(pipeline, search.query, grid, {
      exemplars: this.#exemplars,
      isExact: this.#request.plan.hints.isExact,
      compared,
    });
    const plan = { ...search, mentioned: [...search.mentioned, ...compared.map(({ attribute }) => attribute)] };
    let evaluated = 0;
    for await (const trace of candidateTraces(this.#engine, tenant, plan, this.#range)) {
      metrics.add(trace);
      evaluated += 1;
      if (evaluated % 100 === 0) {
        if (performance.now() > deadline) {
          throw new EngineError('A metric took too long', TIMEOUT_EXCEEDED);
        }
        await nextTurn();
      }
    }
    return metrics.series();
  }

  /** Nothing but compare() reads all that spans have. */
  async #comparedBy({ firstStage }: MetricsPipeline): Promise<readonly NamedAttribute[]> {
    if (firstStage.kind !== 'metricsCompare') {
      return [];
    }
    const { attributes, isCut } = await readComparedAttributes(this.#engine, this.#request.tenant);
    this.#isPartial ||= isCut;
    return attributes;
  }
}

function totalsOf({ attribute, baselineTotal, selectionTotal }: ComparedAttribute, points: readonly number[]) {
  return [
    { attribute, isSelection: false, points, values: baselineTotal },
    { attribute, isSelection: true, points, values: selectionTotal },
  ].filter(({ values }) => values.some((value) => value > 0));
}

const MS = 1_000_000n;

/** Rounded up, the time stays in the window of its point, which ends with the point. */
const exemplarOf = ({ traceId, spanId, startNs, value }: ExemplarSpan) => ({
  labels: [
    { name: 'trace:id', value: traceId },
    { name: 'span:id', value: spanId },
  ],
  value,
  timestampMs: Number((startNs + MS - 1n) / MS),
});
