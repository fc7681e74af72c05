import { EXECUTED, MALFORMED, REFUSED, VALID } from '../../corpus/index.ts';
import { randomNumbers } from '../../corpus/random-query.ts';
import { parse } from '../parser.ts';
import { complete } from './complete.ts';
import type { Completion, CompletionItem } from './completion.ts';
import { lenientQuery } from './lenient-query.ts';
import { attributeItems, valueItems, type NamesInScope, type TypedValue } from './store-items.ts';
import { tokenize } from './tokenize.ts';

/** `¦` marks the cursor. */
function at(marked: string): Completion & { text: string } {
  const cursor = marked.indexOf('¦');
  const text = marked.replace('¦', '');
  return { text, ...complete(text, cursor) };
}

const labels = (marked: string): string[] => at(marked).items.map(({ label }) => label);

function accepted(text: string, item: CompletionItem | undefined): string {
  if (item === undefined) {
    throw new Error('there is no such item');
  }
  const { insert, caret = insert.length, range } = item;
  return `${text.slice(0, range.start)}${insert.slice(0, caret)}¦${insert.slice(caret)}${text.slice(range.end)}`;
}

function accept(marked: string, label: string): string {
  const { text, items } = at(marked);
  return accepted(
    text,
    items.find((item) => item.label === label)
  );
}

