import type { MetricsAggregate } from '../ast.ts';
import { parse } from '../parser.ts';
import { metricsOf, metricsPipelines } from './finish.ts';
import { finishExactQuantiles, finishFirstStage, type MetricsGroup } from './first-stage.ts';
import { table, THREE_POINTS } from './testing/series-table.ts';

function aggregateOf(text: string): MetricsAggregate {
  const [{ firstStage }] = metricsPipelines(metricsOf(parse(text)));
  if (firstStage.kind !== 'metricsAggregate') {
    throw new Error(text);
  }
  return firstStage;
}

const finish = (text: string, groups: readonly MetricsGroup[]) =>
  table(finishFirstStage(aggregateOf(text), THREE_POINTS, groups));

test('a rate is spans per second, and nothing is 0', () => {
  expect(finish('{} | rate()', [{ labels: [], points: [1], values: [5] }])).toEqual({
    '{__name__=rate}': [0, 0.5, 0],
  });
  expect(finish('{} | count_over_time()', [{ labels: [], points: [1, 1], values: [5, 2] }])).toEqual({
    '{__name__=count_over_time}': [0, 7, 0],
  });
});

test('no spans at all are counted as 0, but for groups and measures', () => {
  expect(finish('{} | rate()', [])).toEqual({ '{__name__=rate}': [0, 0, 0] });
  expect(finish('{} | count_over_time()', [])).toEqual({ '{__name__=count_over_time}': [0, 0, 0] });
  expect(finish('{} | rate() by (name)', [])).toEqual({});
  expect(finish('{} | sum_over_time(.a)', [])).toEqual({});
  expect(finish('{} | histogram_over_time(.a)', [])).toEqual({});
});

test('what is measured is not there where nothing is', () => {
  expect(finish('{} | max_over_time(.a)', [{ labels: [], points: [2], values: [7] }])).toEqual({
    '{__name__=max_over_time}': [null, null, 7],
  });
});

test('labels that are nil are left out, unless all are', () => {
  const groups = [
    { labels: ['a', 1n], points: [0], values: [1] },
    { labels: [undefined, 1n], points: [0], values: [1] },
    { labels: [undefined, undefined], points: [0], values: [1] },
  ];
  expect(Object.keys(finish('{} | count_over_time() by (resource.service.name, .n)', groups))).toEqual([
    '{resource.service.name=a, .n=1}',
    '{.n=1}',
    '{resource.service.name=nil}',
  ]);
});

test('a series with a label of its own needs none that is nil', () => {
  const group = { labels: [undefined], points: [0], values: [1], buckets: [3] };
  expect(finish('{} | quantile_over_time(.a, 1) by (name)', [group])).toEqual({ '{p=1}': [8, null, null] });
  expect(finish('{} | histogram_over_time(.a) by (name)', [group])).toEqual({ '{__bucket=8}': [1, 0, 0] });
});

test('intrinsics are called by their first names', () => {
  const group = { labels: ['a', 'b', 'c'], points: [0], values: [1] };
  const by = 'by (span:name, trace:rootName, resource.service.name)';
  expect(Object.keys(finish(`{} | count_over_time() ${by}`, [group]))).toEqual([
    '{name=a, rootName=b, resource.service.name=c}',
  ]);
});

test('quantiles and histograms of durations are in seconds', () => {
  const group = { labels: [], points: [0, 0, 2], values: [3, 1, 2], buckets: [29, 30, 30], unit: 'ns' as const };
  const quantiles = finish('{} | quantile_over_time(duration, .5, 1)', [group]);
  expect(Object.keys(quantiles)).toEqual(['{p=0.5}', '{p=1}']);
  expect(quantiles['{p=1}']).toEqual([2 ** 30 / 1e9, null, 2 ** 30 / 1e9]);
  expect(finish('{} | histogram_over_time(duration)', [group])).toEqual({
    [`{__bucket=${2 ** 29 / 1e9}}`]: [3, 0, 0],
    [`{__bucket=${2 ** 30 / 1e9}}`]: [1, 0, 2],
  });
});

test('parts of a bucket are put together', () => {
  const group = { labels: [], points: [0, 0, 0], values: [1, 2, 3], buckets: [3, 4, 3] };
  expect(finish('{} | histogram_over_time(.a)', [group])).toEqual({
    '{__bucket=8}': [4, 0, 0],
    '{__bucket=16}': [2, 0, 0],
  });
});

test('quantiles that a storage computed', () => {
  const aggregate = aggregateOf('{} | quantile_over_time(.a, .5, 1) by (name)');
  const groups = [
    [{ labels: ['x'], points: [0, 2], values: [5, 6] }],
    [
      { labels: ['x'], points: [0, 2], values: [9, 10] },
      { labels: [undefined], points: [1], values: [1] },
    ],
  ];
  expect(table(finishExactQuantiles(aggregate, THREE_POINTS, groups))).toEqual({
    '{name=x, p=0.5}': [5, null, 6],
    '{name=x, p=1}': [9, null, 10],
    '{p=1}': [null, 1, null],
  });
});

test('an exemplar goes to the quantile that it is nearest to, and to its bucket', () => {
  const exemplars = [3, 1000, 5].map((value) => ({ labels: [], value, timestampMs: 1 }));
  const group = { labels: [], points: [0, 0, 0], values: [9, 1, 1], buckets: [2, 3, 10], exemplars };
  const exemplarsOf = (text: string) =>
    finishFirstStage(aggregateOf(text), THREE_POINTS, [group]).map((series) =>
      series.exemplars.map(({ value }) => value)
    );
  expect(exemplarsOf('{} | quantile_over_time(.a, .5, 1)')).toEqual([[3, 5], [1000]]);
  expect(exemplarsOf('{} | histogram_over_time(.a)')).toEqual([[3], [5], [1000]]);
});
