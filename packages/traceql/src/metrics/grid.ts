/** Nanoseconds since 1970. */
export interface MetricsRange {
  readonly startNs: bigint;
  readonly endNs: bigint;
}

/**
 * The points of a time series, which windows of equal length lead up to: a span belongs to a point if it starts in
 * `(point − step, point]`. The answer to an instant query has one point, at its end, and both ends belong to the window.
 */
export interface MetricsGrid extends MetricsRange {
  readonly stepNs: bigint;
  readonly size: number;
  readonly isInstant: boolean;
  /** The point that a span belongs to by its start; -1 where there is none. */
  pointOf(ns: bigint): number;
  /** Unix milliseconds. */
  timestampMs(point: number): number;
}

const SECOND = 1_000_000_000n;
const MINUTE = 60n * SECOND;
const MILLISECOND = 1_000_000n;

/** Points that a step is chosen for where none was given: an hour in steps of 15 s. */
const WANTED_POINTS = 240n;

/** The same as Tempo's, so that a panel without a step looks the same (engine_metrics.go, DefaultQueryRangeStep). */
export function defaultStepNs({ startNs, endNs }: MetricsRange): bigint {
  const range = endNs - startNs;
  const wanted = range / WANTED_POINTS;
  const units =
    range < MINUTE ? [50n * MILLISECOND] : [60n * MINUTE, 5n * MINUTE, MINUTE, 15n * SECOND, 5n * SECOND, SECOND];
  const unit = units.find((each) => wanted > each);
  return unit === undefined ? units[units.length - 1] : (wanted / unit) * unit;
}

/**
 * The grid of a range query: the start goes down and the end up to a multiple of the step, and one step comes before
 * (Tempo: AlignRequest). `stepNs` is more than 0, the end not before the start.
 */
export function rangeGrid({ startNs, endNs }: MetricsRange, stepNs: bigint): MetricsGrid {
  const first = startNs - (startNs % stepNs);
  const start = first > stepNs ? first - stepNs : first;
  const rest = endNs % stepNs;
  const end = rest === 0n ? endNs : endNs + stepNs - rest;
  return {
    startNs: start,
    endNs: end,
    stepNs,
    size: Number((end - start) / stepNs),
    isInstant: false,
    pointOf: (ns) => (ns > start && ns <= end ? Number((ns - start - 1n) / stepNs) : -1),
    timestampMs: (point) => Number((start + (BigInt(point) + 1n) * stepNs) / MILLISECOND),
  };
}

/** The grid of an instant query: one point. */
export function instantGrid({ startNs, endNs }: MetricsRange): MetricsGrid {
  return {
    startNs,
    endNs,
    stepNs: endNs - startNs,
    size: 1,
    isInstant: true,
    pointOf: (ns) => (ns >= startNs && ns <= endNs ? 0 : -1),
    timestampMs: () => Number(endNs / MILLISECOND),
  };
}
