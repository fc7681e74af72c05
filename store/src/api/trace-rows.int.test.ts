import { UNTOLD_VALUE } from '@clew/trace-model';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';

import { requestOf, traceIdOf, type SpanSpec } from './testing/numbered-traces.ts';
import { attributes } from './testing/otlp.ts';
import { startQueryProcess, type QueryProcess } from './testing/query-process.ts';
import { errorOf, TraceRows } from './testing/trace-rows.ts';

const SMALL = traceIdOf(1);
const LARGE = traceIdOf(2);
const SPANS = 150_000;

let store: QueryProcess;
let rows: TraceRows;

const withAttributes = (values: Parameters<typeof attributes>[0]) => ({ attributes: attributes(values) });

/** Ten spans begin at once. Every third has an `n`, every one a `text` that no other has. */
const LARGE_SPECS = Array.from({ length: SPANS }, (_, index): SpanSpec => ({
  id: index + 1,
  start: BigInt(Math.floor(index / 10)),
  name: `n${index % 7}`,
  more: withAttributes({ text: `text ${index}`, ...(index % 3 === 0 ? { n: index % 100 } : {}) }),
}));

beforeAll(async () => {
  store = await startQueryProcess();
  rows = new TraceRows(store.url);
  await store.ingest(
    requestOf(1, 'shop', [
      {
        id: 1,
        start: 0n,
        name: 'root',
        duration: 50n,
        more: withAttributes({ 'http.route': '/a', long: 'x'.repeat(300) }),
      },
      { id: 2, parent: 1, start: 1n, duration: -5n, more: withAttributes({ 'http.route': '/b', n: 5 }) },
      { id: 3, parent: 1, start: 1n, more: withAttributes({ n: 2.5 }) },
      { id: 4, parent: 3, start: 2n, more: withAttributes({ n: 'five' }) },
    ])
  );
  for (let at = 0; at < SPANS; at += 5000) {
    await store.ingest(requestOf(2, 'shop', LARGE_SPECS.slice(at, at + 5000)));
  }
  // Twins, some of them at the first page's end.
  await store.ingest(requestOf(2, 'shop', LARGE_SPECS.slice(65_500, 65_600)));
}, 120_000);

afterAll(() => store.stop());

describe('matches', () => {
  test.each([
    ['{ name = "root" }', [0]],
    ['{ duration < 0s }', [1]],
    ['{ span.http.route = "/b" || span.n = "five" }', [1, 3]],
    ['{ name = "root" } && { span.n > 1 }', [0, 1, 2]],
    ['{ name = "root" } && { span.n > 100 }', []],
    ['{ name = "root" } >> { span.n != nil }', [1, 2, 3]],
    ['{ span.n != nil } < { }', [0, 2]],
    ['{ } | by(span.n != nil) | count() > 1', [1, 2, 3]],
    ['{ resource.service.name = "shop" } | select(span.n)', [0, 1, 2, 3]],
    ['{ span.n = "none" }', []],
    ['{ .nothing = 1 }', []],
  ])('%s', async (query, found) => {
    expect(await rows.matches(SMALL, query)).toEqual({ rows: 4, found });
  });

  test('of a large trace with twins', async () => {
    const numbers = (isFound: (index: number) => boolean) => Array.from(LARGE_SPECS.keys()).filter(isFound);
    expect(await rows.matches(LARGE, '{ span.n = 42 }')).toEqual({
      rows: SPANS,
      found: numbers((index) => index % 3 === 0 && index % 100 === 42),
    });
    expect(await rows.matches(LARGE, '{ name = "n3" } | count() > 5')).toEqual({
      rows: SPANS,
      found: numbers((index) => index % 7 === 3),
    });
    expect(await rows.matches(LARGE, '{ name = "none" }')).toEqual({ rows: SPANS, found: [] });
  }, 60_000);

  test.each([
    ['{ name = }', 'query_syntax', 1, 10],
    ['{ name > 5 }', 'query_type', 1, 3],
    ['{ name =~ "(" }', 'query_type', undefined, undefined],
    ['{ status = error } | rate()', 'query_unsupported', 1, 1],
    ['({ } | rate()) + ({ } | rate())', 'query_unsupported', 1, 1],
  ])('%s is refused', async (query, code, line, column) => {
    const { error } = await rows.matches(SMALL, query);
    expect(error?.code).toBe(code);
    if (line !== undefined) {
      expect(error).toMatchObject({ line, column });
    }
  });

  test('a metric is refused with what to write', async () => {
    const { error } = await rows.matches(SMALL, '{ status = error } | rate() by(name)');
    expect(error).toMatchObject({ hint: 'Write { status = error }.' });
  });

  test.each([
    ['a small trace', SMALL],
    ['a large trace, evaluated in another thread,', LARGE],
  ])('what only the data of %s brings to light is an error with a place', async (_, traceId) => {
    const { error } = await rows.matches(traceId, '{ 1 / (span.n - 5) = 1 }');
    expect(error).toMatchObject({ code: 'query_type', line: 1, column: expect.any(Number) });
  });

  test('no query, and one that is too long', async () => {
    const none = await rows.get(SMALL, 'matches');
    expect([none.status, errorOf(none.body)]).toMatchObject([400, { code: 'parameter_invalid' }]);
    const long = await rows.get(SMALL, `matches?q=${'x'.repeat(128 * 1024 + 1)}`);
    expect([long.status, errorOf(long.body)]).toMatchObject([400, { code: 'parameter_invalid' }]);
    const many = await rows.matches(
      SMALL,
      `{ ${Array.from({ length: 3000 }, (_, n) => `span.a${n} = ${n}`).join(' || ')} }`
    );
    expect(many.error?.code).toMatch(/^query_/);
  });
});

