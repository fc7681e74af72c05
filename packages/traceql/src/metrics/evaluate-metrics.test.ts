import { EXECUTED_TRACES } from '../../corpus/executed-traces.ts';
import { NO_SPAN } from '../ast.ts';
import { TraceqlError } from '../errors.ts';
import { ObjectTrace } from '../evaluate/object-trace.ts';
import { parse } from '../parser.ts';
import type { NamedAttribute } from './compared-spans.ts';
import { MetricsEvaluator, type MetricsOptions } from './evaluate-metrics.ts';
import { instantGrid, rangeGrid } from './grid.ts';
import type { Series } from './series.ts';
import { table } from './testing/series-table.ts';

const SECOND = 1_000_000_000n;

const traces = EXECUTED_TRACES.map((trace) => new ObjectTrace([...trace.values()]));
const starts = traces.flatMap((trace) => Array.from({ length: trace.size }, (_, span) => trace.startNs(span)));
const range = {
  startNs: starts.reduce((a, b) => (a < b ? a : b)),
  endNs: starts.reduce((a, b) => (a > b ? a : b)),
};

function seriesOf(text: string, grid = instantGrid(range), options?: MetricsOptions): readonly Series[] {
  const evaluator = new MetricsEvaluator(parse(text), grid, options);
  traces.forEach((trace) => evaluator.add(trace));
  return evaluator.result().series;
}

const evaluate = (text: string, grid = instantGrid(range)) => table(seriesOf(text, grid));

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
  const text = '{} | quantile_over_time(duration, 0, .5, 1)';
  const expected = [durations[0], durations[Math.floor(durations.length / 2)], durations[durations.length - 1]];
  const firsts = (series: readonly Series[]) => series.map(({ values }) => values[0]);
  expect(firsts(seriesOf(text, instantGrid(range), { isExact: true }))).toEqual(expected);
  expect(firsts(seriesOf(`${text} with(exact=true)`))).toEqual(expected);
  expect(firsts(seriesOf(text))).not.toEqual(expected);
});

test('structural operators, distinct values and arithmetic', () => {
  expect(Object.keys(evaluate('{} >> {} | rate()'))).toEqual(['{__name__=rate}']);
  expect(evaluate('{} | distinct(kind)')).toEqual(evaluate('{} | count_over_time() by (kind)'));
  const share = evaluate('({ nestedSetParent < 0 } | count_over_time()) / ({} | count_over_time())');
  expect(Object.values(share)[0][0]).toBeCloseTo(
    traces.reduce((sum, trace) => {
      const roots = Array.from({ length: trace.size }, (_, span) => trace.parentSpanId(span)).filter((id) => id === '');
      return sum + roots.length;
    }, 0) / starts.length,
    9
  );
});

describe('exemplars', () => {
  const grid = rangeGrid(range, SECOND);
  const marked = (text: string, options?: MetricsOptions) =>
    seriesOf(text, grid, options).flatMap((series) => series.exemplars.map((exemplar) => ({ ...exemplar, series })));

  test('one of each trace, by default', () => {
    const found = marked('{} | count_over_time()');
    expect(found.map(({ labels }) => labels[0])).toEqual(
      traces.map(({ traceId }) => ({ name: 'trace:id', value: traceId }))
    );
    for (const { timestampMs, series } of found) {
      expect(series.values[grid.pointOf(BigInt(timestampMs) * 1_000_000n)]).toBeGreaterThan(0);
    }
  });

  test('as many as are asked for, by the query before all', () => {
    expect(marked('{} | rate()', { exemplars: 2 })).toHaveLength(2);
    expect(marked('{} | rate() with(exemplars=4)', { exemplars: 2 })).toHaveLength(4);
    expect(marked('{} | rate() with(exemplars=false)')).toEqual([]);
    expect(marked('{} | rate() with(exemplars=true)', { exemplars: 2 })).toHaveLength(2);
    expect(seriesOf('{} | rate()').flatMap(({ exemplars }) => exemplars)).toEqual([]);
  });

  test('shared out among the metrics that are calculated with', () => {
    expect(marked('({} | rate()) + ({} | rate())', { exemplars: 4 })).toHaveLength(4);
  });

  test('stand on the line of their group', () => {
    for (const { labels, series } of marked('{} | max_over_time(duration) by (trace:id)')) {
      expect(series.labels).toEqual([{ name: 'trace:id', value: labels[0].value }]);
    }
  });
});

