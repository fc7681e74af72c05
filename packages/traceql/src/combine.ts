/** What an operator between two parts of a pipeline makes of them. */
import {
  assertUnreachable,
  type ArithmeticOperator,
  type ComparisonOperator,
  type ConstantExpression,
  type FieldOperator,
  type MetricsExpression,
  type Pipeline,
  type ScalarExpression,
  type ScalarFilter,
  type SpansetOperand,
  type SpansetOperator,
  type TextSpan,
} from './ast.ts';
import type { Cursor } from './cursor.ts';
import { excerpt, type TraceqlError } from './errors.ts';

export type Operand = SpansetOperand | ScalarExpression | ScalarFilter | MetricsExpression;
export type Operator = SpansetOperator | FieldOperator;

interface Kinded {
  readonly kind: string;
}

const CONSTANTS: readonly string[] = ['literal', 'constantNegation', 'constantOperation'];
const SCALARS: readonly string[] = [...CONSTANTS, 'aggregate', 'scalarOperation', 'scalarPipeline'];
const METRICS: readonly string[] = ['metricsPipeline', 'metricsOperation'];
const SPANSETS: readonly string[] = ['spansetFilter', 'spansetOperation', 'pipeline'];

/** For parts of a pipeline, whose only literals are numbers. */
export function isConstant<T extends Kinded>(node: T): node is T & ConstantExpression {
  return CONSTANTS.includes(node.kind);
}

export function isScalar<T extends Kinded>(node: T): node is T & ScalarExpression {
  return SCALARS.includes(node.kind);
}

export function isMetrics<T extends Kinded>(node: T): node is T & MetricsExpression {
  return METRICS.includes(node.kind);
}

function isSpanset<T extends Kinded>(node: T): node is T & SpansetOperand {
  return SPANSETS.includes(node.kind);
}

type Role = 'logical' | 'structural' | 'comparison' | 'ordering' | 'arithmetic' | 'regex';

/** `<` and `>` are both comparisons and structural: `ordering`. */
const ROLES: Readonly<Record<Operator, Role>> = {
  '&&': 'logical',
  '||': 'logical',
  '&&!': 'logical',
  '<': 'ordering',
  '>': 'ordering',
  '=': 'comparison',
  '!=': 'comparison',
  '<=': 'comparison',
  '>=': 'comparison',
  '+': 'arithmetic',
  '-': 'arithmetic',
  '*': 'arithmetic',
  '/': 'arithmetic',
  '%': 'arithmetic',
  '^': 'arithmetic',
  '=~': 'regex',
  '!~': 'structural',
  '>>': 'structural',
  '<<': 'structural',
  '~': 'structural',
  '!>': 'structural',
  '!>>': 'structural',
  '!<': 'structural',
  '!<<': 'structural',
  '&>': 'structural',
  '&>>': 'structural',
  '&<': 'structural',
  '&<<': 'structural',
  '&~': 'structural',
};

/** @throws TraceqlError of kind `syntax` where the operator does not go with the operands */
export function combine(
  cursor: Cursor,
  operator: Operator,
  operatorSpan: TextSpan,
  left: Operand,
  right: Operand,
  span: TextSpan
): Operand {
  const role = ROLES[operator];
  if (isSpanset(left) && isSpanset(right)) {
    if (role === 'logical' || role === 'structural' || role === 'ordering') {
      return { kind: 'spansetOperation', operator: operator as SpansetOperator, left, right, span };
    }
  } else if (isScalar(left) && isScalar(right)) {
    if (role === 'arithmetic') {
      return arithmetic(operator as ArithmeticOperator, left, right, span);
    }
    if (role === 'comparison' || role === 'ordering') {
      return compare(cursor, operator as ComparisonOperator, left, right, span);
    }
  } else if ((isMetrics(left) || isConstant(left)) && (isMetrics(right) || isConstant(right))) {
    if (operator === '+' || operator === '-' || operator === '*' || operator === '/') {
      return { kind: 'metricsOperation', operator, left, right, secondStages: [], span };
    }
  }
  throw mismatch(cursor, operator, operatorSpan, left, right);
}

function arithmetic(
  operator: ArithmeticOperator,
  left: ScalarExpression,
  right: ScalarExpression,
  span: TextSpan
): ScalarExpression {
  return isConstant(left) && isConstant(right)
    ? { kind: 'constantOperation', operator, left, right, span }
    : { kind: 'scalarOperation', operator, left, right, span };
}

function compare(
  cursor: Cursor,
  operator: ComparisonOperator,
  left: ScalarExpression,
  right: ScalarExpression,
  span: TextSpan
): ScalarFilter | Pipeline {
  if (isConstant(left) && isConstant(right)) {
    throw cursor.error('this compares two numbers', span, 'compare an aggregate: count() > 2');
  }
  if (left.kind === 'scalarPipeline' && isConstant(right)) {
    // `({…} | count()) > 2` is `{…} | count() > 2` with other parentheses.
    const filter: ScalarFilter = { kind: 'scalarFilter', operator, left: left.aggregate, right, span };
    return { kind: 'pipeline', stages: [...left.pipeline.stages, filter], span };
  }
  return { kind: 'scalarFilter', operator, left, right, span };
}

function mismatch(
  cursor: Cursor,
  operator: Operator,
  operatorSpan: TextSpan,
  left: Operand,
  right: Operand
): TraceqlError {
  const message = `"${operator}" does not join ${describe(left)} with ${describe(right)}`;
  return cursor.error(message, operatorSpan, mismatchHint(cursor, operator, left, right));
}

function mismatchHint(cursor: Cursor, operator: Operator, left: Operand, right: Operand): string | undefined {
  const filter = [left, right].find((node) => node.kind === 'scalarFilter');
  const role = ROLES[operator];
  if (filter !== undefined && (role === 'logical' || role === 'structural')) {
    const text = excerpt(cursor.text.slice(filter.span.start, filter.span.end));
    return `a comparison of an aggregate is a stage of its own: { … } | ${text}`;
  }
  if (filter !== undefined) {
    return 'one stage compares once; add another with |';
  }
  if (isMetrics(left) || isMetrics(right)) {
    if (isSpanset(left) || isSpanset(right)) {
      return 'a metric needs its function inside the parentheses: ({ … } | rate())';
    }
    if (role === 'comparison' || role === 'ordering') {
      return 'the number goes on the right: ({ … } | rate()) > 10';
    }
    return 'metrics are joined with +, -, * and /';
  }
  if (isSpanset(left) && isSpanset(right)) {
    if (role === 'arithmetic') {
      return 'spansets are joined with && and ||; for arithmetic make metrics of them: ({ … } | rate()) + ({ … } | rate())';
    }
    return 'spansets are joined with &&, ||, and the relations >, >>, <, <<, ~';
  }
  if (isSpanset(left) || isSpanset(right)) {
    return role === 'arithmetic'
      ? 'arithmetic on a metric needs parentheses around it: ({ … } | rate()) + 5'
      : 'compare an aggregate in a stage of its own: { … } | count() > 2';
  }
  return undefined;
}

function describe(node: Operand): string {
  switch (node.kind) {
    case 'spansetFilter':
    case 'spansetOperation':
      return 'spansets';
    case 'pipeline':
      return 'a pipeline';
    case 'scalarFilter':
      return 'a comparison';
    case 'aggregate':
    case 'scalarOperation':
    case 'scalarPipeline':
      return 'an aggregate';
    case 'literal':
    case 'constantNegation':
    case 'constantOperation':
      return 'a number';
    case 'metricsPipeline':
    case 'metricsOperation':
      return 'a metric';
    default:
      return assertUnreachable(node);
  }
}
