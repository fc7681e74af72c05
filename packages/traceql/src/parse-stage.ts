import type {
  Aggregate,
  AggregateFunction,
  Attribute,
  CoalesceStage,
  FieldExpression,
  GroupStage,
  SelectStage,
} from './ast.ts';
import type { Cursor } from './cursor.ts';
import { excerpt } from './errors.ts';
import { parseAttributeToken, parseFieldExpression } from './parse-field.ts';
import { notAnAttribute } from './pipeline-mistakes.ts';

const STAGE_WORDS = ['by', 'coalesce', 'select'] as const;
type StageWord = (typeof STAGE_WORDS)[number];

const AGGREGATES: readonly AggregateFunction[] = ['count', 'min', 'max', 'avg', 'sum'];

export function isStageWord(word: string): word is StageWord {
  return (STAGE_WORDS as readonly string[]).includes(word);
}

export function isAggregateWord(word: string): word is AggregateFunction {
  return (AGGREGATES as readonly string[]).includes(word);
}

/** `by(…)`, `coalesce()`, `select(…)`, from their word on. */
export function parseStageWord(
  cursor: Cursor,
  word: StageWord,
  first: boolean
): GroupStage | CoalesceStage | SelectStage {
  const { start, end } = cursor.token;
  cursor.advance();
  cursor.expect('(', `"(" after ${word}`);
  switch (word) {
    case 'by': {
      if (cursor.symbol === ')') {
        throw cursor.unexpected('what to group by', 'write by(resource.service.name)');
      }
      const expression = parseFieldExpression(cursor);
      const chained = 'one by() takes one expression; chain them: by(.a) | by(.b)';
      cursor.expect(')', '")" after by(…', cursor.symbol === ',' ? chained : undefined);
      return { kind: 'group', expression, span: cursor.spanFrom(start) };
    }
    case 'coalesce':
      cursor.expect(')', '")": coalesce() takes nothing');
      if (first) {
        const hint = 'it merges what by() split: { … } | by(.a) | coalesce()';
        throw cursor.error('coalesce() cannot be the first stage', { start, end }, hint);
      }
      return { kind: 'coalesce', span: cursor.spanFrom(start) };
    case 'select':
      return { kind: 'select', attributes: parseAttributeList(cursor, 'select'), span: cursor.spanFrom(start) };
  }
}

/** One or more attributes up to and with the closing parenthesis. */
export function parseAttributeList(cursor: Cursor, where: string): Attribute[] {
  const attributes: Attribute[] = [];
  do {
    attributes.push(parseAttributeArgument(cursor, where));
  } while (cursor.accept(','));
  cursor.expect(')', `"," or ")" in ${where}()`);
  return attributes;
}

/** An attribute where no expression may stand. */
export function parseAttributeArgument(cursor: Cursor, where: string): Attribute {
  const attribute = parseAttributeToken(cursor);
  const next = cursor.symbol;
  if (attribute === undefined || (next !== undefined && next !== ',' && next !== ')')) {
    throw notAnAttribute(cursor, where, attribute !== undefined);
  }
  return attribute;
}

/** `isStage`: it begins a stage, and then `by (…)` may follow. */
export function parseAggregate(cursor: Cursor, word: AggregateFunction, isStage = false): Aggregate {
  const start = cursor.token.start;
  cursor.advance();
  const form = word === 'count' ? 'count()' : `${word}(duration)`;
  cursor.expect('(', `"(" after ${word}`, `write ${form} > 2`);
  let operand: FieldExpression | null = null;
  if (word !== 'count') {
    if (cursor.symbol === ')') {
      throw cursor.unexpected(`what to take the ${word} of`, `write ${form}`);
    }
    operand = parseFieldExpression(cursor);
  }
  const hint = word === 'count' ? 'count() counts spans; filter them before: { .a != nil } | count() > 2' : undefined;
  cursor.expect(')', word === 'count' ? '")": count() takes nothing' : `")" after ${word}(…`, hint);
  if (cursor.word === 'by' && !isStage) {
    const text = excerpt(cursor.text.slice(start, cursor.previousEnd));
    const argument = excerpt(operand ? cursor.text.slice(operand.span.start, operand.span.end) : '');
    const hint = `group in a stage before: | by(…) | ${text} > 2; for a time series: | ${word}_over_time(${argument}) by (…)`;
    throw cursor.error('an aggregate has no "by"', cursor.token, hint);
  }
  return { kind: 'aggregate', function: word, operand, span: cursor.spanFrom(start) };
}
