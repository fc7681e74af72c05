import { Durations } from './durations.ts';

const of = (...values: readonly number[]): Durations => {
  const durations = new Durations();
  values.forEach((value) => durations.add(value));
  return durations;
};

test('of none, of one, of some', () => {
  expect(of().quantiles(0.5, 0.95)).toEqual([0, 0]);
  expect(of(7).quantiles(0.5, 0.95)).toEqual([7, 7]);
  expect(of(...Array.from({ length: 100 }, (_, at) => 100 - at)).quantiles(0.5, 0.95)).toEqual([50, 95]);
});

test('two become one', () => {
  const both = of(1, 2, 3);
  both.addAll(of(4, 5));
  expect([both.count, both.totalNs, ...both.quantiles(0.5, 1)]).toEqual([5, 15, 3, 5]);
});

test('of many there is a sample, and the sums stay exact', () => {
  const many = new Durations();
  const count = 1_000_000;
  // Every number once, in an order that has nothing to do with which are kept.
  for (let at = 0; at < count; at++) {
    many.add((at * 7_919) % count);
  }
  const all = of(-1);
  all.addAll(many);
  for (const durations of [many, all]) {
    const [p50, p95] = durations.quantiles(0.5, 0.95);
    expect(Math.abs(p50 - count * 0.5)).toBeLessThan(count * 0.005);
    expect(Math.abs(p95 - count * 0.95)).toBeLessThan(count * 0.005);
  }
  expect([many.count, many.totalNs]).toEqual([count, (count * (count - 1)) / 2]);
  expect(all.count).toBe(count + 1);
});
