import { check } from '../src/check.ts';
import { TraceqlError } from '../src/errors.ts';
import { format } from '../src/format.ts';
import { parse } from '../src/parser.ts';
import { MALFORMED } from './malformed.ts';
import { REFUSED } from './refused.ts';
import { shapeOf } from './shape.ts';
import { VALID } from './valid.ts';

/** The query, and the place between « and », as text of its own and as a line and a column. */
function unmark(marked: string) {
  const start = marked.indexOf('«');
  const end = marked.indexOf('»') - 1;
  const lines = marked.slice(0, start).split('\n');
  const text = marked.replace(/[«»]/g, '');
  return { text, start, end, line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
}

function errorOf(run: () => unknown) {
  try {
    run();
  } catch (error) {
    if (error instanceof TraceqlError) {
      const { kind, message, hint, start, end, line, column } = error;
      return { kind, message, hint, start, end, line, column };
    }
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('queries that are right', () => {
  const queries = Object.entries(VALID).flatMap(([topic, list]) => list.map((text): [string, string] => [topic, text]));

  it('are enough to be a corpus', () => {
    expect(queries.length).toBeGreaterThan(150);
    expect(new Set(queries.map(([, text]) => text)).size).toBe(queries.length);
  });

  it.each(queries)('%s: %s', (_topic, text) => {
    const query = parse(text);
    check(query);
    expect(query.text).toBe(text);

    const printed = format(query);
    const again = parse(printed);
    check(again);
    expect(shapeOf(again)).toBe(shapeOf(query));
    expect(format(again)).toBe(printed);
  });
});

describe('queries that do not parse', () => {
  it('are enough to be a corpus', () => {
    expect(MALFORMED.length).toBeGreaterThan(60);
  });

  it.each(MALFORMED.map((entry) => [entry[0], entry] as const))('%s', (_name, [marked, message, hint]) => {
    const { text, ...place } = unmark(marked);
    expect(errorOf(() => parse(text))).toEqual({ kind: 'syntax', message, hint, ...place });
  });
});

describe('queries that the check refuses', () => {
  it('are enough to be a corpus', () => {
    expect(REFUSED.length).toBeGreaterThan(40);
  });

  it.each(REFUSED.map((entry) => [entry[1], entry] as const))('%s', (_name, [kind, marked, message, hint]) => {
    const { text, ...place } = unmark(marked);
    const query = parse(text);
    expect(errorOf(() => check(query))).toEqual({ kind, message, hint, ...place });
    // What the check refuses is still a query that an editor shows.
    expect(shapeOf(parse(format(query)))).toBe(shapeOf(query));
  });
});
