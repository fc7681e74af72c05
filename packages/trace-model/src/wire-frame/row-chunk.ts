import { ChunkPieces } from './chunk-pieces.ts';
import { hexText } from './columns.ts';
import { TraceFrameError } from './error.ts';
import { MAX_CHUNK_BYTES, MAX_CHUNK_ROWS, UNKNOWN_TOTAL } from './layout.ts';

/*
 * What is told of each row of a frame, apart from it: chunks with one header, of which docs/adr/0005-wire-frame.md is the
 * description. Sections begin at a multiple of eight.
 */
export const ROW_HEADER_BYTES = 48;
export const ROW_FLAG_LAST = 1;

const AT = {
  magic: 0,
  version: 4,
  flags: 5,
  byteLength: 8,
  rows: 12,
  traceId: 16,
  totalRows: 32,
  firstRow: 36,
  first: 40,
  second: 44,
} as const;

/** A form of chunks: what it is called, how it begins, what its two own numbers make its size. */
export interface RowForm {
  /** With its article, for errors. */
  readonly name: string;
  /** Four letters. */
  readonly magic: string;
  readonly version: number;
  /** All that may be set. */
  readonly flags: number;
  /** Chunks but the last have a multiple of so many rows. */
  readonly rowStep: number;
  /** Bytes behind the header. */
  size(rows: number, first: number, second: number): number;
}

export interface RowHeader {
  readonly rows: number;
  readonly flags: number;
  /** The form's own numbers. */
  readonly first: number;
  readonly second: number;
}

export const padded = (size: number): number => Math.ceil(size / 8) * 8;

/** Makes chunks with the rows counted. Throws RangeError for what decoders do not take. */
export class RowChunkWriter {
  readonly #form: RowForm;
  readonly #traceId: Uint8Array;
  #rows = 0;

  /** `traceId`: 16 bytes. */
  constructor(form: RowForm, traceId: Uint8Array) {
    if (traceId.length !== 16) {
      throw new RangeError(`A trace id has 16 bytes, not ${traceId.length}`);
    }
    this.#form = form;
    this.#traceId = traceId;
  }

  /** A chunk with its header, zeros behind it. `totalRows`: an upper bound, if one is known; the last chunk says it exactly. */
  chunk({ rows, flags, first, second }: RowHeader, totalRows = UNKNOWN_TOTAL): Uint8Array<ArrayBuffer> {
    const { magic, version, size, rowStep } = this.#form;
    const byteLength = ROW_HEADER_BYTES + size(rows, first, second);
    const last = (flags & ROW_FLAG_LAST) !== 0;
    if (rows > MAX_CHUNK_ROWS || byteLength > MAX_CHUNK_BYTES || (!last && (rows === 0 || rows % rowStep !== 0))) {
      throw new RangeError(`A chunk of ${rows} rows and ${byteLength} bytes`);
    }
    const bytes = new Uint8Array(byteLength);
    const header = new DataView(bytes.buffer);
    const number = (at: number, value: number) => header.setUint32(at, value, true);
    for (let letter = 0; letter < 4; letter++) {
      bytes[AT.magic + letter] = magic.charCodeAt(letter);
    }
    bytes[AT.version] = version;
    bytes[AT.flags] = flags;
    number(AT.byteLength, byteLength);
    number(AT.rows, rows);
    bytes.set(this.#traceId, AT.traceId);
    number(AT.totalRows, last ? this.#rows + rows : totalRows);
    number(AT.firstRow, this.#rows);
    number(AT.first, first);
    number(AT.second, second);
    this.#rows += rows;
    return bytes;
  }
}

/** Reads chunks that follow one another: their headers here, what stands behind them by `take`. */
export class RowChunkDecoder {
  /** 32 hex digits. Empty before the first header. */
  traceId = '';
  /** Rows so far. */
  rows = 0;
  /** How many there will be at most, as the sender thinks, and exactly once `complete`. Undefined: it does not say. */
  expectedRows: number | undefined;
  /** The last chunk is here. */
  complete = false;
  readonly #form: RowForm;
  readonly #pieces: ChunkPieces<RowHeader & { readonly byteLength: number }, RowHeader>;

  /** `take` gets a chunk whose first row is `rows`, and throws TraceFrameError by `refuse`. */
  constructor(form: RowForm, take: (header: RowHeader, bytes: Uint8Array, chunkOffset: number) => void) {
    this.#form = form;
    this.#pieces = new ChunkPieces({
      headerBytes: ROW_HEADER_BYTES,
      readHeader: (bytes, chunkOffset) => this.#readHeader(bytes, chunkOffset),
      readChunk: (header, bytes, chunkOffset) => {
        take(header, bytes, chunkOffset);
        this.rows += header.rows;
        this.complete = (header.flags & ROW_FLAG_LAST) !== 0;
        return header;
      },
    });
  }

  /** How many rows have come with it. Throws TraceFrameError, and from then on always the same one. */
  push(piece: Uint8Array): number {
    return this.#pieces.push(piece).reduce((sum, { rows }) => sum + rows, 0);
  }

  /** To be called when the bytes end. Throws TraceFrameError when they end too early. */
  end(): void {
    this.#pieces.failing(() => {
      if (!this.complete) {
        this.refuse('the bytes end before the last chunk does', this.#pieces.chunkOffset);
      }
    });
  }

