import { exactTime, niceStep, ticksOf } from './ticks';

const labels = (startNs: number, endNs: number, width = 500): string[] =>
  ticksOf(startNs, endNs, width).ticks.map(({ label }) => label);

describe('niceStep', () => {
  it.each([
    [1, 1],
    [3, 5],
    [11, 20],
    [0.6e9, 1e9],
    [7e9, 10e9],
    [11e9, 15e9],
    [61e9, 120e9],
    [3601e9, 7200e9],
    [13 * 3600e9, 86_400e9],
    [3 * 86_400e9, 5 * 86_400e9],
  ])('%d ns at least: %d', (least, step) => {
    expect(niceStep(least)).toBe(step);
  });
});

describe('ticksOf', () => {
  it.each<[string, number, number, string[]]>([
    ['nanoseconds', 0, 500, ['0', '100 ns', '200 ns', '300 ns', '400 ns', '500 ns']],
    ['milliseconds', 0, 5e6, ['0', '1 ms', '2 ms', '3 ms', '4 ms', '5 ms']],
    ['as many digits as the step needs', 1e9, 1.02e9, ['1.000 s', '1.005 s', '1.010 s', '1.015 s', '1.020 s']],
    ['minutes', 0, 600e9, ['0', '2:00', '4:00', '6:00', '8:00', '10:00']],
    ['hours', 0, 10 * 3600e9, ['0', '2:00:00', '4:00:00', '6:00:00', '8:00:00', '10:00:00']],
    ['before the start', -2e6, 2e6, ['−2 ms', '−1 ms', '0', '1 ms', '2 ms']],
  ])('%s', (_name, startNs, endNs, expected) => {
    expect(labels(startNs, endNs)).toEqual(expected);
  });

  it('counts from an anchor, far in and close up', () => {
    const start = 10 * 3600e9 + 123_456_700;
    const { anchor, ticks } = ticksOf(start, start + 500, 500);
    expect(anchor).toBe('10:00:00.123\u2009456');
    expect(ticks.map(({ label }) => label)).toEqual(['+0.7 µs', '+0.8 µs', '+0.9 µs', '+1.0 µs', '+1.1 µs', '+1.2 µs']);
    expect(ticks[0].px).toBeCloseTo(0);
  });

  it('never has more ticks than there is room for', () => {
    for (let range = 1; range < 1e17; range *= 3.7) {
      const { ticks } = ticksOf(range * 0.3, range * 1.3, 1000);
      expect(ticks.length).toBeLessThanOrEqual(12);
      expect(ticks.length).toBeGreaterThanOrEqual(2);
    }
  });
});

describe('exactTime', () => {
  it.each([
    [0, '0 s'],
    [1_500_000_000, '1.500 s'],
    [1_000_000_001, '1.000\u2009000\u2009001 s'],
    [3_661e9, '1:01:01'],
    [90_000e9 + 5, '1d 1:00:00.000\u2009000\u2009005'],
  ])('%d ns is %s', (ns, text) => {
    expect(exactTime(ns)).toBe(text);
  });
});
