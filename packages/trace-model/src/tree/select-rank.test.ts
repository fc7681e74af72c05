import { selectRank } from './select-rank.ts';
import { runNow } from './steps.ts';
import { randomNumbers } from './testing/spans.ts';

const SIZE = 20_000;

const kinds: Array<[string, (random: (below: number) => number, at: number) => number]> = [
  ['any', (random) => random(2 ** 32) * 1e6 + random(1e6)],
  ['all equal', () => 42],
  ['few', (random) => random(5)],
  ['ascending', (_, at) => at],
  ['descending', (_, at) => SIZE - at],
  ['of every magnitude', (random) => 2 ** (random(1000) - 500)],
  ['zeros and one that is not', (_, at) => (at === 17 ? 1e18 : 0)],
  ['that differ in the last bit', (random) => 2 ** 52 + random(100)],
];

test.each(kinds)('of numbers that are %s', (_, make) => {
  const random = randomNumbers(5);
  const values = Float64Array.from({ length: SIZE }, (_unused, at) => make(random, at));
  const sorted = values.slice().sort();
  for (const rank of [0, 1, SIZE / 2, SIZE * 0.95 - 1, SIZE - 2, SIZE - 1]) {
    expect(runNow(selectRank(values.slice(), rank))).toBe(sorted[rank]);
  }
});

test('in the middle of other memory', () => {
  const values = Float64Array.from({ length: SIZE }, (_, at) => at);
  expect(runNow(selectRank(values.subarray(1000, 9000), 100))).toBe(1100);
  expect([values[999], values[9000]]).toEqual([999, 9000]);
});