describe('compare()', () => {
  const compared: NamedAttribute[] = [
    { name: 'name', attribute: { kind: 'intrinsic', intrinsic: 'span:name', spelling: 'name', span: NO_SPAN } },
    ...['items', 'tags'].map((name): NamedAttribute => {
      const attribute = { kind: 'attribute', scope: 'span', name, parent: false, span: NO_SPAN } as const;
      return { name: `span.${name}`, attribute };
    }),
  ];

  function compare(text: string, grid = instantGrid(range)): readonly Series[] {
    const evaluator = new MetricsEvaluator(parse(text), grid, { compared });
    EXECUTED_TRACES.forEach((trace) => evaluator.add(new ObjectTrace([...trace.values()])));
    return evaluator.result().series;
  }

  test('values and totals of both sides', () => {
    expect(table(compare('{ .items != nil } | compare({ .items > 1 })'))).toEqual({
      '{__meta_type=selection, name=POST /order}': [1],
      '{__meta_type=selection, name=reserve}': [1],
      '{__meta_type=selection, name=SELECT}': [1],
      '{__meta_type=selection, name=consume}': [1],
      '{__meta_type=selection, span.items=3}': [2],
      '{__meta_type=selection, span.items=10}': [1],
      '{__meta_type=selection, span.items=2}': [1],
      '{__meta_type=selection, span.tags=[new, gift]}': [1],
      '{__meta_type=selection, span.tags=[gift]}': [1],
      '{__meta_type=baseline, name=SELECT}': [1],
      '{__meta_type=baseline, name=template}': [1],
      '{__meta_type=baseline, name=publish}': [1],
      '{__meta_type=baseline, span.items=0}': [1],
      '{__meta_type=baseline, span.items=three}': [1],
      '{__meta_type=baseline, span.items=1}': [1],
      '{__meta_type=selection_total, name=nil}': [4],
      '{__meta_type=selection_total, span.items=nil}': [4],
      '{__meta_type=selection_total, span.tags=nil}': [2],
      '{__meta_type=baseline_total, name=nil}': [3],
      '{__meta_type=baseline_total, span.items=nil}': [3],
    });
  });

  test('only what starts in its time is selected, the start of it left out', () => {
    const startNs = range.startNs;
    const endNs = startNs + 100_000_000n;
    const found = table(compare(`{ span.items = 3 } | compare({ true }, 10, ${startNs}, ${endNs})`));
    expect(found).toMatchObject({
      '{__meta_type=baseline, name=POST /order}': [1],
      '{__meta_type=selection, name=reserve}': [1],
    });
  });

  test('more values than are shown', () => {
    const found = Object.keys(table(compare('{ .items != nil } | compare({ false }, 2)')));
    expect(found.filter((labels) => labels.startsWith('{__meta_type=baseline, span.items'))).toHaveLength(2);
    expect(found).toContain('{__meta_error=__too_many_values__, span.items=nil}');
    expect(found).not.toContain('{__meta_error=__too_many_values__, span.tags=nil}');
  });

  test('of an attribute with a value for each span only frequent ones are kept', () => {
    const evaluator = new MetricsEvaluator(parse('{} | compare({ false }, 2)'), instantGrid(range), { compared });
    const [[first]] = EXECUTED_TRACES.map((trace) => [...trace.values()]);
    for (let batch = 0; batch < 25; batch++) {
      const spans = Array.from({ length: 1000 }, (_, index) => ({
        ...first,
        spanId: (batch * 1000 + index + 1).toString(16).padStart(16, '0'),
        attributes: new Map([['items', index % 10 === 0 ? 7n : BigInt(1000 + batch * 1000 + index)]]),
      }));
      evaluator.add(new ObjectTrace(spans));
    }
    const found = table(evaluator.result().series);
    expect(found['{__meta_type=baseline, span.items=7}']).toEqual([2500]);
    expect(found['{__meta_type=baseline_total, span.items=nil}']).toEqual([25_000]);
    expect(Object.keys(found)).toContain('{__meta_error=__too_many_values__, span.items=nil}');
  });

  test('hints count for the selection too', () => {
    const sum = (hint: string) =>
      table(compare(`{} | compare({ .tags != "gift" }) ${hint}`))['{__meta_type=selection_total, name=nil}'];
    expect(sum('')).toBeUndefined();
    expect(sum('with(nil_as_value=true)')).toEqual([starts.length - 2]);
  });

  test('exemplars stand at the totals, with all that their span has', () => {
    const series = compare('{ .tags != nil } | compare({ true })', rangeGrid(range, SECOND));
    const found = series.filter(({ exemplars }) => exemplars.length > 0);
    expect(Object.keys(table(found))).toEqual([
      '{__meta_type=selection_total, name=nil}',
      '{__meta_type=selection_total, span.items=nil}',
      '{__meta_type=selection_total, span.tags=nil}',
    ]);
    expect(found[0].exemplars[0].labels.map(({ name }) => name)).toEqual([
      'trace:id',
      'span:id',
      'name',
      'span.items',
      'span.tags',
    ]);
  });
});

test('a search is no metric', () => {
  expect(problemOf(() => new MetricsEvaluator(parse('{} | count() > 1'), instantGrid(range)))).toMatchObject({
    kind: 'unsupported',
    message: expect.stringContaining('is no metric') as string,
  });
});

function problemOf(run: () => unknown): TraceqlError | undefined {
  try {
    run();
  } catch (error) {
    return error instanceof TraceqlError ? error : undefined;
  }
  return undefined;
}
