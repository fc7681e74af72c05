import { combineSides, type MetricsSide } from './operation.ts';
import type { Series } from './series.ts';
import { POINT_MS, seriesOf, table, THREE_POINTS } from './testing/series-table.ts';

type Operator = Parameters<typeof combineSides>[0];

const combine = (left: MetricsSide, operator: Operator, right: MetricsSide): Series[] =>
  combineSides(operator, left, right, THREE_POINTS);

const rate = (...values: number[]) => seriesOf({ __name__: 'rate' }, values);
const errors = (...values: number[]) => seriesOf({ __name__: 'count_over_time' }, values);
const named = (name: string, ...values: number[]) => seriesOf({ name }, values);

test.each<[Operator, number[]]>([
  ['+', [7, 3, -1]],
  ['-', [5, 3, -3]],
  ['*', [6, 0, -2]],
  ['/', [6, NaN, -2]],
])('the name tells that it is left %s right', (operator, values) => {
  const found = combine([rate(6, 3, -2)], operator, [errors(1, 0, 1)]);
  expect(table(found)).toEqual({
    [`{__name__=(rate ${operator} count_over_time)}`]: values.map((value) => (Number.isNaN(value) ? null : value)),
  });
});

test('names of names are put together', () => {
  const [quotient] = combine([rate(6, 3, 1)], '/', [rate(1, 2, 4)]);
  expect(table(combine([quotient], '-', [errors(1, 1, 1)]))).toEqual({
    '{__name__=((rate / rate) - count_over_time)}': [5, 0.5, -0.75],
  });
});

test('a constant leaves the labels alone, on either side', () => {
  expect(table(combine([rate(6, 0, NaN)], '*', 2))).toEqual({ '{__name__=rate}': [12, 0, null] });
  expect(table(combine(1, '-', [rate(6, 0, NaN)]))).toEqual({ '{__name__=rate}': [-5, 1, null] });
  expect(table(combine(1, '/', [rate(4, 0, NaN)]))).toEqual({ '{__name__=rate}': [0.25, null, null] });
  expect(combine([rate(6, 0, NaN)], '/', 0)).toEqual([]);
});

test('series go together by their labels, whatever order they stand in', () => {
  const left = [named('a', 1, 2, 3), named('b', 1, 1, 1), seriesOf({ x: 1n, y: 'z' }, [5, 5, 5])];
  const right = [seriesOf({ y: 'z', x: 1n }, [2, 2, 2]), named('a', 1, 1, 0), named('c', 1, 1, 1)];
  expect(table(combine(left, '/', right))).toEqual({
    '{x=1, y=z}': [2.5, 2.5, 2.5],
    '{name=a}': [1, 2, null],
  });
});

test('labels are the same only with the same type', () => {
  expect(combine([seriesOf({ x: 1n }, [1, 1, 1])], '+', [seriesOf({ x: '1' }, [1, 1, 1])])).toEqual([]);
});

test('one without labels goes with each of the other side', () => {
  const shares = { '{name=a}': [0.5, 1, null], '{name=b}': [1, 0.5, null] };
  expect(table(combine([named('a', 1, 2, 3), named('b', 2, 1, 3)], '/', [rate(2, 2, 0)]))).toEqual(shares);
  expect(table(combine([rate(2, 2, 0)], '/', [named('a', 4, 2, 0), named('b', 2, 4, 0)]))).toEqual(shares);
});

test('nothing goes with nothing', () => {
  expect(combine([], '+', [rate(1, 1, 1)])).toEqual([]);
  expect(combine([rate(1, 1, 1)], '+', [])).toEqual([]);
  expect(combine([], '*', 2)).toEqual([]);
  expect(combine([named('a', NaN, 1, NaN)], '+', [named('a', 1, NaN, 1)])).toEqual([]);
});

describe('exemplars', () => {
  const marked = (series: Series, value: number): Series => ({
    ...series,
    exemplars: [0, 2].map((point) => ({ labels: [], value, timestampMs: POINT_MS[point] })),
  });
  const values = (series: readonly Series[]) => series.map(({ exemplars }) => exemplars.map(({ value }) => value));

  test('of both sides stay where there is a value', () => {
    expect(values(combine([marked(rate(1, 1, 1), 7)], '/', [marked(rate(1, 1, 0), 8)]))).toEqual([[7, 8]]);
  });

  test('of a series that goes with many are left out', () => {
    const grouped = [marked(named('a', 1, 1, 1), 7), marked(named('b', 1, 1, 1), 8)];
    const alone = [marked(rate(1, 1, 1), 9)];
    expect(values(combine(grouped, '+', alone))).toEqual([
      [7, 7],
      [8, 8],
    ]);
    expect(values(combine(alone, '+', grouped))).toEqual([
      [7, 7],
      [8, 8],
    ]);
  });

  test('are calculated with a constant too', () => {
    expect(values(combine([marked(rate(1, 1, 1), 7)], '*', 10))).toEqual([[70, 70]]);
  });
});
