import { ByteTable } from './byte-table.ts';
import { ByteWriter } from './byte-writer.ts';

/**
 * Buffers of one column each, in the layout of ClickHouse's `Native` format. Rows are only ever appended;
 * `save()` and `restore()` take back the rows of a request that turned out to be broken half-way.
 *
 * Layouts as in ClickHouse's source (src/DataTypes/Serializations): LowCardinality is a version, then per block flags,
 * the dictionary, and one index a row; Array and Map are cumulative 64-bit offsets, then the elements.
 */
export interface NativeColumn {
  /** What stands once before the column's data (LowCardinality's version). */
  writePrefix(out: ByteWriter): void;
  /** The data of `rows` rows. */
  writeData(out: ByteWriter, rows: number): void;
  save(): void;
  restore(): void;
  clear(): void;
}

/** Values of a fixed width, or strings with their lengths: bytes as they will stand in the block. */
export class BytesColumn extends ByteWriter implements NativeColumn {
  #saved = 0;

  writePrefix(): void {}

  writeData(out: ByteWriter): void {
    out.append(this.view());
  }

  save(): void {
    this.#saved = this.length;
  }

  restore(): void {
    this.length = this.#saved;
  }

  /** A String value taken from `source`. */
  string(source: Uint8Array, start: number, end: number): void {
    this.varint(end - start);
    this.copy(source, start, end);
  }
}

let scratchWords = new Uint32Array(0);

/** Room for one column's values on their way into the block; used and left within one call. */
function scratch(words: number): Uint32Array<ArrayBuffer> {
  if (scratchWords.length < words) {
    scratchWords = new Uint32Array(words * 2);
  }
  return scratchWords;
}

/** Unsigned 32-bit values that grow by one; the base of offsets and dictionary indexes. */
export class IndexList {
  values = new Uint32Array(1024);
  length = 0;

  push(value: number): void {
    if (this.length === this.values.length) {
      this.#grow(this.length + 1);
    }
    this.values[this.length++] = value;
  }

  /** Puts a value at `index`; positions skipped over hold 0. */
  set(index: number, value: number): void {
    if (index >= this.values.length) {
      this.#grow(index + 1);
    }
    this.values[index] = value;
    this.length = index + 1;
  }

  /** Shortens to `length` entries, or lengthens with zeros. */
  resize(length: number): void {
    if (length > this.values.length) {
      this.#grow(length);
    }
    if (length < this.length) {
      this.values.fill(0, length, this.length);
    }
    this.length = length;
  }

  #grow(needed: number): void {
    const grown = new Uint32Array(Math.max(needed, this.values.length * 2));
    grown.set(this.values);
    this.values = grown;
  }

  /** Each value as 64 bits, little endian. */
  writeUint64(out: ByteWriter): void {
    const wide = scratch(this.length * 2);
    for (let index = 0; index < this.length; index++) {
      wide[index * 2] = this.values[index];
      wide[index * 2 + 1] = 0;
    }
    out.append(new Uint8Array(wide.buffer, 0, this.length * 8));
  }

  /** The lower `width` bytes of each value. */
  writeNarrow(out: ByteWriter, width: 1 | 2): void {
    out.reserve(this.length * width);
    const { bytes } = out;
    let at = out.length;
    for (let index = 0; index < this.length; index++) {
      const value = this.values[index];
      bytes[at++] = value;
      if (width === 2) {
        bytes[at++] = value >>> 8;
      }
    }
    out.length = at;
  }

  writeUint32(out: ByteWriter): void {
    out.append(new Uint8Array(this.values.buffer, 0, this.length * 4));
  }
}

/** UInt32; rows that are never set are 0. */
export class SparseUint32Column implements NativeColumn {
  readonly #values = new IndexList();
  #saved = 0;

  set(row: number, value: number): void {
    this.#values.set(row, value);
  }

  /** Adds to the value of the last row that was set. */
  add(row: number, value: number): void {
    this.#values.set(row, this.#values.values[row] + value);
  }

  writePrefix(): void {}

