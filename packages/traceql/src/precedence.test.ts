import { fieldShape, shapeOf } from '../corpus/shape.ts';
import { parse } from './parser.ts';

/** The shape of what stands inside one filter, with the scope of `.x` left out. */
function inFilter(expression: string): string {
  const { body } = parse(`{ ${expression} }`);
  const stage = body.kind === 'pipeline' ? body.stages[0] : undefined;
  if (stage?.kind !== 'spansetFilter' || stage.expression === null) {
    throw new Error('not one filter');
  }
  return fieldShape(stage.expression).replace(/any\/|int:/g, '');
}

describe('inside { }', () => {
  it.each([
    // && and || are equal and go from left to right, unlike in most languages
    ['.a || .b && .c', '((a || b) && c)'],
    ['.a && .b || .c', '((a && b) || c)'],
    ['.a || .b || .c && .d || .e', '((((a || b) || c) && d) || e)'],
    ['.a || (.b && .c)', '(a || (b && c))'],
    ['.a = 1 || .b = 2 && .c = 3', '(((a = 1) || (b = 2)) && (c = 3))'],
    // all comparisons are equal and go from left to right
    ['.a = .b = .c', '((a = b) = c)'],
    ['.a < .b = .c !~ "x"', '(((a < b) = c) !~ string:"x")'],
    ['.a + 1 = .b * 2', '((a + 1) = (b * 2))'],
    // arithmetic
    ['.a - .b - .c', '((a - b) - c)'],
    ['.a + .b * .c', '(a + (b * c))'],
    ['.a * .b + .c', '((a * b) + c)'],
    ['.a / .b * .c % .d', '(((a / b) * c) % d)'],
    ['.a ^ .b ^ .c', '(a ^ (b ^ c))'],
    ['.a * .b ^ .c * .d', '((a * (b ^ c)) * d)'],
    // a prefix minus is as weak as the binary one
    ['-2 ^ 2 = .a', '((- (2 ^ 2)) = a)'],
    ['-.a * .b', '(- (a * b))'],
    ['-.a + .b', '((- a) + b)'],
    ['-.a - -.b', '((- a) - (- b))'],
    ['.a * -.b * .c', '(a * (- (b * c)))'],
    ['.a ^ -.b * .c + .d', '((a ^ (- (b * c))) + d)'],
    ['- - .a', '(- (- a))'],
    // a prefix ! is stronger than + and than comparisons, weaker than *
    ['!.a = .b', '((! a) = b)'],
    ['!.a && .b', '((! a) && b)'],
    ['!.a + .b', '((! a) + b)'],
    ['!.a * .b', '(! (a * b))'],
    ['!(.a = .b)', '(! (a = b))'],
    ['!-.a + .b', '((! (- a)) + b)'],
    ['-!.a * .b', '(- (! (a * b)))'],
    // a nil ends its comparison
    ['.a = nil', '(a = nil)'],
    ['nil != .a', '(a != nil)'],
    ['.a + 1 != nil', '((a + 1) != nil)'],
    ['.a = nil && .b != nil', '((a = nil) && (b != nil))'],
    ['.a = nil = .b', '((a = nil) = b)'],
    ['.a = nil != nil', '((a = nil) != nil)'],
    ['nil = .a + 1', '((a + 1) = nil)'],
    ['nil = .a = .b', '((a = nil) = b)'],
    ['1 < nil = .a', '(1 < (a = nil))'],
    ['.a + nil != .b', '(a + (b != nil))'],
    ['!nil = .a', '(! (a = nil))'],
    ['nil = nil', 'boolean:false'],
    ['nil != nil && .a', '(boolean:false && a)'],
  ])('%s', (expression, shape) => {
    expect(inFilter(expression)).toBe(shape);
  });
});

