import { STRIDE, type Steps } from '../tree/steps.ts';
import { causesOf } from './causes.ts';
import type { ComparedPath, Comparison, PathSide, SideTotals } from './compared-path.ts';
import { judgePaths, type Pair } from './judge-paths.ts';
import { judgeRoots, meanDuration } from './judge-roots.ts';
import { inDepthFirstOrder } from './path-order.ts';
import type { PathSet } from './path-set.ts';
import { valuesOf, type PathValues } from './path-values.ts';
import { kindOf, meanOf, median, quantile, rounded, type Sizes } from './verdict.ts';

/**
 * Compares the paths of two sets that share one PathIndex; throws RangeError if they do not. Work grows with the paths and traces of
 * the sets, sorting included; memory with the paths.
 *
 * With five traces a side and more, times of the traces that have a path are compared by a Mann-Whitney U test, the shares of traces
 * that have it, in which it fails, and in which it took the longest, by Fisher's exact test, and all these together are held to a rate of false discoveries of
 * 5 %. One trace against five and more: whether its self time is beyond the 5th or 95th percentile. Fewer: the difference decides.
 */
export function* comparePaths(a: PathSet, b: PathSet): Steps<Comparison> {
  if (a.paths !== b.paths) {
    throw new RangeError('Sets that are compared have to share one PathIndex');
  }
  const kind = kindOf(a.traces, b.traces);
  const [entriesA, entriesB] = [yield* a.entries(), yield* b.entries()];
  const pairs: Pair[] = [];
  const pathNumbers = a.paths.length;
  let read = 0;
  for (let path = 0; path < pathNumbers; path++) {
    const pair = { path, a: valuesOf(a, entriesA, path), b: valuesOf(b, entriesB, path) };
    if (pair.a.traces + pair.b.traces > 0) {
      pairs.push(pair);
    }
    read += 16 + pair.a.traces + pair.b.traces;
    if (read >= STRIDE / 4) {
      read = 0;
      yield;
    }
  }
  const sizes: Sizes = [a.traces, b.traces];
  const verdicts = yield* judgePaths(kind, pairs, sizes);
  yield;
  const order = yield* inDepthFirstOrder(
    a.paths,
    pairs.map(({ path, ...pair }) => ({ path, harmNs: Math.abs(differenceOf(pair, sizes, 'selfNs')) }))
  );
  yield;
  const paths: ComparedPath[] = [];
  for (const { at, depth, subtreeSize, harmNs } of order) {
    const { state, sure, sureOfErrors, percentile } = verdicts[at];
    paths.push({
      ...a.paths.step(pairs[at].path),
      ...{ depth, subtreeSize, state },
      a: sideOf(pairs[at].a, a.traces),
      b: sideOf(pairs[at].b, b.traces),
      deltaNs: differenceOf(pairs[at], sizes, 'totalNs'),
      deltaSelfNs: differenceOf(pairs[at], sizes, 'selfNs'),
      deltaOnPathNs: differenceOf(pairs[at], sizes, 'onPathNs'),
      ...{ sure, sureOfErrors, percentile, harmNs },
    });
    if (paths.length % PATHS_AT_ONCE === 0) {
      yield;
    }
  }
  yield;
  const whole = judgeRoots(a, b);
  const sets = { kind, a, b, entriesA, entriesB, numbers: order.map(({ at }) => pairs[at].path) };
  return {
    kind,
    a: totalsOf(a),
    b: totalsOf(b),
    ...{ ...whole, sureOfErrors: whole.sureOfErrors, percentile: whole.percentile },
    paths,
    causes: whole.state === 'same' ? [] : yield* causesOf(sets, paths, whole.deltaNs),
  };
}

/** Each takes some microseconds, of a thousand traces more. */
const PATHS_AT_ONCE = 256;

const differenceOf = (
  { a, b }: Omit<Pair, 'path'>,
  [sizeA, sizeB]: Sizes,
  key: 'totalNs' | 'selfNs' | 'onPathNs'
): number => rounded(meanOf(b[key], sizeB) - meanOf(a[key], sizeA));

function sideOf(values: PathValues, size: number): PathSide {
  const { traces, count, errors, totals, totalNs } = values;
  const lacking = size - traces;
  // With a zero for each trace that lacks the path.
  const padded = lacking === 0 ? totals : new Float64Array(size);
  if (lacking > 0) {
    padded.set(totals, lacking);
  }
  return {
    traces,
    share: meanOf(traces, size),
    count: meanOf(count, traces),
    meanNs: rounded(meanOf(totalNs, traces)),
    medianNs: rounded(median(totals)),
    overallMeanNs: rounded(meanOf(totalNs, size)),
    overallMedianNs: rounded(median(padded)),
    selfNs: rounded(meanOf(values.selfNs, size)),
    medianSelfNs: rounded(median(values.selfs)),
    onPathNs: rounded(meanOf(values.onPathNs, size)),
    errorRate: meanOf(errors, count),
    spanId: values.spanId,
  };
}

function totalsOf(set: PathSet): SideTotals {
  const durations = set.durations().sort();
  const counts = new Map<number, number>();
  for (const path of set.rootPaths) {
    counts.set(path, (counts.get(path) ?? 0) + 1);
  }
  counts.delete(-1);
  // The first of those that are as frequent.
  const [root] = [...counts].reduce((most, each) => (each[1] > most[1] ? each : most), [-1, 0]);
  return {
    traces: set.traces,
    spans: set.spans,
    durationMeanNs: rounded(meanDuration(set)),
    durationP50Ns: rounded(median(durations)),
    durationP95Ns: quantile(durations, 0.95),
    errorRate: meanOf(set.failedTraces, set.traces),
    leftOutSpans: set.leftOutSpans,
    root: root === -1 ? undefined : set.paths.step(root),
  };
}
