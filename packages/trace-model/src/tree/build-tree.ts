import { toNumbers, type FrameColumns } from '../wire-frame/columns.ts';
import { childrenOf, orderByStart, type Children } from './children.ts';
import { resolveParents } from './parents.ts';
import { correctSkew } from './skew.ts';
import { SpanIds } from './span-ids.ts';
import { STRIDE, type Steps } from './steps.ts';
import { PHANTOM, type TraceTree } from './trace-tree.ts';

export type TreeInput = Pick<
  FrameColumns,
  'spanIds' | 'parentSpanIds' | 'startOffsets' | 'durations' | 'kinds' | 'resources'
>;

export interface TreeOptions {
  /** Moves spans whose clock cannot have been right; see `correctSkew`. */
  readonly correctSkew?: boolean;
}

/** The forest of a trace's spans, which may come in any order and say anything of their parents. Linear, no recursion. */
export function* buildTree(input: TreeInput, options: TreeOptions = {}): Steps<TraceTree> {
  const rows = input.kinds.length;
  const [rowStarts, rowEnds] = yield* timesOf(input, rows);
  const ids = new SpanIds(input.spanIds);
  yield;
  yield* ids.addRows();
  const rowFlags = new Uint8Array(rows);
  const parents = yield* resolveParents({ columns: input, ids, rows, starts: rowStarts, ends: rowEnds }, rowFlags);
  const nodes = parents.length;
  const [flags, starts, ends] = [new Uint8Array(nodes), new Float64Array(nodes), new Float64Array(nodes)];
  flags.set(rowFlags);
  starts.set(rowStarts);
  ends.set(rowEnds);
  yield;
  const children = yield* childrenOf(parents);
  const maxSkewNs = options.correctSkew ? yield* correctSkew(input, children, starts, ends, flags) : 0;
  spanPhantoms(children, rows, { starts, ends, flags });
  yield* orderByStart(children, starts);
  const { firstStart, lastEnd } = yield* extentOf(starts, ends);
  const forest = yield* depthFirst(children, nodes);
  return {
    rows,
    nodes,
    parents,
    flags,
    starts,
    ends,
    firstStart,
    lastEnd,
    maxSkewNs,
    phantomIds: ids.missingIds(),
    ...forest,
  };
}

function* timesOf({ startOffsets, durations }: TreeInput, rows: number): Steps<[Float64Array, Float64Array]> {
  const starts = new Float64Array(rows);
  const ends = new Float64Array(rows);
  for (let from = 0; from < rows; from += STRIDE) {
    const to = Math.min(from + STRIDE, rows);
    toNumbers(startOffsets.subarray(from, to), starts.subarray(from, to));
    toNumbers(durations.subarray(from, to), ends.subarray(from, to));
    for (let row = from; row < to; row++) {
      ends[row] = starts[row] + Math.max(ends[row], 0);
    }
    yield;
  }
  return [starts, ends];
}

/** A parent that is missing lasted at least from the start of its first child to the end of its last one. */
function spanPhantoms(
  { offsets, nodes }: Children,
  rows: number,
  { starts, ends, flags }: Pick<TraceTree, 'starts' | 'ends' | 'flags'>
): void {
  for (let phantom = rows; phantom < starts.length; phantom++) {
    flags[phantom] = PHANTOM;
    starts[phantom] = Infinity;
    ends[phantom] = -Infinity;
    for (let at = offsets[phantom]; at < offsets[phantom + 1]; at++) {
      starts[phantom] = Math.min(starts[phantom], starts[nodes[at]]);
      ends[phantom] = Math.max(ends[phantom], ends[nodes[at]]);
    }
  }
}

function* extentOf(starts: Float64Array, ends: Float64Array): Steps<{ firstStart: number; lastEnd: number }> {
  let firstStart = Infinity;
  let lastEnd = -Infinity;
  for (let node = 0; node < starts.length; node++) {
    firstStart = Math.min(firstStart, starts[node]);
    lastEnd = Math.max(lastEnd, ends[node]);
    if (node % (STRIDE * 4) === 0) {
      yield;
    }
  }
  return starts.length === 0 ? { firstStart: 0, lastEnd: 0 } : { firstStart, lastEnd };
}

type DepthFirst = Pick<TraceTree, 'order' | 'positions' | 'depths' | 'subtreeSizes' | 'maxDepth'>;

function* depthFirst({ offsets, nodes }: Children, count: number): Steps<DepthFirst> {
  const order = new Uint32Array(count);
  const positions = new Uint32Array(count);
  const depths = new Uint32Array(count);
  const subtreeSizes = new Uint32Array(count);
  let maxDepth = 0;
  // Of each level under way: the child that is next, and where the children end.
  let next = new Uint32Array(64);
  let ends = new Uint32Array(64);
  next[0] = offsets[count];
  ends[0] = offsets[count + 1];
  let position = 0;
  for (let depth = 0; depth >= 0;) {
    if (next[depth] === ends[depth]) {
      depth -= 1;
      if (depth >= 0) {
        const parent = positions[nodes[next[depth] - 1]];
        subtreeSizes[parent] = position - parent;
      }
      continue;
    }
    const node = nodes[next[depth]++];
    order[position] = node;
    positions[node] = position;
    depths[position] = depth;
    subtreeSizes[position] = 1;
    maxDepth = Math.max(maxDepth, depth);
    position += 1;
    if (offsets[node] !== offsets[node + 1]) {
      depth += 1;
      if (depth === next.length) {
        next = grown(next);
        ends = grown(ends);
      }
      next[depth] = offsets[node];
      ends[depth] = offsets[node + 1];
    }
    if (position % STRIDE === 0) {
      yield;
    }
  }
  return { order, positions, depths, subtreeSizes, maxDepth };
}

function grown(stack: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(stack.length * 2);
  larger.set(stack);
  return larger;
}
