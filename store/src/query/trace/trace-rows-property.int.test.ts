import { attributeText, type AttributeValue } from '@clew/trace-model';
import {
  check,
  ObjectTrace,
  parse,
  parseAttribute,
  readAttribute,
  SearchEvaluator,
  TraceqlError,
  type Attributes,
  type SpanRecord,
  type Value,
} from '@clew/traceql';

import { randomNumbers } from '../../../../packages/traceql/corpus/random-query.ts';
import { RandomSearches } from '../../../../packages/traceql/src/evaluate/testing/random-search.ts';
import { KEYS, RandomTraces } from '../../../../packages/traceql/src/evaluate/testing/random-traces.ts';
import { startQueryProcess, type QueryProcess } from '../../api/testing/query-process.ts';
import { recordsRequest } from '../../api/testing/span-records.ts';
import { rowKey, TraceRows } from '../../api/testing/trace-rows.ts';

/** CLEW_TEST_SEEDS=7,8,9 makes other traces and asks other questions. */
const SEEDS = (process.env.CLEW_TEST_SEEDS ?? '1,2').split(',').map(Number);
const TRACES = 25;
const QUERIES = 150;

let store: QueryProcess;
let rows: TraceRows;

beforeAll(async () => {
  store = await startQueryProcess();
  rows = new TraceRows(store.url);
}, 30_000);

afterAll(() => store.stop());

/** A trace with spans that start together, and spans of one id and start that differ. */
function widened(spans: readonly SpanRecord[], next: () => number): SpanRecord[] {
  return spans.flatMap((span, index): SpanRecord[] => {
    const startNs = next() < 0.3 ? spans[0].startNs : span.startNs;
    const one = { ...span, startNs };
    // Names that tell them apart in the frame.
    const others = next() < 0.2 ? [1, 2].slice(0, 1 + Math.floor(next() * 2)) : [];
    return [
      one,
      ...others.map((other) => ({
        ...one,
        name: `other ${index} ${other}`,
        attributes: new Map([['a', BigInt(other)]]),
      })),
    ];
  });
}

/** The records in the order of the frame's rows. */
async function inRows(spans: readonly SpanRecord[]): Promise<SpanRecord[]> {
  const byKey = new Map(spans.map((span) => [rowKey(span), span]));
  const keys = await rows.keys(spans[0].traceId);
  expect(keys.length).toBe(byKey.size);
  return keys.flatMap((key) => byKey.get(key) ?? []);
}

/** The store keeps the types of an array apart. */
const TYPE_ORDER = ['string', 'bigint', 'number', 'boolean'];

function textOf(value: Value): string | undefined {
  if (value === undefined) {
    return undefined;
  }
  const values = (Array.isArray(value) ? (value as Value[]) : [value])
    .map((element) => (typeof element === 'object' && 'value' in element ? element.value : element) as AttributeValue)
    .sort((a, b) => TYPE_ORDER.indexOf(typeof a) - TYPE_ORDER.indexOf(typeof b));
  // And an array of one is its element.
  return attributeText(values.length === 1 ? values[0] : values);
}

