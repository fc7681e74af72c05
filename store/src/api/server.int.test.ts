import { request as httpRequest, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

import { startQueryProcess, type QueryProcess } from './testing/query-process.ts';
import { EPOCH_SECONDS, otlpRequest, SHOP_SPANS, traceIdOf } from './testing/shop-traces.ts';

let store: QueryProcess;

beforeAll(async () => {
  store = await startQueryProcess();
}, 30_000);

afterAll(() => store.stop());

/** fetch() tidies up paths and unpacks bodies; this does neither. */
async function raw(path: string, options: { method?: string; headers?: Record<string, string> } = {}) {
  const sent = httpRequest(`${store.url}`, { path, ...options });
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: response.statusCode, headers: response.headers, body: await buffer(response) };
}

const getJson = async (path: string) => (await fetch(`${store.url}${path}`)).json() as Promise<Record<string, unknown>>;

describe('before the first span', () => {
  test('every list is empty', async () => {
    expect(await getJson('/api/search?q={}')).toMatchObject({ traces: [] });
    expect(await getJson('/clew/v1/services')).toEqual({ services: [] });
    expect(await getJson('/api/v2/search/tags?scope=span')).toEqual({ scopes: [], metrics: {} });
    expect(await getJson('/api/v2/search/tag/span.x/values')).toEqual({ tagValues: [], metrics: {} });
    expect(await getJson('/clew/v1/status')).toMatchObject({
      spansStored: 0,
      oldestUnixNano: null,
      newestUnixNano: null,
    });
  });
});

