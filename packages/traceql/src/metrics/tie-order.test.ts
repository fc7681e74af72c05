import type { Value } from '../evaluate/value.ts';
import { compareTied } from './tie-order.ts';

const first = (a: Value, b: Value): number => {
  const [x, y] = [a, b].map((value) => [{ name: 'label', value }]);
  // Turned round, the answer turns round too.
  expect(compareTied(y, x)).toBe(-compareTied(x, y) + 0);
  return compareTied(x, y);
};

// Pairs in the order that Tempo's compareSeriesMapKey gives them (series_heap.go).
test.each<[Value, Value]>([
  ['aaa', 'bbb'],
  ['B', 'a'],
  // A number has no text, which sorts before all.
  [1n, '1'],
  [2n, 1n],
  [10n, 9n],
  // The bits of a number below zero are a large number.
  [-1n, 5n],
  [2.5, 1.5],
  [1.5, 2n],
  [true, false],
  [true, 7n],
  [
    { type: 'status', value: 'error' },
    { type: 'status', value: 'unset' },
  ],
  [
    { type: 'duration', value: 1_000_000n },
    { type: 'duration', value: 2_000_000n },
  ],
  ['mango', undefined],
  [undefined, 'pear'],
  [
    ['a', 'b'],
    ['a', 'c'],
  ],
])('%p goes before %p', (a, b) => {
  expect(first(a, b)).toBe(-1);
});

test('names decide where values do not, and fewer labels go first', () => {
  const label = (name: string) => ({ name, value: 'x' });
  expect(compareTied([label('aaa')], [label('bbb')])).toBe(-1);
  expect(compareTied([label('a')], [label('a'), label('b')])).toBe(-1);
  expect(compareTied([label('a'), label('b')], [label('a')])).toBe(1);
  expect(compareTied([label('a')], [label('a')])).toBe(0);
  expect(compareTied([], [])).toBe(0);
});
