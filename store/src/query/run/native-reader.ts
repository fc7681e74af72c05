import { EngineError } from '../../engine/engine.ts';

/** Columns of one block of ClickHouse's Native format (https://clickhouse.com/docs/interfaces/formats/Native). */
export interface NativeBlock {
  readonly rows: number;
  readonly columns: Readonly<Record<string, NativeColumn>>;
}

export interface FixedColumn {
  readonly kind: 'fixed';
  /** The values as they are, little endian. */
  readonly bytes: Uint8Array;
}

export interface DictionaryColumn {
  readonly kind: 'dictionary';
  /** Where the distinct texts stand in `source`. Not all need be in use. */
  readonly source: Buffer;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  /** One a row. */
  readonly indexes: Uint32Array;
}

export interface TextColumn {
  readonly kind: 'text';
  readonly source: Buffer;
  /** Rows whose text is not empty, and where it stands. */
  readonly rows: readonly number[];
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

export type NativeColumn = FixedColumn | DictionaryColumn | TextColumn;

const WIDTHS: Readonly<Record<string, number>> = {
  UInt8: 1,
  UInt16: 2,
  UInt32: 4,
  UInt64: 8,
  Int64: 8,
  'FixedString(8)': 8,
  'FixedString(16)': 16,
};

/** SharedDictionariesWithAdditionalKeys, the only version of LowCardinality's serialization. */
const LOW_CARDINALITY_VERSION = 1n;
/** In the flags before a dictionary: its own keys follow. What the lower byte says is the width of the indexes. */
const HAS_ADDITIONAL_KEYS = 1 << 9;
const NEEDS_GLOBAL_DICTIONARY = 1 << 8;

/** Values stay where they are. Throws EngineError for bytes that are not what `types` promise. */
export function readNativeBlocks(bytes: Buffer, types: Readonly<Record<string, { readonly type: string }>>) {
  const cursor = new NativeCursor(bytes);
  const blocks: NativeBlock[] = [];
  while (cursor.at < bytes.length) {
    const width = cursor.count();
    const rows = cursor.count();
    const columns: Record<string, NativeColumn> = {};
    for (let column = 0; column < width; column++) {
      const name = cursor.text();
      const type = cursor.text();
      if (types[name]?.type !== type) {
        throw unexpected(`column ${name} of type ${type}`);
      }
      // A block without rows is a header: types and names alone.
      columns[name] = cursor.column(type, rows);
    }
    if (width !== Object.keys(types).length) {
      throw unexpected(`${width} columns`);
    }
    if (rows > 0) {
      blocks.push({ rows, columns });
    }
  }
  return blocks;
}

class NativeCursor {
  readonly bytes: Buffer;
  at = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  count(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.bytes[this.#skip(1)];
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) {
        return value;
      }
    }
  }

  text(): string {
    const size = this.count();
    const start = this.#skip(size);
    return this.bytes.toString('latin1', start, start + size);
  }

  column(type: string, rows: number): NativeColumn {
    if (type === 'LowCardinality(String)') {
      return this.#dictionary(rows);
    }
    if (type === 'String') {
      return this.#texts(rows);
    }
    const size = WIDTHS[type] * rows;
    const start = this.#skip(size);
    return { kind: 'fixed', bytes: this.bytes.subarray(start, start + size) };
  }

  #texts(count: number): TextColumn {
    const rows: number[] = [];
    const starts: number[] = [];
    const ends: number[] = [];
    for (let row = 0; row < count; row++) {
      const size = this.count();
      if (size > 0) {
        rows.push(row);
        starts.push(this.#skip(size));
        ends.push(this.at);
      }
    }
    return { kind: 'text', source: this.bytes, rows, starts, ends };
  }

  #dictionary(rows: number): DictionaryColumn {
    const source = this.bytes;
    if (rows === 0) {
      return { kind: 'dictionary', source, starts: NONE, ends: NONE, indexes: NONE };
    }
    if (source.readBigUInt64LE(this.#skip(8)) !== LOW_CARDINALITY_VERSION) {
      throw unexpected('version of LowCardinality');
    }
    const flags = source.readUInt32LE(this.#skip(8));
    if ((flags & HAS_ADDITIONAL_KEYS) === 0 || (flags & NEEDS_GLOBAL_DICTIONARY) !== 0) {
      throw unexpected('kind of LowCardinality');
    }
    const keys = this.#length();
    const starts = new Uint32Array(keys);
    const ends = new Uint32Array(keys);
    for (let key = 0; key < keys; key++) {
      const size = this.count();
      starts[key] = this.#skip(size);
      ends[key] = this.at;
    }
    if (this.#length() !== rows) {
      throw unexpected('length of LowCardinality');
    }
    const width = 1 << (flags & 0xff);
    const start = this.#skip(rows * width);
    const indexes = new Uint32Array(rows);
    for (let row = 0; row < rows; row++) {
      indexes[row] = source.readUIntLE(start + row * width, width as 1 | 2 | 4);
      if (indexes[row] >= keys) {
        throw unexpected('index of LowCardinality');
      }
    }
    return { kind: 'dictionary', source, starts, ends, indexes };
  }

  /** A UInt64 that counts what follows, so that it cannot be more than what is left. */
  #length(): number {
    const value = Number(this.bytes.readBigUInt64LE(this.#skip(8)));
    if (value > this.bytes.length) {
      throw unexpected('length');
    }
    return value;
  }

  #skip(size: number): number {
    const start = this.at;
    if (!(size <= this.bytes.length - start)) {
      throw unexpected('end');
    }
    this.at = start + size;
    return start;
  }
}

const NONE = new Uint32Array(0);

const unexpected = (what: string): EngineError =>
  new EngineError(`ClickHouse's Native answer has an unexpected ${what}`, undefined);
