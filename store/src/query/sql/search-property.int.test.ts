import {
  check,
  format,
  ObjectTrace,
  parse,
  SearchEvaluator,
  TraceqlError,
  type Query,
  type SpanRecord,
} from '@clew/traceql';

import { EXECUTED } from '../../../../packages/traceql/corpus/executed.ts';
import { EXECUTED_TRACES, sketchTrace } from '../../../../packages/traceql/corpus/executed-traces.ts';
import { RandomQueries, randomNumbers } from '../../../../packages/traceql/corpus/random-query.ts';
import { RandomSearches } from '../../../../packages/traceql/src/evaluate/testing/random-search.ts';
import { EPOCH_SECONDS, RandomTraces } from '../../../../packages/traceql/src/evaluate/testing/random-traces.ts';
import { recordsRequest } from '../../api/testing/span-records.ts';
import { startQueryProcess, type QueryProcess } from '../../api/testing/query-process.ts';

let store: QueryProcess;

beforeAll(async () => {
  store = await startQueryProcess();
  await store.ingest(recordsRequest(EXECUTED_TRACES.flatMap((trace) => [...trace.values()])));
}, 30_000);

afterAll(() => store.stop());

interface SpanSet {
  readonly spans: ReadonlyArray<{ readonly spanID: string; readonly startTimeUnixNano: string }>;
  readonly matched: number;
}

interface SearchBody {
  readonly traces?: ReadonlyArray<{ readonly traceID: string; readonly spanSets?: readonly SpanSet[] }>;
  readonly error?: StoreError;
}

/** A line per spanset: trace, and its spans by id and start, since two spans may share an id. */
type Answer = readonly string[];

const line = (traceId: string, spans: readonly string[]): string => `${traceId}: ${[...spans].sort().join(' ')}`;

interface StoreError {
  readonly code: string;
  readonly message: string;
}

/** Seconds; both ends belong to it. */
type Range = readonly [start: number, end: number];

async function askStore(q: string, range: Range | undefined): Promise<Answer | StoreError> {
  const [start, end] = range ?? [];
  const parameters = new URLSearchParams({
    ...{ q, limit: '10000', spss: '100' },
    ...(range && { start: String(start), end: String(end) }),
  });
  const response = await fetch(`${store.url}/api/search?${parameters}`);
  const { traces, error } = (await response.json()) as SearchBody;
  if (!traces) {
    return error ?? { code: String(response.status), message: '' };
  }
  return traces
    .flatMap(({ traceID, spanSets = [] }) =>
      spanSets.map(({ spans, matched }) => {
        expect(matched).toBe(spans.length);
        return line(
          traceID,
          spans.map(({ spanID, startTimeUnixNano }) => `${spanID}@${startTimeUnixNano}`)
        );
      })
    )
    .sort();
}

function evaluate(query: Query, traces: ReadonlyArray<readonly SpanRecord[]>, range: Range | undefined): Answer {
  const evaluator = new SearchEvaluator(query);
  const [startNs, endNs] = range?.map((seconds) => BigInt(seconds) * 1_000_000_000n) ?? [];
  return traces
    .flatMap((spans) =>
      evaluator.evaluate(new ObjectTrace(spans), { startNs, endNs }).map(({ spans: found }) =>
        line(
          spans[0].traceId,
          Array.from(found, (index) => `${spans[index].spanId}@${spans[index].startNs}`)
        )
      )
    )
    .sort();
}

/** The query and where the two answers part, for a failure that can be read. */
function difference(query: string, expected: Answer, actual: Answer): string | undefined {
  const missing = expected.filter((entry) => !actual.includes(entry));
  const surplus = actual.filter((entry) => !expected.includes(entry));
  return missing.length + surplus.length === 0
    ? undefined
    : `${query}\n  evaluated ${missing.slice(0, 2).join('; ')}\n  the store ${surplus.slice(0, 2).join('; ')}`;
}

class Comparison {
  compared = 0;
  found = 0;
  /** Queries that end with an error for what is in the data. */
  refused = 0;
  readonly differences: string[] = [];
  readonly #traces: ReadonlyArray<readonly SpanRecord[]>;

  constructor(traces: ReadonlyArray<readonly SpanRecord[]>) {
    this.#traces = traces;
  }

