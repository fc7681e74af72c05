import type { MetricsAggregate } from '../ast.ts';
import { EXECUTED_TRACES } from '../corpus/executed-traces.ts';
import { ObjectTrace } from '../evaluate/object-trace.ts';
import { parse } from '../parser.ts';
import { bucketOf, quantileOf } from './buckets.ts';
import { topValues } from './compare.ts';
import { MetricsEvaluator } from './evaluate-metrics.ts';
import { finishMetrics, metricsOf, metricsPipelines } from './finish.ts';
import { finishFirstStage } from './first-stage.ts';
import { defaultStepNs, instantGrid, rangeGrid } from './grid.ts';
import { readMetricsHints } from './hints.ts';
import type { MetricLabel, Series } from './series.ts';

const SECOND = 1_000_000_000n;
const MINUTE = 60n * SECOND;

describe('the grid', () => {
  // Tempo's own table (engine_metrics_test.go, TestDefaultQueryRangeStep) has the same pairs.
  test.each<[range: bigint, step: bigint]>([
    [10n * SECOND, 50_000_000n],
    [30n * SECOND, 100_000_000n],
    [5n * MINUTE, SECOND],
    [60n * MINUTE, 15n * SECOND],
    [180n * MINUTE, 45n * SECOND],
    [24n * 60n * MINUTE, 5n * MINUTE],
    [7n * 24n * 60n * MINUTE, 40n * MINUTE],
    [30n * 24n * 60n * MINUTE, 180n * MINUTE],
  ])('a range of %d ns has a step of %d ns', (range, step) => {
    expect(defaultStepNs({ startNs: SECOND, endNs: SECOND + range })).toBe(step);
  });

  test('is aligned, and one step begins before it', () => {
    const grid = rangeGrid({ startNs: 125n * SECOND, endNs: 155n * SECOND }, 10n * SECOND);
    expect([grid.startNs, grid.endNs, grid.size]).toEqual([110n * SECOND, 160n * SECOND, 5]);
    expect([0, 1, 4].map((point) => grid.timestampMs(point))).toEqual([120_000, 130_000, 160_000]);
  });

  test('a window has its end and not its start', () => {
    const grid = rangeGrid({ startNs: 120n * SECOND, endNs: 140n * SECOND }, 10n * SECOND);
    expect(grid.pointOf(110n * SECOND)).toBe(-1);
    expect(grid.pointOf(110n * SECOND + 1n)).toBe(0);
    expect(grid.pointOf(120n * SECOND)).toBe(0);
    expect(grid.pointOf(120n * SECOND + 1n)).toBe(1);
    expect(grid.pointOf(140n * SECOND)).toBe(2);
    expect(grid.pointOf(140n * SECOND + 1n)).toBe(-1);
  });

  test('an instant has one point, with both ends', () => {
    const grid = instantGrid({ startNs: 100n * SECOND, endNs: 160n * SECOND });
    expect([99n, 100n, 160n, 161n].map((at) => grid.pointOf(at * SECOND))).toEqual([-1, 0, 0, -1]);
    expect(grid.timestampMs(0)).toBe(160_000);
  });
});

describe('buckets', () => {
  test.each([
    [0n, undefined],
    [1n, undefined],
    [2n, 1],
    [3n, 2],
    [4n, 2],
    [5n, 3],
    [1024n, 10],
    [1025n, 11],
  ])('%d is in the bucket up to 2 ^ %s', (value, bucket) => {
    expect(bucketOf(value)).toBe(bucket);
  });

  const buckets = new Map([
    [1, 1],
    [2, 1],
    [3, 2],
  ]);
  test.each([
    [0, 2],
    [0.25, 2],
    [0.5, 4],
    // The third of four, one of two in the bucket between 4 and 8.
    [0.75, 2 ** 2.5],
    [1, 8],
  ])('quantile %d', (quantile, expected) => {
    expect(quantileOf(quantile, buckets)).toBeCloseTo(expected, 10);
  });

  test('without a bucket below, interpolation begins a power of two before', () => {
    expect(quantileOf(0.5, new Map([[10, 4]]))).toBeCloseTo(2 ** 9.5, 10);
    expect(quantileOf(0.5, new Map())).toBeNaN();
  });
});

const GRID = rangeGrid({ startNs: 120n * SECOND, endNs: 140n * SECOND }, 10n * SECOND);

const say = (labels: readonly MetricLabel[]): string =>
  `{${labels.map(({ name, value }) => `${name}=${value === undefined ? 'nil' : String(value)}`).join(', ')}}`;
const table = (series: readonly Series[]): Record<string, Array<number | null>> =>
  Object.fromEntries(
    series.map(({ labels, values }) => [
      say(labels),
      Array.from(values, (value) => (Number.isNaN(value) ? null : value)),
    ])
  );

