import { CHUNK_ROWS, TraceFrameEncoder, wordsOf } from '@clew/trace-model';
import { setImmediate as nextTurn } from 'node:timers/promises';

import type { Engine } from '../../engine/engine.ts';
import { FRAME_COLUMNS, type FrameColumnName } from '../sql/trace-frame-sql.ts';
import { rowPages, type RowBlock } from '../trace/row-pages.ts';
import type { DictionaryColumn, FixedColumn, NativeBlock, TextColumn } from './native-reader.ts';

/**
 * A trace's skeleton as a wire frame, chunk by chunk, read page by page with one page ahead: what is held is two pages,
 * whatever the trace's size. A span that was delivered twice comes once; spans of one id that differ all come.
 *
 * `traceId` is 32 lower-case hex digits; `rows` is how many rows it has. Rejects with EngineError.
 */
export async function* traceFrame(
  engine: Engine,
  tenant: string,
  traceId: string,
  rows: number
): AsyncGenerator<Uint8Array> {
  let encoder: FrameWriter | undefined;
  for await (const { blocks, isLast } of rowPages(engine, { tenant, traceId, columns: FRAME_COLUMNS })) {
    encoder ??= new FrameWriter(traceId, blocks[0], rows);
    const groups = intoChunks(blocks);
    for (const [index, group] of groups.entries()) {
      yield encoder.write(group, isLast && index === groups.length - 1);
      await nextTurn();
    }
  }
}

/** ClickHouse's blocks have some 8 000 rows. One group of none for a page of none. */
function intoChunks(blocks: readonly RowBlock[]): RowBlock[][] {
  const groups: RowBlock[][] = [[]];
  let rows = 0;
  for (const block of blocks) {
    if (rows > 0 && rows + block.rows > CHUNK_ROWS) {
      groups.push([]);
      rows = 0;
    }
    groups[groups.length - 1].push(block);
    rows += block.rows;
  }
  return groups;
}

/** Copies columns of blocks into chunks; texts and resources become numbers. */
class FrameWriter {
  readonly #encoder: TraceFrameEncoder;
  readonly #expectedRows: number;
  readonly #baseLow: number;
  readonly #baseHigh: number;
  /** By the text's bytes. */
  readonly #names = new Map<string, number>();
  readonly #services = new Map<string, number>();
  readonly #messages = new Map<string, number>();

  constructor(traceId: string, first: RowBlock | undefined, expectedRows: number) {
    this.#baseLow = first?.starts[0] ?? 0;
    this.#baseHigh = first?.starts[1] ?? 0;
    const baseNs = (BigInt(this.#baseHigh) << 32n) | BigInt(this.#baseLow);
    this.#encoder = new TraceFrameEncoder(Buffer.from(traceId, 'hex'), baseNs);
    this.#expectedRows = expectedRows;
  }

  write(blocks: readonly RowBlock[], last: boolean): Uint8Array {
    const { names, services, messages, resources } = this.#encoder;
    // The dictionaries first: a chunk's size depends on them.
    const indexed = blocks.map((block) => ({
      ...block,
      names: numbered(block, 'name', this.#names, names),
      services: numbered(block, 'service', this.#services, services),
      resources: resourcesOf(block, resources),
      messages: messagesOf(block, this.#messages, messages),
    }));
    const { bytes, columns } = this.#encoder.chunk({
      rows: blocks.reduce((sum, { rows }) => sum + rows, 0),
      messageRows: indexed.reduce((sum, block) => sum + block.messages.rows.length, 0),
      totalSpans: this.#expectedRows,
      last,
    });
    const startWords = wordsOf(columns.startOffsets);
    const durations = bytesOf(columns.durations);
    const eventCounts = bytesOf(columns.eventCounts);
    const linkCounts = bytesOf(columns.linkCounts);
    let at = 0;
    let message = 0;
    for (const block of indexed) {
      const { rows } = block;
      const copy = (target: Uint8Array, name: FrameColumnName, width: number) =>
        target.set(fixed(block.columns, name).subarray(0, rows * width), at * width);
      copy(columns.spanIds, 'span_id', 8);
      copy(columns.parentSpanIds, 'parent_span_id', 8);
      copy(durations, 'duration_ns', 8);
      copy(eventCounts, 'event_count', 2);
      copy(linkCounts, 'link_count', 2);
      copy(columns.kinds, 'kind', 1);
      copy(columns.statuses, 'status_code', 1);
      copy(columns.flags, 'frame_flags', 1);
      this.#offsets(block, startWords, at * 2);
      columns.resources.set(block.resources, at);
      columns.names.set(block.names, at);
      columns.services.set(block.services, at);
      for (const [index, row] of block.messages.rows.entries()) {
        columns.messageRows[message] = at + row;
        columns.messages[message] = block.messages.indexes[index];
        message += 1;
      }
      at += rows;
    }
    return bytes;
  }

  /** Start less base, on halves. */
  #offsets({ rows, starts }: RowBlock, target: Uint32Array, at: number): void {
    const low = this.#baseLow;
    const high = this.#baseHigh;
    for (let word = 0; word < rows * 2; word += 2) {
      target[at + word] = starts[word] - low;
      target[at + word + 1] = starts[word + 1] - high - (starts[word] < low ? 1 : 0);
    }
  }
}

type TextWriter = TraceFrameEncoder['names'];

function numberOf(known: Map<string, number>, writer: TextWriter, source: Buffer, start: number, end: number): number {
  const key = source.toString('latin1', start, end);
  let number = known.get(key);
  if (number === undefined) {
    number = writer.add(source, start, end);
    known.set(key, number);
  }
  return number;
}

/** The frame's index for each row's text. Each text of the block's own dictionary is looked up once, if it is used. */
function numbered(block: RowBlock, name: FrameColumnName, known: Map<string, number>, writer: TextWriter): Uint32Array {
  const { source, starts, ends, indexes } = dictionary(block.columns, name);
  const numbers = new Int32Array(starts.length).fill(-1);
  const result = new Uint32Array(block.rows);
  for (let row = 0; row < block.rows; row++) {
    const index = indexes[row];
    if (numbers[index] < 0) {
      numbers[index] = numberOf(known, writer, source, starts[index], ends[index]);
    }
    result[row] = numbers[index];
  }
  return result;
}

function resourcesOf(block: RowBlock, writer: TraceFrameEncoder['resources']): Uint32Array {
  const ids = words(fixed(block.columns, 'resource_id'));
  const indexes = new Uint32Array(block.rows);
  for (let row = 0; row < block.rows; row++) {
    indexes[row] = writer.intern(ids[row * 2], ids[row * 2 + 1]);
  }
  return indexes;
}

function messagesOf(block: RowBlock, known: Map<string, number>, writer: TextWriter) {
  const { source, rows, starts, ends } = texts(block.columns, 'status_message');
  const kept = rows.filter((row) => row < block.rows);
  return { rows: kept, indexes: kept.map((_, at) => numberOf(known, writer, source, starts[at], ends[at])) };
}

type Columns = NativeBlock['columns'];

/** `readNativeBlocks` has checked the types, and with them the kinds. */
const fixed = (columns: Columns, name: FrameColumnName): Uint8Array => (columns[name] as FixedColumn).bytes;
const dictionary = (columns: Columns, name: FrameColumnName) => columns[name] as DictionaryColumn;
const texts = (columns: Columns, name: FrameColumnName) => columns[name] as TextColumn;

/** An aligned copy. */
const words = (bytes: Uint8Array): Uint32Array => wordsOf(new Uint8Array(bytes));

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);
