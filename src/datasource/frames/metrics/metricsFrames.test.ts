import { DataFrameType, type DataFrame } from '@grafana/data';
import { type KeyValueJson, type MetricSeries } from '../../../shared/storeTypes';
import { classify } from '../../query/classify';
import { metricShape, type MetricShape } from '../../query/metricShape';
import { instantFrames, metricsFrames } from './metricsFrames';

const target = { uid: 'clew', name: 'Clew' };

const text = (key: string, stringValue: string): KeyValueJson => ({ key, value: { stringValue } });
const valuesOf = (frame: DataFrame) => Object.fromEntries(frame.fields.map(({ name, values }) => [name, values]));

function shapeOf(query: string): MetricShape {
  const question = classify({ query });
  if (question.kind !== 'metrics') {
    throw new Error(`${query} is a ${question.kind}`);
  }
  return metricShape(question.metric);
}

const framesOf = (query: string, series: MetricSeries[], message?: string) =>
  metricsFrames({ series, message }, shapeOf(query), target, 'B');

describe('what a metric is drawn as', () => {
  test.each([
    ['{ } | rate()', { kind: 'series', unit: undefined }],
    ['{ } | rate() by (span.x) | topk(5)', { kind: 'series', unit: undefined }],
    ['{ } | quantile_over_time(duration, .9) by (name)', { kind: 'series', unit: 's' }],
    ['{ } | max_over_time(span.bytes)', { kind: 'series', unit: undefined }],
    ['{ } | histogram_over_time(duration)', { kind: 'histogram', unit: 's' }],
    ['{ } | histogram_over_time(span.bytes)', { kind: 'histogram', unit: undefined }],
    ['{ } | compare({ status = error })', { kind: 'comparison' }],
    ['({ } | avg_over_time(duration)) * 2', { kind: 'series', unit: 's' }],
    ['({ } | max_over_time(duration)) / ({ } | min_over_time(duration))', { kind: 'series', unit: undefined }],
    ['({ status = error } | rate()) / ({ } | rate())', { kind: 'series', unit: undefined }],
    ['{ .a } | distinct(resource.service.name)', { kind: 'series', unit: undefined }],
  ])('%s', (query, shape) => {
    expect(shapeOf(query)).toEqual(shape);
  });
});

describe('series', () => {
  test('a frame for each, with labels, a name and a unit', () => {
    const [frame] = framesOf('{ } | quantile_over_time(duration, .9) by (resource.service.name)', [
      {
        labels: [text('resource.service.name', 'shop'), { key: 'p', value: { doubleValue: 0.9 } }],
        samples: [{ timestampMs: '2000', value: 0.25 }, { timestampMs: '1000' }, { timestampMs: '3000', value: 'NaN' }],
      },
    ]);
    expect(frame).toMatchObject({
      refId: 'B',
      name: '{p=0.9, resource.service.name="shop"}',
      meta: { type: DataFrameType.TimeSeriesMulti, preferredVisualisationType: 'graph' },
    });
    expect(valuesOf(frame)).toEqual({ Time: [1000, 2000, 3000], Value: [0, 0.25, null] });
    expect(frame.fields[1]).toMatchObject({
      labels: { 'resource.service.name': 'shop', p: '0.9' },
      config: { displayNameFromDS: '{p=0.9, resource.service.name="shop"}', unit: 's' },
    });
  });

  test.each([
    [[text('__name__', 'rate')], 'rate'],
    [[text('name', 'GET /')], 'GET /'],
    [[{ key: 'span.code', value: { intValue: '500' } }], '500'],
    [[{ key: 'span.ok', value: { boolValue: false } }], 'false'],
    [[{ key: 'span.x' }], 'nil'],
    [[], undefined],
    [undefined, undefined],
  ])('%j is named %s', (labels, name) => {
    const [frame] = framesOf('{ } | rate()', [{ labels, samples: [] }]);
    expect(frame.name).toBe(name);
  });

  test('nothing found is no frame', () => {
    expect(framesOf('{ } | rate()', [])).toEqual([]);
  });

  test('what the store says of the answer stands with it', () => {
    const [frame] = framesOf('{ } | rate()', [{ samples: [] }], 'Only the first 1000 series are shown.');
    expect(frame.meta?.notices).toEqual([{ severity: 'warning', text: 'Only the first 1000 series are shown.' }]);
  });
});

