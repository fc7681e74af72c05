import {
  foldArithmetic,
  leftSpine,
  positionAt,
  TraceqlError,
  type BinaryExpression,
  type FieldExpression,
  type Literal as TraceqlLiteral,
  type TextSpan,
} from '@clew/traceql';

import type { AttributeOperand, Comparison, Condition, IntrinsicOperand, Literal, Operand } from './plan.ts';

/** Comparisons in one query: more make a statement that ClickHouse needs longer to read than to run. */
export const MAX_COMPARISONS = 500;

/** How deep `&&` and `||` may alternate: `a && b || c && d` is three. ClickHouse's parser ends at about ten times that. */
export const MAX_ALTERNATIONS = 60;

export const SUPPORTED_INTRINSICS: ReadonlySet<string> = new Set<IntrinsicOperand['name']>([
  'span:name',
  'span:duration',
  'span:status',
  'span:statusMessage',
  'span:kind',
  'span:id',
  'span:parentID',
  'trace:id',
  'trace:duration',
  'trace:rootName',
  'trace:rootService',
  'event:name',
  'event:timeSinceStart',
  'link:traceID',
  'link:spanID',
  'instrumentation:name',
  'instrumentation:version',
  'nestedSetParent',
]);

/** `5 < .x` is `.x > 5`. */
const FLIPPED: Readonly<Record<Comparison, Comparison>> = {
  '=': '=',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
  '=~': '=~',
  '!~': '!~',
};

/**
 * Makes conditions, which SQL decides, of what stands between `{` and `}`. What it cannot express it refuses with a
 * TraceqlError of kind `unsupported`.
 */
export class FilterPlanner {
  readonly #text: string;
  readonly #mentioned = new Map<string, Operand>();
  #comparisons = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Every operand that was met, once. */
  get mentioned(): Operand[] {
    return [...this.#mentioned.values()];
  }

  condition(expression: FieldExpression, depth = 0): Condition {
    this.checkDepth(expression.span, depth);
    switch (expression.kind) {
      case 'literal':
        if (expression.type === 'boolean') {
          return { kind: 'constant', value: expression.value };
        }
        break;
      case 'attribute':
        return this.#isBoolean(this.operand(expression), true, expression.span);
      case 'nilTest':
        return this.#nilTest(expression.operand, expression.operator);
      case 'unary':
        if (expression.operator === '!') {
          // Of a missing attribute neither `.a` nor `!.a` is true: Tempo's rule for nil.
          if (expression.operand.kind === 'attribute') {
            return this.#isBoolean(this.operand(expression.operand), false, expression.span);
          }
          // Nor is `!!.a`, which a NOT around `!.a` would make true.
          if (expression.operand.kind !== 'unary') {
            return { kind: 'not', operand: this.condition(expression.operand, depth + 1) };
          }
        }
        break;
      case 'binary':
        return this.#binary(expression, depth);
      case 'intrinsic':
        break;
    }
    throw this.unsupported(expression.span, 'This expression is not supported as a condition yet');
  }

  #binary(expression: BinaryExpression, depth: number): Condition {
    const { operator } = expression;
    switch (operator) {
      case '&&':
      case '||': {
        const chain = leftSpine(expression);
        const from = chain.findLastIndex((operation) => operation.operator !== operator) + 1;
        const operands = [chain[from].left, ...chain.slice(from).map(({ right }) => right)];
        return joined(
          operator === '&&' ? 'and' : 'or',
          operands.map((operand) => this.condition(operand, depth + 1))
        );
      }
      case '+':
      case '-':
      case '*':
      case '/':
      case '%':
      case '^':
        throw this.unsupported(expression.span, 'Arithmetic with attributes is not supported yet');
      default:
        return this.#comparison(expression, operator);
    }
  }

