import { parse } from '../parser.ts';
import { metricsOf } from './finish.ts';
import { applySecondStages } from './second-stage.ts';
import { POINT_MS, seriesOf, table, THREE_POINTS } from './testing/series-table.ts';
import type { Series } from './series.ts';

/** `stages` as they stand after a first stage. */
function run(stages: string, series: readonly Series[]): readonly Series[] {
  const text = `{} | rate() by (.label) ${stages}`;
  return applySecondStages({ grid: THREE_POINTS, series }, metricsOf(parse(text)).secondStages, text).series;
}

const setOf = (values: Readonly<Record<string, readonly number[]>>): Series[] =>
  Object.entries(values).map(([label, each]) => seriesOf({ label }, each));

type Expected = Readonly<Record<string, ReadonlyArray<number | null>>>;
const tableOf = (expected: Expected) =>
  Object.fromEntries(Object.entries(expected).map(([label, values]) => [`{label=${label}}`, values]));

// Tempo's own (engine_metrics_test.go, TestTiesInTopK and TestTiesInBottomK) have the same numbers.
describe.each<[string, Readonly<Record<string, readonly number[]>>, number, Expected, Expected]>([
  [
    'a tie at one point',
    { a: [10, 5, 1], b: [10, 4, 2], c: [10, 3, 3] },
    2,
    { a: [10, 5, null], b: [10, 4, 2], c: [null, null, 3] },
    { a: [null, null, 1], b: [10, 4, 2], c: [10, 3, null] },
  ],
  [
    'all the same',
    { x: [5, 5, 5], y: [5, 5, 5], z: [5, 5, 5] },
    2,
    { x: [5, 5, 5], y: [5, 5, 5] },
    { y: [5, 5, 5], z: [5, 5, 5] },
  ],
  [
    'one only',
    { service1: [10, 20, 30], service2: [10, 25, 30], service3: [15, 30, 30] },
    1,
    { service1: [null, null, 30], service3: [15, 30, null] },
    { service1: [null, 20, null], service2: [10, null, null], service3: [null, null, 30] },
  ],
  [
    'points without a value',
    { m: [NaN, 5, 5], n: [5, 5, NaN], o: [5, NaN, 5] },
    2,
    { m: [null, 5, 5], n: [5, 5, null], o: [5, null, 5] },
    { m: [null, 5, 5], n: [5, 5, null], o: [5, null, 5] },
  ],
  [
    'more than there are',
    { a: [1, 2, 3], b: [1, 2, 3] },
    5,
    { a: [1, 2, 3], b: [1, 2, 3] },
    { a: [1, 2, 3], b: [1, 2, 3] },
  ],
])('%s', (_name, values, limit, top, bottom) => {
  // The order that the series come in makes no difference.
  test.each([[setOf(values)], [setOf(values).reverse()]])('topk and bottomk', (series) => {
    expect(table(run(`| topk(${limit})`, series))).toEqual(tableOf(top));
    expect(table(run(`| bottomk(${limit})`, series))).toEqual(tableOf(bottom));
  });
});

describe('filters', () => {
  const series = setOf({ a: [1, 5, NaN], b: [2, 5, 3], c: [3, 0, 1] });

  test.each<[string, Expected]>([
    ['> 2', { a: [null, 5, null], b: [null, 5, 3], c: [3, null, null] }],
    ['>= 3', { a: [null, 5, null], b: [null, 5, 3], c: [3, null, null] }],
    ['< 2', { a: [1, null, null], c: [null, 0, 1] }],
    ['<= 2', { a: [1, null, null], b: [2, null, null], c: [null, 0, 1] }],
    ['= 5', { a: [null, 5, null], b: [null, 5, null] }],
    ['!= 5', { a: [1, null, null], b: [2, null, 3], c: [3, 0, 1] }],
    ['> 100', {}],
    ['> 2s', { a: [null, 5, null], b: [null, 5, 3], c: [3, null, null] }],
    ['> 2 * 1500ms', { a: [null, 5, null], b: [null, 5, null] }],
    ['> -1.5', { a: [1, 5, null], b: [2, 5, 3], c: [3, 0, 1] }],
    ['> 1 < 5', { b: [2, null, 3], c: [3, null, null] }],
    ['> 1 | topk(1)', { a: [null, 5, null], b: [null, null, 3], c: [3, null, null] }],
    ['| topk(1) > 3', { a: [null, 5, null] }],
  ])('%s', (stages, expected) => {
    expect(table(run(stages, series))).toEqual(tableOf(expected));
  });
});

describe('exemplars', () => {
  const exemplars = [
    { labels: [], value: 9, timestampMs: POINT_MS[0] },
    { labels: [], value: 1, timestampMs: POINT_MS[1] },
    { labels: [], value: NaN, timestampMs: POINT_MS[1] },
    { labels: [], value: 7, timestampMs: POINT_MS[2] },
  ];
  const left = (stages: string, labels: Readonly<Record<string, string | number>>) =>
    run(stages, [{ ...seriesOf(labels, [3, 5, 1]), exemplars }]).map((each) =>
      each.exemplars.map(({ value, timestampMs }) => [value, POINT_MS.findIndex((ms) => ms === timestampMs)])
    );

  test('stay where the point passes, and what they measured', () => {
    expect(left('> 2', { label: 'a' })).toEqual([
      [
        [9, 0],
        [NaN, 1],
      ],
    ]);
  });

  test('of a histogram measure what its values do not', () => {
    expect(left('> 4', { __bucket: 8 })).toEqual([
      [
        [1, 1],
        [NaN, 1],
      ],
    ]);
  });

  test('go with the points that topk leaves out', () => {
    const [a, b] = run('| topk(1)', [
      { ...seriesOf({ label: 'a' }, [3, 5, 1]), exemplars },
      { ...seriesOf({ label: 'b' }, [1, 1, 2]), exemplars },
    ]);
    expect(a.exemplars.map(({ value }) => value)).toEqual([9, 1, NaN]);
    expect(b.exemplars.map(({ value }) => value)).toEqual([7]);
  });
});
