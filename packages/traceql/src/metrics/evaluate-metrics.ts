import type { MetricsAggregate, MetricsCompare, MetricsPipeline, Query } from '../ast.ts';
import { TraceqlError, positionAt } from '../errors.ts';
import { readAttribute, SearchEvaluator, type EvaluatedRange } from '../evaluate/evaluate.ts';
import type { EvaluatedTrace } from '../evaluate/source.ts';
import { groupKey, numberOf, type Value } from '../evaluate/value.ts';
import { bucketOf } from './buckets.ts';
import { DEFAULT_TOP_VALUES, finishComparison, type ComparedValue } from './compare.ts';
import { finishMetrics, metricsOf, metricsPipelines } from './finish.ts';
import { finishExactQuantiles, finishFirstStage, type MetricsGroup } from './first-stage.ts';
import type { MetricsGrid } from './grid.ts';
import type { Exemplar, MetricLabel, Series, SeriesSet } from './series.ts';

export interface MetricsOptions {
  /** Exemplars of each pipeline, at most. */
  readonly exemplars?: number;
  /** Quantiles from the values themselves: `with(exact=true)`. */
  readonly isExact?: boolean;
}

/** Of one point and group. */
const EXEMPLARS_PER_POINT = 2;

/**
 * A metric made ready to run over many traces, one after the other: what Tempo answers, computed from every span
 * (features.md 1.10).
 */
export class MetricsEvaluator {
  readonly #query: Query;
  readonly #grid: MetricsGrid;
  readonly #pipelines: ReadonlyMap<MetricsPipeline, PipelineMetrics>;

  /** @throws TraceqlError for a search, and as SearchEvaluator */
  constructor(query: Query, grid: MetricsGrid, options: MetricsOptions = {}) {
    this.#query = query;
    this.#grid = grid;
    this.#pipelines = new Map(
      metricsPipelines(metricsOf(query)).map((node) => [
        node,
        new PipelineMetrics(node, { ...query, body: node.pipeline }, grid, options),
      ])
    );
  }

  /** @throws TraceqlError as SearchEvaluator */
  add(trace: EvaluatedTrace): void {
    this.#pipelines.forEach((pipeline) => pipeline.add(trace));
  }

  result(): SeriesSet {
    const firstStage = (node: MetricsPipeline) => this.#pipelines.get(node)?.series() ?? [];
    return finishMetrics(metricsOf(this.#query), this.#grid, this.#query.text, firstStage);
  }
}

/** The first stage of one pipeline over many traces. */
export class PipelineMetrics {
  readonly #spans: SearchEvaluator;
  readonly #collector: Collector;
  readonly #range: EvaluatedRange;

  /** `search` yields the spans: the pipeline as it stands, or as a storage has made it ready. */
  constructor(
    { firstStage }: MetricsPipeline,
    search: Query,
    grid: MetricsGrid,
    { exemplars = 0, isExact = false }: MetricsOptions = {}
  ) {
    this.#spans = new SearchEvaluator(search);
    this.#collector =
      firstStage.kind === 'metricsAggregate'
        ? new GroupCollector(firstStage, grid, exemplars, isExact)
        : new ComparisonCollector(firstStage, grid, search.text);
    this.#range = { startNs: grid.isInstant ? grid.startNs : grid.startNs + 1n, endNs: grid.endNs };
  }

  /** @throws TraceqlError as SearchEvaluator */
  add(trace: EvaluatedTrace): void {
    const spansets = this.#spans.evaluate(trace, this.#range);
    if (spansets.length > 0) {
      this.#collector.add(
        trace,
        spansets.map(({ spans }) => spans)
      );
    }
  }

  series(): Series[] {
    return this.#collector.series();
  }
}

interface Collector {
  add(trace: EvaluatedTrace, spansets: readonly Int32Array[]): void;
  series(): Series[];
}

interface Group {
  readonly labels: readonly Value[];
  readonly unit: 'ns' | 'int';
  /** By point, and by bucket where there are buckets. */
  readonly cells: Map<string, Cell>;
  readonly exemplars: Exemplar[];
  readonly exemplarsAt: Map<number, number>;
}

