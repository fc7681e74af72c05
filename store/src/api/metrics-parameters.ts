import { readDuration } from './duration.ts';
import { readInstant } from './instant.ts';
import { invalid, shortened, type Parameters } from './parameters.ts';

const HOUR_NS = 3_600_000_000_000n;
const SECOND_NS = 1_000_000_000;

/** What a query for metrics asks, whether for a range or for one value. */
export interface MetricsParameters {
  readonly query: string;
  /** Nanoseconds since the epoch, `startNs` before `endNs`. */
  readonly startNs: bigint;
  readonly endNs: bigint;
  /** Undefined where the store chooses. */
  readonly stepNs: bigint | undefined;
  readonly exemplars: number | undefined;
  readonly maxSeries: number | undefined;
}

const MAX_COUNT = 100_000;

/**
 * `q`, or `query` as Prometheus has it; `start` and `end` in seconds, milliseconds, microseconds, nanoseconds or RFC 3339,
 * or `since`, a duration up to now, one hour if nothing is said; `step` as a duration or in seconds; `exemplars`,
 * `maxSeries`. Throws ApiError.
 */
export function readMetricsParameters(parameters: Parameters, nowNs: bigint): MetricsParameters {
  const query = parameters.traceql() ?? parameters.traceql('query');
  if (query === undefined) {
    throw invalid('q', 'is missing; give a TraceQL query with a metric, like { } | rate()');
  }
  const endNs = instant(parameters, 'end') ?? nowNs;
  // An end in the future leaves as much of the past as it would without it.
  const lastNs = endNs < nowNs ? endNs : nowNs;
  const startNs = instant(parameters, 'start') ?? lastNs - (duration(parameters, 'since') ?? HOUR_NS);
  if (startNs >= endNs) {
    throw invalid('start', `is ${textOf(startNs)}, which is not before end, ${textOf(endNs)}`);
  }
  return {
    query,
    startNs,
    endNs,
    stepNs: step(parameters),
    exemplars: count(parameters, 'exemplars'),
    maxSeries: count(parameters, 'maxSeries'),
  };
}

/** 0 is none, as with Tempo. */
function instant(parameters: Parameters, name: string): bigint | undefined {
  const text = parameters.text(name);
  if (text === undefined) {
    return undefined;
  }
  const ns = readInstant(text);
  if (ns === undefined) {
    throw invalid(
      name,
      `is "${shortened(text)}"; give Unix seconds, milliseconds or nanoseconds, or a time like 2026-01-31T12:00:00Z`
    );
  }
  return ns === 0n ? undefined : ns;
}

function duration(parameters: Parameters, name: string): bigint | undefined {
  const ns = parameters.duration(name);
  if (ns === 0n) {
    throw invalid(name, 'is 0; give a duration like 30m or 12h');
  }
  return ns;
}

function step(parameters: Parameters): bigint | undefined {
  const text = parameters.text('step');
  if (text === undefined) {
    return undefined;
  }
  const seconds = /^\d{1,10}(?:\.\d{1,9})?$/.test(text) ? Math.round(Number(text) * SECOND_NS) : undefined;
  const ns = seconds === undefined ? readDuration(text) : BigInt(seconds);
  if (ns === undefined || ns <= 0n) {
    throw invalid('step', `is "${shortened(text)}"; give a duration like 15s or 5m, or seconds`);
  }
  return ns;
}

function count(parameters: Parameters, name: string): number | undefined {
  return parameters.text(name) === undefined
    ? undefined
    : parameters.integer(name, { fallback: 0, min: 0, max: MAX_COUNT });
}

const textOf = (ns: bigint): string => new Date(Number(ns / 1_000_000n)).toISOString();