  refuse(problem: string, chunkOffset: number): never {
    throw new TraceFrameError(problem, chunkOffset, this.#form.name);
  }

  #readHeader(bytes: Uint8Array, chunkOffset: number): RowHeader & { readonly byteLength: number } {
    const { magic, version, flags: known, size, rowStep } = this.#form;
    const view = new DataView(bytes.buffer, bytes.byteOffset, ROW_HEADER_BYTES);
    const number = (at: number) => view.getUint32(at, true);
    const refuse = (problem: string) => this.refuse(problem, chunkOffset);
    if (String.fromCharCode(...bytes.subarray(AT.magic, AT.magic + 4)) !== magic) {
      refuse(`it does not begin with ${magic}`);
    }
    if (this.complete) {
      refuse('something stands behind the last chunk');
    }
    if (bytes[AT.version] !== version) {
      refuse(`version ${bytes[AT.version]}, known is ${version}`);
    }
    const flags = bytes[AT.flags];
    const last = (flags & ROW_FLAG_LAST) !== 0;
    const [rows, byteLength, first, second] = [AT.rows, AT.byteLength, AT.first, AT.second].map(number);
    if ((flags & ~known) !== 0) {
      refuse(`flags ${flags}`);
    }
    if (rows > MAX_CHUNK_ROWS || byteLength > MAX_CHUNK_BYTES) {
      refuse(`a chunk of ${rows} rows and ${byteLength} bytes`);
    }
    const wanted = ROW_HEADER_BYTES + size(rows, first, second);
    if (byteLength !== wanted) {
      refuse(`${byteLength} bytes for what takes ${wanted}`);
    }
    if (number(AT.firstRow) !== this.rows) {
      refuse(`row ${number(AT.firstRow)} where ${this.rows} should follow`);
    }
    if (!last && (rows === 0 || rows % rowStep !== 0)) {
      refuse(`a chunk of ${rows} rows that is not the last one`);
    }
    const traceId = hexText(bytes, AT.traceId, AT.traceId + 16);
    if (this.traceId !== '' && traceId !== this.traceId) {
      refuse('a chunk of another trace');
    }
    const total = number(AT.totalRows);
    if (last && total !== this.rows + rows) {
      refuse(`${this.rows + rows} rows where it says ${total}`);
    }
    this.traceId = traceId;
    this.expectedRows = total === UNKNOWN_TOTAL ? undefined : total;
    return { rows, flags, first, second, byteLength };
  }
}

/** An array of at least `length`, with what `array` has; grown by doubling. */
export function grown(array: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
  if (length <= array.length) {
    return array;
  }
  const larger = new Uint32Array(Math.max(length, array.length * 2));
  larger.set(array);
  return larger;
}
