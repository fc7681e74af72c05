import { status, type ServiceError } from '@grpc/grpc-js';
import { once } from 'node:events';
import { connect as connectTo, type AddressInfo } from 'node:net';

import type { Engine, SqlQuery } from '../engine/engine.ts';
import { pinningOf } from '../pins/testing/pinning-of.ts';
import { Tenants } from '../tenants.ts';
import { QuerierClient } from './grpc/testing/querier-client.ts';
import { createQueryServer } from './server.ts';

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** Knows no spans, and takes its time to say so. */
function slowEngine(ms: number) {
  const statements = { begun: 0 };
  const engine: Engine = {
    rows: async () => {
      statements.begun += 1;
      await pause(ms);
      return [];
    },
    bytes: () => pause(ms).then(() => Buffer.alloc(0)),
    command: () => Promise.resolve(),
    insertNative: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  return { engine, statements };
}

async function start(engine: Engine, tenants = Tenants.single()) {
  const observed: Array<[string, number]> = [];
  const logged: object[] = [];
  const server = createQueryServer({
    engine,
    version: '1',
    tenants,
    pinning: pinningOf(engine),
    observe: (route, code) => observed.push([route, code]),
    status: () => ({
      ready: true,
      uptimeSeconds: 0,
      receivedSpans: 0,
      refused: {},
      lastRefusedMs: {},
      otlp: { grpc: '', http: '' },
    }),
    log: { info: () => {}, warn: () => {}, error: (fields) => logged.push(fields) },
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  const { port } = server.server.address() as AddressInfo;
  return {
    server,
    observed,
    logged,
    port,
    url: `http://127.0.0.1:${port}`,
    client: new QuerierClient(`http://127.0.0.1:${port}`),
  };
}

const LAST_HOUR = { Query: '{ }', start: 1_700_000_000, end: 1_700_003_000 };
const LAST_HOUR_QUERY = '/api/search?q={}&start=1700000000&end=1700003000';

test('close() lets requests of both protocols finish, and takes no more', async () => {
  const { engine } = slowEngine(200);
  const { server, client, url, port } = await start(engine);
  // Connections that are there already, and one that has not said anything.
  await client.all('Search', LAST_HOUR);
  const silent = connectTo(port, '127.0.0.1');
  await once(silent, 'connect');
  const viaGrpc = client.all('Search', LAST_HOUR);
  const viaHttp = fetch(`${url}${LAST_HOUR_QUERY}`);
  await pause(50);
  const startedAt = performance.now();
  const closed = server.close();
  await once(silent, 'close');
  const late = await client.all('Search', LAST_HOUR).catch((error: ServiceError) => error.code);
  expect(late).toBe(status.UNAVAILABLE);
  expect(await viaGrpc).not.toEqual([]);
  const response = await viaHttp;
  expect([response.status, response.headers.get('connection')]).toEqual([200, 'close']);
  expect(await response.json()).toMatchObject({ traces: [] });
  await closed;
  expect(performance.now() - startedAt).toBeLessThan(3000);
  client.close();
});

test('who hangs up begins no further statement', async () => {
  const { engine, statements } = slowEngine(150);
  const { server, client, url, observed, logged } = await start(engine);
  await client.all('Search', { Query: '{ }', start: 1, end: 1_700_000_000 });
  const whole = statements.begun;
  expect(whole).toBeGreaterThan(2);

  const begunBy = async (act: (gone: AbortSignal) => Promise<unknown>): Promise<number> => {
    const before = statements.begun;
    const gone = new AbortController();
    const done = act(gone.signal).catch(() => undefined);
    await pause(75);
    gone.abort();
    await done;
    await pause(300);
    return statements.begun - before;
  };
  const viaGrpc = (gone: AbortSignal) => {
    const call = client.call('Search', { Query: '{ }', start: 1, end: 1_700_000_000 });
    gone.addEventListener('abort', () => call.cancel());
    return once(call, 'error');
  };
  const viaHttp = (path: string) => async (signal: AbortSignal) =>
    (await fetch(`${url}${path}?q={}&start=1&end=1700000000`, { signal })).text();
  expect(await begunBy(viaGrpc)).toBe(1);
  expect(await begunBy(viaHttp('/api/search'))).toBe(1);
  expect(await begunBy(viaHttp('/clew/v1/search/stream'))).toBe(1);
  expect(observed).toContainEqual(['/tempopb.StreamingQuerier/Search', 499]);
  expect(logged).toEqual([]);

  client.close();
  await server.close();
});

test('a failure of the engine is INTERNAL, and its message stays in the log', async () => {
  const { engine } = slowEngine(0);
  const { server, client } = await start({
    ...engine,
    rows: () => Promise.reject(new Error('the secret of the engine')),
  });
  const error = await client.all('Search', LAST_HOUR).catch((reason: ServiceError) => reason);
  expect(error).toMatchObject({ code: status.INTERNAL, details: 'The store failed. Its log says how.' });
  client.close();
  await server.close();
});

test('a call names its tenant as a request does, and sees that one alone', async () => {
  const asked: SqlQuery[] = [];
  const limits = Tenants.single().limitsOf('');
  const { engine } = slowEngine(0);
  const { server, client } = await start(
    {
      ...engine,
      rows: (query) => {
        asked.push(query);
        return Promise.resolve([]);
      },
    },
    new Tenants(true, limits)
  );
  const refused: ReadonlyArray<Record<string, string>> = [{}, { 'x-scope-orgid': 'a|b' }];
  for (const headers of refused) {
    const error = await client.all('Search', LAST_HOUR, headers).catch((reason: ServiceError) => reason);
    expect(error).toMatchObject({ code: status.UNAUTHENTICATED, details: expect.stringContaining('X-Scope-OrgID') });
  }
  expect(asked).toEqual([]);
  await client.all('Search', LAST_HOUR, { 'X-Scope-OrgID': 'team-a' });
  expect(asked.length).toBeGreaterThan(0);
  expect(asked.every(({ params }) => Object.values(params).includes('team-a'))).toBe(true);
  client.close();
  await server.close();
});

test('calls that do not end are ended', async () => {
  const { server, client, observed } = await start({
    ...slowEngine(0).engine,
    rows: () => pause(6000).then(() => []),
  });
  const call = client.all('Search', LAST_HOUR).catch((error: ServiceError) => error.code);
  await pause(50);
  const startedAt = performance.now();
  await server.close();
  expect(performance.now() - startedAt).toBeLessThan(5500);
  expect([status.CANCELLED, status.UNAVAILABLE, status.INTERNAL]).toContain(await call);
  await pause(2200);
  expect(observed).toEqual([['/tempopb.StreamingQuerier/Search', 499]]);
  client.close();
}, 15_000);
