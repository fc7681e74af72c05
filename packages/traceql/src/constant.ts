import {
  NO_SPAN,
  assertUnreachable,
  leftSpine,
  type ArithmeticOperator,
  type BinaryExpression,
  type ConstantExpression,
  type ConstantOperation,
  type FieldExpression,
  type NumberLiteral,
  type TextSpan,
} from './ast.ts';
import { TraceqlError, positionAt } from './errors.ts';

/**
 * The value of a constant: ints truncate and wrap at 64 bits, a float makes a float, durations make a float of
 * nanoseconds (but `-1s` stays a duration).
 * `text` is the query's, for the error's position. @throws TraceqlError of kind `invalid` for an int divided by zero.
 */
export function foldConstant(expression: ConstantExpression, text = ''): NumberLiteral {
  switch (expression.kind) {
    case 'literal':
      return expression;
    case 'constantNegation':
      return negate(foldConstant(expression.operand, text), expression.span);
    case 'constantOperation': {
      const spine = leftSpine<ConstantOperation>(expression);
      let value: NumberLiteral | undefined;
      for (const node of spine) {
        value = operate(node, value ?? foldConstant(node.left, text), foldConstant(node.right, text), text);
      }
      return value ?? { kind: 'literal', type: 'int', value: 0n, span: NO_SPAN };
    }
    default:
      return assertUnreachable(expression);
  }
}

/**
 * The value of arithmetic without attributes inside `{ }`, such as `-1` or `2 * 500ms`, by the same rules; undefined
 * for everything else. @throws TraceqlError as foldConstant
 */
export function foldArithmetic(expression: FieldExpression, text = ''): NumberLiteral | undefined {
  switch (expression.kind) {
    case 'literal':
      return expression.type === 'int' || expression.type === 'float' || expression.type === 'duration'
        ? expression
        : undefined;
    case 'unary': {
      const operand = expression.operator === '-' ? foldArithmetic(expression.operand, text) : undefined;
      return operand && negate(operand, expression.span);
    }
    case 'binary':
      return foldBinary(expression, text);
    case 'attribute':
    case 'intrinsic':
    case 'nilTest':
      return undefined;
    default:
      return assertUnreachable(expression);
  }
}

function isArithmetic(operator: string): operator is ArithmeticOperator {
  return ['+', '-', '*', '/', '%', '^'].includes(operator);
}

function foldBinary(expression: BinaryExpression, text: string): NumberLiteral | undefined {
  const spine = leftSpine<BinaryExpression>(expression);
  let value: NumberLiteral | undefined;
  for (const [index, node] of spine.entries()) {
    const { operator } = node;
    const left = index === 0 ? foldArithmetic(node.left, text) : value;
    const right = left && isArithmetic(operator) ? foldArithmetic(node.right, text) : undefined;
    if (left === undefined || right === undefined || !isArithmetic(operator)) {
      return undefined;
    }
    value = operate({ operator, span: node.span }, left, right, text);
  }
  return value;
}

function negate(literal: NumberLiteral, span: TextSpan): NumberLiteral {
  return literal.type === 'float'
    ? { ...literal, value: -literal.value, span }
    : { ...literal, value: BigInt.asIntN(64, -literal.value), span };
}

interface Operation {
  readonly operator: ArithmeticOperator;
  readonly span: TextSpan;
}

function operate(operation: Operation, left: NumberLiteral, right: NumberLiteral, text: string): NumberLiteral {
  const { operator, span } = operation;
  // Tempo computes b^a for ints a ^ b; this is a^b. A negative exponent has no int result, so it makes a float.
  const asInts = left.type === 'int' && right.type === 'int' && !(operator === '^' && right.value < 0n);
  if (!asInts) {
    const value = operateFloats(operator, Number(left.value), Number(right.value));
    return { kind: 'literal', type: 'float', value, span };
  }
  if ((operator === '/' || operator === '%') && right.value === 0n) {
    const hint = 'write a float to divide by zero as floats do: 1.0 / 0';
    throw new TraceqlError('invalid', 'an integer is divided by zero', span, positionAt(text, span.start), hint);
  }
  const value = BigInt.asIntN(64, operateInts(operator, left.value, right.value));
  return { kind: 'literal', type: 'int', value, span };
}

export function operateInts(operator: ArithmeticOperator, left: bigint, right: bigint): bigint {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
    case '^':
      return wrappingPower(left, right);
    default:
      return assertUnreachable(operator);
  }
}

/** By squaring, wrapped at each step: the plain power of two 64-bit ints would not fit in memory. */
function wrappingPower(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let square = base, rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) {
      result = BigInt.asIntN(64, result * square);
    }
    square = BigInt.asIntN(64, square * square);
  }
  return result;
}

export function operateFloats(operator: ArithmeticOperator, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
    case '^':
      return left ** right;
    default:
      return assertUnreachable(operator);
  }
}
