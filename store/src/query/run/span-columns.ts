import type { Value } from '@clew/traceql';

import type { NativeBlock, NativeColumn } from './native-reader.ts';

/** The blocks of one answer in Native format, column by column as one. */
export class SpanColumns {
  readonly rows: number;
  readonly #blocks: readonly NativeBlock[];
  readonly #texts = new Map<string, readonly string[]>();

  constructor(blocks: readonly NativeBlock[]) {
    this.#blocks = blocks;
    this.rows = blocks.reduce((sum, { rows }) => sum + rows, 0);
  }

  /** Fixed-width values, little endian, at an offset that any typed array may begin at. */
  bytes(name: string): Buffer {
    const parts = this.#blocks.map(({ columns }) => {
      const column = columnOf(columns, name);
      if (column.kind !== 'fixed') {
        throw new TypeError(`Column ${name} has no fixed width`);
      }
      return column.bytes;
    });
    const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return Buffer.from(all.buffer);
  }

  unsigned(name: string): BigUint64Array {
    return new BigUint64Array(this.bytes(name).buffer as ArrayBuffer);
  }

  signed(name: string): BigInt64Array {
    return new BigInt64Array(this.bytes(name).buffer as ArrayBuffer);
  }

  /** A text per row. Equal ones of a dictionary are one string. */
  texts(name: string): readonly string[] {
    let texts = this.#texts.get(name);
    if (!texts) {
      texts = this.#blocks.flatMap(({ rows, columns }) => textsOf(columnOf(columns, name), rows));
      this.#texts.set(name, texts);
    }
    return texts;
  }
}

function columnOf(columns: NativeBlock['columns'], name: string): NativeColumn {
  const column = columns[name];
  if (!column) {
    throw new TypeError(`There is no column ${name}`);
  }
  return column;
}

function textsOf(column: NativeColumn, rows: number): string[] {
  switch (column.kind) {
    case 'fixed':
      throw new TypeError('A column of fixed width has no texts');
    case 'dictionary': {
      const { source, starts, ends, indexes } = column;
      const keys = Array.from(starts, (start, key) => source.toString('utf8', start, ends[key]));
      return Array.from(indexes, (index) => keys[index]);
    }
    case 'text': {
      const texts = new Array<string>(rows).fill('');
      column.rows.forEach((row, index) => {
        texts[row] = column.source.toString('utf8', column.starts[index], column.ends[index]);
      });
      return texts;
    }
  }
}

const NO_VALUE = '[[],[],[],[]]';

/** What `AttributeSql.valuesText` says: one value as it is, several as an array. */
export function readValue(text: string): Value {
  if (text === NO_VALUE || text === '') {
    return undefined;
  }
  const [strings, ints, floats, bools] = JSON.parse(text) as readonly [string[], string[], string[], string[]];
  const values = [
    ...strings,
    ...ints.map(BigInt),
    ...floats.map(readFloat),
    ...bools.map((bool) => bool === 'true' || bool === '1'),
  ];
  return values.length > 1 ? values : values[0];
}

function readFloat(text: string): number {
  switch (text) {
    case 'inf':
      return Infinity;
    case '-inf':
      return -Infinity;
    default:
      return Number(text);
  }
}
