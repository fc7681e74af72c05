import type { ArithmeticOperator, BinaryExpression } from '../ast.ts';
import { operateFloats, operateInts } from '../constant.ts';
import { TraceqlError, positionAt } from '../errors.ts';
import { isArray, numberOf, type Value } from './value.ts';

export type Arithmetic = Pick<BinaryExpression, 'span'> & { readonly operator: ArithmeticOperator };

export function isArithmetic(operator: string): operator is ArithmeticOperator {
  return ['+', '-', '*', '/', '%', '^'].includes(operator);
}

/**
 * Ints truncate and wrap at 64 bits, a float makes a float, durations make floats of nanoseconds (features.md 1.8); `^` of
 * ints is a power, and with a negative exponent a float. What is no number makes nil, as a missing attribute does; Tempo
 * makes it `false`, which then is a group of its own or counts into an average.
 * @throws TraceqlError of kind `invalid` for arrays, and for an int divided by zero, as in Tempo
 */
export function calculate({ operator, span }: Arithmetic, left: Value, right: Value, text: string): Value {
  if (left === undefined || right === undefined) {
    return undefined;
  }
  if (isArray(left) || isArray(right)) {
    const hint = 'a span has several values of it; compare it, or keep such spans out first';
    throw failure(`"${operator}" does not apply to an array`, span, text, hint);
  }
  if (typeof left === 'bigint' && typeof right === 'bigint' && !(operator === '^' && right < 0n)) {
    if ((operator === '/' || operator === '%') && right === 0n) {
      throw failure('an integer is divided by zero', span, text, 'keep zeros out first: { .a != 0 } | { 10 / .a > 1 }');
    }
    return BigInt.asIntN(64, operateInts(operator, left, right));
  }
  const [a, b] = [numberOf(left), numberOf(right)];
  return a === undefined || b === undefined ? undefined : operateFloats(operator, Number(a), Number(b));
}

/** `-x`: of a duration it stays a duration. What is no number makes nil. @throws as calculate */
export function negate(span: BinaryExpression['span'], value: Value, text: string): Value {
  if (isArray(value)) {
    throw failure('"-" does not apply to an array', span, text);
  }
  if (typeof value === 'bigint') {
    return BigInt.asIntN(64, -value);
  }
  if (typeof value === 'number') {
    return -value;
  }
  return typeof value === 'object' && value.type === 'duration'
    ? { type: 'duration', value: BigInt.asIntN(64, -value.value) }
    : undefined;
}

/** An error that only the data brings to light. */
export function failure(message: string, span: BinaryExpression['span'], text: string, hint?: string): TraceqlError {
  return new TraceqlError('invalid', message, span, positionAt(text, span.start), hint);
}
