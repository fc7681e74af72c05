import { formatAge, formatBytes, formatDurationMs, formatPercent, formatRate } from './format';

test.each([
  [0, '0 ms'],
  [0.0000004, '0.4 ns'],
  [0.000123, '123 ns'],
  [0.0015, '1.5 µs'],
  [0.25, '250 µs'],
  [12.345, '12.3 ms'],
  [1640, '1.64 s'],
  [59_999, '60 s'],
  [150_000, '2 min 30 s'],
  [3_600_000, '1 h'],
  [90_061_000, '1 d 1 h'],
])('%d ms reads %s', (ms, text) => {
  expect(formatDurationMs(ms)).toBe(text);
});

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1536, '1.5 KiB'],
  [5 * 1024 ** 3, '5 GiB'],
])('%d bytes read %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test('a share is never nothing for something, nor all for less', () => {
  expect(formatPercent(0, 10)).toBe('0%');
  expect(formatPercent(1, 1_000_000)).toBe('< 0.01%');
  expect(formatPercent(999_999, 1_000_000)).toBe('> 99.99%');
  expect(formatPercent(10, 10)).toBe('100%');
  expect(formatPercent(7, 60)).toBe('11.7%');
  expect(formatPercent(0, 0)).toBe('0%');
});

test('rates keep what matters', () => {
  expect([0, 0.001, 0.15, 4, 12.34, 1234.5].map(formatRate)).toEqual(['0', '< 0.01', '0.15', '4', '12.3', '1,235']);
});

test('ages have one unit, and clocks that run ahead are now', () => {
  expect([-5000, 1500, 61_000, 3_700_000, 200_000_000].map(formatAge)).toEqual([
    'now',
    'now',
    '1 min ago',
    '1 h ago',
    '2 d ago',
  ]);
});
