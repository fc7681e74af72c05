import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { StoreClient } from './storeClient';
import { xhrTransport } from './testing/xhrTransport';

let server: Server;
let client: StoreClient;
let asked: URL[] = [];
let sent: Array<{ method?: string; body: string }> = [];
let answer: { status: number; body: string } = { status: 200, body: '{}' };

beforeAll((done) => {
  server = createServer((request, response) => {
    asked.push(new URL(request.url ?? '/', 'http://store'));
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      sent.push({ method: request.method, body: Buffer.concat(pieces).toString() });
      const allowed = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Methods': 'GET, PUT, DELETE' };
      response.writeHead(answer.status, { 'Content-Type': 'application/json', ...allowed });
      response.end(answer.body);
    });
  }).listen(0, '127.0.0.1', () => {
    client = new StoreClient(xhrTransport(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
    done();
  });
});

afterAll((done) => {
  server.close(done);
  // The browser's side keeps its connections open.
  server.closeAllConnections();
});

beforeEach(() => {
  asked = [];
  sent = [];
});

function willAnswer(body: unknown, status = 200): void {
  answer = { status, body: typeof body === 'string' ? body : JSON.stringify(body) };
}

const window = { fromMs: 1_000_400, toMs: 2_000_400 };

test('a trace is asked for by its id alone', async () => {
  willAnswer({ trace: { resourceSpans: [{ scopeSpans: [] }] }, metrics: {}, status: 'COMPLETE' });
  expect(await client.trace('4bf92f3577b34da6a3ce929d0e0e4736')).toEqual({ resourceSpans: [{ scopeSpans: [] }] });
  expect(asked[0].pathname).toBe('/api/v2/traces/4bf92f3577b34da6a3ce929d0e0e4736');
  expect(asked[0].search).toBe('');
});

test("Tempo's older form of a trace is read too", async () => {
  willAnswer({ batches: [{ scopeSpans: [] }] });
  expect(await client.trace('1')).toEqual({ resourceSpans: [{ scopeSpans: [] }] });
});

test('a search sends whole seconds that enclose the range', async () => {
  willAnswer({ traces: [{ traceID: 'a' }] });
  const found = await client.search('{ name = "a&b" }', { limit: 5, spansPerTrace: 2, window });
  expect(found.traces).toHaveLength(1);
  expect(asked[0].pathname).toBe('/api/search');
  expect(Object.fromEntries(asked[0].searchParams)).toEqual({
    q: '{ name = "a&b" }',
    limit: '5',
    spss: '2',
    start: '1000',
    end: '2001',
  });
});

test('a search that finds nothing may leave the list out', async () => {
  willAnswer({ metrics: {} });
  expect(await client.search('{ }')).toEqual({ traces: [] });
  expect(Object.fromEntries(asked[0].searchParams)).toEqual({ q: '{ }' });
});

test('a tag keeps its dots, quotes and slashes on the way', async () => {
  willAnswer({ tagValues: [{ type: 'int', value: '1' }] });
  expect(await client.tagValues('span."a/b c"', { query: '{ }' })).toEqual([{ type: 'int', value: '1' }]);
  expect(decodeURIComponent(asked[0].pathname)).toBe('/api/v2/search/tag/span."a/b c"/values');
  expect(asked[0].pathname).not.toContain('a/b');
});

test('services and status', async () => {
  willAnswer({ services: [] });
  expect(await client.services(window)).toEqual([]);
  expect(asked[0].pathname).toBe('/clew/v1/services');
  willAnswer({ version: '0.1.0', ready: true });
  expect((await client.status()).version).toBe('0.1.0');
});

test.each([['{"status":"ok"}'], ['<html></html>'], ['[]'], ['"echo"']])(
  'an answer of another server (%s) is no store',
  async (body) => {
    willAnswer(body);
    await expect(client.status()).rejects.toMatchObject({ name: 'StoreError', kind: 'not-a-store' });
  }
);

test("the store's errors keep what they say", async () => {
  willAnswer({ error: { code: 'query_syntax', message: 'no', line: 1, column: 3, hint: 'yes' } }, 400);
  await expect(client.search('{')).rejects.toMatchObject({
    kind: 'query',
    message: 'no',
    details: { status: 400, code: 'query_syntax', line: 1, column: 3, hint: 'yes' },
  });
});

test('a request that nobody waits for ends as cancelled', async () => {
  const abort = new AbortController();
  const pending = client.status(abort.signal);
  abort.abort();
  await expect(pending).rejects.toMatchObject({ kind: 'cancelled' });
});

test('a server that is gone is a network error', async () => {
  const gone = new StoreClient(() => Promise.reject(new TypeError('Failed to fetch')));
  await expect(gone.status()).rejects.toMatchObject({ kind: 'network', message: expect.stringContaining('Failed') });
});

test('a trace is kept with a note, and let go', async () => {
  willAnswer({ traceId: '1', pins: [], stored: 'live' });
  expect(await client.keepTrace('1', 'a "note"')).toEqual({ traceId: '1', pins: [], stored: 'live' });
  await client.dropTrace('1');
  await client.tracePin('1');
  expect(sent.filter(({ method }) => method !== 'OPTIONS')).toEqual([
    { method: 'PUT', body: '{"note":"a \\"note\\""}' },
    { method: 'DELETE', body: '' },
    { method: 'GET', body: '' },
  ]);
  expect(new Set(asked.map(({ pathname }) => pathname))).toEqual(new Set(['/clew/v1/traces/1/pin']));
});

test('pins and exemplars are asked for in pages, and only with what was asked', async () => {
  willAnswer({ pins: [], next: null, counts: {}, kept: {} });
  await client.pins({ kind: 'hand', limit: 50, cursor: 'c' });
  expect(Object.fromEntries(asked[0].searchParams)).toEqual({ kind: 'hand', limit: '50', cursor: 'c' });
  willAnswer({ exemplars: [], counts: {}, next: null });
  await client.exemplars({ state: 'unresolved' });
  expect(asked[1].pathname).toBe('/clew/v1/exemplars');
  expect(Object.fromEntries(asked[1].searchParams)).toEqual({ state: 'unresolved' });
  willAnswer({ hello: 1 });
  await expect(client.exemplars()).rejects.toMatchObject({ kind: 'not-a-store' });
});
