import { type Texts, type TraceTable } from '../trace/traceTable';
import { rowOfSpan } from './traceFacts';

const TEXT_STRIDE = 4096;
const ROW_STRIDE = 1 << 17;

/**
 * One bit a row, of the spans whose name, service or status message has the text in it, whatever its case, or whose id it is. Each
 * text is looked at once, however many spans have it.
 */
export function* textMatches(table: TraceTable, text: string): Generator<void, Uint32Array> {
  const wanted = text.trim().toLowerCase();
  const { columns, tree } = table;
  const bits = new Uint32Array((tree.rows + 31) >>> 5);
  const names = yield* found(table.names, wanted);
  const services = yield* found(table.services, wanted);
  const messages = yield* found(table.messages, wanted);
  for (let row = 0; row < tree.rows; row++) {
    if (names[columns.names[row]] || services[columns.services[row]]) {
      bits[row >>> 5] |= 1 << (row & 31);
    }
    if (row % ROW_STRIDE === ROW_STRIDE - 1) {
      yield;
    }
  }
  for (let index = 0; index < columns.messageRows.length; index++) {
    if (messages[columns.messages[index]]) {
      const row = columns.messageRows[index];
      bits[row >>> 5] |= 1 << (row & 31);
    }
  }
  const row = rowOfSpan(table, wanted);
  if (row >= 0) {
    bits[row >>> 5] |= 1 << (row & 31);
  }
  return bits;
}

function* found(texts: Texts, wanted: string): Generator<void, Uint8Array> {
  const { length } = texts;
  const flags = new Uint8Array(length);
  for (let index = 0; index < length; index++) {
    flags[index] = texts.get(index).toLowerCase().includes(wanted) ? 1 : 0;
    if (index % TEXT_STRIDE === TEXT_STRIDE - 1) {
      yield;
    }
  }
  return flags;
}

/** What begins so is TraceQL. */
export const isTraceql = (text: string): boolean => text.trimStart().startsWith('{');
