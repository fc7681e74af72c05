import { linePath } from './TrendLine';

test('a line begins anew after a gap, and a point alone is a dash', () => {
  expect(linePath([0, 2, null, 1], 32, 13)).toBe('M1.5,11.5L11.2,1.5M30.5,6.5h1.5');
});

test('no values and nothing but zeros are lines too', () => {
  expect(linePath([], 30, 10)).toBe('');
  expect(linePath([null, null], 30, 10)).toBe('');
  expect(linePath([0, 0], 30, 10)).not.toContain('NaN');
});
