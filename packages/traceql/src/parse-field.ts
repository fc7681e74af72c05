import {
  KIND_VALUES,
  STATUS_VALUES,
  type Attribute,
  type BinaryExpression,
  type FieldExpression,
  type FieldOperator,
  type KindValue,
  type Literal,
  type NilTest,
  type StatusValue,
  type UnaryExpression,
} from './ast.ts';
import type { Cursor } from './cursor.ts';
import { notAnOperand, notAnOperator } from './field-mistakes.ts';
import { intrinsicFromSpelling } from './intrinsics.ts';
import { MAX_DEPTH } from './limits.ts';
import { MAX_INT, MIN_INT } from './literals.ts';
import { FIELD_PRECEDENCE, PREFIX_PRECEDENCE, isRightAssociative } from './precedence.ts';

/** A whole expression, up to a token that cannot continue it. */
export function parseFieldExpression(cursor: Cursor): FieldExpression {
  return parseOperators(cursor, 0, undefined);
}

function fieldOperator(cursor: Cursor): FieldOperator | undefined {
  const symbol = cursor.symbol;
  return symbol !== undefined && symbol in FIELD_PRECEDENCE ? (symbol as FieldOperator) : undefined;
}

/** Precedence climbing: operators of at least `minimum`, whose left operand begins here. */
function parseOperators(cursor: Cursor, minimum: number, after: FieldOperator | undefined): FieldExpression {
  const start = cursor.token.start;
  let left = parseOperand(cursor, after);
  let nilTests = 0;
  for (let operator = fieldOperator(cursor); operator !== undefined; operator = fieldOperator(cursor)) {
    const precedence = FIELD_PRECEDENCE[operator];
    if (precedence < minimum) {
      break;
    }
    cursor.advance();
    if ((operator === '=' || operator === '!=') && cursor.word === 'nil') {
      // `x = nil` is complete: nothing binds to the nil, whatever follows. A chain of them is left-deep by another
      // kind of node than operators, so it counts as nesting.
      nilTests += 1;
      if (nilTests > MAX_DEPTH) {
        throw cursor.tooDeep();
      }
      cursor.advance();
      left = { kind: 'nilTest', operator, operand: left, span: cursor.spanFrom(start) } satisfies NilTest;
      continue;
    }
    const current: FieldOperator = operator;
    const right: FieldExpression = isRightAssociative(current)
      ? cursor.nested(() => parseOperators(cursor, precedence, current))
      : parseOperators(cursor, precedence + 1, current);
    left = { kind: 'binary', operator, left, right, span: cursor.spanFrom(start) } satisfies BinaryExpression;
  }
  const mistake = fieldOperator(cursor) === undefined ? notAnOperator(cursor) : undefined;
  if (mistake !== undefined) {
    throw mistake;
  }
  return left;
}

function parseOperand(cursor: Cursor, after: FieldOperator | undefined): FieldExpression {
  const start = cursor.token.start;
  const symbol = cursor.symbol;
  if (symbol === '(') {
    return cursor.nested(() => {
      cursor.advance();
      const expression = parseOperators(cursor, 0, undefined);
      cursor.expect(')', '")" or an operator', cursor.at(',') ? 'join conditions with && or ||' : undefined);
      return expression;
    });
  }
  if (symbol === '-' || symbol === '!') {
    return cursor.nested(() => {
      cursor.advance();
      const operand = parseOperators(cursor, PREFIX_PRECEDENCE[symbol] + 1, undefined);
      return { kind: 'unary', operator: symbol, operand, span: cursor.spanFrom(start) } satisfies UnaryExpression;
    });
  }
  if (cursor.word === 'nil') {
    return parseNilFirst(cursor);
  }
  const simple = parseLiteral(cursor) ?? parseAttributeToken(cursor);
  if (simple === undefined) {
    throw notAnOperand(cursor, after);
  }
  return simple;
}

/** `nil = x`, `nil != x`. The operand is what a comparison takes, even where the nil stands after a tighter operator. */
function parseNilFirst(cursor: Cursor): FieldExpression {
  const start = cursor.token.start;
  cursor.advance();
  const operator = cursor.symbol;
  if (operator !== '=' && operator !== '!=') {
    throw cursor.unexpected('= or != after nil', 'nil is only compared: { .a != nil }, { .a = nil }');
  }
  cursor.advance();
  if (cursor.word === 'nil') {
    cursor.advance();
    return { kind: 'literal', type: 'boolean', value: false, span: cursor.spanFrom(start) };
  }
  const operand = cursor.nested(() => parseOperators(cursor, FIELD_PRECEDENCE['='] + 1, operator));
  return { kind: 'nilTest', operator, operand, span: cursor.spanFrom(start) };
}

function isStatus(word: string): word is StatusValue {
  return (STATUS_VALUES as readonly string[]).includes(word);
}

function isKind(word: string): word is KindValue {
  return (KIND_VALUES as readonly string[]).includes(word);
}

/** The literal at the cursor; undefined, and nothing taken, where there is none. There is no negative literal. */
export function parseLiteral(cursor: Cursor): Literal | undefined {
  const { token } = cursor;
  const span = { start: token.start, end: token.end };
  let literal: Literal | undefined;
  switch (token.type) {
    case 'string':
      literal = { kind: 'literal', type: 'string', value: token.value, span };
      break;
    case 'int':
    case 'duration':
      literal = { kind: 'literal', type: token.type, value: token.value, span };
      break;
    case 'float':
      literal = { kind: 'literal', type: 'float', value: token.value, span };
      break;
    case 'word':
      literal = wordLiteral(token.text, span);
      break;
    case 'symbol':
    case 'attribute':
    case 'intrinsic':
    case 'end':
      break;
  }
  if (literal !== undefined) {
    cursor.advance();
  }
  return literal;
}

function wordLiteral(word: string, span: Literal['span']): Literal | undefined {
  if (word === 'true' || word === 'false') {
    return { kind: 'literal', type: 'boolean', value: word === 'true', span };
  }
  if (word === 'minInt' || word === 'maxInt') {
    return { kind: 'literal', type: 'int', value: word === 'minInt' ? MIN_INT : MAX_INT, span };
  }
  if (isStatus(word)) {
    return { kind: 'literal', type: 'status', value: word, span };
  }
  return isKind(word) ? { kind: 'literal', type: 'kind', value: word, span } : undefined;
}

/** The attribute or intrinsic at the cursor; undefined, and nothing taken, where there is none. */
export function parseAttributeToken(cursor: Cursor): Attribute | undefined {
  const { token } = cursor;
  const span = { start: token.start, end: token.end };
  let attribute: Attribute | undefined;
  if (token.type === 'attribute') {
    const { scope, parent, name } = token;
    attribute = { kind: 'attribute', scope, parent, name, span };
  } else if (token.type === 'intrinsic') {
    attribute = { kind: 'intrinsic', intrinsic: token.intrinsic, spelling: token.spelling, span };
  } else if (token.type === 'word') {
    const intrinsic = intrinsicFromSpelling(token.text);
    attribute = intrinsic && { kind: 'intrinsic', intrinsic, spelling: token.text, span };
  }
  if (attribute !== undefined) {
    cursor.advance();
  }
  return attribute;
}
