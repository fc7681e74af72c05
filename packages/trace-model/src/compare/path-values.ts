import type { PathEntries, PathSet } from './path-set.ts';

/** What the traces of one side have on one path. Arrays have a value for each trace that has it, ascending. */
export interface PathValues {
  readonly traces: number;
  readonly count: number;
  readonly errors: number;
  /** Traces in which some span of the path failed. */
  readonly failedTraces: number;
  readonly totals: Float64Array;
  readonly selfs: Float64Array;
  /** Sums, exact as long as they are below 2^53. */
  readonly totalNs: number;
  readonly selfNs: number;
  readonly onPathNs: number;
  readonly spanId: string | undefined;
}

export function valuesOf(set: PathSet, entries: PathEntries, path: number): PathValues {
  const [from, to] = [entries.offsets[path], entries.offsets[path + 1]];
  const totals = new Float64Array(to - from);
  const selfs = new Float64Array(to - from);
  let [count, errors, failedTraces, totalNs, selfNs, onPathNs] = [0, 0, 0, 0, 0, 0];
  for (let at = from; at < to; at++) {
    const entry = entries.of[at];
    totals[at - from] = entries.totalNs[entry];
    selfs[at - from] = entries.selfNs[entry];
    count += entries.counts[entry];
    errors += entries.errors[entry];
    failedTraces += entries.errors[entry] > 0 ? 1 : 0;
    totalNs += entries.totalNs[entry];
    selfNs += entries.selfNs[entry];
    onPathNs += entries.onPathNs[entry];
  }
  return {
    ...{ traces: to - from, count, errors, failedTraces, totalNs, selfNs, onPathNs },
    totals: totals.sort(),
    selfs: selfs.sort(),
    spanId: set.traces === 1 ? set.longestSpan(path) : undefined,
  };
}

/** Time on the critical path by trace, also of those that lack the path, ascending. */
export function onPathOfAll(set: PathSet, entries: PathEntries, path: number): Float64Array {
  const values = new Float64Array(set.traces);
  for (let at = entries.offsets[path]; at < entries.offsets[path + 1]; at++) {
    values[at - entries.offsets[path]] = entries.onPathNs[entries.of[at]];
  }
  return values.sort();
}