  async compare(text: string, range?: Range): Promise<void> {
    const query = parse(text);
    check(query);
    const actual = await askStore(text, range);
    let expected: Answer;
    try {
      expected = evaluate(query, this.#traces, range);
    } catch (error) {
      if (!(error instanceof TraceqlError)) {
        throw new Error(text, { cause: error });
      }
      this.refused += 1;
      // The store may end before it comes to the trace that is to blame, or come to another one first.
      if (isError(actual) && actual.code !== 'query_type') {
        this.differences.push(`${text}\n  evaluated ${error.message}\n  the store ${actual.code}: ${actual.message}`);
      }
      return;
    }
    this.compared += 1;
    this.found += expected.length;
    const different = isError(actual)
      ? `${text}\n  the store ${actual.code}: ${actual.message}`
      : difference(text, expected, actual);
    if (different !== undefined) {
      this.differences.push(different);
    }
  }

  /** Throws unless the answers were the same, for at least so many queries of which some found something. */
  expectSame(least: number): void {
    process.stdout.write(
      `${this.compared} queries compared, ${this.found} spansets found, ${this.refused} refused by the data\n`
    );
    if (this.differences.length > 0) {
      throw new Error(`${this.differences.length} differ:\n${this.differences.slice(0, 20).join('\n')}`);
    }
    expect(this.compared).toBeGreaterThanOrEqual(least);
    expect(this.found).toBeGreaterThan(this.compared);
  }
}

const isError = (answer: Answer | StoreError): answer is StoreError => 'code' in answer;

/** CLEW_TEST_SEEDS=7,8,9 asks other questions. */
const SEEDS = (process.env.CLEW_TEST_SEEDS ?? '1,2,3').split(',').map(Number);

function randomRange(next: () => number): Range {
  const start = EPOCH_SECONDS + Math.floor(next() * 800);
  return [start, start + 1 + Math.floor(next() * 200)];
}

/** A search looks hour by hour where a range says where to begin, and at all there is where none does. */
const RANGES = [randomRange, undefined, (): Range => [EPOCH_SECONDS - 10, EPOCH_SECONDS + 80_000], undefined];

/** Every third trace takes hours, so that its spans lie in several windows of a search. */
function spread(spans: readonly SpanRecord[], index: number): readonly SpanRecord[] {
  const epochNs = BigInt(EPOCH_SECONDS) * 1_000_000_000n;
  return index % 3 > 0
    ? spans
    : spans.map((span) => {
        const startNs = epochNs + (span.startNs - epochNs) * 60n;
        const shift = startNs - span.startNs;
        const events = span.events.map((event) => ({ ...event, timeNs: event.timeNs + shift }));
        return { ...span, startNs, events };
      });
}

const executed = EXECUTED_TRACES.map((trace) => [...trace.values()]);

test('the corpus of executed queries', async () => {
  const comparison = new Comparison(executed);
  for (const [text] of Object.values(EXECUTED).flat()) {
    await comparison.compare(text);
  }
  comparison.expectSame(100);
}, 120_000);

describe('random traces', () => {
  const random = new RandomTraces(SEEDS[0]);
  const traces = [...executed, ...Array.from({ length: 80 }, (_, index) => spread(random.trace(), index))];

  beforeAll(() => store.ingest(recordsRequest(traces.slice(executed.length).flat())), 30_000);

  test.each(SEEDS)(
    'random searches (seed %i)',
    async (seed) => {
      const searches = new RandomSearches(seed);
      const next = randomNumbers(seed);
      const comparison = new Comparison(traces);
      for (let count = 0; count < 250; count++) {
        await comparison.compare(searches.search(), RANGES[count % RANGES.length]?.(next));
      }
      comparison.expectSame(80);
    },
    200_000
  );

  test('random trees that pass the check', async () => {
    const queries = new RandomQueries(5);
    const comparison = new Comparison(traces);
    for (let count = 0; count < 3000; count++) {
      const query = queries.query();
      if (query.body.kind === 'pipeline' && passesCheck(query)) {
        await comparison.compare(format(query));
      }
    }
    comparison.expectSame(100);
  }, 200_000);
});

function passesCheck(query: Query): boolean {
  try {
    check(query);
    return true;
  } catch {
    return false;
  }
}

/** What the evaluator yields, and what the store says, by label. An entry goes when the store answers like the evaluator. */
const KNOWN_DIFFERENCES: ReadonlyArray<readonly [query: string, evaluated: string, stored: string]> = [
  // An event's attribute in a list of its own, and an array without elements, which of a span is no value.
  ['{ event.http.method = nil }', 'f2 f3', 'f1 f2 f3'],
  ['{ event.method = nil }', 'f1 f2 f3', 'f2 f3'],
  ['{ event.none = nil }', 'f1 f2 f3', 'f1 f3'],
];

describe('where the store is wrong', () => {
  const known = sketchTrace('dd', {
    f1: {
      parent: '',
      name: 'k',
      service: 'web',
      start: 0,
      attributes: { a: 1n },
      events: [{ name: 'e', after: 0, attributes: { 'http.method': true } }],
    },
    f2: {
      parent: 'f1',
      name: 'k',
      start: 1,
      attributes: { a: 2n, flag: false },
      events: [{ name: 'e', after: 0, attributes: { none: [] } }],
    },
    f3: { parent: 'f1', name: 'k', start: 2, attributes: { flag: true }, events: [{ name: 'e', after: 0 }] },
    f4: { parent: 'f1', name: 'k', start: 3 },
    f5: { parent: 'f1', name: 'k', start: 4 },
  });

  beforeAll(() => store.ingest(recordsRequest([...known.values()], true)), 30_000);

  const answerOf = (labels: string): Answer => {
    const spans = labels.split(' ').flatMap((label) => known.get(label) ?? []);
    return spans.length === 0
      ? []
      : [
          line(
            spans[0].traceId,
            spans.map(({ spanId, startNs }) => `${spanId}@${startNs}`)
          ),
        ];
  };

  test.each(KNOWN_DIFFERENCES)('%s', async (text, evaluated, stored) => {
    expect(evaluate(parse(text), [[...known.values()]], undefined)).toEqual(answerOf(evaluated));
    const answer = await askStore(text, undefined);
    const inTrace = isError(answer) ? answer : answer.filter((entry) => entry.includes('dd: '));
    expect(inTrace).toEqual(answerOf(stored));
  });
});