interface Cell {
  readonly point: number;
  readonly bucket: number;
  count: number;
  sum: number;
  min: number;
  max: number;
  /** Kept for exact quantiles alone. */
  readonly all: number[];
}

/** `rate() by (…)` and its like. */
class GroupCollector implements Collector {
  readonly #aggregate: MetricsAggregate;
  readonly #grid: MetricsGrid;
  readonly #groups = new Map<string, Group>();
  readonly #isExact: boolean;
  #exemplarsLeft: number;

  constructor(aggregate: MetricsAggregate, grid: MetricsGrid, exemplars: number, isExact: boolean) {
    this.#isExact = isExact && aggregate.function === 'quantile_over_time';
    this.#aggregate = aggregate;
    this.#grid = grid;
    this.#exemplarsLeft = exemplars;
  }

  add(trace: EvaluatedTrace, spansets: readonly Int32Array[]): void {
    const { attribute, by } = this.#aggregate;
    const labels = by.map((each) => readAttribute(trace, each));
    const measure = attribute && readAttribute(trace, attribute);
    for (const spans of spansets) {
      for (const span of spans) {
        this.#observe(
          trace,
          span,
          labels.map((read) => read(span)),
          measure?.(span)
        );
      }
    }
  }

  #observe(trace: EvaluatedTrace, span: number, labels: readonly Value[], measured: Value): void {
    const startNs = trace.startNs(span);
    const point = this.#grid.pointOf(startNs);
    const { function: fn, attribute } = this.#aggregate;
    const isBucketed = !this.#isExact && (fn === 'quantile_over_time' || fn === 'histogram_over_time');
    const number = numberOf(measured);
    const unit = typeof measured === 'object' ? 'ns' : 'int';
    const bucket = isBucketed && typeof number === 'bigint' ? bucketOf(number) : undefined;
    const isMissing = isBucketed ? bucket === undefined : number === undefined || Number.isNaN(number);
    if (point < 0 || (attribute && isMissing)) {
      return;
    }
    const value = number === undefined ? NaN : Number(number) / (unit === 'ns' ? 1e9 : 1);
    const key = `${isBucketed ? unit : ''}${labels.map(groupKey).join('\0')}`;
    const group: Group = this.#groups.get(key) ?? {
      ...{ labels, unit, cells: new Map(), exemplars: [], exemplarsAt: new Map() },
    };
    this.#groups.set(key, group);
    const cellKey = `${point} ${bucket ?? 0}`;
    const cell: Cell = group.cells.get(cellKey) ?? {
      ...{ point, bucket: bucket ?? 0, count: 0, sum: 0, min: Infinity, max: -Infinity, all: [] },
    };
    group.cells.set(cellKey, cell);
    cell.count += 1;
    cell.sum += value;
    cell.min = Math.min(cell.min, value);
    cell.max = Math.max(cell.max, value);
    if (this.#isExact) {
      cell.all.push(value);
    }
    const known = group.exemplarsAt.get(point) ?? 0;
    if (this.#exemplarsLeft > 0 && known < EXEMPLARS_PER_POINT) {
      this.#exemplarsLeft -= 1;
      group.exemplarsAt.set(point, known + 1);
      group.exemplars.push(exemplarOf(trace, span, value));
    }
  }

  series(): Series[] {
    return this.#isExact ? this.#exactQuantiles() : this.#aggregated();
  }

  /** The value at the quantile's place among the sorted ones, as ClickHouse's `quantileExact` has it. */
  #exactQuantiles(): Series[] {
    const groups = this.#aggregate.quantiles.map((quantile) =>
      Array.from(this.#groups.values(), ({ labels, cells }): MetricsGroup => ({
        labels,
        points: Array.from(cells.values(), ({ point }) => point),
        values: Array.from(cells.values(), ({ all }) => {
          const sorted = [...all].sort((a, b) => a - b);
          return sorted[Math.min(Math.floor(quantile * sorted.length), sorted.length - 1)];
        }),
      }))
    );
    return finishExactQuantiles(this.#aggregate, this.#grid, groups);
  }

  #aggregated(): Series[] {
    const groups = Array.from(this.#groups.values(), (group): MetricsGroup => {
      const cells = [...group.cells.values()];
      return {
        labels: group.labels,
        points: cells.map(({ point }) => point),
        values: cells.map((cell) => this.#valueOf(cell)),
        buckets: cells.map(({ bucket }) => bucket),
        unit: group.unit,
        exemplars: group.exemplars,
      };
    });
    return finishFirstStage(this.#aggregate, this.#grid, groups);
  }

  #valueOf({ count, sum, min, max }: Cell): number {
    switch (this.#aggregate.function) {
      case 'min_over_time':
        return min;
      case 'max_over_time':
        return max;
      case 'sum_over_time':
        return sum;
      case 'avg_over_time':
        return sum / count;
      default:
        return count;
    }
  }
}

