import { format } from '@clew/traceql';

import type { Condition } from './plan.ts';
import { planSearch } from './search-plan.ts';

/** A condition as a short text. */
function say(condition: Condition): string {
  switch (condition.kind) {
    case 'constant':
      return String(condition.value);
    case 'and':
    case 'or':
      return `(${condition.operands.map(say).join(condition.kind === 'and' ? ' & ' : ' | ')})`;
    case 'not':
      return `!${say(condition.operand)}`;
    case 'inTrace':
      return `some ${say(condition.condition)}`;
    case 'exists':
    case 'missing':
      return `${condition.kind} ${condition.operand.name}`;
    case 'compare':
      return `${condition.operand.name}${condition.comparison}${condition.literal.value}`;
  }
}

const candidates = (text: string): string => say(planSearch(text).candidates);

test.each([
  ['{}', 'true'],
  ['{ .a = 1 }', 'a=1'],
  ['{ .a = 1 } && { .b = 2 }', '((a=1 | b=2) & some a=1 & some b=2)'],
  ['{ .a = 1 } && { .b = 2 } && { .c = 3 }', '((a=1 | b=2 | c=3) & some a=1 & some b=2 & some c=3)'],
  ['{ .a = 1 } || { .b = 2 }', '(a=1 | b=2)'],
  ['{ .a = 1 } || {}', 'true'],
  ['{ .a = 1 } >> { .b = 2 }', '(b=2 & some a=1)'],
  ['{ .a = 1 } > { .b = 2 } > { .c = 3 }', '(c=3 & some a=1 & some b=2)'],
  ['{ .a = 1 } !>> { .b = 2 }', 'b=2'],
  ['{ .a = 1 } &~ { .b = 2 }', '((a=1 | b=2) & some a=1 & some b=2)'],
  ['{ .a = 1 } | count() > 2', 'a=1'],
  ['{ .a = 1 } | by(.b) | { .c = 3 }', '(a=1 & c=3)'],
  ['({ .a = 1 } | count() > 2) >> { .b = 2 }', '(b=2 & some a=1)'],
  // Nothing is true of what is missing.
  ['{ .a + 1 = .b }', '(exists a & exists b)'],
  ['{ .a * 2 > 3 && .c = 3 }', '(exists a & c=3)'],
  ['{ .a * 2 > 3 || .c = 3 }', '(exists a | c=3)'],
  // But a negation may be, and what is compared with false.
  ['{ (.a > 2) = false }', 'true'],
  ['{ (.a > 2) = .b }', 'exists b'],
  ['{ -.a < .b - .c }', '(exists a & exists b & exists c)'],
  ['{ !(.a * 2 > 3) }', 'true'],
  ['{ name = rootName }', 'true'],
])('%s needs %s', (text, expected) => {
  expect(candidates(text)).toBe(expected);
});

test.each([
  ['{ .a = 1 } >> { .b = 2 }', '{ bit0 } >> { bit1 }', ['a=1', 'b=2']],
  // A filter that occurs twice is asked once.
  ['({ .a = 1 } > { .b = 2 }) || { .a = 1 }', undefined, ['a=1', 'b=2']],
  ['{ .a = 1 && .b + 1 > 2 }', '{ bit0 && .b + 1 > 2 }', ['a=1']],
  ['{ traceDuration > 1s && .a = 1 }', '{ traceDuration > 1s && bit0 }', ['a=1']],
  ['{ .a + 1 > 2 && .b = 1 && .c = 1 }', undefined, ['b=1', 'c=1']],
  ['{ true }', '{ true }', []],
])('%s is evaluated with what SQL decides', (text, evaluated, bits) => {
  const plan = planSearch(text);
  expect(plan.bits.map(say)).toEqual(bits);
  if (evaluated !== undefined) {
    const text = format(plan.query).replaceAll('\0', 'bit').replaceAll('span.', '').replaceAll('"', '');
    expect(text).toBe(evaluated);
  }
});

test('what a query names comes back, once', () => {
  const { mentioned } = planSearch('{ .a = 1 && status = error } | by(span.b) | avg(.a) > 1 | select(name, .a)');
  expect(mentioned.map((attribute) => (attribute.kind === 'attribute' ? attribute.name : attribute.intrinsic))).toEqual(
    ['a', 'span:status', 'b', 'span:name']
  );
});

test('a metric is no search', () => {
  expect(() => planSearch('{} | rate()')).toThrow('A metric is no search for spans');
});

test('long chains take no time', () => {
  const chain = Array.from({ length: 5000 }, (_, index) => `.a = ${index}`).join(' && ');
  expect(() => planSearch(`{ ${chain} }`)).toThrow('more than 500 comparisons');
});
