import { utf8Length, writeUtf8 } from '../protobuf/utf8.ts';
import { copyColumns, sliceColumns, wordsOf, type FrameColumns } from './columns.ts';
import { ResourceDictionaryWriter, TextDictionaryWriter } from './dictionary-writer.ts';
import {
  AT,
  chunkSize,
  chunkViews,
  FLAG_LAST,
  FRAME_VERSION,
  MAGIC,
  MAX_CHUNK_BYTES,
  MAX_CHUNK_ROWS,
  UNKNOWN_TOTAL,
} from './layout.ts';

/** Spans of a chunk: some four megabytes, which a browser lays out within a frame or two. */
export const CHUNK_ROWS = 65_536;

export interface ChunkOptions {
  readonly rows: number;
  /** How many of the rows have a status message. */
  readonly messageRows: number;
  /** How many spans the frame will have at most. In the last chunk the true number stands, whatever is given. */
  readonly totalSpans?: number;
  /** The frame ends with this chunk, which may be one of no rows. */
  readonly last: boolean;
}

/**
 * Makes a frame chunk by chunk. First add what the rows of the chunk need to the dictionaries, then take a chunk and fill
 * its columns: they are views of the bytes to send, and the index that a dictionary gave is the index that they hold.
 */
export class TraceFrameEncoder {
  readonly resources = new ResourceDictionaryWriter();
  readonly names = new TextDictionaryWriter();
  readonly services = new TextDictionaryWriter();
  readonly messages = new TextDictionaryWriter();
  readonly #traceId: Uint8Array;
  readonly #baseNs: bigint;
  #rows = 0;

  /** `traceId`: 16 bytes. `baseNs`: what the columns' `startOffsets` count from, usually the first start. */
  constructor(traceId: Uint8Array, baseNs: bigint) {
    if (traceId.length !== 16) {
      throw new RangeError(`A trace id has 16 bytes, not ${traceId.length}`);
    }
    this.#traceId = traceId;
    this.#baseNs = baseNs;
  }

  /** Throws RangeError when a chunk of that size is more than decoders take. */
  chunk(options: ChunkOptions): { bytes: Uint8Array<ArrayBuffer>; columns: FrameColumns } {
    const { rows, messageRows, totalSpans = UNKNOWN_TOTAL, last } = options;
    const { resources, names, services, messages } = this;
    const counts = {
      rows,
      messageRows,
      newResources: resources.pendingEntries,
      newNames: names.pendingEntries,
      nameBytes: names.pendingBytes,
      newServices: services.pendingEntries,
      serviceBytes: services.pendingBytes,
      newMessages: messages.pendingEntries,
      messageBytes: messages.pendingBytes,
    };
    const size = chunkSize(counts);
    if (rows > MAX_CHUNK_ROWS || size > MAX_CHUNK_BYTES) {
      throw new RangeError(`A chunk of ${rows} spans and ${size} bytes is too large`);
    }
    const bytes = new Uint8Array(size);
    const header = new DataView(bytes.buffer);
    const number = (at: number, value: number) => header.setUint32(at, value, true);
    number(AT.magic, MAGIC);
    header.setUint8(AT.version, FRAME_VERSION);
    header.setUint8(AT.flags, last ? FLAG_LAST : 0);
    number(AT.byteLength, size);
    number(AT.rows, rows);
    bytes.set(this.#traceId, AT.traceId);
    header.setBigUint64(AT.baseNs, this.#baseNs, true);
    number(AT.totalSpans, last ? this.#rows + rows : totalSpans);
    number(AT.firstRow, this.#rows);
    number(AT.messageRows, messageRows);
    number(AT.newResources, counts.newResources);
    number(AT.newNames, counts.newNames);
    number(AT.nameBytes, counts.nameBytes);
    number(AT.newServices, counts.newServices);
    number(AT.serviceBytes, counts.serviceBytes);
    number(AT.newMessages, counts.newMessages);
    number(AT.messageBytes, counts.messageBytes);

    const views = chunkViews(bytes.buffer, 0, counts);
    resources.flush(wordsOf(views.resourceIds));
    names.flush(views.names);
    services.flush(views.services);
    messages.flush(views.messages);
    this.#rows += rows;
    return { bytes, columns: views.columns };
  }
}

/** A trace that is all there, to be made into a frame: `columns` as FrameColumns says, with indexes into the lists. */
export interface TraceFrameSource {
  readonly traceId: Uint8Array;
  readonly baseNs: bigint;
  readonly columns: FrameColumns;
  /** Distinct. */
  readonly resourceIds: BigUint64Array;
  readonly names: readonly string[];
  readonly services: readonly string[];
  readonly messages: readonly string[];
}

/** The whole frame. Dictionaries come in pieces, each chunk with what its rows need and no chunk before had. */
export function encodeTraceFrame(source: TraceFrameSource, chunkRows = CHUNK_ROWS): Uint8Array<ArrayBuffer> {
  const { columns } = source;
  const encoder = new TraceFrameEncoder(source.traceId, source.baseNs);
  const resourceWords = wordsOf(source.resourceIds);
  const total = columns.kinds.length;
  const chunks: Array<Uint8Array<ArrayBuffer>> = [];
  let message = 0;
  for (let row = 0; row < total || chunks.length === 0; row += chunkRows) {
    const end = Math.min(total, row + chunkRows);
    const firstMessage = message;
    while (message < columns.messageRows.length && columns.messageRows[message] < end) {
      message += 1;
    }
    const part = sliceColumns(columns, row, end, firstMessage, message);
    addUpTo(encoder.names, source.names, part.names);
    addUpTo(encoder.services, source.services, part.services);
    addUpTo(encoder.messages, source.messages, part.messages);
    for (let index = encoder.resources.count, last = highest(part.resources); index <= last; index++) {
      if (encoder.resources.intern(resourceWords[index * 2], resourceWords[index * 2 + 1]) !== index) {
        throw new RangeError(`Resource id ${index} is in the list twice`);
      }
    }
    const chunk = encoder.chunk({
      rows: end - row,
      messageRows: message - firstMessage,
      totalSpans: total,
      last: end === total,
    });
    copyColumns(part, chunk.columns, 0, 0, row);
    chunks.push(chunk.bytes);
  }
  return joinBytes(chunks);
}

function addUpTo(writer: TextDictionaryWriter, texts: readonly string[], indexes: Uint32Array): void {
  for (let index = writer.count, last = highest(indexes); index <= last; index++) {
    if (index >= texts.length) {
      throw new RangeError(`Index ${last} of a dictionary of ${texts.length} entries`);
    }
    const bytes = new Uint8Array(utf8Length(texts[index]));
    writeUtf8(texts[index], bytes, 0);
    writer.add(bytes);
  }
}

/** −1 of none. */
function highest(indexes: Uint32Array): number {
  let highestYet = -1;
  for (let at = 0; at < indexes.length; at++) {
    highestYet = Math.max(highestYet, indexes[at]);
  }
  return highestYet;
}

function joinBytes(parts: ReadonlyArray<Uint8Array<ArrayBuffer>>): Uint8Array<ArrayBuffer> {
  if (parts.length === 1) {
    return parts[0];
  }
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