  writeData(out: ByteWriter, rows: number): void {
    this.#values.resize(rows);
    this.#values.writeUint32(out);
  }

  save(): void {
    this.#saved = this.#values.length;
  }

  restore(): void {
    this.#values.resize(this.#saved);
  }

  clear(): void {
    this.#values.resize(0);
  }
}

/** Nullable(Int64) where most rows are NULL. */
export class SparseNullableInt64Column implements NativeColumn {
  readonly #low = new IndexList();
  readonly #high = new IndexList();
  readonly #present = new IndexList();
  #saved = 0;

  has(row: number): boolean {
    return this.#present.length > row;
  }

  /** Each row that is set, with its value as eight bytes, little endian; the bytes are the same array each time. */
  forEachValue(visit: (row: number, bytes: Uint8Array) => void): void {
    const words = new Uint32Array(2);
    const bytes = new Uint8Array(words.buffer);
    for (let row = 0; row < this.#present.length; row++) {
      if (this.#present.values[row] === 1) {
        words[0] = this.#low.values[row];
        words[1] = this.#high.values[row];
        visit(row, bytes);
      }
    }
  }

  set(row: number, low: number, high: number): void {
    this.#low.set(row, low);
    this.#high.set(row, high);
    this.#present.set(row, 1);
  }

  writePrefix(): void {}

