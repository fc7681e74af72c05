import {
  assertUnreachable,
  leftSpine,
  type Attribute,
  type BinaryExpression,
  type FieldExpression,
  type FieldOperator,
  type NilTest,
  type TextSpan,
  type UnaryExpression,
} from './ast.ts';
import { attributeToString } from './attribute.ts';
import { foldArithmetic } from './constant.ts';
import { TraceqlError, excerpt, positionAt, type TraceqlErrorKind } from './errors.ts';
import { formatExpression } from './format.ts';
import { INTRINSICS, type ValueType } from './intrinsics.ts';
import { regexProblem } from './regex.ts';
import { binaryTypeProblem, describeType, isNumeric, operatorTypeProblem } from './types.ts';

/** Types of the expressions inside `{ }`. */
export class FieldChecker {
  readonly #text: string;

  /** `text`: the query's, for positions in errors. */
  constructor(text: string) {
    this.#text = text;
  }

  #error(span: TextSpan, message: string, hint?: string, kind: TraceqlErrorKind = 'invalid'): TraceqlError {
    return new TraceqlError(kind, message, span, positionAt(this.#text, span.start), hint);
  }

  /** What an expression gives. @throws TraceqlError where its parts do not go together */
  type(node: FieldExpression): ValueType {
    switch (node.kind) {
      case 'literal':
        return node.type;
      case 'attribute':
      case 'intrinsic':
        return this.attribute(node);
      case 'unary':
        return this.#unary(node);
      case 'nilTest':
        return this.#nilTest(node);
      case 'binary': {
        let type: ValueType = 'attribute';
        for (const [index, operation] of leftSpine<BinaryExpression>(node).entries()) {
          type = this.#binary(operation, index === 0 ? this.type(operation.left) : type);
        }
        return type;
      }
      default:
        return assertUnreachable(node);
    }
  }

  /** @throws TraceqlError of kind `unsupported` for `parent` */
  attribute(node: Attribute): ValueType {
    const isParent = node.kind === 'attribute' ? node.parent : node.intrinsic === 'parent';
    if (isParent) {
      const hint = 'relate spans instead: { the parent } > { the child }';
      throw this.#error(node.span, `${excerpt(attributeToString(node))} is not supported`, hint, 'unsupported');
    }
    return node.kind === 'attribute' ? 'attribute' : INTRINSICS[node.intrinsic].type;
  }

  #unary({ operator, operand, span }: UnaryExpression): ValueType {
    const type = this.type(operand);
    const fits = operator === '-' ? isNumeric(type) : type === 'boolean';
    if (type !== 'attribute' && !fits) {
      const shown = excerpt(formatExpression(operand));
      const needs = operator === '-' ? 'a number or a duration' : 'true or false';
      const hint = operator === '!' ? 'put parentheses around what to negate: !(.a = 1), or use !=' : undefined;
      throw this.#error(span, `"${operator}" needs ${needs}, ${shown} is ${describeType(type)}`, hint);
    }
    return type;
  }

  #nilTest({ operator, operand, span }: NilTest): ValueType {
    const attribute = operand.kind === 'attribute' || operand.kind === 'intrinsic' ? operand : undefined;
    this.type(operand);
    if (operator === '=' && attribute !== undefined) {
      const isService =
        attribute.kind === 'attribute' && attribute.scope === 'resource' && attribute.name === 'service.name';
      if (attribute.kind === 'intrinsic' || isService) {
        const shown = attributeToString(attribute);
        const isText = attribute.kind === 'attribute' || INTRINSICS[attribute.intrinsic].type === 'string';
        const hint = isText ? `to find empty ones, compare: ${shown} = ""` : 'every span has one';
        throw this.#error(span, `${shown} is never nil`, hint);
      }
    }
    return 'boolean';
  }

  #binary(node: BinaryExpression, left: ValueType): ValueType {
    const { operator, right, span } = node;
    const rightType = this.type(right);
    if (isRegex(operator) && (right.kind !== 'literal' || right.type !== 'string')) {
      const hint = `write the pattern in double quotes: ${operator} "GET|POST"`;
      throw this.#error(right.span, `"${operator}" needs a regular expression on its right`, hint);
    }
    const problem =
      binaryTypeProblem(node, left, rightType) ??
      operatorTypeProblem(operator, left) ??
      operatorTypeProblem(operator, rightType);
    if (problem !== undefined) {
      throw this.#error(span, problem.message, problem.hint);
    }
    if (isRegex(operator) && right.kind === 'literal' && right.type === 'string') {
      const bad = regexProblem(right.value);
      if (bad !== undefined) {
        const where = `at character ${bad.offset + 1} of the regular expression`;
        throw this.#error(right.span, `${bad.message} ${where}`, bad.hint);
      }
    }
    if (isTruth(operator)) {
      return 'boolean';
    }
    if ((operator === '/' || operator === '%') && left === 'int') {
      this.#refuseZero(right);
    }
    return left === 'attribute' ? rightType : left;
  }

  /** An int divided by zero ends a query at run time; a constant zero is known before. */
  #refuseZero(divisor: FieldExpression): void {
    const value = foldArithmetic(divisor, this.#text);
    if (value?.type === 'int' && value.value === 0n) {
      throw this.#error(divisor.span, 'an integer is divided by zero', 'a float may be: / 0.0');
    }
  }
}

function isRegex(operator: FieldOperator): boolean {
  return operator === '=~' || operator === '!~';
}

function isTruth(operator: FieldOperator): boolean {
  return !['+', '-', '*', '/', '%', '^'].includes(operator);
}

/** Whether an expression has any attribute or intrinsic. */
export function referencesSpan(node: FieldExpression): boolean {
  switch (node.kind) {
    case 'attribute':
    case 'intrinsic':
      return true;
    case 'literal':
      return false;
    case 'unary':
    case 'nilTest':
      return referencesSpan(node.operand);
    case 'binary':
      return leftSpine<BinaryExpression>(node).some(
        ({ left, right }, index) => (index === 0 && referencesSpan(left)) || referencesSpan(right)
      );
    default:
      return assertUnreachable(node);
  }
}
