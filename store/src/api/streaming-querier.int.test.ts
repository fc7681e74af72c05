import { status, type ServiceError } from '@grpc/grpc-js';

import { BYTES, QuerierClient, type Message } from './grpc/testing/querier-client.ts';
import { startQueryProcess, type QueryProcess } from './testing/query-process.ts';
import { EPOCH_SECONDS, otlpRequest, SHOP_SPANS, spanIdOf, traceIdOf, type SpanSpec } from './testing/shop-traces.ts';

let store: QueryProcess;
let client: QuerierClient;

beforeAll(async () => {
  store = await startQueryProcess();
  client = new QuerierClient(store.url);
  await store.ingest(otlpRequest(SHOP_SPANS));
}, 30_000);

afterAll(async () => {
  client.close();
  await store.stop();
});

const failure = async (method: string, request: Message, headers?: Record<string, string>): Promise<ServiceError> => {
  try {
    await client.all(method, request, headers);
  } catch (error) {
    return error as ServiceError;
  }
  throw new Error('The call succeeded');
};

const httpMessage = async (path: string): Promise<string> => {
  const body = (await (await fetch(`${store.url}${path}`)).json()) as { error: { message: string } };
  return body.error.message;
};

interface FoundTrace {
  readonly traceID: string;
}

const found = (messages: readonly Message[]): FoundTrace[] =>
  messages.flatMap(({ traces }) => (traces ?? []) as FoundTrace[]);

/** What HTTP answers, as protobufjs gives a message: without defaults. */
async function httpTraces(query: string): Promise<FoundTrace[]> {
  const { traces } = (await (await fetch(`${store.url}/api/search?${query}`)).json()) as { traces: FoundTrace[] };
  return traces;
}

const withoutDefaults = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(withoutDefaults)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .filter(([, field]) => field !== 0 && field !== '0' && field !== '')
            .map(([name, field]) => [name, withoutDefaults(field)])
        )
      : value;

describe('Search', () => {
  test.each([
    [{ Query: '{ }' }, 'q={}'],
    [{ Query: '{ }', Limit: 2, SpansPerSpanSet: 1 }, 'q={}&limit=2&spss=1'],
    [{ Query: '{ .x != nil }', Limit: 100 }, 'q={.x != nil}&limit=100'],
    [{ Query: '{ } | select(.x, kind)', Limit: 100 }, 'q={} | select(.x, kind)&limit=100'],
    [{ Query: '{ status = error }' }, 'q={status = error}'],
    [
      { Query: '{ }', start: EPOCH_SECONDS, end: EPOCH_SECONDS + 5 },
      `q={}&start=${EPOCH_SECONDS}&end=${EPOCH_SECONDS + 5}`,
    ],
    [{ Tags: { 'http.method': 'GET', only: 'true' } }, 'tags=http.method=GET only=true'],
    [{ Tags: { 'service.name': 'types', x: 'a "b" \\ c' } }, 'tags=service.name=types x="a \\"b\\" \\\\ c"'],
    [{ MinDurationMs: 800, MaxDurationMs: 1000 }, 'minDuration=800ms&maxDuration=1s'],
    [{}, ''],
  ])('%j answers what HTTP does', async (request, query) => {
    const messages = await client.all('Search', request);
    const viaHttp = await httpTraces(encodeURI(query));
    expect(withoutDefaults(JSON.parse(JSON.stringify(found(messages))))).toEqual(withoutDefaults(viaHttp));
    expect(messages.at(-1)).toMatchObject({ metrics: { completedJobs: 100, totalJobs: 100 } });
  });

  test('every message has metrics, and says each trace once', async () => {
    const messages = await client.all('Search', {
      Query: '{ }',
      Limit: 5,
      start: EPOCH_SECONDS - 90_000,
      end: EPOCH_SECONDS + 90_000,
    });
    expect(messages.every(({ metrics }) => metrics !== undefined)).toBe(true);
    const ids = found(messages).map(({ traceID }) => traceID);
    expect(new Set(ids).size).toBe(5);
    const progress = messages.map(({ metrics }) => (metrics as { completedJobs?: number }).completedJobs ?? 0);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
  });

  test('nothing found is one message or more without traces', async () => {
    const messages = await client.all('Search', { Query: '{ .nowhere = "to be found" }' });
    expect(messages.length).toBeGreaterThan(0);
    expect(found(messages)).toEqual([]);
  });
});

