import type { Table } from '../../schema/tables.ts';

/**
 * A value of a column: strings as one UTF-16 unit per byte, 64-bit integers and the bits of floats as bigint, smaller
 * ones as numbers, maps as a flat list of key, value, key, value.
 */
export type Plain = string | number | bigint | boolean | null | readonly Plain[];
export type Row = Readonly<Record<string, Plain>>;

/** A block that ClickHouse would not take, or would take for something else than was meant. */
export class BadBlock extends Error {}

/**
 * Rows of a block in ClickHouse's Native format (https://clickhouse.com/docs/interfaces/formats/Native; revision 0:
 * columns, rows, and for each column its name, type and data). Written from the format and apart from what encodes the
 * blocks, to check that: it refuses whatever the encoder has no reason to write. Throws BadBlock.
 */
export function decodeNativeBlock(block: Uint8Array, table: Table): Row[] {
  const input = new Input(block);
  const columnCount = input.count();
  const rows = input.count();
  const columns = table.columns.map(({ name, type }) => {
    const nameHere = input.string();
    const typeHere = input.string();
    if (nameHere !== name || typeHere !== type) {
      throw new BadBlock(`Column ${nameHere} ${typeHere} where ${name} ${type} is due`);
    }
    try {
      const codec = codecOf(type);
      codec.prefix(input);
      return codec.values(input, rows);
    } catch (error) {
      throw error instanceof BadBlock ? new BadBlock(`${name}: ${error.message}`) : error;
    }
  });
  if (columnCount !== columns.length || input.at !== block.length) {
    throw new BadBlock(`${columnCount} columns, ${block.length - input.at} bytes behind the last`);
  }
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(table.columns.map(({ name }, column) => [name, columns[column][row]]))
  );
}

class Input {
  at = 0;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Where `size` bytes begin, which are passed over. */
  take(size: number): number {
    const start = this.at;
    if (size > this.#bytes.length - start) {
      throw new BadBlock(`${size} bytes at ${start}, ${this.#bytes.length - start} are left`);
    }
    this.at += size;
    return start;
  }

  /** Unsigned LEB128. */
  count(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.uint8();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) {
        return value;
      }
    }
  }

  fixed(size: number): string {
    const start = this.take(size);
    return Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset + start, size).toString('latin1');
  }

  string(): string {
    return this.fixed(this.count());
  }

  uint8 = (): number => this.#view.getUint8(this.take(1));
  uint16 = (): number => this.#view.getUint16(this.take(2), true);
  uint32 = (): number => this.#view.getUint32(this.take(4), true);
  uint64 = (): bigint => this.#view.getBigUint64(this.take(8), true);
  int64 = (): bigint => this.#view.getBigInt64(this.take(8), true);

  /** A 64-bit count of things that take at least a byte each. */
  size(): number {
    const size = this.uint64();
    if (size > BigInt(this.#bytes.length)) {
      throw new BadBlock(`${size} values in a block of ${this.#bytes.length} bytes`);
    }
    return Number(size);
  }

  /** 0 or 1. */
  flag(): boolean {
    const byte = this.uint8();
    if (byte > 1) {
      throw new BadBlock(`Flag of ${byte}`);
    }
    return byte === 1;
  }
}

interface Codec {
  prefix(input: Input): void;
  values(input: Input, count: number): Plain[];
}

const LOW_CARDINALITY_VERSION = 1n;
/** "Has additional keys" and "needs a dictionary update": the only flags of a self-contained block. */
const DICTIONARY_FLAGS = 0x600n;

const times = <Value>(count: number, read: () => Value): Value[] => Array.from({ length: count }, read);

const plain = (read: (input: Input) => Plain): Codec => ({
  prefix: () => undefined,
  values: (input, count) => times(count, () => read(input)),
});

const codecs = new Map<string, Codec>();

function codecOf(type: string): Codec {
  let codec = codecs.get(type);
  if (!codec) {
    codec = makeCodec(type);
    codecs.set(type, codec);
  }
  return codec;
}