describe('what the language has', () => {
  it.each([
    ['¦', ['{  }', '{ status = error }']],
    ['{ .a } >> ¦', ['{ }']],
    ['{ ¦', ['name', 'duration', 'span.', 'resource.', 'event:name', 'nestedSetParent', '.']],
    ['{ .a = 1 && na¦ }', ['name']],
    ['{ .a = 1 && (¦', ['name']],
    ['{ span:¦', ['span:name', 'span:duration', 'trace:duration']],
    ['{ .a ¦', ['=', '!=', '=~', '>', '&&', '||']],
    ['{ .a !¦', ['!=', '!~']],
    ['{ duration ¦', ['>', '<=', '+']],
    ['{ status ¦', ['=', '!=']],
    ['{ status = ¦', ['error', 'ok', 'unset']],
    ['{ kind != cl¦', ['client', 'nil']],
    ['{ duration > ¦', ['100ms', '1s']],
    ['{ duration > 10¦', ['10ms', '10s', '10m']],
    ['{ duration > 1h30¦ }', ['1h30m', '1h30s']],
    ['{ duration > 1.5m¦', ['1.5ms']],
    ['{ .a = ¦', ['true', 'nil']],
    ['{ .a = 1 ¦', ['&&', '||']],
    ['{ .a = 1 } ¦', ['|', '>>', '!~', '&>', '&& !', 'with']],
    ['{ .a = 1 } &¦', ['&&', '&>>']],
    ['{ .a = 1 } | ¦', ['count', 'avg', 'by', 'select', 'rate', 'quantile_over_time', 'compare', '{ }']],
    ['{ .a = 1 } | ra¦', ['rate']],
    ['{ .a } | avg(¦', ['duration', 'span.']],
    ['{ .a } | avg(duration) ¦', ['>', '=']],
    ['{ .a } | avg(duration) > ¦', ['100ms']],
    ['{ .a } | avg(duration) > 10¦', ['10ms']],
    ['{ .a } | count() > 2 ¦', ['|', 'with']],
    ['{ .a } | by(¦', ['name', 'resource.']],
    ['{ .a } | by(.b) | ¦', ['coalesce', 'rate']],
    ['{ .a } | select(.b, ¦', ['name', 'span.']],
    ['{ .a } | select(.b ¦', [',']],
    ['{ .a } | rate() ¦', ['by', '|', '>', 'with']],
    ['{ .a } | rate() by (¦', ['name', 'resource.']],
    ['{ .a } | rate() by (name) | ¦', ['topk', 'bottomk']],
    ['{ .a } | max_over_time(duration) > ¦', ['1s']],
    ['{ .a } | quantile_over_time(duration, ¦', ['0.95']],
    ['{ .a } | compare({ ¦ })', ['status']],
    ['{ .a } | compare(¦', ['{ }']],
    ['({ .a } | rate()) ¦', ['+', '/', '|']],
    ['{ .a } with(¦', ['most_recent', 'nil_as_value', 'exact']],
    ['{ .a } with(exact=¦', ['true']],
    ['{ .a } with(exact=true, ¦', ['sample']],
    ['{ .a = 1 | ¦', ['rate']],
  ])('%s', (marked, expected) => {
    expect(labels(marked)).toEqual(expect.arrayContaining(expected));
  });

  it.each([
    ['{ .a } | rate() | ¦', 'rate'],
    ['{ .a } | select(¦', '{ }'],
    ['{ .a } | avg(¦', 'name'],
    ['{ status ¦', '>'],
    ['{ .a } | rate() by (name) ¦', 'by'],
    ['{ .a ¦', '>>'],
    ['{ span.¦', 'name'],
  ])('%s does not have %s', (marked, label) => {
    expect(labels(marked)).not.toContain(label);
  });

  it.each(['{ .a /* ¦ */ }', '{ .a } // ¦', '{ .a } // ¦\n', '{ status = "¦', '/* ¦'])('nothing in %s', (marked) => {
    expect(at(marked)).toMatchObject({ items: [] });
    expect(at(marked).values).toBeUndefined();
    expect(at(marked).attributes).toBeUndefined();
  });

  it.each([
    ['¦', '{  }', '{ ¦ }'],
    ['{ ¦ }', 'duration', '{ duration ¦ }'],
    ['{ na¦ = "x" }', 'name', '{ name¦ = "x" }'],
    ['{ sp¦ }', 'span.', '{ span.¦ }'],
    ['{ .a¦', '.', undefined],
    ['{ duration ¦ }', '>=', '{ duration >= ¦ }'],
    ['{ .a !¦ }', '!~', '{ .a !~ ¦ }'],
    ['{ duration > 10¦ }', '10ms', '{ duration > 10ms¦ }'],
    ['{ name = "x"¦ }', '&&', '{ name = "x" && ¦ }'],
    ['{ .a }¦', '|', '{ .a } | ¦'],
    ['{ .a } | ¦', 'count', '{ .a } | count() > ¦'],
    ['{ .a } |¦', 'avg', '{ .a } | avg(¦)'],
    ['{ .a } | rate() ¦', 'by', '{ .a } | rate() by (¦)'],
    ['{ .a } &¦', '&>>', '{ .a } &>> ¦'],
  ])('%s with %s is %s', (marked, label, expected) => {
    if (expected === undefined) {
      expect(labels(marked)).not.toContain(label);
    } else {
      expect(accept(marked, label)).toBe(expected);
    }
  });
});

describe('attributes of the storage', () => {
  const FOUND: NamesInScope[] = [
    { scope: 'span', names: ['http.method', 'http route', ''] },
    { scope: 'resource', names: ['service.name', 'http.method'] },
  ];
  const offered = (marked: string) => {
    const { text, attributes } = at(marked);
    return attributes && attributeItems(attributes, FOUND).map((item) => accepted(text, item));
  };

  it.each([
    [
      '{ ¦ }',
      [
        '{ span.http.method ¦ }',
        '{ span."http route" ¦ }',
        '{ resource.service.name ¦ }',
        '{ resource.http.method ¦ }',
      ],
    ],
    ['{ span.ht¦ }', ['{ span.http.method ¦ }', '{ span."http route" ¦ }']],
    ['{ span."http r¦ }', ['{ span.http.method ¦ }', '{ span."http route" ¦ }']],
    ['{ span.ht¦tp = 1 }', ['{ span.http.method¦ = 1 }', '{ span."http route"¦ = 1 }']],
    ['{ .¦ }', ['{ .http.method ¦ }', '{ ."http route" ¦ }', '{ .service.name ¦ }']],
    ['{ event.¦ }', []],
    [
      '{ .a } | select(resource.¦)',
      ['{ .a } | select(resource.service.name¦)', '{ .a } | select(resource.http.method¦)'],
    ],
    ['{ .a = resource.¦ }', ['{ .a = resource.service.name ¦ }', '{ .a = resource.http.method ¦ }']],
    ['{ parent.¦ }', undefined],
    ['{ 5¦ }', undefined],
  ])('%s', (marked, expected) => {
    expect(offered(marked)).toEqual(expected);
  });

  it('are asked for by scope and for the spans that the rest selects', () => {
    expect(at('{ .a = 1 && span.ht¦ && .c = 2 }').attributes).toMatchObject({
      scope: 'span',
      prefix: 'ht',
      query: '{ .a = 1 && .c = 2 }',
    });
    expect(at('{ .a = 1 } | select(na¦').attributes).toMatchObject({
      scope: undefined,
      prefix: 'na',
      query: '{ .a = 1 }',
    });
  });
});

