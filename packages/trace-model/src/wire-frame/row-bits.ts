import {
  grown,
  padded,
  ROW_FLAG_LAST,
  ROW_HEADER_BYTES,
  RowChunkDecoder,
  RowChunkWriter,
  type RowForm,
} from './row-chunk.ts';

/** The version of the bytes of row bits. */
export const ROW_BITS_VERSION = 1;

/** `first` is how many bits of the chunk are set. */
const FORM: RowForm = {
  name: 'row bits',
  magic: 'CLWM',
  version: ROW_BITS_VERSION,
  flags: ROW_FLAG_LAST,
  rowStep: 32,
  size: (rows) => padded(Math.ceil(rows / 32) * 4),
};

/** Makes chunks of one bit a row: whether a query matches the row of that number in the frame. */
export class RowBitsEncoder {
  readonly #writer: RowChunkWriter;
  #words = new Uint32Array(64);
  /** Rows that no chunk has yet. */
  #rows = 0;

  /** `traceId`: 16 bytes. */
  constructor(traceId: Uint8Array) {
    this.#writer = new RowChunkWriter(FORM, traceId);
  }

  /** Adds rows: a byte each, not zero where it matches. */
  add(matches: Uint8Array): void {
    const first = this.#rows;
    this.#rows += matches.length;
    this.#words = grown(this.#words, Math.ceil(this.#rows / 32));
    const words = this.#words;
    for (let at = 0, row = first; at < matches.length; at++, row++) {
      if (matches[at] !== 0) {
        words[row >>> 5] |= 1 << (row & 31);
      }
    }
  }

  /** The rows that were added, but for the up to 31 that do not fill a word; undefined if that leaves none. */
  chunk(totalRows?: number): Uint8Array<ArrayBuffer> | undefined {
    const rows = this.#rows - (this.#rows % 32);
    return rows === 0 ? undefined : this.#chunk(rows, 0, totalRows);
  }

  /** All rows that are left. */
  lastChunk(): Uint8Array<ArrayBuffer> {
    return this.#chunk(this.#rows, ROW_FLAG_LAST);
  }

  #chunk(rows: number, flags: number, totalRows?: number): Uint8Array<ArrayBuffer> {
    const used = this.#words.subarray(0, Math.ceil(rows / 32));
    const bytes = this.#writer.chunk({ rows, flags, first: countBits(used), second: 0 }, totalRows);
    new Uint32Array(bytes.buffer, ROW_HEADER_BYTES, used.length).set(used);
    const rest = this.#words.slice(used.length, Math.ceil(this.#rows / 32));
    this.#words.fill(0);
    this.#words.set(rest);
    this.#rows -= rows;
    return bytes;
  }
}

/** Takes the bytes in pieces of any size. */
export class RowBitsDecoder {
  /** How many of the rows so far match. */
  matched = 0;
  #bits = new Uint32Array(64);
  readonly #chunks: RowChunkDecoder = new RowChunkDecoder(FORM, ({ rows, first }, bytes, chunkOffset) => {
    const at = this.#chunks.rows >>> 5;
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset + ROW_HEADER_BYTES, Math.ceil(rows / 32));
    const beyond = rows % 32 === 0 ? 0 : words[words.length - 1] >>> (rows % 32);
    if (countBits(words) !== first || beyond !== 0) {
      this.#chunks.refuse(`bits that are not those of ${first} of ${rows} rows`, chunkOffset);
    }
    this.#bits = grown(this.#bits, at + words.length);
    this.#bits.set(words, at);
    this.matched += first;
  });

  /** 32 hex digits. Empty before the first header. */
  get traceId(): string {
    return this.#chunks.traceId;
  }

  /** Rows so far. */
  get rows(): number {
    return this.#chunks.rows;
  }

  /** How many there will be at most, and exactly once `complete`; undefined where the sender does not say. */
  get expectedRows(): number | undefined {
    return this.#chunks.expectedRows;
  }

  get complete(): boolean {
    return this.#chunks.complete;
  }

  /** A bit for each of `rows`: `bits[row >> 5] & (1 << (row & 31))`. A view that the next piece may leave behind. */
  get bits(): Uint32Array {
    return this.#bits.subarray(0, Math.ceil(this.#chunks.rows / 32));
  }

  /** How many rows have come with it. Throws TraceFrameError, and from then on always the same one. */
  push(piece: Uint8Array): number {
    return this.#chunks.push(piece);
  }

  /** To be called when the bytes end. Throws TraceFrameError when they end too early. */
  end(): void {
    this.#chunks.end();
  }
}

function countBits(words: Uint32Array): number {
  let count = 0;
  for (let at = 0; at < words.length; at++) {
    let word = words[at];
    word -= (word >>> 1) & 0x5555_5555;
    word = (word & 0x3333_3333) + ((word >>> 2) & 0x3333_3333);
    count += Math.imul((word + (word >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
  }
  return count;
}
