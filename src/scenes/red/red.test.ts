import { type InstantSeries } from '../../shared/storeTypes';
import { errorShare, mergeRed, quantileLabel, valuesBy, type RedPart } from './red';
import { readSort, sortRows, sortText } from './redSort';

const part = (
  measure: RedPart['measure'],
  values: Record<string, number>,
  { basis = 'requests', period = 'now' }: Partial<Pick<RedPart, 'basis' | 'period'>> = {}
): RedPart => ({ basis, period, measure, values: new Map(Object.entries(values)) });

const rowsOf = (...parts: RedPart[]) => sortRows(mergeRed(parts), { key: 'name', isDescending: false });

test('rows fill as answers come', () => {
  const [first] = rowsOf(part('requests', { a: 10 }));
  expect(first).toEqual({
    key: 'a',
    basis: 'requests',
    now: { requests: 10, errors: undefined, p50: undefined, p95: undefined, p99: undefined },
    before: { requests: undefined, errors: undefined, p50: undefined, p95: undefined, p99: undefined },
  });
  const [a, b] = rowsOf(
    part('requests', { a: 10, b: 4 }),
    part('errors', { b: 1 }),
    part('requests', { a: 5 }, { period: 'before' }),
    part('p95', { a: 0.5 })
  );
  expect(a.now).toMatchObject({ requests: 10, errors: 0, p95: 0.5, p50: undefined });
  expect(b.before.requests).toBe(0);
  expect(errorShare(b.now)).toBe(0.25);
  expect(errorShare(a.before)).toBeUndefined();
});

test('what is asked counts; all spans only of what is never asked, in neither period', () => {
  const rows = rowsOf(
    part('requests', { a: 10 }),
    part('requests', { gone: 3 }, { period: 'before' }),
    part('requests', { a: 90, gone: 7, cron: 5 }, { basis: 'spans' })
  );
  expect(rows.map(({ key, basis, now }) => [key, basis, now.requests])).toEqual([
    ['a', 'requests', 10],
    ['cron', 'spans', 5],
    ['gone', 'requests', 0],
  ]);
});

test('values come by the label, quantiles by theirs', () => {
  const labels = [
    { key: 'name', value: { stringValue: '' } },
    { key: 'p', value: { doubleValue: 0.95 } },
  ];
  const series: InstantSeries[] = [
    { labels, value: '2.5' },
    { labels: [{ key: 'other', value: { stringValue: 'x' } }], value: 1 },
    { labels: [{ key: 'name', value: { stringValue: 'b' } }], value: 'NaN' },
  ];
  expect([...valuesBy(series, 'name')]).toEqual([['', 2.5]]);
  expect(quantileLabel(labels)).toBe(0.95);
});

test('an order is read from the URL and written into it', () => {
  expect(readSort('-p95')).toEqual({ key: 'p95', isDescending: true });
  expect(readSort(sortText({ key: 'name', isDescending: false }))).toEqual({ key: 'name', isDescending: false });
  expect(readSort('nonsense')).toEqual({ key: 'change', isDescending: true });
});

test('what is not known comes last in both directions', () => {
  const rows = mergeRed([part('requests', { a: 1, b: 2, c: 3 }), part('p95', { a: 0.2, c: 0.1 })]);
  const keys = (isDescending: boolean) => sortRows(rows, { key: 'p95', isDescending }).map(({ key }) => key);
  expect(keys(true)).toEqual(['a', 'c', 'b']);
  expect(keys(false)).toEqual(['c', 'a', 'b']);
});
