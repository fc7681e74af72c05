import { toNumbers, type FrameColumns } from '../wire-frame/columns.ts';
import { childrenOf, orderByStart, type Children } from './children.ts';
import { depthFirst } from './depth-first.ts';
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

/**
 * The forest of a trace's spans, which may come in any order and say anything of their parents. Linear, with n log n for
 * children that are not in the order of their starts; no recursion. Throws RangeError where columns differ in length.
 */
export function* buildTree(input: TreeInput, options: TreeOptions = {}): Steps<TraceTree> {
  const rows = checkedRows(input);
  const [rowStarts, rowEnds] = yield* timesOf(input, rows);
  const ids = new SpanIds(input.spanIds);
  const rowFlags = new Uint8Array(rows);
  yield* ids.addRows(rowFlags);
  const parents = yield* resolveParents({ columns: input, ids, rows, starts: rowStarts, ends: rowEnds }, rowFlags);
  const nodes = parents.length;
  const starts = withRoom(rowStarts, Float64Array, nodes);
  const ends = withRoom(rowEnds, Float64Array, nodes);
  const flags = withRoom(rowFlags, Uint8Array, nodes);
  yield;
  const children = yield* childrenOf(parents);
  const skew = options.correctSkew
    ? yield* correctSkew(input, children, { parents, starts, ends, flags })
    : { maxSkewNs: 0, skewedSpans: 0 };
  yield* spanPhantoms(children, rows, { starts, ends, flags });
  yield* orderByStart(children, starts);
  const extent = yield* extentOf(starts, ends);
  const forest = yield* depthFirst(children);
  return { rows, nodes, parents, flags, starts, ends, ...extent, ...skew, phantomIds: ids.missingIds(), ...forest };
}

function checkedRows(input: TreeInput): number {
  const rows = input.kinds.length;
  const lengths = {
    spanIds: input.spanIds.length / 8,
    parentSpanIds: input.parentSpanIds.length / 8,
    startOffsets: input.startOffsets.length,
    durations: input.durations.length,
    resources: input.resources.length,
  };
  for (const [column, length] of Object.entries(lengths)) {
    if (length !== rows) {
      throw new RangeError(`Columns of a trace must have one length: ${column} has ${length} rows, kinds has ${rows}.`);
    }
  }
  return rows;
}

/** A column with room for `length` elements: itself if it has that. */
function withRoom<Column extends Float64Array | Uint8Array>(
  column: Column,
  Longer: new (length: number) => Column,
  length: number
): Column {
  if (column.length === length) {
    return column;
  }
  const longer = new Longer(length);
  longer.set(column);
  return longer;
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
function* spanPhantoms(
  { offsets, nodes }: Children,
  rows: number,
  { starts, ends, flags }: Pick<TraceTree, 'starts' | 'ends' | 'flags'>
): Steps<void> {
  let steps = 0;
  for (let phantom = rows; phantom < starts.length; phantom++) {
    let [first, last] = [Infinity, -Infinity];
    for (let at = offsets[phantom]; at < offsets[phantom + 1]; at++) {
      first = Math.min(first, starts[nodes[at]]);
      last = Math.max(last, ends[nodes[at]]);
      if (++steps % STRIDE === 0) {
        yield;
      }
    }
    flags[phantom] = PHANTOM;
    starts[phantom] = first;
    ends[phantom] = last;
  }
}

function* extentOf(starts: Float64Array, ends: Float64Array): Steps<Pick<TraceTree, 'firstStart' | 'lastEnd'>> {
  let firstStart = Infinity;
  let lastEnd = -Infinity;
  for (let node = 0; node < starts.length; node++) {
    firstStart = Math.min(firstStart, starts[node]);
    lastEnd = Math.max(lastEnd, ends[node]);
    if (node % (STRIDE * 8) === 0) {
      yield;
    }
  }
  return starts.length === 0 ? { firstStart: 0, lastEnd: 0 } : { firstStart, lastEnd };
}
