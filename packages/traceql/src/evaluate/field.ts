import {
  assertUnreachable,
  leftSpine,
  type Attribute,
  type BinaryExpression,
  type FieldExpression,
  type Literal,
  type NilTest,
} from '../ast.ts';
import { attributeToString } from '../attribute.ts';
import { TraceqlError, excerpt, positionAt } from '../errors.ts';
import { calculate, failure, isArithmetic, negate, type Arithmetic } from './arithmetic.ts';
import { compileComparison, compilePatternTest } from './comparison.ts';
import type { Frame } from './frame.ts';
import { compileOperand } from './operand.ts';
import { codeOfKind, codeOfStatus, isArray, isTrue, kindOfCode, statusOfCode, type Value } from './value.ts';

/** The value of an expression for a span of the frame's trace, by the span's index. */
export type Field = (span: number) => Value;

/** One operator of a chain, with its right side: from the value on the left to the value of both. */
type Step = (left: Value, span: number) => Value;

/** Trees that the parser gives are far from it; this is for those that were built. */
const MAX_NESTING = 1000;

/** Makes functions of the expressions inside `{ }`. */
export class FieldCompiler {
  readonly #frame: Frame;
  readonly #text: string;

  /** `text`: the query's, for positions in errors. */
  constructor(frame: Frame, text: string) {
    this.#frame = frame;
    this.#text = text;
  }

  /** @throws TraceqlError for what `check` refuses and cannot be evaluated */
  compile(node: FieldExpression, depth = 0): Field {
    if (depth > MAX_NESTING) {
      throw failure(`an expression nests deeper than ${MAX_NESTING} levels`, node.span, this.#text);
    }
    switch (node.kind) {
      case 'literal': {
        const value = literalValue(node);
        return () => value;
      }
      case 'attribute':
      case 'intrinsic':
        return this.attribute(node);
      case 'unary': {
        const operand = this.compile(node.operand, depth + 1);
        return node.operator === '!'
          ? (span) => not(operand(span))
          : (span) => negate(node.span, operand(span), this.#text);
      }
      case 'nilTest':
        return this.#nilTest(node, depth);
      case 'binary':
        return this.#chain(node, depth);
      default:
        return assertUnreachable(node);
    }
  }

  attribute(node: Attribute): Field {
    if (node.kind === 'attribute' ? node.parent : node.intrinsic === 'parent') {
      const message = `${excerpt(attributeToString(node))} is not supported`;
      throw new TraceqlError('unsupported', message, node.span, positionAt(this.#text, node.span.start));
    }
    return compileOperand(node, this.#frame);
  }

  /** A loop over a chain of operators, since one may be thousands of terms long. */
  #chain(top: BinaryExpression, depth: number): Field {
    const spine = leftSpine(top);
    const first = this.compile(spine[0].left, depth + 1);
    const steps = spine.map((node) => this.#step(node, depth));
    if (steps.length === 1) {
      const [step] = steps;
      return (span) => step(first(span), span);
    }
    return (span) => {
      let value = first(span);
      for (const step of steps) {
        value = step(value, span);
      }
      return value;
    };
  }

  #step(node: BinaryExpression, depth: number): Step {
    const { operator } = node;
    if (operator === '=~' || operator === '!~') {
      return compilePatternTest(node, this.#text);
    }
    const right = this.compile(node.right, depth + 1);
    if (operator === '&&') {
      return (left, span) => isTrue(left) && isTrue(right(span));
    }
    if (operator === '||') {
      return (left, span) => isTrue(left) || isTrue(right(span));
    }
    if (isArithmetic(operator)) {
      const arithmetic: Arithmetic = { operator, span: node.span };
      return (left, span) => calculate(arithmetic, left, right(span), this.#text);
    }
    const compare = compileComparison(node, this.#text);
    return (left, span) => compare(left, right(span));
  }

  /**
   * `x != nil`, `x = nil`. Of events and links `x = nil` says that one of them lacks it: a span without any is no match
   * (features.md 1.6).
   */
  #nilTest({ operator, operand }: NilTest, depth: number): Field {
    if (operator === '=' && operand.kind === 'attribute' && (operand.scope === 'event' || operand.scope === 'link')) {
      const { scope, name } = operand;
      return this.#frame.reader((trace) => trace.lacksAttribute(scope, name));
    }
    const field = this.compile(operand, depth + 1);
    return (span) => (field(span) === undefined) === (operator === '=');
  }
}

/**
 * `!.a` is `.a = false`: of an attribute that is missing, or no boolean, neither `.a` nor `!.a` is true. Tempo ends the
 * query with an error as soon as one span has an `a` that is no boolean; here such spans do not match.
 */
function not(value: Value): Value {
  if (typeof value === 'boolean') {
    return !value;
  }
  return isArray(value) && value.some((element) => typeof element === 'boolean') ? value.includes(false) : undefined;
}

function literalValue(literal: Literal): Value {
  switch (literal.type) {
    case 'string':
    case 'int':
    case 'float':
    case 'boolean':
      return literal.value;
    case 'duration':
      return { type: 'duration', value: literal.value };
    case 'status':
      return statusOfCode(codeOfStatus(literal.value));
    case 'kind':
      return kindOfCode(codeOfKind(literal.value));
    default:
      return assertUnreachable(literal);
  }
}
