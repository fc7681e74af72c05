import type { MetricsAggregate, MetricsPipeline, Query } from '../ast.ts';
import { readAttribute, SearchEvaluator, type EvaluatedRange } from '../evaluate/evaluate.ts';
import type { EvaluatedTrace } from '../evaluate/source.ts';
import { writeOutNilAsValue } from '../nil-as-value.ts';
import { ComparedSpans, type NamedAttribute } from './compared-spans.ts';
import { DEFAULT_EXEMPLARS } from './exemplars.ts';
import { finishMetrics, metricsOf, metricsPipelines } from './finish.ts';
import type { MetricsGrid } from './grid.ts';
import { readMetricsHints } from './hints.ts';
import type { Series, SeriesSet } from './series.ts';
import { SpanGroups, type SpanGroupsOptions } from './span-groups.ts';

export interface MetricsOptions {
  /** Exemplars, at most. */
  readonly exemplars?: number;
  /** Quantiles from the values themselves: `with(exact=true)`. */
  readonly isExact?: boolean;
  /** What `compare()` counts: the attributes that the spans have. */
  readonly compared?: readonly NamedAttribute[];
}

/**
 * A metric made ready to run over many traces, one after the other: what Tempo answers, computed from every span
 * (features.md 1.10).
 */
export class MetricsEvaluator {
  readonly #query: Query;
  readonly #grid: MetricsGrid;
  readonly #pipelines: ReadonlyMap<MetricsPipeline, PipelineMetrics>;

  /**
   * What the query's hints say goes before `options`. Exemplars are shared out among the pipelines of the query.
   * @throws TraceqlError for a search, and as SearchEvaluator
   */
  constructor(asked: Query, grid: MetricsGrid, options: MetricsOptions = {}) {
    const query = writeOutNilAsValue(asked);
    this.#query = query;
    this.#grid = grid;
    const hints = readMetricsHints(query);
    const pipelines = metricsPipelines(metricsOf(query));
    const exemplars = hints.exemplars ?? options.exemplars ?? DEFAULT_EXEMPLARS;
    const ofEach = {
      ...options,
      exemplars: Math.ceil(exemplars / pipelines.length),
      isExact: hints.isExact || options.isExact,
    };
    this.#pipelines = new Map(
      pipelines.map((node) => [node, new PipelineMetrics(node, { ...query, body: node.pipeline }, grid, ofEach)])
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

interface FirstStage {
  add(trace: EvaluatedTrace, spans: Iterable<number>): void;
  series(): Series[];
}

/** The first stage of one pipeline over many traces. */
export class PipelineMetrics {
  readonly #spans: SearchEvaluator;
  readonly #firstStage: FirstStage;
  readonly #range: EvaluatedRange;

  /** `search` yields the spans: the pipeline as it stands, or as a storage has made it ready. */
  constructor({ firstStage }: MetricsPipeline, search: Query, grid: MetricsGrid, options: MetricsOptions = {}) {
    this.#spans = new SearchEvaluator(search);
    this.#firstStage =
      firstStage.kind === 'metricsAggregate'
        ? new AggregatedSpans(firstStage, grid, options)
        : new ComparedSpans(firstStage, search, grid, {
            compared: options.compared ?? [],
            exemplars: options.exemplars ?? 0,
          });
    this.#range = { startNs: grid.isInstant ? grid.startNs : grid.startNs + 1n, endNs: grid.endNs };
  }

  /** @throws TraceqlError as SearchEvaluator */
  add(trace: EvaluatedTrace): void {
    const spans = this.#spans.evaluate(trace, this.#range).flatMap((spanset) => [...spanset.spans]);
    if (spans.length > 0) {
      this.#firstStage.add(trace, spans);
    }
  }

  series(): Series[] {
    return this.#firstStage.series();
  }
}

/** Reads off each span what its group and its measure are. */
class AggregatedSpans implements FirstStage {
  readonly #aggregate: MetricsAggregate;
  readonly #groups: SpanGroups;

  constructor(aggregate: MetricsAggregate, grid: MetricsGrid, options: SpanGroupsOptions) {
    this.#aggregate = aggregate;
    this.#groups = new SpanGroups(aggregate, grid, options);
  }

  add(trace: EvaluatedTrace, spans: Iterable<number>): void {
    const { attribute, by } = this.#aggregate;
    const labels = by.map((each) => readAttribute(trace, each));
    const measure = attribute && readAttribute(trace, attribute);
    for (const span of spans) {
      this.#groups.add({
        startNs: trace.startNs(span),
        labels: labels.map((read) => read(span)),
        measured: measure?.(span),
        traceId: trace.traceId,
        spanId: () => trace.spanId(span),
      });
    }
  }

  series(): Series[] {
    return this.#groups.series();
  }
}
