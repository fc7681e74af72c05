import { defaultStepNs, instantGrid, rangeGrid } from './grid.ts';

const SECOND = 1_000_000_000n;
const MINUTE = 60n * SECOND;

describe('the grid', () => {
  // Tempo's own table (engine_metrics_test.go, TestDefaultQueryRangeStep) has the same pairs.
  test.each<[range: bigint, step: bigint]>([
    [10n * SECOND, 50_000_000n],
    [30n * SECOND, 100_000_000n],
    [5n * MINUTE, SECOND],
    [60n * MINUTE, 15n * SECOND],
    [180n * MINUTE, 45n * SECOND],
    [24n * 60n * MINUTE, 5n * MINUTE],
    [7n * 24n * 60n * MINUTE, 40n * MINUTE],
    [30n * 24n * 60n * MINUTE, 180n * MINUTE],
  ])('a range of %d ns has a step of %d ns', (range, step) => {
    expect(defaultStepNs({ startNs: SECOND, endNs: SECOND + range })).toBe(step);
  });

  test('is aligned, and one step begins before it', () => {
    const grid = rangeGrid({ startNs: 125n * SECOND, endNs: 155n * SECOND }, 10n * SECOND);
    expect([grid.startNs, grid.endNs, grid.size]).toEqual([110n * SECOND, 160n * SECOND, 5]);
    expect([0, 1, 4].map((point) => grid.timestampMs(point))).toEqual([120_000, 130_000, 160_000]);
  });

  test('a window has its end and not its start', () => {
    const grid = rangeGrid({ startNs: 120n * SECOND, endNs: 140n * SECOND }, 10n * SECOND);
    expect(grid.pointOf(110n * SECOND)).toBe(-1);
    expect(grid.pointOf(110n * SECOND + 1n)).toBe(0);
    expect(grid.pointOf(120n * SECOND)).toBe(0);
    expect(grid.pointOf(120n * SECOND + 1n)).toBe(1);
    expect(grid.pointOf(140n * SECOND)).toBe(2);
    expect(grid.pointOf(140n * SECOND + 1n)).toBe(-1);
  });

  test('an instant has one point, with both ends', () => {
    const grid = instantGrid({ startNs: 100n * SECOND, endNs: 160n * SECOND });
    expect([99n, 100n, 160n, 161n].map((at) => grid.pointOf(at * SECOND))).toEqual([-1, 0, 0, -1]);
    expect(grid.timestampMs(0)).toBe(160_000);
  });
});
