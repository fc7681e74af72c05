import { FrameDictionary } from './dictionary.ts';
import { TextDictionaryWriter } from './dictionary-writer.ts';
import {
  grown,
  padded,
  ROW_FLAG_LAST,
  ROW_HEADER_BYTES,
  RowChunkDecoder,
  RowChunkWriter,
  type RowForm,
} from './row-chunk.ts';

/** The version of the bytes of an attribute column. */
export const ATTRIBUTE_COLUMN_VERSION = 1;

/** In a column's values: the span has a value that the column does not tell, because it is long or there are too many. */
export const UNTOLD_VALUE = 0xffff_ffff;

const FLAG_NUMERIC = 2;

/** `first` and `second` are the chunk's new texts and their bytes. */
const FORM: RowForm = {
  name: 'an attribute column',
  magic: 'CLWA',
  version: ATTRIBUTE_COLUMN_VERSION,
  flags: ROW_FLAG_LAST | FLAG_NUMERIC,
  rowStep: 1,
  size: (rows, texts, textBytes) => padded(rows * 4) + padded(texts * 4) + padded(textBytes),
};

export interface ColumnChunkOptions {
  readonly rows: number;
  /** How many rows the column will have at most. In the last chunk the true number stands, whatever is given. */
  readonly totalRows?: number;
  readonly last: boolean;
  /** All values so far are numbers. What the last chunk says is true of the column. */
  readonly numeric: boolean;
}

/** Makes a column chunk by chunk: first add what the rows need to `texts`, then take a chunk and fill its values. */
export class AttributeColumnEncoder {
  readonly texts = new TextDictionaryWriter();
  readonly #writer: RowChunkWriter;

  /** `traceId`: 16 bytes. */
  constructor(traceId: Uint8Array) {
    this.#writer = new RowChunkWriter(FORM, traceId);
  }

  /**
   * `values` is a view of the bytes, zeros at first: 0 where the span lacks the attribute, 1 + the index that `texts` gave,
   * or UNTOLD_VALUE. Throws RangeError when a chunk of that size is more than decoders take.
   */
  chunk({ rows, totalRows, last, numeric }: ColumnChunkOptions): {
    bytes: Uint8Array<ArrayBuffer>;
    values: Uint32Array;
  } {
    const { pendingEntries, pendingBytes } = this.texts;
    const flags = (last ? ROW_FLAG_LAST : 0) | (numeric ? FLAG_NUMERIC : 0);
    const bytes = this.#writer.chunk({ rows, flags, first: pendingEntries, second: pendingBytes }, totalRows);
    const { values, texts } = viewsOf(bytes, rows, pendingEntries, pendingBytes);
    this.texts.flush(texts);
    return { bytes, values };
  }
}

/** Takes the bytes of a column in pieces of any size. */
export class AttributeColumnDecoder {
  /** By index. A value of `values` that is neither 0 nor UNTOLD_VALUE is 1 + an index. */
  readonly texts = new FrameDictionary();
  /** All values so far are numbers, and `texts` what `Number` reads. */
  numeric = true;
  /** There are values that are not told. */
  hasUntold = false;
  #values = new Uint32Array(64);
  readonly #chunks: RowChunkDecoder = new RowChunkDecoder(FORM, (header, bytes, chunkOffset) => {
    const { rows, flags, first, second } = header;
    const { values, texts } = viewsOf(bytes, rows, first, second);
    this.texts.append(texts, chunkOffset);
    const known = this.texts.length;
    for (let row = 0; row < rows; row++) {
      const value = values[row];
      if (value > known) {
        if (value !== UNTOLD_VALUE) {
          this.#chunks.refuse(`value ${value} of ${known}`, chunkOffset);
        }
        this.hasUntold = true;
      }
    }
    const at = this.#chunks.rows;
    this.#values = grown(this.#values, at + rows);
    this.#values.set(values, at);
    this.numeric = (flags & FLAG_NUMERIC) !== 0;
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

  /** By row: 0 where the span lacks the attribute. A view that the next piece may leave behind. */
  get values(): Uint32Array {
    return this.#values.subarray(0, this.#chunks.rows);
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

function viewsOf({ buffer, byteOffset }: Uint8Array, rows: number, texts: number, textBytes: number) {
  const valuesAt = byteOffset + ROW_HEADER_BYTES;
  const endsAt = valuesAt + padded(rows * 4);
  const textsAt = endsAt + padded(texts * 4);
  return {
    values: new Uint32Array(buffer, valuesAt, rows),
    texts: { ends: new Uint32Array(buffer, endsAt, texts), bytes: new Uint8Array(buffer, textsAt, textBytes) },
  };
}
