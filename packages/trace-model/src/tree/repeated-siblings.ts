import type { FrameColumns } from '../wire-frame/columns.ts';
import { selectRank } from './select-rank.ts';
import { groupSiblings, type SiblingGroups } from './sibling-groups.ts';
import { STRIDE, type Steps } from './steps.ts';
import type { TraceTree } from './trace-tree.ts';

/** All by group; times in nanoseconds, as the tree has them. */
export interface RepeatedSiblings extends SiblingGroups {
  /** The parent of all members, -1 for roots. */
  readonly parents: Int32Array;
  readonly durationSums: Float64Array;
  /** The nearest rank. */
  readonly durationP95s: Float64Array;
  readonly durationMaxima: Float64Array;
  readonly errorCounts: Uint32Array;
  readonly firstStarts: Float64Array;
  readonly lastEnds: Float64Array;
}

/** OTLP's Status.code of a span that failed. */
const STATUS_ERROR = 2;

/** Siblings of one service and one name, at least `minimum` (and at least two) of them, and what they come to. Linear. */
export function* repeatedSiblings(
  tree: TraceTree,
  columns: Pick<FrameColumns, 'names' | 'services' | 'statuses'>,
  minimum: number
): Steps<RepeatedSiblings> {
  const groups = yield* groupSiblings(tree, columns, minimum);
  const { count, offsets, members } = groups;
  const { starts, ends } = tree;
  const parents = new Int32Array(count);
  const durationSums = new Float64Array(count);
  const durationP95s = new Float64Array(count);
  const durationMaxima = new Float64Array(count);
  const errorCounts = new Uint32Array(count);
  const firstStarts = new Float64Array(count);
  const lastEnds = new Float64Array(count);
  const durations = new Float64Array(members.length);
  let steps = 0;
  for (let group = 0; group < count; group++) {
    const [from, to] = [offsets[group], offsets[group + 1]];
    let [sum, maximum, errors, firstStart, lastEnd] = [0, 0, 0, Infinity, -Infinity];
    for (let at = from; at < to; at++) {
      const node = members[at];
      const duration = ends[node] - starts[node];
      durations[at] = duration;
      sum += duration;
      maximum = Math.max(maximum, duration);
      errors += columns.statuses[node] === STATUS_ERROR ? 1 : 0;
      firstStart = Math.min(firstStart, starts[node]);
      lastEnd = Math.max(lastEnd, ends[node]);
      if (++steps % STRIDE === 0) {
        yield;
      }
    }
    const rank = Math.ceil(((to - from) * 95) / 100) - 1;
    parents[group] = tree.parents[members[from]];
    durationSums[group] = sum;
    durationMaxima[group] = maximum;
    durationP95s[group] = rank === to - from - 1 ? maximum : yield* selectRank(durations.subarray(from, to), rank);
    errorCounts[group] = errors;
    firstStarts[group] = firstStart;
    lastEnds[group] = lastEnd;
  }
  return { ...groups, parents, durationSums, durationP95s, durationMaxima, errorCounts, firstStarts, lastEnds };
}
