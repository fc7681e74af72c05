import { asNumber } from '../../shared/narrowing';
import { type TimeWindow } from '../../shared/storeClient';
import { type MetricSeries } from '../../shared/storeTypes';

/** How many spans there were by time and duration. */
export interface HeatmapData {
  /** Ends of the columns, Unix milliseconds, evenly apart and without gaps. A column begins where the one before ends. */
  readonly times: readonly number[];
  readonly stepMs: number;
  /** Upper ends of the rows, nanoseconds, the lowest first, each twice the one before. */
  readonly ends: readonly number[];
  /** By row, then by column. */
  readonly counts: ReadonlyArray<readonly number[]>;
  readonly max: number;
  readonly total: number;
}

const BUCKET_LABEL = '__bucket';
const COLUMNS = 120;

/** How long a column is, in whole seconds. */
export function columnSeconds({ fromMs, toMs }: TimeWindow): number {
  return Math.max(1, Math.ceil((toMs - fromMs) / 1000 / COLUMNS));
}

/** `histogram_over_time(duration)`, whose buckets end at powers of two of nanoseconds, said in seconds. */
export function heatmapOf(series: readonly MetricSeries[], stepSeconds: number): HeatmapData | undefined {
  const stepMs = stepSeconds * 1000;
  const rows = new Map<number, Map<number, number>>();
  for (const { labels, samples } of series) {
    const label = labels?.find(({ key }) => key === BUCKET_LABEL)?.value;
    const seconds = asNumber(label?.doubleValue ?? label?.intValue ?? label?.stringValue);
    if (seconds === undefined || seconds <= 0) {
      continue;
    }
    const counts = new Map<number, number>();
    for (const { timestampMs, value } of samples ?? []) {
      const [at, count] = [asNumber(timestampMs), asNumber(value) ?? 0];
      if (at !== undefined && count > 0) {
        counts.set(at, count);
      }
    }
    if (counts.size > 0) {
      rows.set(Math.round(Math.log2(seconds * 1e9)), counts);
    }
  }
  if (rows.size === 0) {
    return undefined;
  }
  const exponents = [...rows.keys()];
  const [low, high] = [Math.min(...exponents), Math.max(...exponents)];
  const all = [...rows.values()].flatMap((counts) => [...counts.keys()]);
  const first = all.reduce((a, b) => Math.min(a, b));
  const last = all.reduce((a, b) => Math.max(a, b));
  const times = Array.from({ length: Math.round((last - first) / stepMs) + 1 }, (_, index) => first + index * stepMs);
  const ends = Array.from({ length: high - low + 1 }, (_, index) => 2 ** (low + index));
  const counts = ends.map((_, row) => times.map((time) => rows.get(low + row)?.get(time) ?? 0));
  const flat = counts.flat();
  return {
    ...{ times, stepMs, ends, counts },
    max: flat.reduce((a, b) => Math.max(a, b), 0),
    total: flat.reduce((a, b) => a + b, 0),
  };
}

/** Nanoseconds that the slowest spans took at least, so that there are `count` of them or all there are. */
export function slowestFrom({ ends, counts }: HeatmapData, count: number): number {
  let spans = 0;
  for (let row = ends.length - 1; row >= 0; row--) {
    spans += counts[row].reduce((a, b) => a + b, 0);
    if (spans >= count) {
      return ends[row] / 2;
    }
  }
  return 0;
}
