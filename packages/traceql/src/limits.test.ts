import { check } from './check.ts';
import { TraceqlError } from './errors.ts';
import { format } from './format.ts';
import { MAX_DEPTH, MAX_TEXT_BYTES } from './limits.ts';
import { parse } from './parser.ts';
import { leftSpine, type BinaryExpression, type Query } from './ast.ts';

function errorOf(text: string): TraceqlError {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof TraceqlError) {
      return error;
    }
    throw error;
  }
  throw new Error('nothing was thrown');
}

const repeat = (count: number, piece: (index: number) => string, separator: string) =>
  Array.from({ length: count }, (_, index) => piece(index)).join(separator);

describe('long chains', () => {
  it.each([
    ['conditions', `{ ${repeat(5000, (index) => `.a = ${index}`, ' && ')} }`],
    [
      'conditions of both kinds',
      `{ ${repeat(5000, (index) => `.a${index}`, ' && ').replace(/ && (.a\d*5 )/g, ' || $1')} }`,
    ],
    ['sums', `{ ${repeat(5000, (index) => `.a${index}`, ' + ')} > 1 }`],
    ['comparisons', `{ ${repeat(5000, (index) => `.a${index}`, ' = ')} }`],
    ['prefixed conditions', `{ ${repeat(5000, (index) => `!.a${index}`, ' || ')} }`],
    ['nil tests', `{ ${repeat(5000, (index) => `.a${index} != nil`, ' && ')} }`],
    ['spansets', repeat(5000, () => '{ .a }', ' && ')],
    ['relations', repeat(5000, () => '{}', ' >> ')],
    ['stages', repeat(5000, () => '{ .a }', ' | ')],
    ['constants', `count() > ${repeat(5000, () => '1', ' + ')}`],
    ['metrics', repeat(3000, () => '({} | rate())', ' + ')],
    ['second stages', `{} | rate() ${repeat(5000, () => '| topk(5)', ' > 1 ')}`],
    ['attributes', `{} | select(${repeat(5000, (index) => `.a${index}`, ', ')})`],
  ])('of %s are parsed, checked and printed', (_name, text) => {
    const query = parse(text);
    check(query);
    const printed = format(query);
    const again = parse(printed);
    check(again);
    expect(format(again)).toBe(printed);
  });

  it('of aggregates are parsed, refused and printed', () => {
    const query = parse(`${repeat(5000, () => 'count()', ' + ')} > 1`);
    expect(format(parse(format(query)))).toBe(format(query));
    expect(() => check(query)).toThrow('arithmetic with aggregates is not supported');
  });

  it('are walked from the innermost operation on', () => {
    const { body } = parse('{ .a && .b || .c }');
    const stage = body.kind === 'pipeline' ? body.stages[0] : undefined;
    const top = stage?.kind === 'spansetFilter' && stage.expression?.kind === 'binary' ? stage.expression : undefined;
    const spine = leftSpine(top as BinaryExpression);
    expect(spine.map(({ operator }) => operator)).toEqual(['&&', '||']);
    expect(spine[1]).toBe(top);
    expect(spine[1]?.left).toBe(spine[0]);
  });

  it('take time in proportion to their length', () => {
    const text = (terms: number) => `{ ${repeat(terms, () => '.a', '&&')} }`;
    const measure = (terms: number) => {
      const start = performance.now();
      const query = parse(text(terms));
      check(query);
      format(query);
      return performance.now() - start;
    };
    const best = (terms: number) => Math.min(...[1, 2, 3, 4, 5].map(() => measure(terms)));
    measure(5000);
    // A quadratic pass would take a hundred times longer for ten times the terms; noise does not reach that far.
    expect(best(30_000)).toBeLessThan(40 * Math.max(best(3000), 1));
  });
});

describe('nesting', () => {
  const nest = (open: string, close: string, depth: number) => open.repeat(depth) + '.a' + close.repeat(depth);

  it.each<[string, (depth: number) => string]>([
    ['parentheses in a filter', (depth) => `{ ${nest('(', ')', depth)} }`],
    ['negations', (depth) => `{ ${nest('!', '', depth)} }`],
    ['minuses', (depth) => `{ ${nest('- ', '', depth)} > 1 }`],
    ['powers', (depth) => `{ .a ${'^ .a '.repeat(depth)} > 1 }`],
    ['nil tests', (depth) => `{ .a ${'= nil '.repeat(depth)} }`],
    ['nil tests from the left', (depth) => `{ ${'nil != (.a && '.repeat(depth / 2)}.b${')'.repeat(depth / 2)} }`],
    ['parentheses around spansets', (depth) => `${'('.repeat(depth)}{ .a }${')'.repeat(depth)}`],
    ['parentheses around numbers', (depth) => `count() > ${'('.repeat(depth)}1${')'.repeat(depth)}`],
    ['minuses of numbers', (depth) => `count() > ${'-'.repeat(depth)}1`],
    ['pipelines', (depth) => `${'('.repeat(depth)}{} | count() > 1${') && {}'.repeat(depth)}`],
  ])('of %s is bounded', (_name, text) => {
    const deep: Query = parse(text(MAX_DEPTH));
    expect(format(parse(format(deep)))).toBe(format(deep));
    for (const depth of [MAX_DEPTH + 2, 5000]) {
      expect(errorOf(text(depth))).toMatchObject({ kind: 'invalid' });
      expect(errorOf(text(depth)).message).toBe('the query is nested more than 64 levels deep');
    }
  });
});

describe('length', () => {
  const text = (filler: string) => `{ .a = "${filler}" }`;

  it('is bounded in bytes', () => {
    const room = MAX_TEXT_BYTES - text('').length;
    expect(parse(text('x'.repeat(room)))).toBeDefined();
    expect(parse(text('é'.repeat(room / 2)))).toBeDefined();
    for (const long of [
      text('x'.repeat(room + 1)),
      text('é'.repeat(room / 2 + 1)),
      text('\u{1f600}'.repeat(room / 4 + 1)),
    ]) {
      expect(errorOf(long)).toMatchObject({ kind: 'invalid', line: 1, column: 1 });
      expect(errorOf(long).message).toBe('the query is longer than 128 KiB');
    }
  });

  it.each([
    ['brackets', '('],
    ['braces', '{'],
    ['quotes', '"'],
    ['escapes', '"\\'],
    ['comment starts', '/*'],
    ['dots', '.'],
    ['digits', '9'],
    ['durations', '1h'],
    ['letters', 'x'],
    ['spaces', ' '],
    ['line ends', '\n'],
    ['backslashes in a name', '.a"\\'],
    ['bangs', '!'],
    ['pipes', '|'],
  ])('of %s alone ends soon', (_name, piece) => {
    const long = piece.repeat(Math.floor(MAX_TEXT_BYTES / piece.length));
    for (const candidate of [long, `{ ${long}`.slice(0, MAX_TEXT_BYTES), `{ .a = ${long}`.slice(0, MAX_TEXT_BYTES)]) {
      const start = performance.now();
      expect(errorOf(candidate).message.length).toBeLessThan(200);
      expect(performance.now() - start).toBeLessThan(2000);
    }
  });
});
