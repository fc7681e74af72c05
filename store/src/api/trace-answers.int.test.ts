import { gunzipSync, zstdDecompressSync } from 'node:zlib';

import { framePath, idOf, requestOf, spanOf, traceIdOf, type SpanSpec } from './testing/numbered-traces.ts';
import { attributes, decodeOtlp, encodeOtlp } from './testing/otlp.ts';
import { startQueryProcess, type QueryProcess } from './testing/query-process.ts';
import { rawGet } from './testing/raw-get.ts';

let store: QueryProcess;

beforeAll(async () => {
  store = await startQueryProcess();
}, 30_000);

afterAll(() => store.stop());

const raw = (path: string, headers?: Record<string, string>) => rawGet(`${store.url}${path}`, headers);

describe('the spans of a trace', () => {
  const path = (query: string) => `/clew/v1/traces/${traceIdOf(6)}/spans?${query}`;
  const hex = (number: number) => idOf(number).toString('hex');
  const full = (id: number): SpanSpec => ({
    id,
    start: BigInt(id),
    more: { attributes: attributes({ id, text: 'é' }), events: [{ name: 'e', timeUnixNano: '5' }], status: {} },
  });

  beforeAll(async () => {
    await store.ingest(requestOf(6, 'shop', [full(1), full(2)]));
    await store.ingest(requestOf(6, 'bank', [full(3)]));
  });

  test('come whole, in protobuf or JSON, those that were asked for', async () => {
    const wanted = path(`span=${hex(1)}&span=${hex(3)}&span=${hex(3).toUpperCase()}&span=${hex(9)}`);
    const expected = decodeOtlp(
      'TracesData',
      encodeOtlp('TracesData', {
        resourceSpans: [['shop', 1] as const, ['bank', 3] as const].map(([service, id]) => ({
          resource: { attributes: attributes({ 'service.name': service }) },
          scopeSpans: [{ scope: { name: 'tests' }, spans: [spanOf(6, full(id))] }],
        })),
      })
    );
    const protobuf = await raw(wanted, { accept: 'application/protobuf' });
    expect(protobuf.headers['content-type']).toBe('application/protobuf');
    expect(sortedAttributes(decodeOtlp('TracesData', protobuf.body))).toEqual(sortedAttributes(expected));
    const json = await raw(wanted);
    expect(json.headers['content-type']).toMatch(/^application\/json/);
    expect(sortedAttributes(JSON.parse(json.body.toString()))).toEqual(sortedAttributes(expected));
  });

  test('may be 200', async () => {
    const ids = Array.from({ length: 200 }, (_, index) => `span=${hex(index + 1)}`);
    expect((await raw(path(ids.join('&')))).status).toBe(200);
  });

  test.each([
    ['no id', '', 400, 'Parameter span is missing; give the 16 hexadecimal digits of a span id, up to 200 times.'],
    [
      'a short id',
      'span=1',
      400,
      'Parameter span is "1"; give the 16 hexadecimal digits of a span id, up to 200 times.',
    ],
    ['what is no id', `span=${'0'.repeat(15)}g`, 400, 'is "000000000000000g"'],
    [
      'too many ids',
      Array.from({ length: 201 }, () => `span=${'0'.repeat(16)}`).join('&'),
      400,
      'Parameter span is given 201 times, 200 are allowed; ask in several requests.',
    ],
    ['an unknown id', `span=${'ab'.repeat(8)}`, 404, `There is no trace ${traceIdOf(6)} with a span of those ids.`],
  ])('refuses %s', async (_what, query, status, message) => {
    const answer = await raw(path(query));
    expect(answer.status).toBe(status);
    expect((JSON.parse(answer.body.toString()) as { error: { message: string } }).error.message).toContain(message);
  });
});

describe('caching', () => {
  const forms: Array<[path: string, accept: string]> = [
    [framePath(7), '*/*'],
    [`/clew/v1/traces/${traceIdOf(7)}/spans?span=${'0'.repeat(15)}1`, 'application/protobuf'],
    [`/clew/v1/traces/${traceIdOf(7)}/spans?span=${'0'.repeat(15)}1`, '*/*'],
    [`/api/traces/${traceIdOf(7)}`, 'application/protobuf'],
    [`/api/v2/traces/${traceIdOf(7)}`, 'application/protobuf'],
    [`/api/v2/traces/${traceIdOf(7)}`, '*/*'],
  ];

  beforeAll(() => store.ingest(requestOf(7, 'shop', [{ id: 1, start: 0n }])));

  test.each(forms)('%s as %s is known by its tag until the trace grows', async (path, accept) => {
    const first = await raw(path, { accept });
    const { etag = '' } = first.headers;
    expect(first.headers).toMatchObject({
      // Received just now.
      'cache-control': 'no-cache',
      vary: 'Accept, Accept-Encoding, Authorization, X-Scope-OrgID',
    });
    for (const header of [etag, `"x", ${etag.slice(2)}`, '*']) {
      const again = await raw(path, { accept, 'if-none-match': header });
      expect([again.status, again.body.length, again.headers.etag]).toEqual([304, 0, etag]);
      expect(again.headers['cache-control']).toBe('no-cache');
    }
    await store.ingest(requestOf(7, 'shop', [{ id: 1, start: 0n, name: `more for ${path} ${accept}` }]));
    const grown = await raw(path, { accept, 'if-none-match': etag });
    expect(grown.status).toBe(200);
    expect(grown.headers.etag).not.toBe(etag);
    expect(grown.body.length).toBeGreaterThan(first.body.length);
  });

  test('forms have tags of their own', async () => {
    const answers = await Promise.all(forms.slice(3).map(([path, accept]) => raw(path, { accept })));
    expect(new Set(answers.map(({ headers }) => headers.etag)).size).toBe(2);
  });

  test('what is not there is not remembered', async () => {
    const { status, headers } = await raw(framePath(0xdead), { 'if-none-match': '*' });
    expect([status, headers.etag, headers['cache-control']]).toEqual([404, undefined, 'no-store']);
  });
});

test('answers are packed as the client likes them, small ones not at all', async () => {
  const path = `/api/v2/traces/${traceIdOf(6)}`;
  const plain = await raw(path);
  const gzip = await raw(path, { 'accept-encoding': 'gzip, deflate' });
  const zstd = await raw(path, { 'accept-encoding': 'gzip, deflate, br, zstd' });
  expect([gzip.headers['content-encoding'], zstd.headers['content-encoding']]).toEqual(['gzip', 'zstd']);
  expect(gunzipSync(gzip.body)).toEqual(plain.body);
  expect(zstdDecompressSync(zstd.body)).toEqual(plain.body);
  const small = await raw(framePath(6), { 'accept-encoding': 'zstd' });
  expect(small.headers['content-encoding']).toBeUndefined();
  expect(small.headers['content-length']).toBe(String(small.body.length));
});

/** Attributes are a set: their order says nothing. */
function sortedAttributes(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (key, member: unknown) =>
    key === 'attributes' && Array.isArray(member)
      ? (member as Array<{ key: string }>).sort((a, b) => (a.key < b.key ? -1 : 1))
      : member
  );
}
