import type { FrameColumns } from '../wire-frame/columns.ts';
import { idWords, type SpanIds } from './span-ids.ts';
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
  const parentWords = idWords(columns.parentSpanIds);
  const parents = new Int32Array(rows);
  let steps = 0;
  for (let row = 0; row < rows; row++) {
    const low = parentWords[row * 2];
    const high = parentWords[row * 2 + 1];
    let parent = -1;
    if ((flags[row] & DUPLICATE_ID) !== 0 && columns.kinds[row] === SERVER) {
      parent = amongNamesakes(input, row, ids.firstOf(row), CLIENT);
      steps += MAX_NAMESAKES;
    }
    if (parent === -1 && (low !== 0 || high !== 0)) {
      parent = ids.find(low, high);
      if (parent === -1) {
        parent = ids.add(low, high);
      }
      if (parent >= rows) {
        flags[row] |= ORPHAN;
      } else if (ids.nextOf(parent) !== -1) {
        parent = parentOfShared(input, row, parent);
        steps += MAX_NAMESAKES;
      }
    }
    parents[row] = parent;
    if (++steps >= STRIDE) {
      steps = 0;
      yield;
    }
  }
  yield* cutCycles(parents, input.starts, flags);
  if (ids.missing === 0) {
    return parents;
  }
  const all = new Int32Array(rows + ids.missing);
  all.set(parents);
  all.fill(-1, rows);
  yield;
  return all;
}

/**
 * Of several spans with the id of a row's parent. Where client and server share one, as with Zipkin, it is the server that
 * makes the calls.
 */
function parentOfShared(input: ParentInput, row: number, first: number): number {
  if (amongNamesakes(input, row, first, CLIENT) !== -1) {
    const server = amongNamesakes(input, row, first, SERVER);
    if (server !== -1) {
      return server;
    }
  }
  const any = amongNamesakes(input, row, first);
  return any === -1 ? first : any;
}

/** The first other span of an id that does not end before a row begins, else the first one; -1 if none is of the kind. */
function amongNamesakes({ columns, ids, starts, ends }: ParentInput, row: number, first: number, kind = -1): number {
  let found = -1;
  let looked = 0;
  for (let node = first; node !== -1 && looked < MAX_NAMESAKES; node = ids.nextOf(node), looked++) {
    if (node === row || (kind !== -1 && columns.kinds[node] !== kind)) {
      continue;
    }
    if (ends[node] >= starts[row]) {
      return node;
    }
    found = found === -1 ? node : found;
  }
  return found;
}

/** Where parents lead back to a span, the first one of the circle by start becomes a root. */
function* cutCycles(parents: Int32Array, starts: Float64Array, flags: Uint8Array): Steps<void> {
  // The walk, from 1, that a node was first seen in; a walk that comes upon itself is in a circle.
  const walks = new Int32Array(parents.length);
  let steps = 0;
  for (let start = 0; start < parents.length; start++) {
    if (++steps % STRIDE === 0) {
      yield;
    }
    // Rows are by start, so most parents stand before their children. A circle has one at least that does not.
    if (parents[start] < start) {
      continue;
    }
    let node = start;
    while (node >= 0 && node < parents.length && walks[node] === 0) {
      walks[node] = start + 1;
      node = parents[node];
      if (++steps % STRIDE === 0) {
        yield;
      }
    }
    if (node < 0 || node >= parents.length || walks[node] !== start + 1) {
      continue;
    }
    let first = node;
    for (let other = parents[node]; other !== node; other = parents[other]) {
      if (starts[other] < starts[first] || (starts[other] === starts[first] && other < first)) {
        first = other;
      }
      if (++steps % STRIDE === 0) {
        yield;
      }
    }
    parents[first] = -1;
    flags[first] |= CYCLE;
  }
}
