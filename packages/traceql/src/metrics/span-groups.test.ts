import type { MetricsAggregate } from '../ast.ts';
import type { Value } from '../evaluate/value.ts';
import { parse } from '../parser.ts';
import { metricsOf, metricsPipelines } from './finish.ts';
import { instantGrid } from './grid.ts';
import { MAX_CELLS, SpanGroups, type SpanGroupsOptions } from './span-groups.ts';
import { table, THREE_POINTS } from './testing/series-table.ts';

const SECOND = 1_000_000_000n;

type Spans = ReadonlyArray<readonly [second: number, measured?: Value, label?: Value]>;

function groupsOf(text: string, spans: Spans, options?: SpanGroupsOptions): SpanGroups {
  const [{ firstStage }] = metricsPipelines(metricsOf(parse(text)));
  const aggregate = firstStage as MetricsAggregate;
  const groups = new SpanGroups(aggregate, THREE_POINTS, options);
  spans.forEach(([second, measured, label], index) =>
    groups.add({
      startNs: BigInt(second) * SECOND,
      labels: aggregate.by.length > 0 ? [label] : [],
      measured,
      traceId: `trace ${index}`,
      spanId: () => `span ${index}`,
    })
  );
  return groups;
}

const run = (text: string, spans: Spans, options?: SpanGroupsOptions) => table(groupsOf(text, spans, options).series());

const seconds = (value: number): Value => ({ type: 'duration', value: BigInt(Math.round(value * 1e9)) });

test('spans count for the point that ends their window', () => {
  // Outside: at the very start, and after the end.
  const spans: Spans = [[110], [111], [120], [121], [140], [141]];
  expect(run('{} | count_over_time()', spans)).toEqual({ '{__name__=count_over_time}': [2, 1, 1] });
});

test.each([
  ['min_over_time', 1],
  ['max_over_time', 9.5],
  ['sum_over_time', 12.5],
  ['avg_over_time', 12.5 / 3],
])('%s is of ints, floats and durations alike', (fn, expected) => {
  const spans: Spans = [
    [115, 1n],
    [116, 9.5],
    [117, seconds(2)],
    // Nothing to measure.
    ...[undefined, NaN, 'nine', true, [1n, 2n]].map((value): [number, Value] => [118, value]),
    [125, 'nine'],
  ];
  expect(run(`{} | ${fn}(.a)`, spans)).toEqual({ [`{__name__=${fn}}`]: [expected, null, null] });
});

test('groups are told apart by the type of their label too', () => {
  const spans: Spans = [
    [115, 1n, 'x'],
    [115, 2n, 1n],
    [115, 3n, '1'],
    [115, 4n, 1.0],
    [125, 5n, undefined],
    [125, 6n, ['x', 'y']],
    [125, 7n, 'x'],
  ];
  const series = groupsOf('{} | max_over_time(.a) by (name)', spans).series();
  expect(series.map(({ labels: [{ value }], values }) => [value, ...values.slice(0, 2)])).toEqual([
    ['x', 1, 7],
    [1n, 2, NaN],
    ['1', 3, NaN],
    [1, 4, NaN],
    [undefined, NaN, 5],
    [['x', 'y'], NaN, 6],
  ]);
});

test('only ints and durations from 2 up have buckets', () => {
  const spans: Spans = [
    [115, 1n],
    [115, 0n],
    [115, -5n],
    [115, 2.5],
    [115, 2n],
    [115, 5n],
    [115, 8n],
    [125, 9n],
  ];
  expect(run('{} | histogram_over_time(.a)', spans)).toEqual({
    '{__bucket=2}': [1, 0, 0],
    '{__bucket=8}': [2, 0, 0],
    '{__bucket=16}': [0, 1, 0],
  });
  // The second of three is half of what is in its bucket, halfway between the powers 1 and 3.
  expect(run('{} | quantile_over_time(.a, .5, 1)', spans)).toEqual({
    '{p=0.5}': [4, 16, null],
    '{p=1}': [8, 16, null],
  });
});

test('exact quantiles are values that there are, of floats too', () => {
  const spans: Spans = [7.5, 3n, 1n, 9n, 5n].map((value) => [115, value]);
  const text = '{} | quantile_over_time(.a, 0, .5, .9, 1)';
  expect(run(text, spans, { isExact: true })).toEqual({
    '{p=0}': [1, null, null],
    '{p=0.5}': [5, null, null],
    '{p=0.9}': [9, null, null],
    '{p=1}': [9, null, null],
  });
  expect(run('{} | max_over_time(.a)', spans, { isExact: true })).toEqual({
    '{__name__=max_over_time}': [9, null, null],
  });
});

test('exemplars are spans of the group, with what they measured', () => {
  const spans: Spans = [
    [115, seconds(0.5), 'x'],
    [116, 'nothing', 'x'],
    [125, 7n, 'y'],
  ];
  const [x, y] = groupsOf('{} | max_over_time(.a) by (name)', spans, { exemplars: 10 }).series();
  expect(x.exemplars).toEqual([
    {
      labels: [
        { name: 'trace:id', value: 'trace 0' },
        { name: 'span:id', value: 'span 0' },
      ],
      value: 0.5,
      timestampMs: 115_000,
    },
  ]);
  expect(y.exemplars.map(({ value }) => value)).toEqual([7]);
  expect(groupsOf('{} | rate()', [[115]]).series()[0].exemplars).toEqual([]);
  expect(groupsOf('{} | rate()', [[115]], { exemplars: 1 }).series()[0].exemplars).toMatchObject([{ value: NaN }]);
});

test('what a by() of ids would make has a bound', () => {
  const { firstStage } = metricsPipelines(metricsOf(parse('{} | count_over_time() by (span:id)')))[0];
  if (firstStage.kind !== 'metricsAggregate') {
    throw new Error('not an aggregate');
  }
  const groups = new SpanGroups(firstStage, instantGrid({ startNs: 0n, endNs: 10n }));
  const add = () => {
    for (let id = 0; id <= MAX_CELLS; id++) {
      groups.add({ startNs: 5n, labels: [String(id)], measured: undefined, traceId: '', spanId: () => '' });
    }
  };
  expect(add).toThrow('more than 1000000 points');
});