describe('with spans', () => {
  beforeAll(() => store.ingest(otlpRequest(SHOP_SPANS)));

  test('GET /api/echo', async () => {
    expect(await (await fetch(`${store.url}/api/echo`)).text()).toBe('echo');
  });

  test('GET /api/status/buildinfo', async () => {
    expect(await getJson('/api/status/buildinfo')).toMatchObject({ version: '0.0.0-test' });
  });

  test('GET / names what is here', async () => {
    const text = await (await fetch(`${store.url}/`)).text();
    expect(text).toContain('/api/v2/traces/{id}');
    expect(text).toContain('127.0.0.1:4317');
  });

  test('GET /clew/v1/status', async () => {
    expect(await getJson('/clew/v1/status')).toEqual({
      version: '0.0.0-test',
      ready: true,
      uptimeSeconds: 1,
      nowMs: expect.any(Number),
      spansStored: SHOP_SPANS.length,
      bytesOnDisk: expect.any(Number),
      oldestUnixNano: `${EPOCH_SECONDS + 1}000000000`,
      newestUnixNano: `${EPOCH_SECONDS + 7200}000000000`,
      received: { spans: 7 },
      refused: { bad_trace_id: 1 },
      lastRefusedMs: { bad_trace_id: 1_700_000_000_000 },
      otlp: { grpc: '127.0.0.1:4317', http: '127.0.0.1:4318' },
    });
  });

  test('GET /clew/v1/services', async () => {
    expect(await getJson(`/clew/v1/services?start=${EPOCH_SECONDS + 3600}&end=${EPOCH_SECONDS + 3720}`)).toEqual({
      services: [
        {
          service: 'db',
          spans: 1,
          spansPerMinute: 0.5,
          errors: 1,
          p95DurationNs: 20_000_000,
          lastSeenUnixNano: `${EPOCH_SECONDS + 3600}200000000`,
        },
        expect.objectContaining({ service: 'gateway', errors: 1 }),
        expect.objectContaining({ service: 'stock', errors: 0 }),
      ],
    });
  });

  test('compresses what is worth it, for who accepts it', async () => {
    const path = '/api/search?q={}&limit=100';
    const plain = await raw(path);
    const packed = await raw(path, { headers: { 'accept-encoding': 'br, gzip;q=0.5' } });
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(packed.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' });
    expect(gunzipSync(packed.body)).toEqual(plain.body);
    expect(packed.body.length).toBeLessThan(plain.body.length / 2);
    for (const encoding of ['identity', 'gzip;q=0', 'br']) {
      const answer = await raw(path, { headers: { 'accept-encoding': encoding } });
      expect(answer.headers['content-encoding']).toBeUndefined();
    }
    const short = await raw('/api/echo', { headers: { 'accept-encoding': 'gzip' } });
    expect(short.headers['content-encoding']).toBeUndefined();
  });

  test('compresses protobuf and keeps what Vary says', async () => {
    const headers = { accept: 'application/protobuf' };
    await store.ingest(
      otlpRequest([{ name: 'big', trace: 0x60, span: 0x60, start: 0, attributes: { text: 'x'.repeat(5000) } }])
    );
    const path = `/api/v2/traces/${traceIdOf(0x60)}`;
    const plain = await raw(path, { headers });
    const packed = await raw(path, { headers: { ...headers, 'accept-encoding': 'gzip' } });
    const vary = 'Accept, Accept-Encoding, Authorization, X-Scope-OrgID';
    expect(plain.headers).toMatchObject({ vary });
    expect(packed.headers).toMatchObject({ 'content-encoding': 'gzip', vary });
    expect(gunzipSync(packed.body)).toEqual(plain.body);
  });

  test('answers are not to be stored', async () => {
    for (const path of ['/api/search?q={}', '/api/echo', '/nowhere', '/api/search?limit=x']) {
      expect((await raw(path)).headers['cache-control']).toBe('no-store');
    }
  });
});

describe('requests that go nowhere', () => {
  const error = async (path: string, options?: Parameters<typeof raw>[1]) => {
    const { status, headers, body } = await raw(path, options);
    expect(headers['content-type']).toMatch(/^application\/json/);
    return { status, ...(JSON.parse(body.toString()) as { error: { code: string; message: string } }).error };
  };

  test.each(['/nowhere', '/v1/traces', '/metrics', '/ready', '/api/v2/traces', '/api/v2/traces/a/b', '/api/search/'])(
    '%s',
    async (path) => {
      expect(await error(path)).toMatchObject({
        status: 404,
        code: 'route_not_found',
        message: expect.stringContaining('query listener'),
      });
    }
  );

  test.each(['POST', 'PUT', 'DELETE'])('%s of a path that answers GET', async (method) => {
    expect(await error('/api/search', { method })).toMatchObject({ status: 404, code: 'route_not_found' });
  });

  test.each([
    '/api/echo/../search',
    '/api/v2/traces/..%2f..%2fsearch',
    '/api/v2/traces/%2e%2e/search',
    '/api/..%5cadmin',
    '/api/v2/traces/%00',
  ])('the trick %s', async (path) => {
    expect(await error(path)).toMatchObject({ status: 400, code: 'path_invalid' });
  });

  test('a % without digits', async () => {
    expect(await error('/api/v2/traces/%zz')).toMatchObject({ status: 400 });
  });

  test('a tag of absurd length', async () => {
    expect(await error(`/api/v2/search/tag/span.${'x'.repeat(40_000)}/values`)).toMatchObject({ status: 400 });
  });

  test('a request line beyond all bounds', async () => {
    const { status } = await raw(`/api/search?q=${'x'.repeat(600_000)}`);
    expect(status).toBe(431);
  });
});

describe('with a token', () => {
  let guarded: QueryProcess;

  beforeAll(async () => {
    guarded = await startQueryProcess({ TEST_TOKEN: 'let me in' });
  }, 30_000);

  afterAll(() => guarded.stop());

  const status = async (path: string, authorization?: string) =>
    (await fetch(`${guarded.url}${path}`, { headers: authorization ? { authorization } : {} })).status;

  test('everything but the echo demands it', async () => {
    expect(await status('/api/echo')).toBe(200);
    for (const path of ['/', '/api/search', '/api/v2/traces/1', '/clew/v1/status', '/nowhere', '/api/echo/']) {
      expect([path, await status(path)]).toEqual([path, 401]);
      expect([path, await status(path, 'Bearer let me out')]).toEqual([path, 401]);
      expect([path, await status(path, 'Basic bGV0IG1lIGlu')]).toEqual([path, 401]);
    }
    expect(await status('/api/search', 'Bearer let me in')).toBe(200);
    expect(await status('/api/search', 'bearer let me in')).toBe(200);
  });
});
