import { finishComparison, topValues, type Comparison } from './compare.ts';
import { POINT_MS, table, THREE_POINTS } from './testing/series-table.ts';

const spans = (attribute: string, value: string | bigint, isSelection: boolean, values: readonly number[]) => ({
  ...{ attribute, value, isSelection, values },
  points: values.map((_, point) => point),
});

const COMPARISON: Comparison = {
  values: [
    spans('name', 'a', false, [5, 0, 1]),
    spans('name', 'b', false, [1, 2, 1]),
    spans('name', 'c', false, [1, 1, 1]),
    spans('name', 'c', true, [0, 3, 0]),
    spans('span.n', 1n, true, [0, 2, 0]),
  ],
  totals: [
    { attribute: 'name', isSelection: false, points: [0, 1, 2], values: [7, 3, 3] },
    { attribute: 'name', isSelection: true, points: [1], values: [3] },
    { attribute: 'span.n', isSelection: true, points: [1], values: [2] },
  ],
  cut: new Set(),
};

test('values, totals, and what has more values than are shown', () => {
  expect(table(finishComparison(THREE_POINTS, COMPARISON, 2))).toEqual({
    '{__meta_type=baseline, name=a}': [5, 0, 1],
    '{__meta_type=baseline, name=b}': [1, 2, 1],
    '{__meta_type=selection, name=c}': [0, 3, 0],
    '{__meta_type=selection, span.n=1}': [0, 2, 0],
    '{__meta_type=baseline_total, name=nil}': [7, 3, 3],
    '{__meta_type=selection_total, name=nil}': [0, 3, 0],
    '{__meta_type=selection_total, span.n=nil}': [0, 2, 0],
    '{__meta_error=__too_many_values__, name=nil}': [0, 0, 0],
  });
});

test('what was cut before is said to be', () => {
  const errors = (topN: number, cut: string[]) =>
    Object.keys(table(finishComparison(THREE_POINTS, { ...COMPARISON, cut: new Set(cut) }, topN))).filter((labels) =>
      labels.startsWith('{__meta_error')
    );
  expect(errors(10, [])).toEqual([]);
  expect(errors(10, ['span.n'])).toEqual(['{__meta_error=__too_many_values__, span.n=nil}']);
  expect(errors(2, ['name'])).toEqual(['{__meta_error=__too_many_values__, name=nil}']);
});

test('exemplars go to the totals of the attributes that they have', () => {
  const exemplar = { labels: [{ name: 'span.n', value: 1n }], value: NaN, timestampMs: POINT_MS[1] };
  const series = finishComparison(THREE_POINTS, { ...COMPARISON, selectionExemplars: [exemplar] }, 10);
  const marked = series.filter(({ exemplars }) => exemplars.length > 0);
  expect(Object.keys(table(marked))).toEqual(['{__meta_type=selection_total, span.n=nil}']);
});

test('the most frequent values, ties by type and value', () => {
  const value = (text: string, count: number) => ({ value: text, values: [count] });
  const values = [value('b', 1), value('c', 5), value('a', 1), value('d', 3)];
  expect(topValues(values, 3).map((each) => each.value)).toEqual(['c', 'd', 'a']);
  expect(topValues(values, 9).map((each) => each.value)).toEqual(['c', 'd', 'a', 'b']);
});