describe('exemplars', () => {
  const series: MetricSeries[] = [
    {
      labels: [text('name', 'GET /')],
      samples: [
        { timestampMs: '1000', value: 3 },
        { timestampMs: '2000', value: 5 },
      ],
      exemplars: [
        { timestampMs: '1500', labels: [text('trace:id', 'abc'), text('span:id', 'def')] },
        { timestampMs: '900', value: 0.75, labels: [text('trace:id', 'abd')] },
        { timestampMs: '900', value: 1, labels: [] },
      ],
    },
    {
      labels: [text('name', 'POST /')],
      samples: [],
      exemplars: [{ timestampMs: '1', labels: [text('trace:id', 'a')] }],
    },
  ];
  const [, , exemplars] = framesOf('{ } | rate() by (name)', series);

  test('one frame where Grafana looks for it; those that measure nothing lie on their line', () => {
    expect(exemplars).toMatchObject({
      name: 'exemplar',
      meta: { dataTopic: 'annotations', custom: { resultType: 'exemplar' } },
    });
    expect(valuesOf(exemplars)).toEqual({
      Time: [1500, 900, 1],
      Value: [5, 0.75, 0],
      traceId: ['abc', 'abd', 'a'],
      spanId: ['def', undefined, undefined],
      name: ['GET /', 'GET /', 'POST /'],
    });
  });

  test('a click opens the trace in this datasource', () => {
    const link = exemplars.fields.find(({ name }) => name === 'traceId')?.config.links?.[0];
    expect(link).toMatchObject({
      title: 'View trace',
      internal: { datasourceUid: 'clew', query: { query: '${__value.raw}', queryType: 'traceql' } },
    });
  });
});

describe('histograms', () => {
  const bucket = (seconds: number, value: number, extra: KeyValueJson[] = []): MetricSeries => ({
    labels: [...extra, { key: '__bucket', value: { doubleValue: seconds } }],
    samples: [{ timestampMs: '1000', value }],
    exemplars: [{ timestampMs: '1000', value: seconds / 2, labels: [text('trace:id', 'abc')] }],
  });
  const unit = 2 ** 20 / 1e9;

  test('rows of a heatmap from the lowest bucket to the highest, none left out', () => {
    const [frame, exemplars] = framesOf('{ } | histogram_over_time(duration)', [bucket(unit * 4, 2), bucket(unit, 1)]);
    expect(frame.meta).toMatchObject({
      type: DataFrameType.HeatmapRows,
      preferredVisualisationPluginId: 'heatmap',
    });
    expect(frame.fields.map(({ values }) => values)).toEqual([[1000], [1], [0], [2]]);
    expect(frame.fields.slice(1).map(({ labels, config }) => [labels?.le, config.displayNameFromDS])).toEqual([
      ['0.001048576', '1.05 ms'],
      ['0.002097152', '2.1 ms'],
      ['0.004194304', '4.19 ms'],
    ]);
    // The heatmap finds an exemplar's row by this field, and fails without it.
    expect(valuesOf(exemplars).le).toEqual(['0.004194304', '0.001048576']);
  });

  test('a frame for each group', () => {
    const frames = framesOf('{ } | histogram_over_time(span.bytes) by (name)', [
      bucket(4, 1, [text('name', 'a')]),
      bucket(8, 2, [text('name', 'b')]),
      bucket(8, 3, [text('name', 'a')]),
    ]);
    expect(frames.slice(0, 2).map(({ name, fields }) => [name, ...fields.slice(1).map(({ name }) => name)])).toEqual([
      ['a', '4', '8'],
      ['b', '8'],
    ]);
  });
});

test('a comparison is a table, what the selection has more of first', () => {
  const meta = (type: string, label: KeyValueJson, ...values: number[]): MetricSeries => ({
    labels: [text('__meta_type', type), label],
    samples: values.map((value, index) => ({ timestampMs: String(index), value })),
  });
  const [frame] = framesOf('{ } | compare({ status = error })', [
    meta('baseline_total', text('name', 'nil'), 60, 40),
    meta('selection_total', text('name', 'nil'), 10),
    meta('selection_total', text('span.error.type', 'nil'), 9),
    meta('baseline', text('name', 'GET /'), 50, 25),
    meta('baseline', text('name', 'POST /'), 25),
    meta('selection', text('name', 'GET /'), 10),
    meta('selection', text('span.error.type', 'timeout'), 4, 5),
    meta('selection', { key: 'span.code', value: { intValue: '500' } }, 10),
    { labels: [text('__meta_error', '__too_many_values__'), text('span.url', 'nil')], samples: [] },
  ]);
  const rows = valuesOf(frame);
  expect(rows.attribute).toEqual(['span.code', 'span.error.type', 'name', 'name']);
  expect(rows.value).toEqual(['500', 'timeout', 'GET /', 'POST /']);
  expect(rows.baseline).toEqual([0, 0, 75, 25]);
  expect(rows.baselineShare).toEqual([0, 0, 0.75, 0.25]);
  expect(rows.selection).toEqual([10, 9, 10, 0]);
  expect(rows.selectionShare).toEqual([1, 0.9, 1, 0]);
  expect(rows.difference).toEqual([1, 0.9, 0.25, -0.25]);
  expect(frame.meta?.notices?.[0].text).toContain('span.url');
});

test('one value for the whole range is a table with a column for each label', () => {
  const [frame] = instantFrames(
    {
      series: [
        { labels: [text('name', 'GET /'), { key: 'p', value: { doubleValue: 0.5 } }], value: 0.1 },
        { labels: [text('name', 'POST /'), { key: 'p', value: { doubleValue: 0.5 } }] },
      ],
    },
    shapeOf('{ } | quantile_over_time(duration, .5) by (name)'),
    'A'
  );
  expect(valuesOf(frame)).toEqual({ name: ['GET /', 'POST /'], p: ['0.5', '0.5'], Value: [0.1, 0] });
  expect(frame.fields[2].config.unit).toBe('s');
});
