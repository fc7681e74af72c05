import {
  check,
  MetricsEvaluator,
  NO_SPAN,
  ObjectTrace,
  parse,
  rangeGrid,
  TraceqlError,
  type AttributeReader,
  type Intrinsic,
  type MetricsGrid,
  type NamedAttribute,
  type NamedScope,
  type SpanRecord,
  type Value,
} from '@clew/traceql';

import { randomNumbers } from '../../../../packages/traceql/corpus/random-query.ts';
import { EPOCH_SECONDS, RandomTraces } from '../../../../packages/traceql/src/evaluate/testing/random-traces.ts';
import { startQueryProcess, type QueryProcess } from '../../api/testing/query-process.ts';
import { recordsRequest } from '../../api/testing/span-records.ts';
import { anyValue } from '../run/search-result.ts';
import { planMetrics } from './metrics-plan.ts';
import { RandomMetrics } from './testing/random-metrics.ts';

/** CLEW_TEST_SEEDS=7,8,9 asks other questions. */
const SEEDS = (process.env.CLEW_TEST_SEEDS ?? '1,2').split(',').map(Number);

const random = new RandomTraces(SEEDS[0] + 100);
const traces = Array.from({ length: 80 }, () => random.trace());

let store: QueryProcess;

beforeAll(async () => {
  store = await startQueryProcess();
  await store.ingest(recordsRequest(traces.flat()));
}, 30_000);

afterAll(() => store.stop());

/** By labels: values by time. */
type Answer = ReadonlyMap<string, ReadonlyMap<number, number>>;

interface Exemplar {
  readonly labels: ReadonlyArray<{ readonly key: string; readonly value: { readonly stringValue: string } }>;
  readonly timestampMs: string;
  readonly value: number | string;
}

interface Body {
  readonly series?: ReadonlyArray<{
    readonly labels: ReadonlyArray<{ readonly key: string; readonly value: unknown }>;
    readonly samples: ReadonlyArray<{ readonly timestampMs: string; readonly value: number | string }>;
    readonly exemplars?: readonly Exemplar[];
  }>;
  readonly error?: { readonly code: string; readonly message: string };
}

