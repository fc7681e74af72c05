/** What people write inside { } by habit, and what works instead. */
import { KIND_VALUES, STATUS_VALUES, type FieldOperator } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { excerpt, type TraceqlError } from './errors.ts';
import { INTRINSIC_SPELLINGS } from './intrinsics.ts';
import { quoteString } from './literals.ts';
import { nearest } from './suggest.ts';

const WORD_OPERATORS: ReadonlyMap<string, string> = new Map([
  ['and', 'use && for "and"'],
  ['or', 'use || for "or"'],
  ['not', 'use ! for "not": { !.a }, { .a != 1 }'],
  ['in', 'there is no list operator; write .a = "x" || .a = "y", or .a =~ "x|y"'],
  ['like', 'use =~ with a regular expression: .a =~ "x.*"'],
  ['contains', 'use =~ with a regular expression: .a =~ ".*x.*"'],
  ['matches', 'use =~ with a regular expression: .a =~ "x.*"'],
  ['is', 'write .a != nil, or .a = nil'],
  ['exists', 'write .a != nil'],
  ['between', 'write .a >= 1 && .a <= 2'],
]);

const SYMBOL_OPERATORS: ReadonlyMap<string, string> = new Map([
  ['~', 'use =~ for a regular expression'],
  ['!', 'use != for "not equal"'],
  ['!<', 'use >= for "not less"'],
  ['!>', 'use <= for "not greater"'],
  ['|', 'use || for "or"; a stage begins after the closing }'],
  [',', 'join conditions with && or ||'],
]);

/** Prefixes of names that semantic conventions keep on the resource. */
const RESOURCE_NAMES =
  /^(service|k8s|host|deployment|telemetry|cloud|container|process|os|device|faas|aws|gcp|azure|webengine)\./;

const COMPARISONS: readonly string[] = ['=', '!=', '<', '<=', '>', '>=', '=~', '!~'];

const AGGREGATES = ['count', 'min', 'max', 'avg', 'sum'];

/** For a token right after a complete operand; undefined where it may stand there. */
export function notAnOperator(cursor: Cursor): TraceqlError | undefined {
  const { token } = cursor;
  switch (token.type) {
    case 'symbol': {
      if (token.text === '}' || token.text === ')' || token.text === ',') {
        return undefined; // for the caller to accept or refuse
      }
      const structural = /^(>>|<<|[!&][<>~]+)$/.test(token.text)
        ? `${token.text} relates spansets: { … } ${token.text} { … }`
        : undefined;
      return cursor.unexpected('an operator', SYMBOL_OPERATORS.get(token.text) ?? structural);
    }
    case 'word': {
      const intrinsic = INTRINSIC_SPELLINGS.includes(token.text);
      const unit = /^(ns|us|ms|s|m|h|d|w|y)$/.test(token.text) ? 'write a duration without a space: 5ms' : undefined;
      const hint = WORD_OPERATORS.get(token.text.toLowerCase()) ?? (intrinsic ? JOIN : unit);
      return cursor.unexpected('an operator', hint);
    }
    case 'string':
      return cursor.unexpected('an operator', 'a comparison needs an operator: .a = "x"');
    case 'int':
    case 'float':
    case 'duration':
      return cursor.unexpected('an operator', afterAttribute(cursor));
    case 'attribute':
    case 'intrinsic':
      return cursor.unexpected('an operator', JOIN);
    case 'end':
      return undefined;
  }
}

const JOIN = 'join conditions with && or ||';

function afterAttribute(cursor: Cursor): string | undefined {
  // `.a-1` is one name, so people who know it write `.a -1`, which is fine; a bare number is not.
  return cursor.previousEnd === cursor.token.start ? undefined : 'a comparison needs an operator: .a > 1';
}

/** For a token where a value or an attribute must stand. */
export function notAnOperand(cursor: Cursor, after: FieldOperator | undefined): TraceqlError {
  const { token } = cursor;
  const expected = after === undefined ? 'an attribute or a value' : `an attribute or a value after "${after}"`;
  if (token.type === 'word') {
    return unknownWord(cursor, token.start, after);
  }
  if (token.type === 'symbol') {
    if (after === '=' && token.text === '~') {
      return cursor.unexpected(expected, 'write =~ without a space');
    }
    if (after === '=' && (token.text === '>' || token.text === '<')) {
      return cursor.unexpected(expected, `use ${token.text}= instead of =${token.text}`);
    }
    if (after === '>' && token.text === '=') {
      return cursor.unexpected(expected, 'write >= without a space');
    }
    if (after === '<' && (token.text === '=' || token.text === '>')) {
      return cursor.unexpected(expected, token.text === '=' ? 'write <= without a space' : 'use != for "not equal"');
    }
    if (token.text === '=' && after !== undefined) {
      return cursor.unexpected(expected, 'one = is enough');
    }
    if (token.text === '{') {
      return cursor.unexpected(expected, 'filters do not nest; group with ( )');
    }
  }
  if (token.type === 'end') {
    return cursor.unexpected(expected, 'the filter must end with }');
  }
  return cursor.unexpected(expected);
}

function unknownWord(cursor: Cursor, start: number, after: FieldOperator | undefined): TraceqlError {
  // The whole name as it was meant: the lexer stopped at the first dot.
  const name = /^[^\s{}()=~!<>&|^,"'`]+/.exec(cursor.text.slice(start, start + 300))?.[0] ?? '';
  const span = { start, end: start + name.length };
  const shown = excerpt(name);
  const lower = name.toLowerCase();
  if (AGGREGATES.includes(lower)) {
    const hint = `aggregates are a stage of their own: { … } | ${lower}(${lower === 'count' ? '' : 'duration'}) > 1`;
    return cursor.error(`${lower} is no attribute`, span, hint);
  }
  if (['null', 'none', 'undefined'].includes(lower)) {
    return cursor.error(`unknown word "${shown}"`, span, 'write nil: { .a = nil }, { .a != nil }');
  }
  const wordOperator = WORD_OPERATORS.get(lower);
  if (wordOperator !== undefined) {
    return cursor.error(`"${shown}" is no operator`, span, wordOperator);
  }
  const isValue = after !== undefined && COMPARISONS.includes(after);
  const keywords = ['true', 'false', ...STATUS_VALUES, ...KIND_VALUES];
  const keyword = keywords.find((candidate) => candidate === lower);
  if (keyword !== undefined) {
    return cursor.error(`unknown word "${shown}"`, span, `write ${keyword} in lower case`);
  }
  if (name.includes('.')) {
    const scoped = RESOURCE_NAMES.test(name) ? `resource.${shown}` : `.${shown} or span.${shown}`;
    const hint = isValue ? `for an attribute write ${scoped}; for text, ${quoteString(shown)}` : `write ${scoped}`;
    return cursor.error(`the attribute "${shown}" has no scope`, span, hint);
  }
  if (isValue) {
    const hint = `text needs double quotes: ${quoteString(shown)}; an attribute its scope: .${shown} or span.${shown}`;
    return cursor.error(`unknown word "${shown}"`, span, hint);
  }
  const intrinsic = nearest(name, INTRINSIC_SPELLINGS);
  const hint = intrinsic
    ? `did you mean ${intrinsic}? An attribute needs its scope: .${shown}, span.${shown} or resource.${shown}`
    : `an attribute needs its scope: .${shown}, span.${shown} or resource.${shown}`;
  return cursor.error(`unknown word "${shown}"`, span, hint);
}
