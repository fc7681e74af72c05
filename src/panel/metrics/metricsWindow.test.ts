import { metricsWindow, spanTimes } from './metricsWindow';
import { spanOf, START_MS } from './testing/spans';

const MINUTE = 60_000;
const span = spanOf('shop');
const later = START_MS + 3_600_000;
const around = (shifts: Parameters<typeof metricsWindow>[1], nowMs = later) => {
  const { fromMs, toMs } = metricsWindow(span, shifts, nowMs);
  return [fromMs - START_MS, toMs - START_MS];
};

test('fifteen minutes on each side, to ten seconds', () => {
  const [from, to] = around(undefined);
  expect(from).toBeGreaterThan(-15 * MINUTE - 10_000);
  expect(from).toBeLessThanOrEqual(-15 * MINUTE);
  expect(to).toBeGreaterThanOrEqual(15 * MINUTE + 185);
  expect(to).toBeLessThan(15 * MINUTE + 10_185);
});

test('shifts of the settings win', () => {
  const [from, to] = around({ startShiftMs: -5 * MINUTE, endShiftMs: 0 });
  expect(Math.ceil(from / 10_000)).toBe(-30);
  expect(to).toBeLessThan(10_185);
});

test('nothing is asked of the future', () => {
  expect(around(undefined, START_MS + 2 * MINUTE)[1]).toBeLessThanOrEqual(2 * MINUTE);
});

test('shifts that leave nothing, and a clock that is ahead, leave a range to look at', () => {
  expect(around({ startShiftMs: MINUTE, endShiftMs: -MINUTE })).toEqual(around(undefined));
  const [from, to] = around(undefined, START_MS - 60 * MINUTE);
  expect(to - from).toBe(15 * MINUTE);
});

test('a span that ends before it starts is a moment', () => {
  expect(spanTimes(spanOf('shop', { durationNs: -5n }))).toEqual({ fromMs: START_MS, toMs: START_MS });
});