describe('values of the storage', () => {
  const FOUND: TypedValue[] = [
    { type: 'string', value: 'a "b"' },
    { type: 'string', value: 'x.y' },
    { type: 'int', value: '5' },
    { type: 'keyword', value: 'error' },
  ];
  const offered = (marked: string) => {
    const { text, values } = at(marked);
    return values && valueItems(values, FOUND).map((item) => accepted(text, item));
  };

  it.each([
    ['{ .a = ¦ }', ['{ .a = "a \\"b\\""¦ }', '{ .a = "x.y"¦ }', '{ .a = 5¦ }', '{ .a = error¦ }']],
    ['{ .a = x¦ }', ['{ .a = "a \\"b\\""¦ }', '{ .a = "x.y"¦ }', '{ .a = 5¦ }', '{ .a = error¦ }']],
    ['{ .a = "x¦" }', ['{ .a = "a \\"b\\""¦ }', '{ .a = "x.y"¦ }']],
    ['{ .a = "x¦yz" }', ['{ .a = "a \\"b\\""¦ }', '{ .a = "x.y"¦ }']],
    ['{ .a = "x¦ }', ['{ .a = "a \\"b\\""¦ }', '{ .a = "x.y"¦ }']],
    ['{ .a = "x¦ && .b = "y" }', ['{ .a = "a \\"b\\""¦ && .b = "y" }', '{ .a = "x.y"¦ && .b = "y" }']],
    ['{ .a = "¦ } | { .b = "y" }', ['{ .a = "a \\"b\\""¦ } | { .b = "y" }', '{ .a = "x.y"¦ } | { .b = "y" }']],
    ['{ .a = `¦` }', ['{ .a = `a "b"`¦ }', '{ .a = `x.y`¦ }']],
    ['{ .a =~ "¦" }', ['{ .a =~ "a \\"b\\""¦ }', '{ .a =~ "x\\\\.y"¦ }']],
    ['{ .a =~ "GET|x¦|z" }', ['{ .a =~ "GET|a \\"b\\"¦|z" }', '{ .a =~ "GET|x\\\\.y¦|z" }']],
    ['{ .a =~ "GET|x¦ }', ['{ .a =~ "GET|a \\"b\\""¦ }', '{ .a =~ "GET|x\\\\.y"¦ }']],
    ['{ trace:id = "¦" }', undefined],
    ['{ duration > ¦ }', undefined],
    ['{ status = "¦" }', undefined],
  ])('%s', (marked, expected) => {
    expect(offered(marked)).toEqual(expected);
  });

  it.each([
    [
      '{ resource.service.name = "a" && name = "¦" && duration > 1s }',
      'name',
      '{ resource.service.name = "a" && duration > 1s }',
    ],
    [
      '{ resource.service.name = "a" && name = "¦ && duration > 1s }',
      'name',
      '{ resource.service.name = "a" && duration > 1s }',
    ],
    ['{ .x = 1 } >> { .a = 1 && span."b c" = ¦', 'span."b c"', '{ .a = 1 }'],
    ['{ .a = 1 && (.b = 2 || .c = ¦)', '.c', '{ .a = 1 }'],
    ['{ .a = 1 || .c = ¦ }', '.c', '{}'],
    ['{ .a = 1 && .c = $x && .d = ¦', '.d', '{ .a = 1 }'],
  ])('%s asks for %s among %s', (marked, attribute, query) => {
    expect(at(marked).values).toMatchObject({ attribute, query });
  });
});