describe('a column', () => {
  test.each([
    ['span.http.route', ['/a', '/b', undefined, undefined], false],
    ['.n', [undefined, '5', '2.5', 'five'], false],
    ['span.n', [undefined, '5', '2.5', 'five'], false],
    ['resource.service.name', ['shop', 'shop', 'shop', 'shop'], false],
    ['instrumentation:name', ['tests', 'tests', 'tests', 'tests'], false],
    ['span.long', [null, undefined, undefined, undefined], false],
    ['span.none', [undefined, undefined, undefined, undefined], true],
  ])('%s', async (key, texts, numeric) => {
    expect(await rows.column(SMALL, key)).toMatchObject({ texts, numeric });
  });

  test('of a large trace with twins', async () => {
    const { texts, numeric } = await rows.column(LARGE, 'span.n');
    expect(texts).toEqual(LARGE_SPECS.map((_, index) => (index % 3 === 0 ? String(index % 100) : undefined)));
    expect(numeric).toBe(true);
  }, 60_000);

  test('of more distinct values than are told', async () => {
    const { texts = [], distinct } = await rows.column(LARGE, 'span.text');
    expect(texts).toHaveLength(SPANS);
    expect(distinct).toBe(65_536);
    expect(texts.slice(0, 3)).toEqual(['text 0', 'text 1', 'text 2']);
    expect(texts.filter((text) => text === null)).toHaveLength(SPANS - 65_536);
    expect(UNTOLD_VALUE).toBe(0xffff_ffff);
  }, 60_000);

  test.each([
    ['', 'parameter_invalid'],
    ['span.', 'query_syntax'],
    ['{ }', 'query_syntax'],
    ['duration', 'query_unsupported'],
    ['parent.span.a', 'query_unsupported'],
  ])('"%s" is refused', async (key, code) => {
    expect((await rows.column(SMALL, key)).error?.code).toBe(code);
  });
});

test('keys, with how many spans have them', async () => {
  const { status, body } = await rows.get(SMALL, 'keys');
  expect(status).toBe(200);
  expect(JSON.parse(body.toString())).toEqual({
    keys: [
      { key: 'resource.service.name', scope: 'resource', name: 'service.name', types: ['string'], spans: 4 },
      { key: 'span.n', scope: 'span', name: 'n', types: expect.arrayContaining(['int', 'float', 'string']), spans: 3 },
      { key: 'span.http.route', scope: 'span', name: 'http.route', types: ['string'], spans: 2 },
      { key: 'span.long', scope: 'span', name: 'long', types: ['string'], spans: 1 },
    ],
    truncated: false,
  });
  const large = JSON.parse((await rows.get(LARGE, 'keys')).body.toString()) as { keys: unknown };
  expect(large.keys).toMatchObject([
    { key: 'resource.service.name', spans: SPANS },
    { key: 'span.text', spans: SPANS },
    { key: 'span.n', spans: SPANS / 3 },
  ]);
}, 60_000);

describe.each(['matches?q={}', 'column?key=span.n', 'keys'])('%s', (path) => {
  test('of a trace that is not there is 404, of no id 400', async () => {
    const unknown = await rows.get('dead', path);
    expect([unknown.status, errorOf(unknown.body)]).toMatchObject([404, { code: 'trace_not_found' }]);
    const wrong = await rows.get('x', path);
    expect([wrong.status, errorOf(wrong.body)]).toMatchObject([400, { code: 'trace_id_invalid' }]);
  });

  test('is told by its tag to have been had', async () => {
    const first = await rows.get(SMALL, path);
    expect(first.status).toBe(200);
    const again = await rows.get(SMALL, path, { 'if-none-match': first.headers.etag ?? '' });
    expect([again.status, again.body.length]).toEqual([304, 0]);
  });

  test('is packed for who takes it', async () => {
    const { headers } = await rows.get(LARGE, path, { 'accept-encoding': 'zstd' });
    expect([headers['content-encoding'], headers['transfer-encoding']]).toEqual(
      path === 'keys' ? [undefined, undefined] : ['zstd', 'chunked']
    );
  }, 60_000);

  test('is left by a client that the store does not miss', async () => {
    for (let round = 0; round < 3; round++) {
      const sent = httpRequest(`${store.url}/clew/v1/traces/${LARGE}/${path}`);
      sent.on('error', () => undefined);
      sent.end();
      if (round > 0) {
        const [response] = (await once(sent, 'response')) as [IncomingMessage];
        if (round > 1) {
          await once(response, 'data');
        }
      }
      sent.destroy();
    }
    expect(await rows.matches(SMALL, '{ name = "root" }')).toEqual({ rows: 4, found: [0] });
  }, 60_000);
});