function makeCodec(type: string): Codec {
  const [, name, inner = ''] = /^(\w+)(?:\((.*)\))?$/.exec(type) ?? [];
  switch (name) {
    case 'String':
      return plain((input) => input.string());
    case 'FixedString':
      return plain((input) => input.fixed(Number(inner)));
    case 'UInt8':
      return plain((input) => input.uint8());
    case 'Date':
      return plain((input) => input.uint16());
    case 'UInt32':
      return plain((input) => input.uint32());
    case 'UInt64':
    case 'Float64':
      return plain((input) => input.uint64());
    case 'Int64':
      return plain((input) => input.int64());
    case 'Bool':
      return plain((input) => input.flag());
    case 'Nullable':
      return nullable(codecOf(inner));
    case 'LowCardinality':
      return inner.startsWith('Nullable(') ? lowCardinality(inner.slice(9, -1), true) : lowCardinality(inner, false);
    case 'Array':
      return array(codecOf(inner));
    case 'Map': {
      const comma = inner.indexOf(', ');
      return map(codecOf(inner.slice(0, comma)), codecOf(inner.slice(comma + 2)));
    }
    default:
      throw new BadBlock(`Type ${type}`);
  }
}

/** A byte a row that is 1 for NULL, then all values, NULL's too. */
const nullable = (values: Codec): Codec => ({
  prefix: (input) => values.prefix(input),
  values: (input, count) => {
    const isNull = times(count, () => input.flag());
    return values.values(input, count).map((value, row) => {
      if (isNull[row] && value !== 0n) {
        throw new BadBlock(`NULL with a value of ${String(value)}`);
      }
      return isNull[row] ? null : value;
    });
  },
});

/** A version; per block, if it has values, flags with the width of indexes, the dictionary, and an index a value. */
const lowCardinality = (type: string, isNullable: boolean): Codec => ({
  prefix: (input) => {
    const version = input.uint64();
    if (version !== LOW_CARDINALITY_VERSION) {
      throw new BadBlock(`LowCardinality version ${version}`);
    }
  },
  values: (input, count) => {
    if (count === 0) {
      return [];
    }
    const flags = input.uint64();
    if ((flags & ~3n) !== DICTIONARY_FLAGS) {
      throw new BadBlock(`LowCardinality flags ${flags.toString(16)}`);
    }
    const size = input.size();
    const dictionary: Plain[] = codecOf(type).values(input, size);
    const indexes = input.size();
    // The default at 0, and NULL's place before it; a map's keys may have '' once more.
    const values = dictionary.slice(isNullable ? 1 : 0).filter((value, at) => at === 0 || value !== '');
    if (indexes !== count || dictionary[0] !== '' || values[0] !== '' || new Set(values).size !== values.length) {
      throw new BadBlock(`Dictionary of ${size}, ${indexes} indexes for ${count} values`);
    }
    if (isNullable) {
      dictionary[0] = null;
    }
    const width = Number(flags & 3n);
    const index = [input.uint8, input.uint16, input.uint32][width];
    return times(count, () => {
      const at = index();
      if (at >= size) {
        throw new BadBlock(`Index ${at} into a dictionary of ${size}`);
      }
      return dictionary[at];
    });
  },
});

/** Where each row's elements end, over all rows. */
function ends(input: Input, count: number): number[] {
  let last = 0;
  return times(count, () => {
    const end = input.size();
    if (end < last) {
      throw new BadBlock(`Offset ${end} behind ${last}`);
    }
    last = end;
    return end;
  });
}

const array = (elements: Codec): Codec => ({
  prefix: (input) => elements.prefix(input),
  values: (input, count) => {
    const offsets = ends(input, count);
    const all = elements.values(input, offsets.at(-1) ?? 0);
    return offsets.map((end, row) => all.slice(row === 0 ? 0 : offsets[row - 1], end));
  },
});

const map = (keys: Codec, values: Codec): Codec => ({
  prefix: (input) => {
    keys.prefix(input);
    values.prefix(input);
  },
  values: (input, count) => {
    const offsets = ends(input, count);
    const total = offsets.at(-1) ?? 0;
    const allKeys = keys.values(input, total);
    const allValues = values.values(input, total);
    return offsets.map((end, row) => {
      const start = row === 0 ? 0 : offsets[row - 1];
      return allKeys.slice(start, end).flatMap((key, index) => [key, allValues[start + index]]);
    });
  },
});
