import { elapsedMs, isZero, parseUnixNano, toMs } from './unixNano';

test('nanoseconds that a double cannot hold keep their last digits', () => {
  const start = parseUnixNano('1795393828958000123');
  const end = parseUnixNano('1795393828958000456');
  expect(start).toEqual({ ms: 1795393828958, ns: 123 });
  expect(elapsedMs(start, end)).toBeCloseTo(0.000333, 9);
  expect(toMs(start)).toBeCloseTo(1795393828958.0001, 3);
});

test('short, missing and unreadable times', () => {
  expect(parseUnixNano('1500000')).toEqual({ ms: 1, ns: 500_000 });
  expect(parseUnixNano('999')).toEqual({ ms: 0, ns: 999 });
  expect(parseUnixNano(2_500_000)).toEqual({ ms: 2, ns: 500_000 });
  for (const value of [undefined, '', '0', 'soon', '-5', 0, -1, NaN]) {
    expect(isZero(parseUnixNano(value))).toBe(true);
  }
});

test('a span across a millisecond boundary', () => {
  expect(elapsedMs(parseUnixNano('1999999'), parseUnixNano('2000001'))).toBeCloseTo(0.000002, 9);
});
