import { STRIDE, type Steps } from '../tree/steps.ts';
import type { CriticalPath } from './critical-path.ts';
import type { GroupKey } from './group-key.ts';
import { STATUS_ERROR, type AnalysisInput } from './input.ts';
import { PairIndex } from './pair-index.ts';
import type { SelfTime } from './self-time.ts';
import { sortNumbers } from './sort-by.ts';

export interface StatisticsOptions {
  /** One or two. */
  readonly by: readonly [GroupKey] | readonly [GroupKey, GroupKey];
  /** One bit a row (`bits[row >> 5] & (1 << (row & 31))`) of the spans that count; all without it. */
  readonly rowBits?: Uint32Array;
}

/** By group, in the order of the groups' first rows; times in nanoseconds. A negative duration counts as zero. */
export interface Statistics {
  readonly groups: number;
  /** 0 where the spans have no value, else 1 + the index of the value in the first key, and the second one; zeros without a second. */
  readonly first: Uint32Array;
  readonly second: Uint32Array;
  readonly counts: Uint32Array;
  /** Spans whose status is an error. */
  readonly errors: Uint32Array;
  /** The sum of the durations: where spans of a group overlap, more than the time that passed. */
  readonly totalNs: Float64Array;
  readonly avgNs: Float64Array;
  readonly minNs: Float64Array;
  readonly maxNs: Float64Array;
  /** Exact: the shortest duration that half of the spans (95 of a hundred) do not exceed. */
  readonly p50Ns: Float64Array;
  readonly p95Ns: Float64Array;
  readonly selfNs: Float64Array;
  /** Nanoseconds on the critical path, and their share of it, 0 to 1. */
  readonly onPathNs: Float64Array;
  readonly pathShare: Float64Array;
}

/** Missing parents do not count. Throws RangeError for a key or bits of other rows than the trace's. Linear but for sorting durations. */
export function* statistics(
  { tree, columns }: AnalysisInput,
  { selfNs: selfOfNode }: Pick<SelfTime, 'selfNs'>,
  path: Pick<CriticalPath, 'onPathNs' | 'totalNs'>,
  { by, rowBits }: StatisticsOptions
): Steps<Statistics> {
  const { rows, starts, ends } = tree;
  const [firsts, seconds] = [by[0].values, by[1]?.values];
  checkLength('by[0].values', firsts.length, rows);
  checkLength('by[1].values', seconds?.length ?? rows, rows);
  checkLength('rowBits', Math.min((rowBits?.length ?? Infinity) * 32, rows), rows);
  const index = new PairIndex();
  const NONE = 0xffff_ffff;
  const groupOf = new Uint32Array(rows).fill(NONE);
  yield;
  for (let row = 0; row < rows; row++) {
    if (rowBits === undefined || (rowBits[row >>> 5] & (1 << (row & 31))) !== 0) {
      groupOf[row] = index.add(firsts[row], seconds === undefined ? 0 : seconds[row]);
    }
    if (row % STRIDE === STRIDE - 1) {
      yield;
    }
  }
  const groups = index.length;
  const result = {
    groups,
    first: index.firsts(),
    second: index.seconds(),
    counts: new Uint32Array(groups),
    errors: new Uint32Array(groups),
    totalNs: new Float64Array(groups),
    avgNs: new Float64Array(groups),
    minNs: new Float64Array(groups),
    maxNs: new Float64Array(groups),
    p50Ns: new Float64Array(groups),
    p95Ns: new Float64Array(groups),
    selfNs: new Float64Array(groups),
    onPathNs: new Float64Array(groups),
    pathShare: new Float64Array(groups),
  };
  for (let row = 0; row < rows; row++) {
    const group = groupOf[row];
    if (group !== NONE) {
      result.counts[group] += 1;
      result.errors[group] += columns.statuses[row] === STATUS_ERROR ? 1 : 0;
      result.totalNs[group] += ends[row] - starts[row];
      result.selfNs[group] += selfOfNode[row];
      result.onPathNs[group] += path.onPathNs[row];
    }
    if (row % STRIDE === STRIDE - 1) {
      yield;
    }
  }
  yield* addQuantiles(groupOf, tree, result);
  for (let group = 0; group < groups; group++) {
    result.avgNs[group] = result.totalNs[group] / result.counts[group];
    result.pathShare[group] = path.totalNs === 0 ? 0 : result.onPathNs[group] / path.totalNs;
  }
  return result;
}

type Quantiles = Pick<Statistics, 'groups' | 'counts' | 'minNs' | 'maxNs' | 'p50Ns' | 'p95Ns'>;

/** Durations are put together by group and sorted there. */
function* addQuantiles(
  groupOf: Uint32Array,
  { starts, ends }: AnalysisInput['tree'],
  { groups, counts, minNs, maxNs, p50Ns, p95Ns }: Quantiles
): Steps<void> {
  const offsets = new Uint32Array(groups + 1);
  for (let group = 0; group < groups; group++) {
    offsets[group + 1] = offsets[group] + counts[group];
  }
  const filled = offsets.slice(0, groups);
  const durations = new Float64Array(offsets[groups]);
  for (let row = 0; row < groupOf.length; row++) {
    if (groupOf[row] < groups) {
      durations[filled[groupOf[row]]++] = ends[row] - starts[row];
    }
    if (row % STRIDE === STRIDE - 1) {
      yield;
    }
  }
  let steps = 0;
  for (let group = 0; group < groups; group++) {
    const [from, count] = [offsets[group], counts[group]];
    if (count > 1) {
      const part = durations.subarray(from, from + count);
      if (count < STRIDE) {
        part.sort();
      } else {
        yield* sortNumbers(part);
      }
    }
    minNs[group] = durations[from];
    maxNs[group] = durations[from + count - 1];
    p50Ns[group] = durations[from + Math.ceil(count * 0.5) - 1];
    p95Ns[group] = durations[from + Math.ceil(count * 0.95) - 1];
    steps += count;
    if (steps >= STRIDE) {
      steps = 0;
      yield;
    }
  }
}

function checkLength(name: string, length: number, rows: number): void {
  if (length !== rows) {
    throw new RangeError(`${name} is for ${length} rows; it has to be for the ${rows} rows of the trace`);
  }
}
