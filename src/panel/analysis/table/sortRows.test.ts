import { runNow, type Steps } from '@clew/trace-model';
import { ranksOf, rowsOfBits, sortRows } from './sortRows';

/** Always the same numbers. */
function noise(length: number, values: number): Float64Array {
  let state = 1;
  return Float64Array.from({ length }, () => (state = (state * 48271) % 2147483647) % values);
}

test.each([0, 1, 5, 8192, 8193, 50_000])('%i rows, stable both ways', (count) => {
  const keys = noise(count, 100);
  const rows = rowsOfBits(count, undefined);
  for (const descending of [false, true]) {
    const expected = [...rows].sort((a, b) => (keys[a] - keys[b]) * (descending ? -1 : 1) || a - b);
    expect([...runNow(sortRows(rows, keys, descending))]).toEqual(expected);
  }
});

test('rows that are some of all', () => {
  const keys = Float64Array.from([5, 1, 4, 2, 3]);
  const rows = rowsOfBits(5, Uint32Array.of(0b10101));
  expect([...rows]).toEqual([0, 2, 4]);
  expect([...runNow(sortRows(rows, keys, false))]).toEqual([4, 2, 0]);
});

test('names with numbers stand as people read them', () => {
  const names = ['worker 10', 'Cart', 'worker 9', 'bank'];
  expect([...runNow(ranksOf(names.length, (index) => names[index]))]).toEqual([3, 1, 2, 0]);
});

test('many names are ranked like few', () => {
  const numbers = noise(2000, 1_000_000);
  const name = (index: number) => `GET /product/${numbers[index]}`;
  const ranks = runNow(ranksOf(numbers.length, name));
  const order = [...numbers.keys()].sort((a, b) => ranks[a] - ranks[b]);
  expect(order).toEqual([...numbers.keys()].sort((a, b) => numbers[a] - numbers[b] || a - b));
});

/** Milliseconds of the longest step. */
function longestStep(work: Steps<unknown>): number {
  let longest = 0;
  for (let last = performance.now(); ;) {
    const { done } = work.next();
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (done) {
      return longest;
    }
  }
}

// The bounds are wide of what a step takes, because tests share the machine.
test('a million rows are sorted in steps', () => {
  const keys = noise(1_000_000, 1e9);
  expect(longestStep(sortRows(rowsOfBits(keys.length, undefined), keys, true))).toBeLessThan(200);
});

test('a hundred thousand names are ranked in steps', () => {
  const numbers = noise(100_000, 1e9);
  expect(longestStep(ranksOf(numbers.length, (index) => `GET /${numbers[index]}`))).toBeLessThan(200);
});
