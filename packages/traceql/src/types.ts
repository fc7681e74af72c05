/** Which types go together, and what to say where they do not. */
import { KIND_VALUES, STATUS_VALUES, type BinaryExpression, type FieldExpression, type FieldOperator } from './ast.ts';
import { excerpt } from './errors.ts';
import { formatExpression } from './format.ts';
import type { ValueType } from './intrinsics.ts';

export interface TypeProblem {
  readonly message: string;
  readonly hint?: string;
}

const NAMES: Readonly<Record<ValueType, string>> = {
  int: 'an integer',
  float: 'a float',
  string: 'a text',
  boolean: 'true or false',
  duration: 'a duration',
  status: 'a status',
  kind: 'a span kind',
  nil: 'nil',
  attribute: 'an attribute',
};

export function describeType(type: ValueType): string {
  return NAMES[type];
}

/** Integers, floats and durations mix freely; a duration counts as its nanoseconds. */
export function isNumeric(type: ValueType): boolean {
  return type === 'int' || type === 'float' || type === 'duration';
}

/** Two types that no operator joins. What an attribute is, only the data tells. */
export function binaryTypeProblem(
  { operator, left, right }: BinaryExpression,
  leftType: ValueType,
  rightType: ValueType
): TypeProblem | undefined {
  const fits =
    leftType === 'attribute' ||
    rightType === 'attribute' ||
    leftType === rightType ||
    (isNumeric(leftType) && isNumeric(rightType));
  if (fits) {
    return undefined;
  }
  const shown = (node: FieldExpression, type: ValueType) => `${excerpt(formatExpression(node))} is ${NAMES[type]}`;
  return {
    message: `"${operator}" does not join different types: ${shown(left, leftType)}, ${shown(right, rightType)}`,
    hint: typeHint(operator, left, leftType, right, rightType),
  };
}

const COMPARISONS: readonly FieldOperator[] = ['=', '!=', '<', '<=', '>', '>='];

function typeHint(
  operator: FieldOperator,
  left: FieldExpression,
  leftType: ValueType,
  right: FieldExpression,
  rightType: ValueType
): string | undefined {
  if (operator === '=~' || operator === '!~') {
    return 'only texts match regular expressions; compare with =, != or, for numbers, < and >';
  }
  if (!COMPARISONS.includes(operator)) {
    return undefined;
  }
  if (left.kind === 'binary' && COMPARISONS.includes(left.operator)) {
    return 'comparisons do not chain: write .a > 1 && .a < 5';
  }
  return valueHint(leftType, right) ?? valueHint(rightType, left);
}

function isOneOf(value: string, values: readonly string[]): boolean {
  return values.includes(value);
}

/** What to write in place of a literal of the wrong type. */
function valueHint(wanted: ValueType, given: FieldExpression): string | undefined {
  if (given.kind !== 'literal') {
    return undefined;
  }
  if (given.type === 'string' && wanted !== 'boolean') {
    switch (wanted) {
      case 'status':
        return isOneOf(given.value, STATUS_VALUES)
          ? `write ${given.value}, without quotes`
          : 'write error, ok or unset, without quotes';
      case 'kind':
        return isOneOf(given.value, KIND_VALUES)
          ? `write ${given.value}, without quotes`
          : 'write server, client, producer, consumer, internal or unspecified, without quotes';
      case 'duration':
        return /^[0-9][0-9a-z.]*$/.test(given.value)
          ? `write ${given.value}, without quotes`
          : 'write a duration without quotes: 100ms';
      case 'int':
      case 'float':
        return /^[0-9.]+$/.test(given.value) ? `write ${given.value}, without quotes` : undefined;
      default:
        return undefined;
    }
  }
  if (wanted === 'status' || wanted === 'kind') {
    return wanted === 'status'
      ? 'a status is error, ok or unset'
      : 'a span kind is server, client, producer, consumer, internal or unspecified';
  }
  return wanted === 'string' ? `put it in double quotes: "${excerpt(formatExpression(given))}"` : undefined;
}

const ORDERING: readonly FieldOperator[] = ['<', '<=', '>', '>='];
const EQUALITY: readonly FieldOperator[] = ['=', '!='];
const ARITHMETIC: readonly FieldOperator[] = ['+', '-', '*', '/', '%', '^'];

const OPERATORS: Readonly<Record<Exclude<ValueType, 'attribute'>, readonly FieldOperator[]>> = {
  boolean: ['&&', '||', ...EQUALITY],
  int: [...ARITHMETIC, ...EQUALITY, ...ORDERING],
  float: [...ARITHMETIC, ...EQUALITY, ...ORDERING],
  duration: [...ARITHMETIC, ...EQUALITY, ...ORDERING],
  string: [...EQUALITY, ...ORDERING, '=~', '!~'],
  status: EQUALITY,
  kind: EQUALITY,
  nil: EQUALITY,
};

export function operatorTypeProblem(operator: FieldOperator, type: ValueType): TypeProblem | undefined {
  if (type === 'attribute' || OPERATORS[type].includes(operator)) {
    return undefined;
  }
  return {
    message: `"${operator}" does not apply to ${NAMES[type]}`,
    hint: `${NAMES[type]} takes ${OPERATORS[type].join(' ')}`,
  };
}

/** For a filter that is neither true nor false. */
export function filterHint(expression: FieldExpression, type: ValueType): string | undefined {
  const shown = excerpt(formatExpression(expression));
  switch (type) {
    case 'status':
      return expression.kind === 'literal' ? `write { status = ${shown} }` : `compare it: { ${shown} = error }`;
    case 'kind':
      return expression.kind === 'literal' ? `write { kind = ${shown} }` : `compare it: { ${shown} = server }`;
    case 'string':
      return expression.kind === 'literal' ? `compare it: { name = ${shown} }` : `compare it: { ${shown} = "x" }`;
    case 'duration':
      return expression.kind === 'literal' ? `compare it: { duration > ${shown} }` : `compare it: { ${shown} > 1s }`;
    default:
      return 'compare it with a value';
  }
}