describe.each(SEEDS)('random traces with twins (seed %i)', (seed) => {
  const random = new RandomTraces(seed);
  const next = randomNumbers(seed);
  let traces: SpanRecord[][];

  beforeAll(async () => {
    const sent = Array.from({ length: TRACES }, () => {
      const trace = random.trace();
      const traceId = `${seed.toString(16).padStart(4, '0')}${trace[0].traceId.slice(4)}`;
      return widened(trace, next).map((span) => ({ ...span, traceId }));
    });
    await store.ingest(recordsRequest(sent.flat()));
    // Every other trace comes again, in parts and backwards.
    const again = sent.filter((_, index) => index % 2 === 0).flatMap((trace) => trace.filter(() => next() < 0.5));
    await store.ingest(recordsRequest(again.toReversed()));
    await store.ingest(recordsRequest(again.slice(0, 20)));
    traces = [];
    for (const trace of sent) {
      traces.push(await inRows(trace));
    }
  }, 60_000);

  test('matches are what the evaluator yields', async () => {
    const searches = new RandomSearches(seed);
    const differences: string[] = [];
    let compared = 0;
    let matched = 0;
    for (let count = 0; count < QUERIES; count++) {
      const text = searches.search();
      const query = parse(text);
      check(query);
      // An id of more than two spans names none of them in the tree: SQL, which knows no tree, takes a root for a root.
      const isTested = (trace: SpanRecord[]) => !text.includes('nestedSetParent') || !hasCrowdedId(trace);
      const trace = traces.slice(count % traces.length).find(isTested) ?? traces[0];
      const answer = await rows.matches(trace[0].traceId, text);
      let expected: number[];
      try {
        const spansets = new SearchEvaluator(query).evaluate(new ObjectTrace(trace));
        expected = [...new Set(spansets.flatMap(({ spans }) => [...spans]))].sort((a, b) => a - b);
      } catch (error) {
        if (!(error instanceof TraceqlError)) {
          throw error;
        }
        if (answer.error?.code !== 'query_type') {
          differences.push(`${text}: evaluated ${error.message}, the store ${JSON.stringify(answer)}`);
        }
        continue;
      }
      compared += 1;
      matched += expected.length;
      if (answer.rows !== trace.length || JSON.stringify(answer.found) !== JSON.stringify(expected)) {
        differences.push(
          `${text} of ${trace[0].traceId}: evaluated ${expected.join()}, the store ${JSON.stringify(answer)}`
        );
      }
    }
    expect(differences).toEqual([]);
    expect(compared).toBeGreaterThan(QUERIES / 2);
    expect(matched).toBeGreaterThan(compared);
  }, 200_000);

  test('columns are what was sent', async () => {
    const written = (scope: string) => KEYS.map((key) => `${scope}${JSON.stringify(key)}`);
    const keys = [
      ...['span.', 'resource.', 'instrumentation.', 'event.', 'link.', '.'].flatMap(written),
      ...['event:name', 'event:timeSinceStart', 'link:traceID', 'link:spanID'],
    ];
    const found = new Set<string>();
    for (const [index, trace] of traces.entries()) {
      const source = new ObjectTrace(trace);
      for (const key of keys.filter((_, place) => place % 5 === index % 5)) {
        const read = readAttribute(source, parseAttribute(key));
        const expected = trace.map((_, span) => textOf(read(span)));
        const answer = await rows.column(trace[0].traceId, key);
        expect([key, answer.texts]).toEqual([key, expected]);
        const values = trace.flatMap((_, span) => [read(span)].filter((value) => value !== undefined));
        const isNumber = (value: Value): boolean =>
          (Array.isArray(value) && value.length === 1 && isNumber(value[0])) ||
          typeof value === 'bigint' ||
          typeof value === 'number' ||
          (typeof value === 'object' && 'type' in value && value.type === 'duration');
        expect([key, answer.numeric]).toEqual([key, values.every(isNumber)]);
        expect(answer.distinct).toBe(new Set(expected.filter((text) => text !== undefined)).size);
        if (values.length > 0) {
          found.add(key);
        }
      }
    }
    expect(found.size).toBeGreaterThan(20);
  }, 200_000);

  test('names and versions of instrumentation scopes are', async () => {
    for (const trace of traces.slice(0, 6)) {
      const { texts: names } = await rows.column(trace[0].traceId, 'instrumentation:name');
      const { texts: versions } = await rows.column(trace[0].traceId, 'instrumentation:version');
      expect(names).toEqual(trace.map(({ scopeName }) => scopeName || undefined));
      expect(versions).toEqual(trace.map(({ scopeVersion }) => scopeVersion || undefined));
    }
  }, 60_000);

  test('keys are those of the rows, counted', async () => {
    for (const trace of traces) {
      const { body } = await rows.get(trace[0].traceId, 'keys');
      const { keys, truncated } = JSON.parse(body.toString()) as {
        keys: ReadonlyArray<{ key: string; scope: string; name: string; types: string[]; spans: number }>;
        truncated: boolean;
      };
      expect(truncated).toBe(false);
      const actual = keys.map(
        ({ scope, name, types, spans }) => `${scope} ${name} ${types.toSorted().join()} ${spans}`
      );
      expect(actual.toSorted()).toEqual(countedKeys(trace).toSorted());
      expect(keys.map(({ spans }) => spans)).toEqual(keys.map(({ spans }) => spans).toSorted((a, b) => b - a));
      for (const { key, scope, name } of keys) {
        expect(parseAttribute(key)).toMatchObject({ scope, name });
      }
    }
  }, 60_000);
});

const hasCrowdedId = (trace: readonly SpanRecord[]): boolean =>
  trace.some(({ spanId }) => trace.filter((other) => other.spanId === spanId).length > 2);

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'string',
  bigint: 'int',
  number: 'float',
  boolean: 'bool',
};

function countedKeys(trace: readonly SpanRecord[]): string[] {
  const counted = new Map<string, { types: Set<string>; spans: Set<number> }>();
  const count = (scope: string, attributes: Attributes, span: number) => {
    for (const [name, content] of attributes) {
      for (const value of Array.isArray(content) ? content : [content]) {
        const key = `${scope} ${name}`;
        const known = counted.get(key) ?? { types: new Set(), spans: new Set() };
        counted.set(key, known);
        known.types.add(TYPE_NAMES[typeof value]);
        known.spans.add(span);
      }
    }
  };
  trace.forEach((span, index) => {
    count('span', span.attributes, index);
    count('resource', span.resource, index);
    count('instrumentation', span.scopeAttributes, index);
    span.events.forEach(({ attributes }) => count('event', attributes, index));
    span.links.forEach(({ attributes }) => count('link', attributes, index));
  });
  return Array.from(counted, ([key, { types, spans }]) => `${key} ${[...types].sort().join()} ${spans.size}`);
}
