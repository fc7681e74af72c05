import { ChunkPieces } from './chunk-pieces.ts';
import { hexText, type FrameColumns } from './columns.ts';
import { FrameDictionary, ResourceDictionary } from './dictionary.ts';
import { TraceFrameError } from './error.ts';
import {
  AT,
  chunkSize,
  chunkViews,
  FLAG_LAST,
  FRAME_VERSION,
  HEADER_BYTES,
  MAGIC,
  MAX_CHUNK_BYTES,
  MAX_CHUNK_ROWS,
  UNKNOWN_TOTAL,
  type ChunkCounts,
} from './layout.ts';

export interface FrameChunk extends FrameColumns {
  /** Number of the first row in the whole frame. */
  readonly firstRow: number;
  readonly rows: number;
}

interface ChunkHeader {
  readonly counts: ChunkCounts;
  readonly byteLength: number;
  readonly last: boolean;
}

/** What is known of a frame so far. All of its chunks share the dictionaries, which only grow. */
export class TraceFrame {
  /** 32 hex digits. Empty before the first header. */
  traceId = '';
  /** Nanoseconds since the epoch: what `startOffsets` count from. */
  baseNs = 0n;
  /** Rows so far. */
  spans = 0;
  /** How many there will be at most, as the sender thinks, and exactly once `complete`. Undefined: it does not say. */
  expectedSpans: number | undefined;
  /** The last chunk is here. */
  complete = false;
  readonly resources = new ResourceDictionary();
  readonly names = new FrameDictionary();
  readonly services = new FrameDictionary();
  readonly messages = new FrameDictionary();
}

/**
 * Takes a frame's bytes in pieces of any size and answers chunks as they become complete:
 *
 *     for await (const piece of response.body) for (const chunk of decoder.push(piece)) draw(decoder.frame, chunk);
 *     decoder.end();
 *
 * A chunk's columns are views of one ArrayBuffer of its own. Every index in them is in its dictionary. Never reads outside
 * the bytes, and never takes more memory than twice what came and a megabyte.
 */
export class TraceFrameDecoder {
  readonly frame = new TraceFrame();
  readonly #pieces = new ChunkPieces<ChunkHeader, FrameChunk>({
    headerBytes: HEADER_BYTES,
    readHeader: (bytes, chunkOffset) => readHeader(this.frame, bytes, 0, chunkOffset),
    readChunk: (header, bytes, chunkOffset) => readChunk(this.frame, header, bytes, 0, chunkOffset),
  });

  /** Throws TraceFrameError, and from then on always the same one. */
  push(piece: Uint8Array): FrameChunk[] {
    return this.#pieces.push(piece);
  }

  /** To be called when the bytes end. Throws TraceFrameError when they end too early. */
  end(): void {
    this.#pieces.failing(() => {
      if (!this.frame.complete) {
        throw new TraceFrameError('the bytes end before the frame does', this.#pieces.chunkOffset);
      }
    });
  }
}

/**
 * A frame that is all there. The columns are views of `bytes`, which are copied only if they do not begin at a multiple of
 * eight in their buffer. Throws TraceFrameError.
 */
export function decodeTraceFrame(bytes: Uint8Array): { frame: TraceFrame; chunks: FrameChunk[] } {
  const aligned = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
  const frame = new TraceFrame();
  const chunks: FrameChunk[] = [];
  let at = 0;
  while (at < aligned.length) {
    const left = aligned.length - at;
    if (left < HEADER_BYTES) {
      throw new TraceFrameError('the bytes end in a header', at);
    }
    const header = readHeader(frame, aligned, at, at);
    if (left < header.byteLength) {
      throw new TraceFrameError('the bytes end in a chunk', at);
    }
    chunks.push(readChunk(frame, header, aligned, at, at));
    at += header.byteLength;
  }
  if (!frame.complete) {
    throw new TraceFrameError('the bytes end before the frame does', at);
  }
  return { frame, chunks };
}

