import { attributeText, UNTOLD_VALUE, type AttributeColumnEncoder, type AttributeValue } from '@clew/trace-model';
import type { Value } from '@clew/traceql';

import { readValue } from '../run/span-columns.ts';
import { CELL } from './cell-sql.ts';

/** Distinct texts of a column, and their bytes in all. What comes after them is not told: nobody tells so many colours apart. */
const MAX_TEXTS = 65_536;
const MAX_TEXT_BYTES = 16 * 1024 * 1024;

/** The texts of a column, numbered as its values are: 0 is none, UNTOLD_VALUE one that is not told. */
export class ColumnTexts {
  /** All values so far are numbers. */
  numeric = true;
  readonly #writer: AttributeColumnEncoder['texts'];
  readonly #byText = new Map<string, number>();
  #bytes = 0;

  constructor(writer: AttributeColumnEncoder['texts']) {
    this.#writer = writer;
  }

  /** Of a cell as cell-sql.ts makes it. */
  ofCell(source: Buffer, start: number, end: number): number {
    if (start === end) {
      return 0;
    }
    const content = source.toString('utf8', start + 1, end);
    switch (String.fromCharCode(source[start])) {
      case CELL.number:
        return this.#number(content, true);
      case CELL.float:
        return this.#value(readFloat(content));
      case CELL.values:
        return this.ofValue(readValue(content));
      case CELL.long:
        this.numeric = false;
        return UNTOLD_VALUE;
      default:
        return this.#number(content, false);
    }
  }

  /** Of a value as the evaluator has it. */
  ofValue(value: Value): number {
    return value === undefined ? 0 : this.#value(plain(value));
  }

  #value(value: AttributeValue): number {
    return this.#number(attributeText(value), typeof value === 'number' || typeof value === 'bigint');
  }

  #number(text: string, isNumeric: boolean): number {
    this.numeric &&= isNumeric;
    const known = this.#byText.get(text);
    if (known !== undefined) {
      return known;
    }
    const bytes = Buffer.from(text);
    if (this.#byText.size === MAX_TEXTS || this.#bytes + bytes.length > MAX_TEXT_BYTES) {
      return UNTOLD_VALUE;
    }
    this.#bytes += bytes.length;
    const number = this.#writer.add(bytes) + 1;
    this.#byText.set(text, number);
    return number;
  }
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

/** Attributes are never of the types that intrinsics alone have. */
function plain(value: Exclude<Value, undefined>): AttributeValue {
  if (typeof value !== 'object') {
    return value;
  }
  return isArray(value) ? value.map(plain) : String(value.value);
}

/** `Array.isArray` does not tell a readonly array from an object. */
const isArray = (value: object): value is ReadonlyArray<Exclude<Value, undefined>> => Array.isArray(value);
