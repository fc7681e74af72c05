import { KIND_VALUES, type ComparisonOperator, type KindValue, type StatusValue } from '../ast.ts';

/** Nanoseconds. Counts as a number, and stays a duration in what `min`, `max`, `avg` and `sum` give. */
export interface DurationValue {
  readonly type: 'duration';
  readonly value: bigint;
}

/** A number that OTLP has no name for is its digits. */
export interface StatusCodeValue {
  readonly type: 'status';
  readonly value: StatusValue | `${number}`;
}

export interface KindCodeValue {
  readonly type: 'kind';
  readonly value: KindValue | `${number}`;
}

/** JavaScript's own types where there is one: a bigint is an int of 64 bits, a number is a float. */
export type Scalar = string | boolean | bigint | number | DurationValue | StatusCodeValue | KindCodeValue;

/** An array has at least one element; elements of several types may stand together. */
export type ArrayValue = readonly Scalar[];

/** undefined is nil: the span has no such attribute. */
export type Value = Scalar | ArrayValue | undefined;

export const isArray = (value: Value): value is ArrayValue => Array.isArray(value);

/** By OTLP's number (opentelemetry/proto/trace/v1, Status.StatusCode). */
const STATUS_CODES = ['unset', 'ok', 'error'] as const;
const STATUSES = STATUS_CODES.map((value): StatusCodeValue => ({ type: 'status', value }));

/** `KIND_VALUES` is in the order of OTLP's numbers (Span.SpanKind). */
const KINDS = KIND_VALUES.map((value): KindCodeValue => ({ type: 'kind', value }));

export function statusOfCode(code: number): StatusCodeValue {
  return STATUSES[code] ?? { type: 'status', value: `${code}` };
}

export function kindOfCode(code: number): KindCodeValue {
  return KINDS[code] ?? { type: 'kind', value: `${code}` };
}

export function codeOfStatus(status: StatusValue): number {
  return STATUS_CODES.indexOf(status);
}

export function codeOfKind(kind: KindValue): number {
  return KIND_VALUES.indexOf(kind);
}

/** Whether the value alone would pass a filter: `{ .a }` is `{ .a = true }`. */
export function isTrue(value: Value): boolean {
  return value === true || (isArray(value) && value.includes(true));
}

/** Ints, floats and durations, as what compares and computes; undefined for everything else. */
export function numberOf(value: Value): bigint | number | undefined {
  if (typeof value === 'bigint' || typeof value === 'number') {
    return value;
  }
  return typeof value === 'object' && !isArray(value) && value.type === 'duration' ? value.value : undefined;
}

/**
 * `left operator right`; undefined where the types do not go together, which makes every operator false (Tempo: a type
 * that turns out wrong at run time is no match, for `!=` either). Ints, floats and durations mix freely and are compared
 * by value, exactly: no int is rounded to a float first.
 */
export function compareScalars(operator: ComparisonOperator, left: Scalar, right: Scalar): boolean | undefined {
  if (typeof left === 'string') {
    return typeof right === 'string' ? compareTexts(operator, left, right) : undefined;
  }
  const a = numberOf(left);
  if (a !== undefined) {
    const b = numberOf(right);
    return b === undefined ? undefined : compareNumbers(operator, a, b);
  }
  if (operator !== '=' && operator !== '!=') {
    return undefined;
  }
  if (typeof left === 'boolean') {
    return typeof right === 'boolean' ? (left === right) === (operator === '=') : undefined;
  }
  if (typeof left === 'object' && typeof right === 'object' && left.type === right.type) {
    return (left.value === right.value) === (operator === '=');
  }
  return undefined;
}

function compareNumbers(operator: ComparisonOperator, a: bigint | number, b: bigint | number): boolean {
  switch (operator) {
    case '=':
      // Not `===`, which tells 5n from 5. Not a number equals nothing.
      return a >= b && a <= b;
    case '!=':
      return !(a >= b && a <= b);
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
  }
}

function compareTexts(operator: ComparisonOperator, a: string, b: string): boolean {
  switch (operator) {
    case '=':
      return a === b;
    case '!=':
      return a !== b;
    case '<':
      return orderOfTexts(a, b) < 0;
    case '<=':
      return orderOfTexts(a, b) <= 0;
    case '>':
      return orderOfTexts(a, b) > 0;
    case '>=':
      return orderOfTexts(a, b) >= 0;
  }
}

/** The order of the texts' UTF-8 bytes, which is that of code points. JavaScript's own is that of UTF-16 units. */
function orderOfTexts(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const [x, y] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (x !== y) {
      // Halves of pairs stand for code points above all that one unit holds.
      const [isHalfX, isHalfY] = [isSurrogate(x), isSurrogate(y)];
      return isHalfX === isHalfY ? x - y : isHalfX ? 1 : -1;
    }
  }
  return a.length - b.length;
}

const isSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff;

/** Equal for values that `by()` puts into one group: same type, same value. `1` and `1.0` are two groups, as in Tempo. */
export function groupKey(value: Value): string {
  if (value === undefined) {
    return 'nil';
  }
  if (isArray(value)) {
    return `array ${JSON.stringify(value.map(groupKey))}`;
  }
  return typeof value === 'object' ? `${value.type} ${value.value}` : `${typeof value} ${value}`;
}