describe('any text, at any offset', () => {
  const texts = [
    ...Object.values(VALID).flat(),
    ...Object.values(EXECUTED).flatMap((list) => list.map(([text]) => text)),
    ...MALFORMED.map(([marked]) => marked.replace(/[«»]/g, '')),
    ...REFUSED.map(([, marked]) => marked.replace(/[«»]/g, '')),
  ];

  function tolerate(text: string, offset: number): void {
    const { items, range, prefix, attributes, values } = complete(text, offset);
    const isSound =
      range.start <= offset &&
      offset <= range.end &&
      range.start >= 0 &&
      range.end <= text.length &&
      (text.slice(range.start, offset) === prefix || values !== undefined) &&
      items.every((item) => item.range.start === range.start && item.range.end === range.end && item.insert !== '') &&
      (attributes === undefined || attributes.range.start <= offset) &&
      (values === undefined || (values.range.start <= offset && offset <= values.range.end));
    if (!isSound) {
      throw new Error(`${JSON.stringify(text)} at ${offset}`);
    }
  }

  it('is taken: every prefix of every query of the corpus, at every offset', () => {
    for (const text of texts) {
      for (let length = 0; length <= text.length; length++) {
        const prefix = text.slice(0, length);
        // Long texts at every third offset: what matters is near the end.
        const step = text.length > 80 ? 3 : 1;
        for (let offset = length; offset >= 0; offset -= step) {
          tolerate(prefix, offset);
        }
      }
    }
  });

  it('is taken with a piece missing', () => {
    const next = randomNumbers(5);
    for (const text of texts) {
      for (let count = 0; count < 10; count++) {
        const [from, to] = [Math.floor(next() * text.length), Math.floor(next() * text.length)];
        const broken = text.slice(0, from) + text.slice(to);
        tolerate(broken, Math.floor(next() * (broken.length + 1)));
      }
    }
  });

  it('queries for the storage are right', () => {
    for (const text of texts) {
      for (let offset = 0; offset <= text.length; offset += 3) {
        const { attributes, values } = complete(text, offset);
        [attributes?.query, values?.query].forEach((query) => query === undefined || parse(query));
      }
    }
  });

  it('and an offset that is none is taken', () => {
    for (const offset of [-1, 100, NaN, Infinity, 2.5]) {
      expect(() => complete('{ .a', offset)).not.toThrow();
    }
  });

  it.each([
    ...[
      '{',
      '(',
      '"',
      '`',
      '/*',
      '//',
      '$',
      "'",
      '‘',
      '==',
      '&',
      '!',
      '!(',
      '{(',
      '${',
      '[[',
      '1x ',
      '5ms',
      'span."',
      '.a"',
    ],
    ...[
      '{ .a = 1 && ',
      '.a = 1 && ',
      '{.a=1}||',
      '{ .a } >> ',
      '{((((.a)+1)',
      '| by(',
      'with(',
      '| rate()',
      '\\"',
      'a:',
      'é',
    ],
    ...['{ (.a = ', '{ .a = "x" || (', '({.a}|', '!', '{.a=1}!>>', '\n'],
  ])('is read in time that grows with it: %s…', (piece) => {
    const text = `{ ${piece.repeat(Math.ceil(100_000 / piece.length))}`;
    const start = performance.now();
    complete(text, text.length);
    complete(text, 50_000);
    lenientQuery(text);
    tokenize(text);
    // Anything quadratic takes minutes.
    expect(performance.now() - start).toBeLessThan(4000);
  });
});