describe('tags', () => {
  const http = async (path: string): Promise<object> => (await fetch(`${store.url}${path}`)).json() as Promise<object>;

  test.each([
    ['SearchTags', {}, '/api/search/tags'],
    ['SearchTags', { scope: 'resource' }, '/api/search/tags?scope=resource'],
    ['SearchTags', { scope: 'intrinsic' }, '/api/search/tags?scope=intrinsic'],
    ['SearchTagsV2', {}, '/api/v2/search/tags'],
    ['SearchTagsV2', { scope: 'span', maxTagsPerScope: 3 }, '/api/v2/search/tags?scope=span&limit=3'],
    [
      'SearchTagsV2',
      { query: '{ resource.service.name = "placed" }', start: EPOCH_SECONDS, end: EPOCH_SECONDS + 60 },
      `/api/v2/search/tags?q={ resource.service.name = "placed" }&start=${EPOCH_SECONDS}&end=${EPOCH_SECONDS + 60}`,
    ],
    ['SearchTagValues', { tagName: 'http.method' }, '/api/search/tag/http.method/values'],
    ['SearchTagValues', { tagName: 'service.name' }, '/api/search/tag/service.name/values'],
    ['SearchTagValuesV2', { tagName: '.x' }, '/api/v2/search/tag/.x/values'],
    ['SearchTagValuesV2', { tagName: 'status' }, '/api/v2/search/tag/status/values'],
    ['SearchTagValuesV2', { tagName: 'span.x', maxTagValues: 2 }, '/api/v2/search/tag/span.x/values?limit=2'],
    [
      'SearchTagValuesV2',
      { tagName: 'span.x', query: '{ name = "text" }' },
      '/api/v2/search/tag/span.x/values?q={ name = "text" }',
    ],
  ])('%s %j answers what HTTP does', async (method, request, path) => {
    const messages = await client.all(method, request);
    expect(messages).toHaveLength(1);
    expect(JSON.parse(JSON.stringify(messages[0]))).toEqual(await http(encodeURI(path)));
  });

  test.each([
    ['SearchTagsV2', { scope: 'planet' }, 'Parameter scope'],
    ['SearchTags', { start: 5, end: 5 }, 'Parameter start'],
    ['SearchTagValuesV2', { tagName: '{' }, 'The tag "{"'],
    ['SearchTagValuesV2', {}, 'Parameter tagName is missing'],
    ['SearchTagValues', { tagName: 'a', maxTagValues: 1_000_000 }, 'Parameter limit'],
  ])('%s %j is refused', async (method, request, message) => {
    const { code, details } = await failure(method, request);
    expect(code).toBe(status.INVALID_ARGUMENT);
    expect(details).toContain(message);
  });
});

describe('requests that are refused', () => {
  test.each([
    [{ Query: '{ ' }, 'q={ '],
    [{ Query: '{ name = 5 }' }, 'q={ name = 5 }'],
    [{ Query: '{ name =~ "(" }' }, 'q={ name =~ "(" }'],
    [{ Query: '{ } | rate()' }, 'q={ } | rate()'],
    [{ Query: '{}', Tags: { a: 'b' } }, 'q={}&tags=a=b'],
    [{ Limit: 4_000_000_000 }, 'limit=4000000000'],
    [{ SpansPerSpanSet: 101 }, 'spss=101'],
    [{ Query: '{}', start: 10, end: 10 }, 'q={}&start=10&end=10'],
    [{ Query: '{}', start: 20, end: 10 }, 'q={}&start=20&end=10'],
    [{ MinDurationMs: 10, MaxDurationMs: 5 }, 'minDuration=10ms&maxDuration=5ms'],
  ])('%j has the code INVALID_ARGUMENT, and the message of HTTP', async (request, query) => {
    const { code, details } = await failure('Search', request);
    expect(code).toBe(status.INVALID_ARGUMENT);
    const expected = await httpMessage(`/api/search?${encodeURI(query)}`);
    expect(details).toContain(expected);
  });

  test('a tag that the tags of HTTP could not have', async () => {
    const { code, details } = await failure('Search', { Tags: { 'a b': 'c' } });
    expect(code).toBe(status.INVALID_ARGUMENT);
    expect(details).toMatch(/^Parameter tags has the key "a b"/);
  });

  test('an error in a query says where it is, and what to do', async () => {
    const { details } = await failure('Search', { Query: '{ name == "x" }' });
    expect(details).toMatch(/^line 1, column \d+: /);
  });

  test('a query of more than 128 KiB', async () => {
    const { code, details } = await failure('Search', { Query: `{ name = "${'x'.repeat(131_072)}" }` });
    expect(code).toBe(status.INVALID_ARGUMENT);
    expect(details).toMatch(/^Parameter q has \d+ characters, 131072 are allowed\./);
  });

  test('a message that is larger than any request', async () => {
    const { code } = await failure('Search', { Query: 'x'.repeat(1_200_000) });
    expect(code).toBe(status.RESOURCE_EXHAUSTED);
  });

  test('letters that no header can hold', async () => {
    const { code } = await failure('Search', { Query: '{ name = 100% "ü\u{1f600}\n' });
    expect(code).toBe(status.INVALID_ARGUMENT);
  });

  test('a method that is not there', async () => {
    const calls = client as unknown as { call: QuerierClient['call'] };
    expect(() => calls.call('Nothing', {})).toThrow();
  });
});