  writeData(out: ByteWriter, rows: number): void {
    for (const list of [this.#low, this.#high, this.#present]) {
      list.resize(rows);
    }
    out.reserve(rows * 9);
    for (let row = 0; row < rows; row++) {
      out.bytes[out.length++] = this.#present.values[row] ^ 1;
    }
    const wide = scratch(rows * 2);
    for (let row = 0; row < rows; row++) {
      wide[row * 2] = this.#low.values[row];
      wide[row * 2 + 1] = this.#high.values[row];
    }
    out.append(new Uint8Array(wide.buffer, 0, rows * 8));
  }

  save(): void {
    this.#saved = this.#present.length;
  }

  restore(): void {
    for (const list of [this.#low, this.#high, this.#present]) {
      list.resize(this.#saved);
    }
  }

  clear(): void {
    for (const list of [this.#low, this.#high, this.#present]) {
      list.resize(0);
    }
  }
}

/** LowCardinality's version: shared dictionaries with additional keys. */
export function writeLowCardinalityPrefix(out: ByteWriter): void {
  out.uint64(1, 0);
}

const HAS_ADDITIONAL_KEYS = 0x200;
const NEEDS_UPDATE = 0x400;

/** Dictionary size, flags and the row's indexes, each as narrow as the dictionary allows. */
export function writeLowCardinalityIndexes(
  out: ByteWriter,
  indexes: IndexList,
  dictionarySize: number,
  writeDictionary: () => void
): void {
  if (indexes.length === 0) {
    return; // A column without values has a prefix and nothing else.
  }
  const width = dictionarySize <= 0x100 ? 0 : dictionarySize <= 0x10000 ? 1 : 2;
  out.uint64(HAS_ADDITIONAL_KEYS | NEEDS_UPDATE | width, 0);
  out.uint64(dictionarySize, 0);
  writeDictionary();
  out.uint64(indexes.length, 0);
  if (width === 2) {
    indexes.writeUint32(out);
  } else {
    indexes.writeNarrow(out, width === 0 ? 1 : 2);
  }
}

/**
 * LowCardinality(String), or with `nullable` LowCardinality(Nullable(String)). Dictionary entry 0 is the default ''
 * (NULL, and '' at 1, where nullable); a row that is never set has it.
 */
export class LowCardinalityColumn implements NativeColumn {
  readonly #table = new ByteTable();
  readonly #indexes = new IndexList();
  readonly #first: number;
  #saved = 0;
  #savedTable = 0;

  constructor(nullable = false) {
    this.#first = nullable ? 1 : 0;
    this.#seed();
  }

  get length(): number {
    return this.#indexes.length;
  }

  has(row: number): boolean {
    return this.#indexes.length > row;
  }

  /** The dictionary index of a row; that of the default where none was set. */
  indexAt(row: number): number {
    return row < this.#indexes.length ? this.#indexes.values[row] : 0;
  }

  /** The text at a dictionary index. */
  entry(index: number): Uint8Array {
    const table = this.#table;
    const id = index - this.#first;
    return id < 0 ? new Uint8Array(0) : table.arena.bytes.subarray(table.start(id), table.end(id));
  }

  /** How often each dictionary index occurs from `start` to before `end`. */
  countEntries(start: number, end: number): Uint32Array {
    const counts = new Uint32Array(this.#table.count + this.#first);
    const { values } = this.#indexes;
    for (let row = start; row < end; row++) {
      counts[values[row]]++;
    }
    return counts;
  }

  /** The value's dictionary index, for `setIndex` on many rows. Valid until `clear()`. */
  indexOf(source: Uint8Array, start: number, end: number): number {
    return this.#table.intern(source, start, end) + this.#first;
  }

  set(row: number, source: Uint8Array, start: number, end: number): void {
    this.#indexes.set(row, this.#table.intern(source, start, end) + this.#first);
  }

  setIndex(row: number, index: number): void {
    this.#indexes.set(row, index);
  }

  push(source: Uint8Array, start: number, end: number): void {
    this.#indexes.push(this.#table.intern(source, start, end) + this.#first);
  }

  writePrefix(out: ByteWriter): void {
    writeLowCardinalityPrefix(out);
  }

  /** As a column of its own `rows` lengthens it; inside an Array the caller passes the number of elements. */
  writeData(out: ByteWriter, rows: number): void {
    this.#indexes.resize(rows);
    const table = this.#table;
    writeLowCardinalityIndexes(out, this.#indexes, table.count + this.#first, () => {
      out.zeros(this.#first); // NULL's place is an empty string: one zero byte.
      for (let id = 0; id < table.count; id++) {
        out.varint(table.end(id) - table.start(id));
        out.copy(table.arena.bytes, table.start(id), table.end(id));
      }
    });
  }

  save(): void {
    this.#saved = this.#indexes.length;
    this.#savedTable = this.#table.count;
  }

  restore(): void {
    this.#indexes.resize(this.#saved);
    this.#table.truncate(this.#savedTable);
  }

  clear(): void {
    this.#indexes.resize(0);
    this.#table.clear();
    this.#seed();
  }

  #seed(): void {
    this.#table.intern(new Uint8Array(0), 0, 0);
  }
}

/** Cumulative element counts of an Array or Map column; several columns of one nested group share them. */
export class Offsets {
  readonly #ends = new IndexList();
  #saved = 0;

  /** Closes a row: `elements` is the number of elements so far, over all rows. */
  push(elements: number): void {
    this.#ends.push(elements);
  }

  /** Elements of all rows before this one. */
  before(row: number): number {
    return row === 0 ? 0 : this.#ends.values[row - 1];
  }

  writeTo(out: ByteWriter): void {
    this.#ends.writeUint64(out);
  }

  save(): void {
    this.#saved = this.#ends.length;
  }

  restore(): void {
    this.#ends.resize(this.#saved);
  }

  clear(): void {
    this.#ends.resize(0);
  }
}

/** Array(T) over a column of elements and shared offsets. The owner of the offsets saves and clears them. */
export class ArrayColumn implements NativeColumn {
  readonly #offsets: Offsets;
  readonly #elements: NativeColumn & { readonly length: number };

  constructor(offsets: Offsets, elements: NativeColumn & { readonly length: number }) {
    this.#offsets = offsets;
    this.#elements = elements;
  }

  writePrefix(out: ByteWriter): void {
    this.#elements.writePrefix(out);
  }

  writeData(out: ByteWriter): void {
    this.#offsets.writeTo(out);
    this.#elements.writeData(out, this.#elements.length);
  }

  save(): void {
    this.#elements.save();
  }

  restore(): void {
    this.#elements.restore();
  }

  clear(): void {
    this.#elements.clear();
  }
}