function aggregateOf(text: string): MetricsAggregate {
  const [{ firstStage }] = metricsPipelines(metricsOf(parse(text)));
  if (firstStage.kind !== 'metricsAggregate') {
    throw new Error(text);
  }
  return firstStage;
}

describe('the first stage', () => {
  const finish = (text: string, groups: Parameters<typeof finishFirstStage>[2]) =>
    table(finishFirstStage(aggregateOf(text), GRID, groups));

  test('a rate is spans per second, and nothing is 0', () => {
    expect(finish('{} | rate()', [{ labels: [], points: [1], values: [5] }])).toEqual({
      '{__name__=rate}': [0, 0.5, 0],
    });
    expect(finish('{} | count_over_time()', [{ labels: [], points: [1, 1], values: [5, 2] }])).toEqual({
      '{__name__=count_over_time}': [0, 7, 0],
    });
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

  test('an exemplar goes to the quantile that it is nearest to', () => {
    const exemplar = (value: number) => ({ labels: [], value, timestampMs: 1 });
    const group = { labels: [], points: [0, 0], values: [9, 1], buckets: [2, 10] };
    const series = finishFirstStage(aggregateOf('{} | quantile_over_time(.a, .5, 1)'), GRID, [
      { ...group, exemplars: [exemplar(3), exemplar(1000), exemplar(5)] },
    ]);
    expect(series.map(({ exemplars }) => exemplars.map(({ value }) => value))).toEqual([[3, 5], [1000]]);
  });
});

describe('what is done with series', () => {
  const NONE = NaN;
  const set: Readonly<Record<string, readonly number[]>> = { a: [1, 5, NONE], b: [2, 5, 3], c: [3, 0, 1] };

  /** Every pipeline gives the series of `set`, or, named by a number, one of that value without labels. */
  const run = (text: string) => {
    const query = parse(text);
    return table(
      finishMetrics(metricsOf(query), GRID, text, ({ firstStage }) => {
        const by = firstStage.kind === 'metricsAggregate' ? firstStage.by : [];
        return by.length === 0
          ? [{ labels: [{ name: '__name__', value: 'rate' }], values: Float64Array.of(2, 0, 4), exemplars: [] }]
          : Object.entries(set).map(([value, values]) => ({
              labels: [{ name: 'name', value }],
              values: Float64Array.from(values),
              exemplars: [],
            }));
      }).series
    );
  };

  test.each<[string, Record<string, Array<number | null>>]>([
    // At the second point a and b have the same: a comes first in the alphabet.
    [
      '{} | rate() by (name) | topk(1)',
      { '{name=a}': [null, 5, null], '{name=b}': [null, null, 3], '{name=c}': [3, null, null] },
    ],
    ['{} | rate() by (name) | bottomk(1)', { '{name=a}': [1, null, null], '{name=c}': [null, 0, 1] }],
    ['{} | rate() by (name) | topk(100)', { '{name=a}': [1, 5, null], '{name=b}': [2, 5, 3], '{name=c}': [3, 0, 1] }],
    [
      '{} | rate() by (name) > 2',
      { '{name=a}': [null, 5, null], '{name=b}': [null, 5, 3], '{name=c}': [3, null, null] },
    ],
    ['{} | rate() by (name) | topk(2) != 5', { '{name=b}': [2, null, 3], '{name=c}': [3, null, 1] }],
    ['{} | rate() > 100', {}],
    ['{} | rate() >= 2s', { '{__name__=rate}': [2, null, 4] }],
    ['{} | rate() > 2 * 1500ms', { '{__name__=rate}': [null, null, 4] }],
    ['({} | rate()) * 2', { '{__name__=({} | rate()) * 2}': [4, 0, 8] }],
    ['1 - ({} | rate())', { '{__name__=1 - ({} | rate())}': [-1, 1, -3] }],
    // Divided by nothing is nothing.
    ['({} | rate()) / ({} | rate())', { '{__name__=({} | rate()) / ({} | rate())}': [1, null, 1] }],
    [
      '({} | rate() by (name)) / ({} | rate() by (name))',
      {
        '{__name__=({} | rate() by (name)) / ({} | rate() by (name)), name=a}': [1, 1, null],
        '{__name__=({} | rate() by (name)) / ({} | rate() by (name)), name=b}': [1, 1, 1],
        '{__name__=({} | rate() by (name)) / ({} | rate() by (name)), name=c}': [1, null, 1],
      },
    ],
    [
      '({} | rate() by (name)) / ({} | rate()) | topk(1)',
      {
        '{__name__=({} | rate() by (name)) / ({} | rate()), name=b}': [null, null, 0.75],
        '{__name__=({} | rate() by (name)) / ({} | rate()), name=c}': [1.5, null, null],
      },
    ],
  ])('%s', (text, expected) => {
    expect(run(text)).toEqual(expected);
  });
});

test('hints', () => {
  const hints = (text: string) => readMetricsHints(parse(`{} | rate() ${text}`));
  expect(hints('')).toEqual({ exemplars: undefined, isExact: false });
  expect(hints('with(exemplars=7)')).toMatchObject({ exemplars: 7 });
  expect(hints('with(exemplars=false)')).toMatchObject({ exemplars: 0 });
  expect(hints('with(exemplars=true)')).toMatchObject({ exemplars: undefined });
  expect(hints('with(exact=true, sample=true)')).toMatchObject({ isExact: true });
  expect(hints('with(exact="yes")')).toMatchObject({ isExact: false });
});

test('the most frequent values, ties by type and value', () => {
  const value = (text: string, count: number) => ({ value: text, values: [count] });
  const values = [value('b', 1), value('c', 5), value('a', 1), value('d', 3)];
  expect(topValues(values, 3).map((each) => each.value)).toEqual(['c', 'd', 'a']);
});

describe('over traces', () => {
  const traces = EXECUTED_TRACES.map((trace) => new ObjectTrace([...trace.values()]));
  const starts = traces.flatMap((trace) => Array.from({ length: trace.size }, (_, span) => trace.startNs(span)));
  const range = {
    startNs: starts.reduce((a, b) => (a < b ? a : b)),
    endNs: starts.reduce((a, b) => (a > b ? a : b)),
  };

  function evaluate(text: string, grid = instantGrid(range)): Record<string, Array<number | null>> {
    const evaluator = new MetricsEvaluator(parse(text), grid, { exemplars: 100 });
    traces.forEach((trace) => evaluator.add(trace));
    return table(evaluator.result().series);
  }

  test('every span is in one window', () => {
    const total = (values: Record<string, Array<number | null>>) =>
      Object.values(values)
        .flat()
        .reduce<number>((sum, value) => sum + (value ?? 0), 0);
    expect(total(evaluate('{} | count_over_time()'))).toBe(starts.length);
    expect(total(evaluate('{} | count_over_time()', rangeGrid(range, SECOND / 7n)))).toBe(starts.length);
    expect(total(evaluate('{} | count_over_time() by (name)', rangeGrid(range, 3n * SECOND)))).toBe(starts.length);
  });

  test('sums are those of the values, and parts make up the whole', () => {
    const [[least], [most], [mean], [sum], [count]] = [
      '{} | min_over_time(duration)',
      '{} | max_over_time(duration)',
      '{} | avg_over_time(duration)',
      '{} | sum_over_time(duration)',
      '{} | count_over_time()',
    ].map((text) => Object.values(evaluate(text))[0]);
    const durations = traces.flatMap((trace) =>
      Array.from({ length: trace.size }, (_, span) => Number(trace.durationNs(span)) / 1e9)
    );
    expect(least).toBeCloseTo(Math.min(...durations), 9);
    expect(most).toBeCloseTo(Math.max(...durations), 9);
    expect(sum).toBeCloseTo(
      durations.reduce((a, b) => a + b, 0),
      6
    );
    expect(mean).toBeCloseTo((sum ?? 0) / (count ?? 1), 9);
  });

  test('exact quantiles are values that there are', () => {
    const durations = traces
      .flatMap((trace) => Array.from({ length: trace.size }, (_, span) => Number(trace.durationNs(span)) / 1e9))
      .sort((a, b) => a - b);
    const query = parse('{} | quantile_over_time(duration, 0, .5, 1)');
    const evaluator = new MetricsEvaluator(query, instantGrid(range), { isExact: true });
    traces.forEach((trace) => evaluator.add(trace));
    expect(evaluator.result().series.map(({ values }) => values[0])).toEqual([
      durations[0],
      durations[Math.floor(durations.length / 2)],
      durations[durations.length - 1],
    ]);
  });

  test('structural operators, distinct values and arithmetic', () => {
    expect(Object.keys(evaluate('{} >> {} | rate()'))).toEqual(['{__name__=rate}']);
    expect(evaluate('{} | distinct(kind)')).toEqual(evaluate('{} | count_over_time() by (kind)'));
    const share = evaluate('({ nestedSetParent < 0 } | count_over_time()) / ({} | count_over_time())');
    expect(Object.values(share)[0][0]).toBeCloseTo(
      traces.reduce((sum, trace) => {
        const roots = Array.from({ length: trace.size }, (_, span) => trace.parentSpanId(span)).filter(
          (id) => id === ''
        );
        return sum + roots.length;
      }, 0) / starts.length,
      9
    );
  });
});
