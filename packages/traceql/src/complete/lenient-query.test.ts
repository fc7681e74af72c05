import { check } from '../check.ts';
import { TraceqlError } from '../errors.ts';
import { EXECUTED, EXECUTED_TRACES, MALFORMED, REFUSED, VALID } from '../../corpus/index.ts';
import { ObjectTrace, SearchEvaluator } from '../evaluate/index.ts';
import { Lexer } from '../lexer.ts';
import { parse } from '../parser.ts';
import { lenientQuery } from './lenient-query.ts';

it.each([
  ['', '{ }'],
  ['no query', '{ }'],
  ['{', '{}'],
  ['{ .a = 1 && .b = ', '{ .a = 1 }'],
  ['{ .a = 1 && .b }', '{ .a = 1 && .b }'],
  ['{ .a = 1 && name }', '{ .a = 1 }'],
  ['{ .a = && .b = 2 && .c =~ "[" }', '{ .b = 2 }'],
  ['{ .a = 1 || .b = }', '{}'],
  ['{ .a = 1 && (.b = 2 || .c = ', '{ .a = 1 }'],
  ['{ .a = 1 && (.b = 2 && .c = ', '{ .a = 1 && .b = 2 }'],
  ['{ (.a = 1 || .b = 2) && .c = ', '{ .a = 1 || .b = 2 }'],
  ['{ .a && (.b = 1 || .c = 2) && .d = ', '{ .a && (.b = 1 || .c = 2) }'],
  ['{ .a != 1 && .b = } with(nil_as_value=true)', '{ .a != 1 } with(nil_as_value=true)'],
  ['{ !(.a = 1 && .b = ) && .c }', '{ .c }'],
  ['{ !(.a = 1 && .b = 2) && .c = "', '{ !(.a = 1 && .b = 2) }'],
  ['{ .a = $value && .b = 2 }', '{ .b = 2 }'],
  ['{ .a = 1 /* } */ && .b = 2 // }\n && .c = ', '{ .a = 1 && .b = 2 }'],
  ['{ .a = 1 } | count(', '{ .a = 1 }'],
  ['{ .a = 1 | rate()', '{ .a = 1 }'],
  ['{ .a = } >> { .b = 1 }', '{} >> { .b = 1 }'],
  ['{ .a = 1 } >> ', '{ .a = 1 } >> {}'],
  ['{ .a = } !>> { .b = 1 }', '{ .b = 1 }'],
  ['{ .a = 1 } !>> { .b = }', '{ .a = 1 } !>> {}'],
  ['{ .a = 1 } && !{ .b = }', '{ .a = 1 }'],
  ['({ .a = 1 } | count() > 2) >> { .b =', '{ .a = 1 } >> {}'],
  ['({ .a = 1 } | count()) > ', '{ .a = 1 }'],
  ['({ .a = 1 } | rate()) / ({ .b = 1 && .c = ', '{ .a = 1 } || { .b = 1 }'],
  ['({ .a = 1 } || { .b = 1 }) && { .c =', '{ .a = 1 } || { .b = 1 } && {}'],
])('of %s is %s', (text, expected) => {
  const made = lenientQuery(text);
  expect(made.replaceAll('{ }', '{}')).toBe(expected.replaceAll('{ }', '{}'));
});

it('of a right query is that query', () => {
  for (const text of Object.values(VALID).flat()) {
    expect(lenientQuery(text)).toBe(text);
  }
});

it('is always right', () => {
  const texts = [...MALFORMED.map(([marked]) => marked), ...REFUSED.map(([, marked]) => marked)];
  for (const text of [...Object.values(VALID).flat(), ...texts.map((marked) => marked.replace(/[«»]/g, ''))]) {
    for (let length = 0; length <= text.length; length++) {
      check(parse(lenientQuery(text.slice(0, length))));
    }
  }
});

/** Spans that a search finds, as trace and index. */
function found(text: string): Set<string> {
  const query = parse(text);
  check(query);
  const evaluator = new SearchEvaluator(query);
  return new Set(
    EXECUTED_TRACES.flatMap((spans, trace) =>
      evaluator
        .evaluate(new ObjectTrace([...spans.values()]))
        .flatMap((spanset) => Array.from(spanset.spans, (span) => `${trace}/${span}`))
    )
  );
}

/** Undefined where the data refuses it: a condition that is missing kept it from a division by zero. */
function foundOrRefused(text: string): Set<string> | undefined {
  try {
    return found(text);
  } catch (error) {
    if (error instanceof TraceqlError) {
      return undefined;
    }
    throw error;
  }
}

/** The text without one of its values, before its hints: a query as it is while that one is typed. */
function withHoles(text: string): string[] {
  const lexer = new Lexer(text);
  const holes: string[] = [];
  for (let token = lexer.next(); token.type !== 'end'; token = lexer.next()) {
    if (token.type === 'word' && token.text === 'with') {
      break;
    }
    if (['string', 'int', 'float', 'duration', 'word'].includes(token.type)) {
      holes.push(text.slice(0, token.start) + text.slice(token.end));
    }
  }
  return holes;
}

it('finds at least what is found once the holes are filled', () => {
  let narrowed = 0;
  for (const [text] of Object.values(EXECUTED).flat()) {
    const whole = found(text);
    for (const hole of withHoles(text).filter((broken) => !isRight(broken))) {
      const loose = foundOrRefused(lenientQuery(hole));
      if (loose === undefined) {
        continue;
      }
      const missing = [...whole].filter((span) => !loose.has(span));
      expect([text, hole, lenientQuery(hole), missing]).toEqual([text, hole, lenientQuery(hole), []]);
      narrowed += loose.size < found('{}').size ? 1 : 0;
    }
  }
  expect(narrowed).toBeGreaterThan(50);
});

function isRight(text: string): boolean {
  try {
    check(parse(text));
    return true;
  } catch {
    return false;
  }
}
