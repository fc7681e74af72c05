import { ExemplarChoice, exemplarTimeMs } from './exemplars.ts';
import { instantGrid, rangeGrid } from './grid.ts';

const SECOND = 1_000_000_000n;
const HUNDRED_POINTS = rangeGrid({ startNs: 10n * SECOND, endNs: 109n * SECOND }, SECOND);

/** How many are taken at each tenth of the points, of `perPoint` traces at every point. */
function takenOf(limit: number, perPoint: number): number[] {
  const choice = new ExemplarChoice(HUNDRED_POINTS, limit);
  const taken = new Array<number>(10).fill(0);
  for (let trace = 0; trace < perPoint * 100; trace++) {
    const point = Math.floor(trace / perPoint);
    if (choice.takes(point, `trace ${trace}`)) {
      taken[Math.floor(point / 10)] += 1;
    }
  }
  return taken;
}

test('they are spread over the range', () => {
  expect(HUNDRED_POINTS.size).toBe(100);
  expect(takenOf(100, 5)).toEqual([10, 10, 10, 10, 10, 10, 10, 10, 10, 10]);
  expect(takenOf(20, 5)).toEqual([2, 2, 2, 2, 2, 2, 2, 2, 2, 2]);
  expect(takenOf(1, 5)).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  // No more than two to a point, however many are wanted.
  expect(takenOf(10_000, 5)).toEqual([20, 20, 20, 20, 20, 20, 20, 20, 20, 20]);
  expect(takenOf(0, 5)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
});

test('a trace has one', () => {
  const choice = new ExemplarChoice(HUNDRED_POINTS, 100);
  expect([choice.takes(0, 'a'), choice.takes(50, 'a'), choice.takes(50, 'b')]).toEqual([true, false, true]);
});

test('an instant query has none', () => {
  const choice = new ExemplarChoice(instantGrid({ startNs: 0n, endNs: SECOND }), 100);
  expect(choice.takes(0, 'a')).toBe(false);
});

test('a time in milliseconds is in the same window', () => {
  const startNs = 10n * SECOND + 1n;
  const point = HUNDRED_POINTS.pointOf(startNs);
  expect(exemplarTimeMs(startNs)).toBe(10_001);
  expect(HUNDRED_POINTS.pointOf(BigInt(exemplarTimeMs(startNs)) * 1_000_000n)).toBe(point);
  expect(exemplarTimeMs(11n * SECOND)).toBe(11_000);
});
