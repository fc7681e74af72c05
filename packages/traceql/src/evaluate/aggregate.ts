import type { AggregateFunction } from '../ast.ts';
import { isArray, numberOf, type DurationValue, type Scalar, type Value } from './value.ts';

/** What an aggregate gives. */
export type AggregateValue = bigint | number | DurationValue;

type NumberKind = 'int' | 'duration' | 'float';

/**
 * An aggregate over the values of one spanset (features.md 1.9): nil and what is no number is left out, of arrays every
 * element counts; undefined where nothing is left, and then the spanset is dropped.
 *
 * `avg` of ints is a float, of durations a duration; `sum` of ints wraps at 64 bits. Values of several number types are
 * taken as floats: Tempo adds only those of the first one's type, and divides by the number of all.
 */
export function aggregate(
  fn: Exclude<AggregateFunction, 'count'>,
  values: Iterable<Value>
): AggregateValue | undefined {
  const numbers = new Numbers();
  for (const value of values) {
    if (isArray(value)) {
      value.forEach((element) => numbers.add(element));
    } else if (value !== undefined) {
      numbers.add(value);
    }
  }
  return numbers.result(fn);
}

class Numbers {
  #count = 0;
  #kind: NumberKind | undefined;
  /** Of ints or durations; exact. */
  #whole = 0n;
  #float = 0;
  #min: bigint | number | undefined;
  #max: bigint | number | undefined;

  add(value: Scalar): void {
    const number = numberOf(value);
    if (number === undefined) {
      return;
    }
    const kind: NumberKind = typeof value === 'bigint' ? 'int' : typeof value === 'number' ? 'float' : 'duration';
    this.#kind = this.#kind === undefined || this.#kind === kind ? kind : 'float';
    this.#count += 1;
    this.#float += Number(number);
    this.#whole += typeof number === 'bigint' ? number : 0n;
    // Not a number is neither less nor more than anything; it stays only where there is nothing else.
    if (this.#min === undefined || number < this.#min || Number.isNaN(this.#min)) {
      this.#min = number;
    }
    if (this.#max === undefined || number > this.#max || Number.isNaN(this.#max)) {
      this.#max = number;
    }
  }

  result(fn: Exclude<AggregateFunction, 'count'>): AggregateValue | undefined {
    const kind = this.#kind;
    if (kind === undefined || this.#min === undefined || this.#max === undefined) {
      return undefined;
    }
    switch (fn) {
      case 'min':
        return asKind(kind, this.#min);
      case 'max':
        return asKind(kind, this.#max);
      case 'sum':
        return asKind(kind, kind === 'float' ? this.#float : BigInt.asIntN(64, this.#whole));
      case 'avg':
        return kind === 'duration'
          ? { type: 'duration', value: this.#whole / BigInt(this.#count) }
          : kind === 'int'
            ? Number(this.#whole) / this.#count
            : this.#float / this.#count;
    }
  }
}

function asKind(kind: NumberKind, number: bigint | number): AggregateValue {
  if (kind === 'float') {
    return Number(number);
  }
  return kind === 'duration' ? { type: 'duration', value: BigInt(number) } : BigInt(number);
}
