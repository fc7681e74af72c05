import { type Forest } from './forest';

export interface RowFilter {
  /** By row id: not 0 where what is below is hidden. */
  readonly collapsed: Uint8Array;
  /** Positions of the forest to list: a subtree, or all. */
  readonly begin: number;
  readonly end: number;
  /** Ascending positions: only these and what is above them. */
  readonly only: Uint32Array | undefined;
}

/**
 * Writes the positions of the rows to be seen into `rows`, ascending, and answers how many. Steps over what is collapsed or
 * filtered out in one step a subtree.
 */
export function listRows(forest: Forest, { collapsed, begin, end, only }: RowFilter, rows: Uint32Array): number {
  const { order, sizes } = forest;
  let count = 0;
  if (!only) {
    for (let at = begin; at < end;) {
      rows[count++] = at;
      at += collapsed[order[at]] ? sizes[at] : 1;
    }
    return count;
  }
  let next = firstAtLeast(only, only.length, begin);
  for (let at = begin; at < end;) {
    while (next < only.length && only[next] < at) {
      next += 1;
    }
    const size = sizes[at];
    if (next >= only.length || only[next] >= at + size) {
      at += size;
      continue;
    }
    rows[count++] = at;
    at += collapsed[order[at]] ? size : 1;
  }
  return count;
}

/** Index of the first of `count` ascending values that is at least `value`; `count` if none is. */
export function firstAtLeast(ascending: ArrayLike<number>, count: number, value: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle] < value) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}