interface Range {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

async function ask(q: string, { start, end, step }: Range, exemplars: number): Promise<Body> {
  const parameters = new URLSearchParams({
    ...{ q, start: String(start), end: String(end), step: String(step) },
    ...{ exemplars: String(exemplars), maxSeries: '10000' },
  });
  return (await (await fetch(`${store.url}/api/metrics/query_range?${parameters}`)).json()) as Body;
}

function answerOf({ series = [] }: Body): Answer {
  return new Map(
    series.map(({ labels, samples }) => [
      JSON.stringify(labels.map(({ key, value }) => [key, value])),
      new Map(samples.map(({ timestampMs, value }) => [Number(timestampMs), Number(value)])),
    ])
  );
}

const TYPES = ['string', 'bigint', 'number', 'boolean'];

/** The store keeps arrays by the types of their elements, and one of one element as that element. */
function asStored(value: Value): Value {
  if (!Array.isArray(value)) {
    return value;
  }
  const inOrder = TYPES.flatMap((type) => value.filter((element) => typeof element === type));
  return inOrder.length > 1 ? inOrder : inOrder[0];
}

/** A trace as the store has it. */
class StoredTrace extends ObjectTrace {
  override attribute(scope: NamedScope, name: string): AttributeReader | undefined {
    const read = super.attribute(scope, name);
    return read && ((span) => asStored(read(span)));
  }
}

const distinct = (of: (span: SpanRecord) => Iterable<string>) => [
  ...new Set(traces.flat().flatMap((span) => [...of(span)])),
];
const intrinsic = (name: string, of: Intrinsic): NamedAttribute => ({
  name,
  attribute: { kind: 'intrinsic', intrinsic: of, spelling: name, span: NO_SPAN },
});
const inScope = (scope: NamedScope, names: readonly string[]) =>
  names.map((name): NamedAttribute => {
    const attribute = { kind: 'attribute', scope, name, parent: false, span: NO_SPAN } as const;
    return { name: `${scope}.${name}`, attribute };
  });

/** All that the spans have. */
const COMPARED: readonly NamedAttribute[] = [
  intrinsic('name', 'span:name'),
  intrinsic('status', 'span:status'),
  intrinsic('kind', 'span:kind'),
  intrinsic('statusMessage', 'span:statusMessage'),
  intrinsic('event:name', 'event:name'),
  intrinsic('rootName', 'trace:rootName'),
  intrinsic('rootServiceName', 'trace:rootService'),
  intrinsic('instrumentation:name', 'instrumentation:name'),
  intrinsic('instrumentation:version', 'instrumentation:version'),
  ...inScope(
    'span',
    distinct(({ attributes }) => attributes.keys())
  ),
  ...inScope('resource', [...new Set(['service.name', ...distinct(({ resource }) => resource.keys())])]),
  ...inScope(
    'instrumentation',
    distinct(({ scopeAttributes }) => scopeAttributes.keys())
  ),
  ...inScope(
    'event',
    distinct(({ events }) => events.flatMap(({ attributes }) => [...attributes.keys()]))
  ),
  ...inScope(
    'link',
    distinct(({ links }) => links.flatMap(({ attributes }) => [...attributes.keys()]))
  ),
];

function evaluated(q: string, grid: MetricsGrid): Answer {
  const evaluator = new MetricsEvaluator(parse(q), grid, { compared: COMPARED });
  traces.forEach((spans) => evaluator.add(new StoredTrace(spans)));
  const json = (value: Value) => anyValue(value) ?? { stringValue: 'nil' };
  return new Map(
    evaluator
      .result()
      .series.map(({ labels, values }) => [
        JSON.stringify(labels.map(({ name, value }) => [name, json(value)])),
        new Map(
          Array.from(values, (value, point): [number, number] => [grid.timestampMs(point), value]).filter(
            ([, value]) => !Number.isNaN(value)
          )
        ),
      ])
  );
}

/** Sums of numbers that differ much depend on their order. */
function isClose(a: number, b: number, slack: number): boolean {
  return a === b || Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b)) + slack;
}

function differences(expected: Answer, actual: Answer, slack: number): string[] {
  const labels = new Set([...expected.keys(), ...actual.keys()]);
  return [...labels].flatMap((label) => {
    const [a, b] = [expected.get(label), actual.get(label)];
    const times = new Set([...(a?.keys() ?? []), ...(b?.keys() ?? [])]);
    return [...times]
      .filter((time) => !isClose(a?.get(time) ?? NaN, b?.get(time) ?? NaN, slack))
      .map((time) => `${label} at ${time}: evaluated ${a?.get(time)}, the store ${b?.get(time)}`)
      .slice(0, 1);
  });
}

function randomRange(next: () => number): Range {
  const start = EPOCH_SECONDS - 20 + Math.floor(next() * 800);
  const length = [1, 60, 500, 2000][Math.floor(next() * 4)];
  return { start, end: start + length, step: [1, 7, 60, 600][Math.floor(next() * 4)] };
}

function gridOf({ start, end, step }: Range): MetricsGrid {
  const ns = (seconds: number) => BigInt(seconds) * 1_000_000_000n;
  return rangeGrid({ startNs: ns(start), endNs: ns(end) }, ns(step));
}

/** Whether no trace is evaluated for it. */
const isBySql = (q: string): boolean =>
  [...planMetrics(parse(q)).firstStages.values()].every(({ kind }) => kind !== 'evaluation');

