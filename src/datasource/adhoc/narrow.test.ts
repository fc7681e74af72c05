import { check, parse } from '@clew/traceql';
import { conditionOf } from './condition';
import { narrow } from './narrow';
import { addCondition, hasCondition, removeCondition } from './toggle';

const condition = (value: string, operator = '=') => {
  const built = conditionOf({ key: 'span.a', operator, value }, () => new Set());
  if (!built) {
    throw new Error('no condition');
  }
  return built;
};
const A = condition('1');
const NOT_A = condition('1', '!=');

describe('dashboards filter every place that looks for spans', () => {
  test.each([
    ['{ }', '{ span.a = 1 }'],
    ['{ status = error }', '{ status = error && span.a = 1 }'],
    ['{ status = error || kind = server }', '{ status = error || kind = server && span.a = 1 }'],
    ['{ .x } >> { .y }', '{ .x && span.a = 1 } >> { .y && span.a = 1 }'],
    ['{ .x } && { .y } || { .z }', '{ .x && span.a = 1 } && { .y && span.a = 1 } || { .z && span.a = 1 }'],
    ['{ .x } && !{ .y }', '{ .x && span.a = 1 } && !{ .y && span.a = 1 }'],
    ['({ .x } | count() > 2) >> { .y }', '({ .x && span.a = 1 } | count() > 2) >> { .y && span.a = 1 }'],
    ['{ .x } | count() > 2 | select(.y)', '{ .x && span.a = 1 } | count() > 2 | select(.y)'],
    ['count() > 2', '{ span.a = 1 } | count() > 2'],
    ['by(name) | count() > 2', '{ span.a = 1 } | by(name) | count() > 2'],
    ['{ .x } | rate() by (name)', '{ .x && span.a = 1 } | rate() by (name)'],
    ['({ .x } | rate()) / ({ } | rate())', '({ .x && span.a = 1 } | rate()) / ({ span.a = 1 } | rate())'],
    ['{ } | compare({ .x })', '{ span.a = 1 } | compare({ .x })'],
    ['{ .x } with(most_recent=true)', '{ .x && span.a = 1 } with(most_recent=true)'],
  ])('%s', (query, expected) => {
    const text = narrow(query, [A]);
    expect(text).toBe(expected);
    check(parse(text));
  });

  test('what is no TraceQL stays as it is, and so does all without a filter', () => {
    expect(narrow('{ .x ', [A])).toBe('{ .x ');
    expect(narrow('{.x}', [])).toBe('{.x}');
  });

  test('an alternative keeps its meaning beside a condition', () => {
    const one = conditionOf({ key: 'name', operator: '=|', value: 'a', values: ['a', 'b'] }, () => new Set());
    expect(narrow('{ .x }', one ? [one, A] : [])).toBe('{ .x && (name = "a" || name = "b") && span.a = 1 }');
  });

  test('a chain of thousands of terms', () => {
    const long = Array.from({ length: 5000 }, () => '{ .x }').join(' || ');
    expect(narrow(long, [A]).match(/span\.a = 1/g)).toHaveLength(5000);
  });
});

describe('a click on a value filters what is found', () => {
  test.each([
    ['', '{ span.a = 1 }'],
    ['{ }', '{ span.a = 1 }'],
    ['{ .x }', '{ .x && span.a = 1 }'],
    ['{ .x && span.a != 1 }', '{ .x && span.a = 1 }'],
    ['{ .x && span.a = 1 }', '{ .x && span.a = 1 }'],
    ['{ .x } >> { .y }', '{ .x } >> { .y } | { span.a = 1 }'],
    ['{ .x } >> { .y } | { .z } | count() > 1', '{ .x } >> { .y } | { .z && span.a = 1 } | count() > 1'],
    ['{ .x } | rate()', '{ .x && span.a = 1 } | rate()'],
    ['count() > 2', '{ span.a = 1 } | count() > 2'],
  ])('%s', (query, expected) => {
    const text = addCondition(query, A, NOT_A);
    expect(text).toBe(expected);
    expect(hasCondition(text, A)).toBe(true);
    expect(hasCondition(text, NOT_A)).toBe(false);
    check(parse(text));
  });

  test.each([
    ['{ span.a = 1 }', '{}'],
    ['{ .x && span.a = 1 && .y }', '{ .x && .y }'],
    ['{ .x } >> { .y } | { span.a = 1 }', '{ .x } >> { .y }'],
    ['{ .x }', '{ .x }'],
  ])('and takes it away: %s', (query, expected) => {
    expect(removeCondition(query, A)).toBe(expected);
  });

  test('a condition in one of two queries is not in all', () => {
    expect(hasCondition('({ span.a = 1 } | rate()) / ({ } | rate())', A)).toBe(false);
    expect(hasCondition('{ span.a = 1 || .x }', A)).toBe(false);
    expect(hasCondition('{ nonsense', A)).toBe(false);
  });
});
