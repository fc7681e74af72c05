import type { Query } from '../src/ast.ts';
import { check } from '../src/check.ts';
import { TraceqlError } from '../src/errors.ts';
import { format } from '../src/format.ts';
import { parse } from '../src/parser.ts';
import { MALFORMED } from './malformed.ts';
import { RandomQueries, randomNumbers } from './random-query.ts';
import { shapeOf } from './shape.ts';
import { VALID } from './valid.ts';

/**
 * Runs all passes; anything but a TraceqlError gets through to the test. What parses must survive the printer, too.
 * Returns whether it parsed.
 */
function tolerate(text: string): boolean {
  let query: Query | undefined;
  try {
    query = parse(text);
    check(query);
  } catch (error) {
    if (!(error instanceof TraceqlError)) {
      throw new Error(`${JSON.stringify(text)}: ${String(error)}`, { cause: error });
    }
    expect(error.start).toBeGreaterThanOrEqual(0);
    expect(error.end).toBeGreaterThanOrEqual(error.start);
    expect(error.end).toBeLessThanOrEqual(text.length);
    expect(error.message.length + (error.hint ?? '').length).toBeLessThan(400);
  }
  if (query !== undefined) {
    expect(shapeOf(parse(format(query)))).toBe(shapeOf(query));
  }
  return query !== undefined;
}

describe('random queries', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('are printed and parsed back to the same tree (seed %i)', (seed) => {
    const queries = new RandomQueries(seed);
    for (let count = 0; count < 400; count++) {
      const query = queries.query();
      const printed = format(query);
      const again = parse(printed);
      const [expected, actual] = [shapeOf(query), shapeOf(again)];
      if (actual !== expected) {
        // The printed text makes the failure readable.
        throw new Error(`${printed}\nexpected ${expected}\nactual   ${actual}`);
      }
      expect(format(again)).toBe(printed);
    }
  });

  it('never make the check throw anything but its own error', () => {
    const queries = new RandomQueries(99);
    for (let count = 0; count < 1000; count++) {
      tolerate(format(queries.query()));
    }
  });
});

describe('deep expressions', () => {
  const WRAPS: ReadonlyArray<(inner: string) => string> = [
    ...[(inner: string) => `(${inner})`, (inner: string) => `!${inner}`, (inner: string) => `-${inner}`],
    ...[(inner: string) => `.b * ${inner}`, (inner: string) => `.b * -${inner}`, (inner: string) => `.b ^ ${inner}`],
    ...[(inner: string) => `${inner} ^ .c`, (inner: string) => `${inner} + .c`, (inner: string) => `${inner} && .c`],
    ...[(inner: string) => `nil = ${inner}`, (inner: string) => `${inner} != nil`, (inner: string) => `.b < ${inner}`],
    ...[(inner: string) => `.b - nil != ${inner}`, (inner: string) => `${inner} || (.c * -.d)`],
  ];

  it.each([41, 42, 43])('are printed without nesting deeper than they were (seed %i)', (seed) => {
    const next = randomNumbers(seed);
    let parsed = 0;
    for (let count = 0; count < 400; count++) {
      let expression = '.a';
      for (let wraps = Math.floor(next() * 500); wraps > 0; wraps--) {
        expression = WRAPS[Math.floor(next() * WRAPS.length)]?.(expression) ?? '';
      }
      parsed += tolerate(`{ ${expression} }`) ? 1 : 0;
    }
    // Some must have been refused for their depth, and some not, or the limit was not reached from both sides.
    expect(parsed).toBeGreaterThan(100);
    expect(parsed).toBeLessThan(400);
  });
});

describe('garbage', () => {
  const PIECES = [
    ...['{', '}', '(', ')', ',', '=', '!=', '=~', '!~', '<', '>', '>>', '&&', '||', '!', '|', '~', '&>', '^', '-', '+'],
    ...['*', '/', '%', '.a', 'span.', 'span:', 'span:name', 'parent.', 'nil', 'true', 'error', 'name', 'by', 'select'],
    ...[
      'coalesce()',
      'count()',
      'avg(',
      'rate()',
      'topk(',
      'with(',
      'compare(',
      'quantile_over_time(',
      '1',
      '1.5',
      '5s',
    ],
    ...['"x"', '"', '`', "'", '//', '/*', '*/', '\\', ' ', '\n', '\u00a0', '\ud800', '\u{1f600}', 'é', '0x', '1e', '['],
  ];

  it.each([11, 12, 13])('of tokens is refused in good order (seed %i)', (seed) => {
    const next = randomNumbers(seed);
    for (let count = 0; count < 3000; count++) {
      const length = 1 + Math.floor(next() * 12);
      const pieces = Array.from({ length }, () => PIECES[Math.floor(next() * PIECES.length)]);
      tolerate(pieces.join(next() < 0.5 ? ' ' : ''));
    }
  });

  it('of characters is refused in good order', () => {
    const next = randomNumbers(21);
    for (let count = 0; count < 3000; count++) {
      const length = Math.floor(next() * 30);
      tolerate(String.fromCharCode(...Array.from({ length }, () => Math.floor(next() ** 4 * 0x10000))));
    }
  });

  it('made by breaking right queries is refused in good order', () => {
    const next = randomNumbers(31);
    const texts = [...Object.values(VALID).flat(), ...MALFORMED.map(([marked]) => marked.replace(/[«»]/g, ''))];
    for (const text of texts) {
      for (let count = 0; count < 8; count++) {
        const [from, to] = [Math.floor(next() * text.length), Math.floor(next() * text.length)];
        const piece = PIECES[Math.floor(next() * PIECES.length)] ?? '';
        tolerate(text.slice(0, from) + piece + text.slice(to));
      }
    }
  });
});