test.each(SEEDS)(
  'metrics (seed %i)',
  async (seed) => {
    const metrics = new RandomMetrics(seed);
    const next = randomNumbers(seed);
    const failures: string[] = [];
    const counts = { compared: 0, bySql: 0, series: 0, refused: 0 };
    for (let count = 0; count < 250; count++) {
      const q = metrics.metric();
      const range = randomRange(next);
      check(parse(q));
      const body = await ask(q, range, 0);
      let expected: Answer;
      try {
        expected = evaluated(q, gridOf(range));
      } catch (error) {
        if (!(error instanceof TraceqlError)) {
          throw error;
        }
        counts.refused += 1;
        continue;
      }
      counts.compared += 1;
      counts.bySql += isBySql(q) ? 1 : 0;
      counts.series += expected.size;
      const isSum = /sum_over|avg_over/.test(q);
      const found = body.error
        ? [`${body.error.code}: ${body.error.message}`]
        : differences(expected, answerOf(body), isSum && !/_over_time\((traceD|d)uration/.test(q) ? 1e6 : 0);
      if (found.length > 0) {
        failures.push(`${q} ${JSON.stringify(range)}\n  ${found.slice(0, 3).join('\n  ')}`);
      }
    }
    process.stdout.write(`${JSON.stringify(counts)}\n`);
    if (failures.length > 0) {
      throw new Error(`${failures.length} differ:\n${failures.slice(0, 15).join('\n')}`);
    }
    expect(counts.compared).toBeGreaterThan(150);
    expect(counts.bySql).toBeGreaterThan(80);
    expect(counts.series).toBeGreaterThan(counts.compared);
  },
  200_000
);

test('comparisons', async () => {
  const metrics = new RandomMetrics(SEEDS[0]);
  const next = randomNumbers(SEEDS[0]);
  const failures: string[] = [];
  let series = 0;
  let evaluations = 0;
  for (let count = 0; count < 24; count++) {
    const q = metrics.comparison(1000);
    const range = { ...randomRange(next), step: 600 };
    check(parse(q));
    const body = await ask(q, range, 0);
    let expected: Answer;
    try {
      expected = evaluated(q, gridOf(range));
    } catch (error) {
      if (!(error instanceof TraceqlError)) {
        throw error;
      }
      continue;
    }
    evaluations += isBySql(q) ? 0 : 1;
    series += expected.size;
    const found = body.error ? [body.error.message] : differences(expected, answerOf(body), 0);
    if (found.length > 0) {
      failures.push(`${q} ${JSON.stringify(range)}\n  ${found.slice(0, 5).join('\n  ')}`);
    }
  }
  if (failures.length > 0) {
    throw new Error(`${failures.length} differ:\n${failures.slice(0, 15).join('\n')}`);
  }
  expect(series).toBeGreaterThan(500);
  expect(evaluations).toBeGreaterThan(3);
}, 100_000);

test('exemplars are spans of their series and their point', async () => {
  const records = new Map(traces.flat().map((span) => [`${span.traceId} ${span.spanId} ${span.startNs}`, span]));
  const range = { start: EPOCH_SECONDS, end: EPOCH_SECONDS + 900, step: 7 };
  const body = await ask('{ } | avg_over_time(duration) by (name, .a, rootName)', range, 100);
  const exemplars = (body.series ?? []).flatMap(({ labels, samples, exemplars = [] }) =>
    exemplars.map((exemplar) => ({ exemplar, name: labels.find(({ key }) => key === 'name')?.value, samples }))
  );
  expect(exemplars.length).toBeGreaterThan(30);
  expect(exemplars.length).toBeLessThanOrEqual(100);
  for (const { exemplar, name, samples } of exemplars) {
    const [traceId, spanId] = exemplar.labels.map(({ value }) => value.stringValue);
    const time = Number(exemplar.timestampMs);
    const span = [...records.values()].find(
      (each) =>
        each.traceId === traceId && each.spanId === spanId && Number((each.startNs + 999_999n) / 1_000_000n) === time
    );
    expect(name).toEqual({ stringValue: span?.name });
    expect(exemplar.value).toBeCloseTo(Number(span?.durationNs) / 1e9, 9);
    expect(samples.some(({ timestampMs }) => Number(timestampMs) >= time && Number(timestampMs) - time < 7000)).toBe(
      true
    );
  }
}, 30_000);