  #comparison({ left, right, span }: BinaryExpression, comparison: Comparison): Condition {
    const leftLiteral = literalOf(left);
    const rightLiteral = literalOf(right);
    if (leftLiteral && rightLiteral) {
      const value = compareLiterals(leftLiteral, comparison, rightLiteral);
      if (value !== undefined) {
        return { kind: 'constant', value };
      }
      throw this.unsupported(span, 'A pattern can be compared with an attribute only');
    }
    if (rightLiteral) {
      return this.#compare(this.#comparedOperand(left), comparison, rightLiteral, span);
    }
    if (leftLiteral) {
      return this.#compare(this.#comparedOperand(right), FLIPPED[comparison], leftLiteral, span);
    }
    throw this.unsupported(
      span,
      'A comparison of two attributes is not supported yet',
      'Compare an attribute with a value.'
    );
  }

  #comparedOperand(expression: FieldExpression): Operand {
    if (expression.kind === 'attribute' || expression.kind === 'intrinsic') {
      return this.operand(expression);
    }
    throw this.unsupported(expression.span, 'Arithmetic with attributes is not supported yet');
  }

  #compare(operand: Operand, comparison: Comparison, literal: Literal, span: TextSpan): Condition {
    const isTreePosition = operand.kind === 'intrinsic' && operand.name === 'nestedSetParent';
    if (isTreePosition && !isRootTest(comparison, literal)) {
      throw this.unsupported(
        span,
        'nestedSetParent is supported as a test for root spans only',
        'Write nestedSetParent < 0 for root spans, nestedSetParent >= 0 for all others.'
      );
    }
    this.#count(span);
    return { kind: 'compare', operand, comparison, literal };
  }

  #isBoolean(operand: Operand, value: boolean, span: TextSpan): Condition {
    return this.#compare(operand, '=', { type: 'bool', value }, span);
  }

  #nilTest(expression: FieldExpression, operator: '=' | '!='): Condition {
    if (expression.kind !== 'attribute' && expression.kind !== 'intrinsic') {
      throw this.unsupported(expression.span, 'Only an attribute can be compared with nil');
    }
    // A resource without a service's name has an empty one (Tempo: it is never nil).
    const isService = expression.kind === 'attribute' && expression.name === 'service.name';
    if (isService && (expression.scope === 'resource' || expression.scope === 'any')) {
      this.operand(expression);
      return { kind: 'constant', value: operator === '!=' };
    }
    this.#count(expression.span);
    return { kind: operator === '!=' ? 'exists' : 'missing', operand: this.operand(expression) };
  }

  operand(expression: Extract<FieldExpression, { kind: 'attribute' | 'intrinsic' }>): Operand {
    const operand = this.#operandOf(expression);
    const key = `${operand.kind}:${operand.kind === 'attribute' ? operand.scope : ''}:${operand.name}`;
    this.#mentioned.set(key, this.#mentioned.get(key) ?? operand);
    return operand;
  }

  #operandOf(expression: Extract<FieldExpression, { kind: 'attribute' | 'intrinsic' }>): Operand {
    if (expression.kind === 'attribute') {
      if (expression.parent) {
        throw this.unsupported(expression.span, 'parent attributes are not supported yet');
      }
      const operand: AttributeOperand = { kind: 'attribute', scope: expression.scope, name: expression.name };
      return operand;
    }
    if (!SUPPORTED_INTRINSICS.has(expression.intrinsic)) {
      throw this.unsupported(expression.span, `${expression.spelling} is not supported yet`);
    }
    return { kind: 'intrinsic', name: expression.intrinsic as IntrinsicOperand['name'] };
  }

  #count(span: TextSpan): void {
    this.#comparisons += 1;
    if (this.#comparisons > MAX_COMPARISONS) {
      throw this.unsupported(
        span,
        `A query of more than ${MAX_COMPARISONS} comparisons is not supported`,
        'Use a regular expression in place of many values.'
      );
    }
  }

  checkDepth(span: TextSpan, depth: number): void {
    if (depth > MAX_ALTERNATIONS) {
      throw this.unsupported(span, `&& and || alternate more than ${MAX_ALTERNATIONS} times`);
    }
  }

  unsupported(span: TextSpan, message: string, hint?: string): TraceqlError {
    return new TraceqlError('unsupported', message, span, positionAt(this.#text, span.start), hint);
  }
}

export function joined(kind: 'and' | 'or', operands: readonly Condition[]): Condition {
  return operands.length === 1 ? operands[0] : { kind, operands };
}

/** Comparisons in the statement that a condition becomes: `&&` between spansets repeats its operands. */
export function emittedComparisons(condition: Condition, sizes = new Map<Condition, number>()): number {
  const known = sizes.get(condition);
  if (known !== undefined) {
    return known;
  }
  let size = 1;
  switch (condition.kind) {
    case 'and':
    case 'or':
      size = condition.operands.reduce((sum, operand) => sum + emittedComparisons(operand, sizes), 0);
      break;
    case 'not':
      size = emittedComparisons(condition.operand, sizes);
      break;
    case 'inTrace':
      size = emittedComparisons(condition.condition, sizes);
      break;
  }
  sizes.set(condition, size);
  return size;
}

function literalOf(expression: FieldExpression): Literal | undefined {
  if (expression.kind === 'literal') {
    return planLiteral(expression);
  }
  const folded = foldArithmetic(expression);
  return folded && planLiteral(folded);
}

function planLiteral(literal: TraceqlLiteral): Literal {
  switch (literal.type) {
    case 'boolean':
      return { type: 'bool', value: literal.value };
    case 'string':
      return { type: 'string', value: literal.value };
    case 'float':
      return { type: 'float', value: literal.value };
    case 'status':
      return { type: 'status', value: literal.value };
    case 'kind':
      return { type: 'kind', value: literal.value };
    case 'int':
    case 'duration':
      return { type: literal.type, value: literal.value };
  }
}

/** Constants on both sides; undefined where the operator is none for them. */
function compareLiterals(left: Literal, comparison: Comparison, right: Literal): boolean | undefined {
  const [a, b] = [left.value, right.value];
  switch (comparison) {
    // int, float and duration are compared by value, whatever their types, as JavaScript does with bigint and number;
    // `===` would ask for the same type too.
    case '=':
      return typeof a === 'string' || typeof b === 'string' ? a === b : a >= b && a <= b;
    case '!=':
      return typeof a === 'string' || typeof b === 'string' ? a !== b : !(a >= b && a <= b);
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    default:
      return undefined;
  }
}

/** Whether a comparison with nestedSetParent tells roots (-1) from all others (0 and more), and no more than that. */
function isRootTest(comparison: Comparison, literal: Literal): boolean {
  if (literal.type !== 'int' && literal.type !== 'float') {
    return false;
  }
  const value = Number(literal.value);
  switch (comparison) {
    case '=':
    case '!=':
      return value < 0;
    case '<':
    case '>=':
      return value <= 0;
    case '<=':
    case '>':
      return value < 0;
    default:
      return false;
  }
}
