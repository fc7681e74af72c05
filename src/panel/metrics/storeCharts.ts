import { literal } from '../../shared/traceqlLiteral';
import { type LinkedRange } from '../linked/askGrafana';
import { type SpanDetails } from '../trace/traceTable';
import { type ChartQuestion } from './chartQuestion';

/** Points of a series at most. Few spans a point make p95 jump. */
const POINTS = 60;
/** Seconds; whole steps of a day. */
const STEPS = [10, 20, 30, 60, 120, 300, 600, 1800, 3600, 21_600, 86_400];

/** Seconds between points. */
const stepOf = ({ fromMs, toMs }: LinkedRange): number =>
  STEPS.find((step) => (toMs - fromMs) / 1000 <= step * POINTS) ?? STEPS[STEPS.length - 1];

/** Without parts of steps, which would look like falls. */
export function wholeSteps(range: LinkedRange): LinkedRange {
  const stepMs = stepOf(range) * 1000;
  const fromMs = Math.floor(range.fromMs / stepMs) * stepMs;
  return { fromMs, toMs: Math.max(Math.floor(range.toMs / stepMs) * stepMs, fromMs + stepMs) };
}

const KINDS: Readonly<Record<number, string>> = {
  1: 'internal',
  2: 'server',
  3: 'client',
  4: 'producer',
  5: 'consumer',
};

/** Rate, errors and durations of the span's operation in its service, of what the store has. */
export function storeCharts(service: string, { name, kind }: SpanDetails, range: LinkedRange): ChartQuestion[] {
  const spans = [
    `resource.service.name = ${literal(service)}`,
    `name = ${literal(name)}`,
    ...(KINDS[kind] ? [`kind = ${KINDS[kind]}`] : []),
  ];
  const filter = (...more: string[]) => `{ ${[...spans, ...more].join(' && ')} }`;
  const step = `${stepOf(range)}s`;
  const queryOf = (query: string) => ({
    refId: 'A',
    query,
    queryType: 'traceql',
    metricsQueryType: 'range',
    step,
    exemplars: 0,
  });
  const quantiles = `${filter()} | quantile_over_time(duration, .5, .95)`;
  return [
    { title: 'Requests per second', unit: 'reqps', colour: 'blue', query: queryOf(`${filter()} | rate()`) },
    {
      title: 'Errors per second',
      unit: 'reqps',
      colour: 'red',
      query: queryOf(`${filter('status = error')} | rate()`),
    },
    {
      title: 'Latency, p50 and p95',
      unit: 's',
      query: queryOf(`${quantiles} with (exact=true)`),
      lighter: queryOf(quantiles),
      names: { '0.5': 'p50', '0.95': 'p95' },
    },
  ];
}