function exemplarOf(trace: EvaluatedTrace, span: number, value: number): Exemplar {
  const labels: MetricLabel[] = [
    { name: 'trace:id', value: trace.traceId },
    { name: 'span:id', value: trace.spanId(span) },
  ];
  return { labels, value, timestampMs: Number(trace.startNs(span) / 1_000_000n) };
}

/** `compare()`: of each span every attribute, in or out of the selection. */
class ComparisonCollector implements Collector {
  readonly #node: MetricsCompare;
  readonly #grid: MetricsGrid;
  readonly #selection: SearchEvaluator;
  readonly #text: string;
  /** Spans by side, attribute, value and point. */
  readonly #values = new Map<
    string,
    { of: Pick<ComparedValue, 'attribute' | 'value' | 'isSelection'>; at: Map<number, number> }
  >();
  readonly #totals = new Map<
    string,
    { of: Pick<ComparedValue, 'attribute' | 'isSelection'>; at: Map<number, number> }
  >();

  constructor(node: MetricsCompare, grid: MetricsGrid, text: string) {
    this.#node = node;
    this.#grid = grid;
    this.#text = text;
    const { selection, span } = node;
    const body = { kind: 'pipeline' as const, stages: [selection], span };
    this.#selection = new SearchEvaluator({ kind: 'query', text, body, hints: [], span });
  }

  add(trace: EvaluatedTrace, spansets: readonly Int32Array[]): void {
    const attributes = trace.comparedAttributes?.();
    if (!attributes) {
      const { span } = this.#node;
      const hint = 'compare the spans of one filter: { … } | compare({ … })';
      const message = 'compare() after structural operators and aggregates is not supported';
      throw new TraceqlError('unsupported', message, span, positionAt(this.#text, span.start), hint);
    }
    const selected = new Set(this.#selection.evaluate(trace).flatMap(({ spans }) => [...spans]));
    const { startNs, endNs } = this.#node;
    for (const span of spansets.flatMap((spans) => [...spans])) {
      const start = trace.startNs(span);
      const point = this.#grid.pointOf(start);
      if (point < 0) {
        continue;
      }
      const isInTime = startNs === null || endNs === null || (start > startNs && start <= endNs);
      const isSelection = isInTime && selected.has(span);
      for (const { name: attribute, read } of attributes) {
        const value = read(span);
        if (value !== undefined) {
          const side = `${isSelection ? 's' : 'b'} ${attribute}`;
          count(this.#totals, side, { attribute, isSelection }, point);
          count(this.#values, `${side} ${groupKey(value)}`, { attribute, value, isSelection }, point);
        }
      }
    }
  }

  series(): Series[] {
    const listed = <T extends object>(counts: Iterable<{ of: T; at: Map<number, number> }>) =>
      Array.from(counts, ({ of, at }) => ({ ...of, points: [...at.keys()], values: [...at.values()] }));
    const comparison = {
      values: listed(this.#values.values()),
      totals: listed(this.#totals.values()),
      cut: new Set<string>(),
    };
    return finishComparison(this.#grid, comparison, Number(this.#node.topN ?? DEFAULT_TOP_VALUES));
  }
}

function count<T>(counts: Map<string, { of: T; at: Map<number, number> }>, key: string, of: T, point: number): void {
  const known = counts.get(key) ?? { of, at: new Map<number, number>() };
  counts.set(key, known);
  known.at.set(point, (known.at.get(point) ?? 0) + 1);
}
