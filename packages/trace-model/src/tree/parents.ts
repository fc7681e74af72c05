import { wordsOf, type FrameColumns } from '../wire-frame/columns.ts';
import type { SpanIds } from './span-ids.ts';
import { STRIDE, type Steps } from './steps.ts';
import { CYCLE, DUPLICATE_ID, ORPHAN } from './trace-tree.ts';

/** OTLP's SpanKind. */
export const SERVER = 2;
export const CLIENT = 3;
export const PRODUCER = 4;
export const CONSUMER = 5;

/** Spans of one id that are looked at for a parent: a trace whose spans all have one id must not take n² steps. */
const MAX_NAMESAKES = 32;

export interface ParentInput {
  readonly columns: Pick<FrameColumns, 'parentSpanIds' | 'kinds'>;
  readonly ids: SpanIds;
  readonly rows: number;
  /** By row, nanoseconds. */
  readonly starts: Float64Array;
  readonly ends: Float64Array;
}

/** By node its parent node, -1 at roots; nodes behind the rows are parents that are missing. Sets flags of rows. */
export function* resolveParents(input: ParentInput, flags: Uint8Array): Steps<Int32Array> {
  const { columns, ids, rows } = input;
  const parentWords = wordsOf(columns.parentSpanIds);
  const parents = new Int32Array(rows).fill(-1);
  if (ids.duplicates > 0) {
    yield* joinShared(input, parents, flags);
  }
  for (let row = 0; row < rows; row++) {
    const low = parentWords[row * 2];
    const high = parentWords[row * 2 + 1];
    if (parents[row] === -1 && (low !== 0 || high !== 0)) {
      let parent = ids.find(low, high);
      if (parent === -1) {
        parent = ids.add(low, high);
      }
      if (parent >= rows) {
        flags[row] |= ORPHAN;
      } else if (ids.nextOf(parent) !== -1) {
        parent = amongNamesakes(input, row, parent);
      }
      parents[row] = parent;
    }
    if (row % STRIDE === STRIDE - 1) {
      yield;
    }
  }
  const all = new Int32Array(rows + ids.missing).fill(-1);
  all.set(parents);
  yield;
  yield* cutCycles(all, input.starts, flags);
  return all;
}

/**
 * Of several spans with the id of a row's parent. Where client and server share one, as with Zipkin, the calls that the server
 * makes name it. Else the first span that does not end before the child begins.
 */
function amongNamesakes({ columns: { kinds }, ids, starts, ends }: ParentInput, row: number, first: number): number {
  let open = -1;
  let other = -1;
  let looked = 0;
  for (let node = first; node !== -1 && looked < MAX_NAMESAKES; node = ids.nextOf(node), looked++) {
    if (node === row) {
      continue;
    }
    if (kinds[node] === SERVER && kinds[row] !== SERVER) {
      return node;
    }
    other = other === -1 ? node : other;
    if (open === -1 && ends[node] >= starts[row]) {
      open = node;
    }
  }
  return open !== -1 ? open : other !== -1 ? other : first;
}

/** A server span with the id of a client span is what that client called. */
function* joinShared(
  { columns: { kinds }, ids, rows }: ParentInput,
  parents: Int32Array,
  flags: Uint8Array
): Steps<void> {
  for (let row = 0; row < rows; row++) {
    if (row % STRIDE === STRIDE - 1) {
      yield;
    }
    if (ids.nextOf(row) === -1 || (flags[row] & DUPLICATE_ID) !== 0) {
      continue;
    }
    let client = -1;
    for (let node = row; node !== -1; node = ids.nextOf(node)) {
      flags[node] |= DUPLICATE_ID;
      if (client === -1 && kinds[node] === CLIENT) {
        client = node;
      }
    }
    if (client !== -1) {
      for (let node = row; node !== -1; node = ids.nextOf(node)) {
        if (kinds[node] === SERVER) {
          parents[node] = client;
        }
      }
    }
  }
}

/** Where parents lead back to a span, the first one of the circle by start becomes a root. */
function* cutCycles(parents: Int32Array, starts: Float64Array, flags: Uint8Array): Steps<void> {
  // The walk that a node was first seen in; a walk that comes upon itself is in a circle.
  const walks = new Int32Array(parents.length).fill(-1);
  let steps = 0;
  for (let start = 0; start < parents.length; start++) {
    let node = start;
    for (; node !== -1 && walks[node] === -1; node = parents[node]) {
      walks[node] = start;
      if (++steps % STRIDE === 0) {
        yield;
      }
    }
    if (node === -1 || walks[node] !== start) {
      continue;
    }
    let first = node;
    for (let other = parents[node]; other !== node; other = parents[other]) {
      if (starts[other] < starts[first] || (starts[other] === starts[first] && other < first)) {
        first = other;
      }
    }
    parents[first] = -1;
    flags[first] |= CYCLE;
  }
}
