import { type TraceTable } from '../../trace/traceTable';
import { type Groups } from './useGroups';

/** The row of a group's longest span, the first of several; -1 if none is left. */
export function slowestOf(
  { tree }: Pick<TraceTable, 'tree'>,
  { keys, groups }: Groups,
  group: number,
  matches: Uint32Array | undefined
): number {
  const [first, second] = keys;
  let slowest = -1;
  for (let row = 0; row < tree.rows; row++) {
    if (
      first.group.values[row] === groups.first[group] &&
      (!second || second.group.values[row] === groups.second[group]) &&
      (!matches || (matches[row >> 5] & (1 << (row & 31))) !== 0) &&
      (slowest < 0 || tree.ends[row] - tree.starts[row] > tree.ends[slowest] - tree.starts[slowest])
    ) {
      slowest = row;
    }
  }
  return slowest;
}
