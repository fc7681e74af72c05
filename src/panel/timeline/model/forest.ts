import { type SiblingGroups, type TraceTree } from '@clew/trace-model';
import { type RowId } from './types';

/**
 * What rows are made of: the trace's tree, and with folding a row more for each group of siblings that repeat, with the members
 * below it. Positions are depth-first, as in TraceTree.
 */
export interface Forest {
  readonly count: number;
  /** By position. */
  readonly order: Uint32Array;
  /** By row id. */
  readonly positions: Uint32Array;
  /** By position. */
  readonly depths: Uint32Array;
  /** By position: rows of the subtree, the own one included. */
  readonly sizes: Uint32Array;
  readonly maxDepth: number;
  /** Row ids from here on are folds. */
  readonly nodes: number;
  /** Undefined without folding. */
  readonly groups: SiblingGroups | undefined;
}

export const EMPTY_FOREST: Forest = {
  count: 0,
  order: new Uint32Array(0),
  positions: new Uint32Array(0),
  depths: new Uint32Array(0),
  sizes: new Uint32Array(0),
  maxDepth: 0,
  nodes: 0,
  groups: undefined,
};

/** The tree as it is: its own arrays. */
export function plainForest(tree: TraceTree): Forest {
  return {
    count: tree.nodes,
    order: tree.order,
    positions: tree.positions,
    depths: tree.depths,
    sizes: tree.subtreeSizes,
    maxDepth: tree.maxDepth,
    nodes: tree.nodes,
    groups: undefined,
  };
}

/** Steps between two looks at the clock. */
const STRIDE = 1 << 14;

/**
 * The tree with a fold above each group. The members move up to the first of them, so that they stand together. In steps, because a
 * million spans take longer than a frame: the caller stops between two of them as it likes.
 */
export function* foldedForest(tree: TraceTree, groups: SiblingGroups): Generator<void, Forest> {
  if (groups.count === 0) {
    return plainForest(tree);
  }
  const { groupOf } = groups;
  const count = tree.nodes + groups.count;
  const order = new Uint32Array(count);
  const positions = new Uint32Array(count);
  const depths = new Uint32Array(count);
  // Ranges of the tree's positions under way. One more for each fold that we are in, so as deep as folds are nested.
  const ranges: Range[] = [{ at: 0, end: tree.nodes, shift: 0, group: -1, member: 0, entering: false }];
  let filled = 0;
  let maxDepth = 0;
  let steps = 0;
  const emit = (id: RowId, depth: number): void => {
    order[filled] = id;
    positions[id] = filled;
    depths[filled] = depth;
    maxDepth = Math.max(maxDepth, depth);
    filled += 1;
  };
  while (ranges.length > 0) {
    const range = ranges[ranges.length - 1];
    if (range.at >= range.end && !nextMember(range, tree, groups)) {
      ranges.pop();
      continue;
    }
    let descended = false;
    while (range.at < range.end && !descended) {
      const node = tree.order[range.at];
      const group = range.entering ? -1 : groupOf[node];
      range.entering = false;
      if (group < 0) {
        emit(node, tree.depths[range.at] + range.shift);
        range.at += 1;
      } else {
        const first = groups.members[groups.offsets[group]] === node;
        if (first) {
          emit(tree.nodes + group, tree.depths[range.at] + range.shift);
          ranges.push({ at: 0, end: 0, shift: range.shift + 1, group, member: groups.offsets[group], entering: false });
          descended = true;
        }
        range.at += tree.subtreeSizes[range.at];
      }
      if (++steps % STRIDE === 0) {
        yield;
      }
    }
  }
  yield;
  return {
    count,
    order,
    positions,
    depths,
    sizes: yield* sizesOf(depths, maxDepth),
    maxDepth,
    nodes: tree.nodes,
    groups,
  };
}

interface Range {
  at: number;
  end: number;
  /** Folds that these positions are in: they stand that much deeper. */
  shift: number;
  /** Whose members come one after the other; -1 for the whole tree. */
  group: number;
  /** Index of the next one. */
  member: number;
  /** The next position is a member of `group`, which it is in already. */
  entering: boolean;
}

function nextMember(range: Range, tree: TraceTree, groups: SiblingGroups): boolean {
  if (range.group < 0 || range.member >= groups.offsets[range.group + 1]) {
    return false;
  }
  range.at = tree.positions[groups.members[range.member]];
  range.end = range.at + tree.subtreeSizes[range.at];
  range.member += 1;
  range.entering = true;
  return true;
}

/** Of a forest in depth-first order. */
function* sizesOf(depths: Uint32Array, maxDepth: number): Generator<void, Uint32Array> {
  const sizes = new Uint32Array(depths.length);
  const open = new Uint32Array(maxDepth + 1);
  let opened = 0;
  for (let at = 0; at <= depths.length; at++) {
    const depth = at < depths.length ? depths[at] : 0;
    while (opened > depth) {
      opened -= 1;
      sizes[open[opened]] = at - open[opened];
    }
    if (at < depths.length) {
      open[opened] = at;
      opened += 1;
    }
    if ((at + 1) % (STRIDE * 4) === 0) {
      yield;
    }
  }
  return sizes;
}