describe('between filters', () => {
  /** With `{ .a }` written as a. */
  const shape = (query: string) =>
    shapeOf(parse(query.replace(/\b([a-f])\b/g, '{ .$1 }'))).replace(/\{any\/([a-f])\}/g, '$1');

  it.each([
    ['a && b || c', '[((a && b) || c)]'],
    ['a || b && c', '[((a || b) && c)]'],
    ['a && b > c', '[(a && (b > c))]'],
    ['a > b && c', '[((a > b) && c)]'],
    ['a > b >> c ~ d', '[(((a > b) >> c) ~ d)]'],
    ['a !~ b &<< c', '[((a !~ b) &<< c)]'],
    ['a >> (b && c)', '[(a >> (b && c))]'],
    ['a | b && c | d', '[a | (b && c) | d]'],
    ['(a | b) >> c', '[([a | b] >> c)]'],
    ['(a | b) | c', '[a | b | c]'],
    ['((a))', '[a]'],
    ['(a | count() > 1) && (b | count() > 2) || c', '[(([a | (count > int:1)] && [b | (count > int:2)]) || c)]'],
    ['(a | count()) > 2', '[a | (count > int:2)]'],
    ['(count() > 2) && a', '[([(count > int:2)] && a)]'],
  ])('%s', (query, expected) => {
    expect(shape(query)).toBe(expected);
  });
});

describe('between numbers and aggregates', () => {
  it.each([
    // here a minus is the strongest
    ['count() > -2 ^ 2', '[(count > ((- int:2) ^ int:2))]'],
    ['count() > -2 * 3 + 4', '[(count > (((- int:2) * int:3) + int:4))]'],
    ['count() > 1 - 2 - 3', '[(count > ((int:1 - int:2) - int:3))]'],
    ['count() > 2 ^ 3 ^ 4', '[(count > (int:2 ^ (int:3 ^ int:4)))]'],
    ['count() + 1 * 2 > 3', '[(<count + (int:1 * int:2)> > int:3)]'],
    ['1 + 2 + count() > 3', '[(<(int:1 + int:2) + count> > int:3)]'],
    ['(count() + 1) * 2 > 3', '[(<<count + int:1> * int:2> > int:3)]'],
  ])('%s', (query, expected) => {
    expect(shapeOf(parse(query))).toBe(expected);
  });
});

describe('between metrics', () => {
  /** With `({} | rate())` written as m. */
  const shape = (query: string) =>
    shapeOf(parse(query.replace(/\bm\b/g, '({} | rate())')))
      .replaceAll('[{}] | rate', 'm')
      .replaceAll('int:', '');

  it.each([
    ['m + m * m', '<<m> + <<m> * <m>>>'],
    ['(m + m) * m', '<<<m> + <m>> * <m>>'],
    ['m - m - m', '<<<m> - <m>> - <m>>'],
    ['m / 3 * 2', '<<<m> / 3> * 2>'],
    ['m + 3 * 2', '<<m> + (3 * 2)>'],
    ['3 * 2 + m', '<(3 * 2) + <m>>'],
    ['1 + 2 + m', '<(1 + 2) + <m>>'],
    ['-2 - 20 / m', '<(- 2) - <20 / <m>>>'],
    ['5 + m * 10', '<5 + <<m> * 10>>'],
    ['m > 10', '<m | > 10>'],
    ['m > 10 > 20', '<m | > 10 | > 20>'],
    ['m > 10 + 5 * 2', '<m | > (10 + (5 * 2))>'],
    ['m + m > 10 | topk(3) < 5', '<<m> + <m> | > 10 | topk 3 | < 5>'],
    ['(m > 6) * 100 > 5', '<<m | > 6> * 100 | > 5>'],
    ['(m | topk(3)) | bottomk(1)', '<m | topk 3 | bottomk 1>'],
    ['((m + m) > 3) | topk(1)', '<<m> + <m> | > 3 | topk 1>'],
  ])('%s', (query, expected) => {
    expect(shape(query)).toBe(expected);
  });
});
