import {
  check,
  defaultStepNs,
  instantGrid,
  parse,
  rangeGrid,
  type Exemplar,
  type MetricLabel,
  type MetricsGrid,
  type Query,
  type Series,
} from '@clew/traceql';

import type { Engine } from '../engine/engine.ts';
import { conditionsOf, planMetrics } from '../query/metrics/metrics-plan.ts';
import { runMetrics, type MetricsAnswer } from '../query/metrics/metrics-run.ts';
import { anyValue, type KeyValueJson } from '../query/run/search-result.ts';
import { readMetricsParameters, type MetricsParameters } from './metrics-parameters.ts';
import { invalid, type Parameters } from './parameters.ts';
import { checkPatterns, refusing } from './traceql.ts';

/** Prometheus' limit too. */
const MAX_POINTS = 11_000;
const DEFAULT_EXEMPLARS = 100;
const DEFAULT_SERIES = 1000;
const MAX_SERIES = 10_000;

type Double = number | 'Infinity' | '-Infinity';

/** 64-bit numbers of proto3 JSON are text. */
interface SampleJson {
  readonly timestampMs: string;
  readonly value: Double;
}

interface ExemplarJson extends SampleJson {
  readonly labels: readonly KeyValueJson[];
}

/** What both answers end with. Grafana decodes the answer to an instant query strictly: no field may be added here. */
interface Outcome {
  readonly metrics: { readonly completedJobs: number; readonly totalJobs: number };
  readonly status: 'COMPLETE' | 'PARTIAL';
  readonly message?: string;
}

/** tempopb.QueryRangeResponse in proto3 JSON. */
export interface QueryRangeAnswer extends Outcome {
  readonly series: ReadonlyArray<{
    readonly labels: readonly KeyValueJson[];
    readonly samples: readonly SampleJson[];
    readonly exemplars?: readonly ExemplarJson[];
  }>;
}

/** tempopb.QueryInstantResponse in proto3 JSON. */
export interface QueryInstantAnswer extends Outcome {
  readonly series: ReadonlyArray<{ readonly labels: readonly KeyValueJson[]; readonly value: Double }>;
}

/** Answers /api/metrics/query_range. Rejects with ApiError and EngineError. */
export async function answerQueryRange(
  engine: Engine,
  tenant: string,
  parameters: Parameters
): Promise<QueryRangeAnswer> {
  const asked = readMetricsParameters(parameters, now());
  const grid = gridOf(asked);
  const { answer, outcome } = await run(engine, tenant, asked, grid);
  return {
    series: inOrder(answer.series).map((series) => {
      const exemplars = exemplarsJson(series, grid);
      return {
        labels: labelsJson(series.labels),
        samples: Array.from(series.values, (value, point) => ({ value, point }))
          .filter(({ value }) => !Number.isNaN(value))
          .map(({ value, point }) => ({ timestampMs: String(grid.timestampMs(point)), value: doubleJson(value) })),
        ...(exemplars.length > 0 ? { exemplars } : {}),
      };
    }),
    ...outcome,
  };
}

/** Answers /api/metrics/query: one value for the whole range. Rejects with ApiError and EngineError. */
export async function answerQueryInstant(
  engine: Engine,
  tenant: string,
  parameters: Parameters
): Promise<QueryInstantAnswer> {
  const asked = readMetricsParameters(parameters, now());
  const { answer, outcome } = await run(engine, tenant, asked, instantGrid(asked));
  return {
    series: inOrder(answer.series)
      .filter(({ values }) => !Number.isNaN(values[0]))
      .map(({ labels, values }) => ({ labels: labelsJson(labels), value: doubleJson(values[0]) })),
    ...outcome,
  };
}

const now = (): bigint => BigInt(Date.now()) * 1_000_000n;

function gridOf({ startNs, endNs, stepNs = defaultStepNs({ startNs, endNs }) }: MetricsParameters): MetricsGrid {
  const points = (endNs - startNs) / stepNs;
  if (points > MAX_POINTS) {
    throw invalid('step', `gives ${points} points from start to end; ${MAX_POINTS} are allowed, give a longer one`);
  }
  return rangeGrid({ startNs, endNs }, stepNs);
}

async function run(
  engine: Engine,
  tenant: string,
  { query: text, exemplars = DEFAULT_EXEMPLARS, maxSeries: wanted }: MetricsParameters,
  grid: MetricsGrid
): Promise<{ readonly answer: MetricsAnswer; readonly outcome: Outcome }> {
  const plan = refusing(() => planMetrics(checked(text)));
  await checkPatterns(engine, conditionsOf(plan));
  // 0 is as many as there are by default, as with Tempo.
  const maxSeries = Math.min(wanted || DEFAULT_SERIES, MAX_SERIES);
  const answer = await runMetrics(engine, { plan, tenant, grid, exemplars, maxSeries });
  const metrics = { completedJobs: 1, totalJobs: 1 };
  return {
    answer,
    outcome: answer.isPartial
      ? { metrics, status: 'PARTIAL', message: tooManySeries(maxSeries) }
      : { metrics, status: 'COMPLETE' },
  };
}

const tooManySeries = (maxSeries: number): string =>
  `There are more than ${maxSeries} series: those of the most spans are shown. Group by less, filter more, or ask for more with maxSeries.`;

function checked(text: string): Query {
  const query = parse(text);
  check(query);
  return query;
}

/** By their labels, the fewest first: an answer is the same each time. */
function inOrder(series: readonly Series[]): Series[] {
  const texts = new Map(series.map((each) => [each, JSON.stringify(labelsJson(each.labels))]));
  const textOf = (each: Series): string => texts.get(each) ?? '';
  return [...series].sort((a, b) => a.labels.length - b.labels.length || (textOf(a) < textOf(b) ? -1 : 1));
}

const labelsJson = (labels: readonly MetricLabel[]): KeyValueJson[] =>
  labels.map(({ name, value }) => ({ key: name, value: anyValue(value) ?? { stringValue: 'nil' } }));

/** What counts spans gives no value to one of them: it is shown where its point is, as with Tempo. */
function exemplarsJson({ exemplars, values }: Series, grid: MetricsGrid): ExemplarJson[] {
  const valueOf = ({ value, timestampMs }: Exemplar): number =>
    Number.isNaN(value) ? values[grid.pointOf(BigInt(timestampMs) * 1_000_000n)] : value;
  return [...exemplars]
    .sort((a, b) => a.timestampMs - b.timestampMs)
    .map((exemplar) => ({ exemplar, value: valueOf(exemplar) }))
    .filter(({ value }) => value !== undefined && !Number.isNaN(value))
    .map(({ exemplar: { labels, timestampMs }, value }) => ({
      labels: labelsJson(labels),
      value: doubleJson(value),
      timestampMs: String(timestampMs),
    }));
}

/** proto3 JSON's way with what JSON has no numbers for. */
const doubleJson = (value: number): Double => (Number.isFinite(value) ? value : value > 0 ? 'Infinity' : '-Infinity');
