import type { PromotedAttribute } from '../../schema/promoted.ts';
import { ByteTable } from './byte-table.ts';
import type { ByteWriter } from './byte-writer.ts';
import {
  BytesColumn,
  IndexList,
  Offsets,
  writeLowCardinalityIndexes,
  writeLowCardinalityPrefix,
  type NativeColumn,
} from './columns.ts';

/** Keys kept from block to block. Past this many (somebody puts ids into keys) the table starts anew. */
const MAX_KEYS = 65_536;

/**
 * Attribute keys, numbered once and shared by all maps, so that a key is hashed once per attribute and the dictionary
 * of a map is a list of numbers.
 */
export class AttributeKeys {
  readonly #table = new ByteTable();
  readonly #promoted: readonly PromotedAttribute[];
  #saved = 0;

  constructor(promoted: readonly PromotedAttribute[]) {
    this.#promoted = promoted;
    this.#seed();
  }

  /** Number of the key; below `promoted.length` it is the index of a promoted attribute. */
  intern(source: Uint8Array, start: number, end: number): number {
    return this.#table.internNext(source, start, end);
  }

  write(out: ByteWriter, id: number): void {
    const start = this.#table.start(id);
    const end = this.#table.end(id);
    out.varint(end - start);
    out.copy(this.#table.arena.bytes, start, end);
  }

  bytes(id: number): Uint8Array {
    return this.#table.arena.bytes.subarray(this.#table.start(id), this.#table.end(id));
  }

  save(): void {
    this.#saved = this.#table.count;
  }

  restore(): void {
    this.#table.truncate(this.#saved);
  }

  /** Call between blocks only: numbers change. */
  trim(): void {
    if (this.#table.count > MAX_KEYS) {
      this.#table.clear();
      this.#seed();
    }
  }

  #seed(): void {
    for (const { key } of this.#promoted) {
      const bytes = new TextEncoder().encode(key);
      this.#table.intern(bytes, 0, bytes.length);
    }
  }
}

/**
 * Map(LowCardinality(String), T). The values go into `values` by the caller, in T's own encoding, each right after its
 * `key()`; `endRow()` closes the row.
 */
export class MapColumn implements NativeColumn {
  readonly values = new BytesColumn();
  readonly #keys: AttributeKeys;
  readonly #indexes = new IndexList();
  readonly #offsets = new Offsets();
  /** Key numbers in the order of this block's dictionary; the dictionary itself begins with the default ''. */
  readonly #dictionary = new IndexList();
  /** Dictionary index by key number; 0 for not in the dictionary yet. */
  readonly #indexByKey = new IndexList();
  #saved = 0;
  #savedDictionary = 0;

  constructor(keys: AttributeKeys) {
    this.#keys = keys;
  }

  key(id: number): void {
    const byKey = this.#indexByKey;
    if (id >= byKey.length) {
      byKey.resize(id + 1);
    }
    let index = byKey.values[id];
    if (index === 0) {
      this.#dictionary.push(id);
      index = this.#dictionary.length;
      byKey.values[id] = index;
    }
    this.#indexes.push(index);
  }

  endRow(): void {
    this.#offsets.push(this.#indexes.length);
  }

  /** Distinct keys so far. */
  get dictionarySize(): number {
    return this.#dictionary.length;
  }

  /** The key at an index of the dictionary, from 0. */
  keyAt(index: number): Uint8Array {
    return this.#keys.bytes(this.#dictionary.values[index]);
  }

  /** The index of an entry's key in the dictionary. */
  keyIndexAt(entry: number): number {
    return this.#indexes.values[entry] - 1;
  }

  /** Entries of all rows before this one. */
  entriesBefore(row: number): number {
    return this.#offsets.before(row);
  }

  writePrefix(out: ByteWriter): void {
    writeLowCardinalityPrefix(out);
  }

  writeData(out: ByteWriter): void {
    this.#offsets.writeTo(out);
    const dictionary = this.#dictionary;
    writeLowCardinalityIndexes(out, this.#indexes, dictionary.length + 1, () => {
      out.byte(0);
      for (let at = 0; at < dictionary.length; at++) {
        this.#keys.write(out, dictionary.values[at]);
      }
    });
    this.values.writeData(out);
  }

  save(): void {
    this.#saved = this.#indexes.length;
    this.#savedDictionary = this.#dictionary.length;
    this.#offsets.save();
    this.values.save();
  }

  restore(): void {
    this.#indexes.resize(this.#saved);
    for (let at = this.#savedDictionary; at < this.#dictionary.length; at++) {
      this.#indexByKey.values[this.#dictionary.values[at]] = 0;
    }
    this.#dictionary.resize(this.#savedDictionary);
    this.#offsets.restore();
    this.values.restore();
  }

  clear(): void {
    this.#indexes.resize(0);
    this.#offsets.clear();
    this.#dictionary.resize(0);
    this.#indexByKey.resize(0);
    this.values.clear();
  }
}

/** The four scalar maps of one attribute set, and the exact bytes of what is not scalar. See schema/tables.ts. */
export class AttributeMaps {
  readonly str: MapColumn;
  readonly int: MapColumn;
  readonly float: MapColumn;
  readonly bool: MapColumn;
  readonly complex: MapColumn;

  constructor(keys: AttributeKeys) {
    this.str = new MapColumn(keys);
    this.int = new MapColumn(keys);
    this.float = new MapColumn(keys);
    this.bool = new MapColumn(keys);
    this.complex = new MapColumn(keys);
  }

  endRow(): void {
    this.str.endRow();
    this.int.endRow();
    this.float.endRow();
    this.bool.endRow();
    this.complex.endRow();
  }

  columns(prefix: string): Record<string, NativeColumn> {
    return {
      [`${prefix}_str`]: this.str,
      [`${prefix}_int`]: this.int,
      [`${prefix}_float`]: this.float,
      [`${prefix}_bool`]: this.bool,
      [`${prefix}_complex`]: this.complex,
    };
  }
}
