import type { BinaryExpression, ComparisonOperator, FieldExpression, RegexOperator } from '../ast.ts';
import { regexProblem } from '../regex.ts';
import { failure } from './arithmetic.ts';
import { ID_DIGITS } from './operand.ts';
import { compilePattern, PatternTooLarge } from './regex/index.ts';
import { compareScalars, isArray, type Scalar, type Value } from './value.ts';

/** `a < b` is `b > a`. */
const TURNED: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  '=': '=',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

/** What an operator says of one element; undefined where the types do not go together. */
type Test = (element: Scalar) => boolean | undefined;

/** The pattern's side of `=~` and `!~`; with the constants `error`, what is wrong with it, and where. */
export function compilePatternTest(node: BinaryExpression, text: string): (value: Value) => boolean {
  const { operator, right } = node;
  if (right.kind !== 'literal' || right.type !== 'string') {
    throw failure(`"${operator}" needs a regular expression on its right`, right.span, text);
  }
  const problem = regexProblem(right.value);
  if (problem) {
    throw failure(problem.message, right.span, text, problem.hint);
  }
  const matches = compileMatcher(right.value, right, text);
  const test: Test = (element) => (typeof element === 'string' ? matches(element) === (operator === '=~') : undefined);
  return (value) => compareWith(operator as RegexOperator, value, test);
}

function compileMatcher(pattern: string, { span }: FieldExpression, text: string): (text: string) => boolean {
  try {
    return compilePattern(pattern);
  } catch (error) {
    if (error instanceof PatternTooLarge) {
      throw failure('the regular expression is too large', span, text, 'repeat less, or split it with ||');
    }
    throw error;
  }
}

/**
 * `left operator right` (features.md 1.5 to 1.7): false where either side is nil and where the types differ, whatever the
 * operator. With an array on one side, any element may make it true; for `!=` all of them must.
 * @throws TraceqlError of kind `invalid` for two arrays, as in Tempo
 */
export function compileComparison(node: BinaryExpression, text: string): (left: Value, right: Value) => boolean {
  const operator = node.operator as ComparisonOperator;
  const compare = (left: Value, right: Value): boolean => {
    if (left === undefined || right === undefined) {
      return false;
    }
    if (!isArray(right)) {
      return compareWith(operator, left, (element) => compareScalars(operator, element, right));
    }
    if (isArray(left)) {
      throw failure(`"${operator}" does not compare two arrays`, node.span, text);
    }
    const turned = TURNED[operator];
    return compareWith(turned, right, (element) => compareScalars(turned, element, left));
  };
  const leftDigits = digitsOfId(node.left);
  const rightDigits = digitsOfId(node.right);
  if (leftDigits !== undefined && node.right.kind === 'literal') {
    return (left, right) => compare(left, fullId(right, leftDigits));
  }
  if (rightDigits !== undefined && node.left.kind === 'literal') {
    return (left, right) => compare(fullId(left, rightDigits), right);
  }
  return compare;
}

function compareWith(operator: ComparisonOperator | RegexOperator, value: Value, test: Test): boolean {
  if (!isArray(value)) {
    return value !== undefined && test(value) === true;
  }
  if (operator !== '!=' && operator !== '!~') {
    return value.some((element) => test(element) === true);
  }
  let comparable = 0;
  for (const element of value) {
    const result = test(element);
    if (result === false) {
      return false;
    }
    comparable += result === undefined ? 0 : 1;
  }
  // As with one value: what can be compared with nothing in the array is no match.
  return comparable > 0;
}

const digitsOfId = (node: FieldExpression): number | undefined =>
  node.kind === 'intrinsic' ? ID_DIGITS[node.intrinsic] : undefined;

/** An id may be written in capitals and without leading zeros (features.md 1.4). Empty stays empty: a root's parent. */
function fullId(value: Value, digits: number): Value {
  return typeof value === 'string' && value !== '' ? value.toLowerCase().padStart(digits, '0') : value;
}
