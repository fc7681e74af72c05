import { check, parse } from '@clew/traceql';
import { attributeText, valueCondition, withCondition } from './conditions';

test('names that TraceQL does not read as they are get quotes', () => {
  expect(attributeText('span', 'http.route')).toBe('span.http.route');
  expect(attributeText('resource', 'with a space')).toBe('resource."with a space"');
});

test.each([
  ['text "with" \\ and\nlines', true],
  [200, false],
  [-1.5, true],
  [true, false],
  [9007199254740993n, true],
])('a condition for %s is TraceQL', (value, isWanted) => {
  const condition = valueCondition('span', 'a key', value, isWanted);
  expect(condition).toBeDefined();
  expect(() => check(parse(`{ ${condition} }`))).not.toThrow();
});

test('values that TraceQL has no word for have no condition', () => {
  for (const value of [null, ['a'], { a: 1 }, Infinity, 1e300]) {
    expect(valueCondition('span', 'a', value, true)).toBeUndefined();
  }
});

test.each([
  ['', '{ span.a = 1 }'],
  ['{ }', '{ span.a = 1 }'],
  ['{ name = "}" }', '{ name = "}" && span.a = 1 }'],
  ['{ a = 1 }', '{ span.a = 1 }'],
  ['{ .a = 1 || .b = 2 }', '{ (.a = 1 || .b = 2) && span.a = 1 }'],
  ['{ .a = 1 } | count() > 2', '{ span.a = 1 }'],
])('%s, and one more', (query, expected) => {
  expect(withCondition(query, 'span.a = 1')).toBe(expected);
});
