import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync, zstdCompressSync } from 'node:zlib';

import { startStore, StoreDidNotStart, type StoreProcess } from './testing/store-process.ts';

jest.setTimeout(60_000);

const TRACE_ID = '5b8efff798038103d269b633813fc60c';
const span = (overrides: object = {}) => ({
  traceId: TRACE_ID,
  spanId: 'eee19b7ec3c1b174',
  name: 'first span',
  startTimeUnixNano: `${Date.now()}000000`,
  endTimeUnixNano: `${Date.now()}250000`,
  ...overrides,
});
const otlpJson = (...spans: object[]) => JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });

async function send(
  store: StoreProcess,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = { 'content-type': 'application/json' }
): Promise<{ status: number; body: string; headers: Headers }> {
  const response = await fetch(`http://${store.otlpHttp}/v1/traces`, { method: 'POST', body, headers });
  return { status: response.status, body: await response.text(), headers: response.headers };
}

interface FoundSpan {
  spanId: string;
  name: string;
  attributes?: Array<{ key: string; value: object }>;
}

/** Spans of a trace as the query API has them; asks again until there are as many as expected. */
async function spansOf(store: StoreProcess, traceId: string, expected: number): Promise<FoundSpan[]> {
  for (let attempt = 0; ; attempt++) {
    const response = await fetch(`http://${store.query}/api/v2/traces/${traceId}`);
    const answer = (await response.json()) as {
      trace?: { resourceSpans: Array<{ scopeSpans: Array<{ spans: FoundSpan[] }> }> };
    };
    const spans = (answer.trace?.resourceSpans ?? []).flatMap(({ scopeSpans }) =>
      scopeSpans.flatMap((one) => one.spans)
    );
    if (spans.length >= expected || attempt > 100) {
      return spans;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe('a running store', () => {
  let store: StoreProcess;
  beforeAll(async () => {
    store = await startStore({ CLEW_BATCH_MS: '100', CLEW_MAX_REQUEST_BYTES: '100000' });
  });
  afterAll(() => store.stop());

  it.each([
    ['grpc', () => `http://${store.otlpGrpc}`],
    ['http', () => `http://${store.otlpHttp}/v1/traces`],
  ])('keeps every field that the OpenTelemetry SDK sends over %s', async (protocol, url) => {
    const client = resolve('store/src/testing/sdk-client.ts');
    const { stdout } = await promisify(execFile)(process.execPath, [client, protocol, url()]);
    const { traceId, spanId } = JSON.parse(stdout) as { traceId: string; spanId: string };
    const spans = await spansOf(store, traceId, 1);
    expect(spans).toHaveLength(1);
    expect(spans[0]).toMatchObject({
      traceId: Buffer.from(traceId, 'hex').toString('base64'),
      spanId: Buffer.from(spanId, 'hex').toString('base64'),
      name: 'every field',
      kind: 'SPAN_KIND_CLIENT',
      startTimeUnixNano: '1700000000123456789',
      endTimeUnixNano: '1700000001000000001',
      status: { code: 'STATUS_CODE_ERROR', message: 'it broke' },
      events: [
        {
          timeUnixNano: '1700000000123456999',
          name: 'cache miss',
          attributes: [{ key: 'key', value: { stringValue: 'user:1' } }],
        },
      ],
      links: [
        {
          traceId: Buffer.from('0123456789abcdef0123456789abcdef', 'hex').toString('base64'),
          spanId: Buffer.from('0123456789abcdef', 'hex').toString('base64'),
          attributes: [{ key: 'why', value: { stringValue: 'retry' } }],
        },
      ],
    });
    expect(Object.fromEntries((spans[0].attributes ?? []).map(({ key, value }) => [key, value]))).toEqual({
      text: { stringValue: 'é\n\n' },
      int: { intValue: '42' },
      float: { doubleValue: 0.5 },
      yes: { boolValue: true },
      texts: { arrayValue: { values: [{ stringValue: 'a' }, { stringValue: '' }] } },
      ints: { arrayValue: { values: [{ intValue: '1' }, { intValue: '-2' }] } },
      flags: { arrayValue: { values: [{ boolValue: true }, { boolValue: false }] } },
    });
  });

  it('takes JSON, and any of the compressions', async () => {
    const ids = ['1', '2', '3'].map((digit) => digit.repeat(16));
    const bodies = ids.map((spanId) => Buffer.from(otlpJson(span({ traceId: 'a'.repeat(32), spanId }))));
    const json = { 'content-type': 'application/json; charset=utf-8' };
    const answers = [
      await send(store, new Uint8Array(bodies[0]), json),
      await send(store, new Uint8Array(gzipSync(bodies[1])), { ...json, 'content-encoding': 'gzip' }),
      await send(store, new Uint8Array(zstdCompressSync(bodies[2])), { ...json, 'content-encoding': 'zstd' }),
    ];
    expect(answers.map(({ status, body }) => [status, body])).toEqual(Array(3).fill([200, '{"partialSuccess":{}}']));
    expect(await spansOf(store, 'a'.repeat(32), 3)).toHaveLength(3);
  });

  it('refuses a span with a bad id alone, and says so', async () => {
    const traceId = 'b'.repeat(32);
    const { status, body } = await send(store, otlpJson(span({ traceId }), span({ traceId: '12' }), { name: 7 }));
    expect(status).toBe(200);
    expect(JSON.parse(body)).toEqual({
      partialSuccess: {
        rejectedSpans: '2',
        errorMessage:
          '1 refused: trace_id is not 16 bytes, or all zero; ' +
          '1 refused: resourceSpans[0].scopeSpans[0].spans[2].name: expected a string, found 7',
      },
    });
    expect(await spansOf(store, traceId, 1)).toHaveLength(1);
  });

  it.each<[string, string | Uint8Array<ArrayBuffer>, Record<string, string>, number, RegExp]>([
    ['malformed JSON', '{"resourceSpans":', { 'content-type': 'application/json' }, 400, /Not an OTLP trace request/],
    [
      'a wrong envelope',
      '{"resourceSpans":5}',
      { 'content-type': 'application/json' },
      400,
      /expected an array, found 5/,
    ],
    ['malformed protobuf', 'nonsense', { 'content-type': 'application/x-protobuf' }, 400, /Not an OTLP trace request/],
    ['a wrong content type', 'x', { 'content-type': 'text/plain' }, 415, /text\/plain is not taken/],
    [
      'an unknown encoding',
      'x',
      { 'content-type': 'application/json', 'content-encoding': 'lzw' },
      415,
      /lzw is not taken/,
    ],
    [
      'a body that is not gzip',
      'x',
      { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      400,
      /not gzip/,
    ],
    ['a large body', 'x'.repeat(100_001), { 'content-type': 'application/json' }, 413, /larger than 100000 bytes/],
    [
      'a body that is large once it is unpacked',
      new Uint8Array(gzipSync(Buffer.alloc(10_000_000))),
      { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      413,
      /larger than 100000 bytes/,
    ],
  ])('answers %s with an OTLP status', async (_what, body, headers, status, message) => {
    const answer = await send(store, body, headers);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatch(message);
    if (headers['content-type'] === 'application/json') {
      expect(JSON.parse(answer.body)).toMatchObject({ code: 3, message: expect.stringMatching(message) });
    } else if (headers['content-type'] === 'application/x-protobuf') {
      expect(answer.headers.get('content-type')).toBe('application/x-protobuf');
    }
  });

  it('says what it is for on other paths', async () => {
    const metrics = await fetch(`http://${store.otlpHttp}/v1/metrics`, { method: 'POST', body: '{}' });
    expect([metrics.status, await metrics.text()]).toEqual([404, expect.stringContaining('stores traces only')]);
    const get = await fetch(`http://${store.otlpHttp}/v1/traces`);
    expect([get.status, await get.text()]).toEqual([405, expect.stringContaining('sent by POST')]);
  });

  it('is ready and counts what it took and refused', async () => {
    expect((await fetch(`http://${store.admin}/ready`)).status).toBe(200);
    const metrics = await (await fetch(`http://${store.admin}/metrics`)).text();
    expect(metrics).toMatch(/^clew_received_spans_total [1-9]/m);
    expect(metrics).toMatch(/^clew_refused_spans_total\{reason="bad_trace_id"\} 1$/m);
    expect(metrics).toMatch(/^clew_refused_requests_total\{reason="too_large"\} 2$/m);
  });

  it('does not start on a folder or a port that another store has', async () => {
    const folder = startStore({ CLEW_DATA_DIR: store.dataDir });
    await expect(folder).rejects.toThrow(StoreDidNotStart);
    await expect(folder).rejects.toThrow(`in use by process ${store.pid}`);
    const taken = store.otlpHttp.split(':')[1];
    await expect(startStore({ CLEW_OTLP_HTTP_PORT: taken })).rejects.toThrow(/Set CLEW_OTLP_HTTP_PORT to another port/);
  });
});

describe('a store that is stopped', () => {
  let dataDir: string;
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'clew-restart-'));
  });
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  it('by SIGKILL, has every acknowledged span once after the next start', async () => {
    // Batches that would wait a minute: at the kill, the spans are in the journal alone.
    const first = await startStore({ CLEW_DATA_DIR: dataDir, CLEW_BATCH_MS: '60000' });
    const ids = Array.from({ length: 20 }, (_, index) => (index + 1).toString(16).padStart(16, '0'));
    const answers = await Promise.all(ids.map((spanId) => send(first, otlpJson(span({ spanId })))));
    expect(answers.map(({ status }) => status)).toEqual(ids.map(() => 200));
    await first.end('SIGKILL');

    const second = await startStore({ CLEW_DATA_DIR: dataDir });
    const spans = await spansOf(second, TRACE_ID, ids.length);
    await second.end('SIGTERM');
    expect(spans.map(({ spanId }) => Buffer.from(spanId, 'base64').toString('hex')).sort()).toEqual(ids);
  });

  it('by SIGTERM, drains and exits with 0', async () => {
    const first = await startStore({ CLEW_DATA_DIR: dataDir, CLEW_BATCH_MS: '60000' });
    expect((await send(first, otlpJson(span()))).status).toBe(200);
    expect(await first.end('SIGTERM')).toBe(0);

    const second = await startStore({ CLEW_DATA_DIR: dataDir });
    const spans = await spansOf(second, TRACE_ID, 1);
    expect(spans).toHaveLength(1);
    expect(second.log()).not.toContain('replaying');
    expect(await second.end('SIGTERM')).toBe(0);
  });

  it('with a token, takes nothing without it', async () => {
    const store = await startStore({ CLEW_DATA_DIR: dataDir, CLEW_INGEST_TOKEN: 's3cret' });
    const json = { 'content-type': 'application/json' };
    expect((await send(store, otlpJson(span()))).status).toBe(401);
    expect((await send(store, otlpJson(span()), { ...json, authorization: 'Bearer wrong' })).status).toBe(401);
    expect((await send(store, otlpJson(span()), { ...json, authorization: 'Bearer s3cret' })).status).toBe(200);
    await store.end('SIGTERM');
  });
});

describe('a store with tenants and limits', () => {
  let store: StoreProcess;
  let folder: string;
  const json = { 'content-type': 'application/json' };
  const as = (tenant: string) => ({ ...json, 'x-scope-orgid': tenant });
  const ask = (path: string, tenant?: string) =>
    fetch(`http://${store.query}${path}`, { headers: tenant ? { 'x-scope-orgid': tenant } : {} });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'clew-tenants-'));
    writeFileSync(join(folder, 'tenants.json'), '{"slow": {"spansPerSecond": 1}}');
    store = await startStore({
      CLEW_BATCH_MS: '100',
      CLEW_MULTI_TENANT: 'true',
      CLEW_TENANTS_FILE: join(folder, 'tenants.json'),
      CLEW_MAX_SPAN_BYTES: '2000',
      CLEW_MAX_ATTRIBUTE_BYTES: '100',
    });
  });
  afterAll(async () => {
    await store.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('takes nothing and shows nothing without a tenant', async () => {
    const refused = await send(store, otlpJson(span()));
    expect([refused.status, refused.body]).toEqual([401, expect.stringContaining('X-Scope-OrgID')]);
    const answer = await ask(`/api/v2/traces/${TRACE_ID}`);
    expect([answer.status, await answer.text()]).toEqual([401, expect.stringContaining('X-Scope-OrgID')]);
    expect((await send(store, otlpJson(span()), as('not/one'))).status).toBe(401);
  });

  it('shows a tenant its own spans alone', async () => {
    const traceId = 'd'.repeat(32);
    expect((await send(store, otlpJson(span({ traceId })), as('team-a'))).status).toBe(200);
    for (let attempt = 0; attempt < 100 && !(await ask(`/api/v2/traces/${traceId}`, 'team-a')).ok; attempt++) {
      await new Promise((done) => setTimeout(done, 50));
    }
    expect((await ask(`/api/v2/traces/${traceId}`, 'team-a')).status).toBe(200);
    expect((await ask(`/api/v2/traces/${traceId}`, 'team-b')).status).toBe(404);
    const found = async (tenant: string) =>
      ((await (await ask('/api/search?q={}', tenant)).json()) as { traces: unknown[] }).traces.length;
    expect([await found('team-a'), await found('team-b')]).toEqual([1, 0]);
  });

  it('tells the client and the trace what was refused and cut', async () => {
    const traceId = 'e'.repeat(32);
    const attribute = (letters: number) => [{ key: 'note', value: { stringValue: 'n'.repeat(letters) } }];
    const answer = await send(
      store,
      otlpJson(
        span({ traceId, attributes: attribute(150) }),
        span({ traceId, spanId: '00000000000000aa', name: 'x'.repeat(3000) }),
        span({ traceId, spanId: '00000000000000ab', name: 'x'.repeat(3000) })
      ),
      as('team-a')
    );
    expect(JSON.parse(answer.body)).toEqual({
      partialSuccess: {
        rejectedSpans: '2',
        errorMessage:
          '2 refused: the span is larger than the limit, CLEW_MAX_SPAN_BYTES; ' +
          '1 attributes cut: they are longer than the limit, CLEW_MAX_ATTRIBUTE_BYTES',
      },
    });
    let trace: { status?: string; message?: string } = {};
    for (let attempt = 0; attempt < 100 && trace.message === undefined; attempt++) {
      await new Promise((done) => setTimeout(done, 50));
      trace = (await (await ask(`/api/v2/traces/${traceId}`, 'team-a')).json()) as typeof trace;
    }
    expect(trace.status).toBe('PARTIAL');
    expect(trace.message).toMatch(
      /^1 attribute cut at \S+Z because they are longer than 100 bytes \(CLEW_MAX_ATTRIBUTE_BYTES\); 2 spans refused at \S+Z because they are larger than 2000 bytes \(CLEW_MAX_SPAN_BYTES\)$/
    );
    expect(JSON.stringify(trace)).toContain(`"${'n'.repeat(100)}"`);
  });

  it('makes a tenant wait that is over its rate, and no other', async () => {
    const spans = (first: number, count: number) =>
      Array.from({ length: count }, (_, index) =>
        span({ traceId: 'f'.repeat(32), spanId: String(first + index).padStart(16, '0') })
      );
    // A bucket of two and a request of sixty: half a minute and more to wait.
    expect((await send(store, otlpJson(...spans(1, 60)), as('slow'))).status).toBe(200);
    for (const first of [100, 200, 300]) {
      const { status, headers } = await send(store, otlpJson(...spans(first, 1)), as('slow'));
      expect(status).toBe(429);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(20);
    }
    expect((await send(store, otlpJson(span({ spanId: '00000000000000ff' })), as('team-b'))).status).toBe(200);
    const metrics = await (await fetch(`http://${store.admin}/metrics`)).text();
    expect(metrics).toMatch(/^clew_refused_requests_total\{reason="rate"\} 3$/m);
    expect(metrics).toMatch(/^clew_refused_spans_total\{reason="span_too_large"\} 2$/m);
    expect(metrics).toMatch(/^clew_cut_attributes_total 1$/m);
    expect(metrics).toMatch(/^clew_engine_up 1$/m);
    expect(metrics).toMatch(/^clew_query_seconds_count\{route="\/api\/v2\/traces\/:id",status="2xx"\} [1-9]/m);
  });
});