describe('long answers', () => {
  const text = 'long '.repeat(20_000);
  const COUNT = 40;

  beforeAll(async () => {
    const spans = Array.from({ length: COUNT }, (_, index): SpanSpec => ({
      name: 'long',
      trace: 0x1000 + index,
      span: 0x1000 + index,
      start: 10_000_000 + index,
      service: 'long',
      attributes: { text },
    }));
    await store.ingest(otlpRequest(spans));
  });

  test('come in packets of at most a mebibyte', async () => {
    const messages = await client.all('Search', { Query: '{ name = "long" } | select(.text)', Limit: COUNT });
    const sizes = messages.map((message) => (message as { [BYTES]: number })[BYTES]);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1024 ** 2);
    expect(sizes.length).toBeGreaterThan(4);
    expect(found(messages).map(({ traceID }) => traceID)).toEqual(
      Array.from({ length: COUNT }, (_, index) => traceIdOf(0x1000 + COUNT - 1 - index))
    );
    const [trace] = found(messages) as unknown as Array<{ spanSets: Array<{ spans: object[] }> }>;
    expect(trace.spanSets[0].spans[0]).toMatchObject({
      spanID: spanIdOf(0x1000 + COUNT - 1),
      attributes: [{ key: 'text', value: { stringValue: text } }],
    });
  });

  test('to a client that hangs up, stop', async () => {
    for (let round = 0; round < 20; round++) {
      const call = client.call('Search', { Query: '{ name = "long" } | select(.text)', Limit: COUNT });
      const ended = new Promise<ServiceError>((done) => call.once('error', (error) => done(error as ServiceError)));
      if (round % 2 === 0) {
        call.once('data', () => call.cancel());
      } else {
        call.cancel();
      }
      expect((await ended).code).toBe(status.CANCELLED);
    }
    expect(found(await client.all('Search', { Query: '{ name = "text" }' }))).toHaveLength(1);
  });
});

describe('a search that takes several looks', () => {
  const HOUR_MS = 3_600_000;
  const BEGIN = 400 * 24 * HOUR_MS;
  /** A trace in each of sixty hours, and one whose root is older than all of them and whose other span is the newest. */
  const SPANS: SpanSpec[] = Array.from({ length: 60 }, (_, hour) => ({
    name: 'hourly',
    trace: 0x2000 + hour,
    span: 0x2000 + hour,
    start: BEGIN + hour * HOUR_MS,
  }));
  SPANS.push(
    { name: 'begin', trace: 0x3000, span: 0x3000, start: BEGIN - HOUR_MS },
    { name: 'hourly', trace: 0x3000, span: 0x3001, parent: 0x3000, start: BEGIN + 60 * HOUR_MS }
  );
  const range = { start: EPOCH_SECONDS + BEGIN / 1000 - 8 * 3600, end: EPOCH_SECONDS + BEGIN / 1000 + 61 * 3600 };

  beforeAll(() => store.ingest(otlpRequest(SPANS)));

  test.each([3, 30, 60, 61, 100])('%i traces, each said once it is certain', async (limit) => {
    const messages = await client.all('Search', { Query: '{ name = "hourly" }', Limit: limit, ...range });
    const ids = found(messages).map(({ traceID }) => traceID);
    const query = `q={ name = "hourly" }&limit=${limit}&start=${range.start}&end=${range.end}`;
    expect(ids).toEqual((await httpTraces(encodeURI(query))).map(({ traceID }) => traceID));
    expect(ids.includes(traceIdOf(0x3000))).toBe(limit > 60);
    if (limit >= 30) {
      expect(messages.filter((message) => found([message]).length > 0).length).toBeGreaterThan(1);
      const progress = messages.map(({ metrics }) => (metrics as { completedJobs?: number }).completedJobs ?? 0);
      expect(progress.some((jobs) => jobs > 0 && jobs < 100)).toBe(true);
    }
  });
});

test('a deadline that has passed', async () => {
  const call = client.call('Search', { Query: '{ }' }, {}, 0);
  const error = await new Promise<ServiceError>((done) => call.once('error', (reason) => done(reason as ServiceError)));
  expect(error.code).toBe(status.DEADLINE_EXCEEDED);
});

test('HTTP and gRPC at once, on one port', async () => {
  const answers = await Promise.all(
    Array.from({ length: 20 }, async (_, index) =>
      index % 2 === 0
        ? found(await client.all('Search', { Query: '{ name = "text" }' })).length
        : (await httpTraces(encodeURI('q={ name = "text" }'))).length
    )
  );
  expect(answers).toEqual(answers.map(() => 1));
});

describe('with a token', () => {
  let guarded: QueryProcess;
  let stranger: QuerierClient;

  beforeAll(async () => {
    guarded = await startQueryProcess({ TEST_TOKEN: 'let me in' });
    stranger = new QuerierClient(guarded.url);
  }, 30_000);

  afterAll(async () => {
    stranger.close();
    await guarded.stop();
  });

  test('every call demands it', async () => {
    for (const authorization of ['', 'Bearer let me out', 'Basic bGV0IG1lIGlu']) {
      const headers: Record<string, string> = authorization === '' ? {} : { authorization };
      await expect(stranger.all('Search', { Query: '{}' }, headers)).rejects.toMatchObject({
        code: status.UNAUTHENTICATED,
      });
    }
    expect(await stranger.all('Search', { Query: '{}' }, { Authorization: 'Bearer let me in' })).not.toEqual([]);
  });
});