function readHeader(frame: TraceFrame, bytes: Uint8Array, at: number, chunkOffset: number): ChunkHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, HEADER_BYTES);
  const number = (offset: number) => view.getUint32(offset, true);
  const refuse = (problem: string): never => {
    throw new TraceFrameError(problem, chunkOffset);
  };
  if (number(AT.magic) !== MAGIC) {
    refuse('it does not begin with CLWF');
  }
  if (frame.complete) {
    refuse('something stands behind the last chunk');
  }
  const version = view.getUint8(AT.version);
  if (version !== FRAME_VERSION) {
    refuse(`version ${version}, known is ${FRAME_VERSION}`);
  }
  const flags = view.getUint8(AT.flags);
  if ((flags & ~FLAG_LAST) !== 0) {
    refuse(`flags ${flags}`);
  }
  const counts: ChunkCounts = {
    rows: number(AT.rows),
    messageRows: number(AT.messageRows),
    newResources: number(AT.newResources),
    newNames: number(AT.newNames),
    nameBytes: number(AT.nameBytes),
    newServices: number(AT.newServices),
    serviceBytes: number(AT.serviceBytes),
    newMessages: number(AT.newMessages),
    messageBytes: number(AT.messageBytes),
  };
  const byteLength = number(AT.byteLength);
  if (counts.rows > MAX_CHUNK_ROWS || byteLength > MAX_CHUNK_BYTES) {
    refuse(`a chunk of ${counts.rows} spans and ${byteLength} bytes`);
  }
  if (chunkSize(counts) !== byteLength) {
    refuse(`${byteLength} bytes for what takes ${chunkSize(counts)}`);
  }
  if (number(AT.firstRow) !== frame.spans) {
    refuse(`span ${number(AT.firstRow)} where ${frame.spans} should follow`);
  }
  const traceId = hexText(bytes, at + AT.traceId, at + AT.traceId + 16);
  const baseNs = view.getBigUint64(AT.baseNs, true);
  if (frame.traceId === '') {
    frame.traceId = traceId;
    frame.baseNs = baseNs;
  } else if (traceId !== frame.traceId || baseNs !== frame.baseNs) {
    refuse('a chunk of another frame');
  }
  const total = number(AT.totalSpans);
  const last = flags === FLAG_LAST;
  if (counts.rows === 0 && !last) {
    refuse('a chunk without spans that is not the last one');
  }
  if (last && total !== frame.spans + counts.rows) {
    refuse(`${frame.spans + counts.rows} spans where it says ${total}`);
  }
  frame.expectedSpans = total === UNKNOWN_TOTAL ? undefined : total;
  return { counts, byteLength, last };
}

function readChunk(
  frame: TraceFrame,
  { counts, last }: ChunkHeader,
  bytes: Uint8Array,
  at: number,
  chunkOffset: number
): FrameChunk {
  const { columns, resourceIds, names, services, messages } = chunkViews(bytes.buffer, bytes.byteOffset + at, counts);
  frame.names.append(names, chunkOffset);
  frame.services.append(services, chunkOffset);
  frame.messages.append(messages, chunkOffset);
  frame.resources.append(resourceIds);
  const check = (what: string, indexes: Uint32Array, length: number) => {
    for (let row = 0; row < indexes.length; row++) {
      if (indexes[row] >= length) {
        throw new TraceFrameError(`${what} ${indexes[row]} of ${length}`, chunkOffset);
      }
    }
  };
  check('name', columns.names, frame.names.length);
  check('service', columns.services, frame.services.length);
  check('resource', columns.resources, frame.resources.length);
  check('message', columns.messages, frame.messages.length);
  const { messageRows } = columns;
  for (let index = 0; index < messageRows.length; index++) {
    if (messageRows[index] >= counts.rows || (index > 0 && messageRows[index] <= messageRows[index - 1])) {
      throw new TraceFrameError(`a message of row ${messageRows[index]}`, chunkOffset);
    }
  }
  const firstRow = frame.spans;
  frame.spans += counts.rows;
  frame.complete = last;
  return { firstRow, rows: counts.rows, ...columns };
}
