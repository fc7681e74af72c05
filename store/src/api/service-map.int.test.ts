import { attributes } from './testing/otlp.ts';
import { EPOCH_NS, requestOf, type SpanSpec } from './testing/numbered-traces.ts';
import { startQueryProcess, type QueryProcess } from './testing/query-process.ts';

const MS = 1_000_000n;
const EPOCH_SECONDS = Number(EPOCH_NS / 1_000_000_000n);
const HOUR = 3600;
const [INTERNAL, SERVER, CLIENT, PRODUCER, CONSUMER] = [1, 2, 3, 4, 5];

interface Node {
  readonly id: string;
  readonly [field: string]: unknown;
}

interface Answer {
  readonly traces: number;
  readonly truncated: boolean;
  readonly startUnixNano: string | null;
  readonly nodes: readonly Node[];
  readonly nodeCount: number;
  readonly edges: ReadonlyArray<{ readonly from: string; readonly to: string; readonly [field: string]: unknown }>;
}

let store: QueryProcess;

beforeAll(async () => {
  store = await startQueryProcess();
  await order(1, 0, 40);
  await order(2, 1000, 60, true);
  // A batch, which is a trace of its own.
  await store.ingest(requestOf(3, 'mail', [span(1, undefined, CONSUMER, 2000, 30, ORDERS)]));
  await manyDatabases(4, HOUR * 1000);
  await layeredClients(5, 2 * HOUR * 1000);
}, 30_000);

afterAll(() => store.stop());

type Values = Readonly<Record<string, string>>;

const ORDERS: Values = { 'messaging.system': 'kafka', 'messaging.destination.name': 'orders' };

/** Times in milliseconds. */
const span = (
  id: number,
  parent: number | undefined,
  kind: number,
  startMs: number,
  durationMs: number,
  values: Values = {},
  failed = false
): SpanSpec => ({
  ...{ id, parent, start: BigInt(startMs) * MS, duration: BigInt(durationMs) * MS },
  more: { kind, attributes: attributes(values), ...(failed ? { status: { code: 2 } } : {}) },
});

/** The shop asks for a payment, which sends no spans, writes to its database and tells by a queue; once it cannot reach mail. */
async function order(trace: number, at: number, shopMs: number, isMailAway = false): Promise<void> {
  await store.ingest(
    requestOf(trace, 'web', [span(1, undefined, SERVER, at, 100), span(2, 1, CLIENT, at + 10, shopMs + 10)])
  );
  await store.ingest(
    requestOf(trace, 'shop', [
      span(3, 2, SERVER, at + 15, shopMs),
      span(4, 3, CLIENT, at + 16, 4, { 'db.system': 'postgresql', 'server.address': 'orders-db' }),
      span(5, 3, CLIENT, at + 20, 6, { 'peer.service': 'bank', 'server.address': '10.0.0.7' }, isMailAway),
      span(6, 3, PRODUCER, at + 30, 2, ORDERS),
      ...(isMailAway ? [span(8, 3, CLIENT, at + 33, 1, { 'server.address': 'mail' }, true)] : []),
    ])
  );
  await store.ingest(requestOf(trace, 'mail', [span(7, 6, CONSUMER, at + 42, 20, ORDERS)]));
}

const manyDatabases = (trace: number, at: number): Promise<void> =>
  store.ingest(
    requestOf(trace, 'cache-user', [
      span(1, undefined, INTERNAL, at, 100),
      ...Array.from({ length: 9 }, (_, node) =>
        span(2 + node, 1, CLIENT, at, 1 + node, { 'db.system.name': 'redis', 'server.address': `10.0.0.${node}` })
      ),
    ])
  );

/** A client within a client: the call of the outer one is answered below, or is the one that counts. */
async function layeredClients(trace: number, at: number): Promise<void> {
  await store.ingest(
    requestOf(trace, 'outer', [
      span(1, undefined, SERVER, at, 100),
      span(2, 1, CLIENT, at, 50, { 'rpc.service': 'Inner' }),
      span(3, 2, CLIENT, at, 40, { 'server.address': 'inner' }),
      span(5, 1, CLIENT, at, 50, { 'db.system.name': 'dynamodb' }),
      span(6, 5, CLIENT, at, 40, { 'server.address': 'dynamodb.example' }),
    ])
  );
  await store.ingest(requestOf(trace, 'inner', [span(4, 3, SERVER, at, 30)]));
}

const ask = (parameters: Readonly<Record<string, string | number>>): Promise<Response> => {
  const query = new URLSearchParams();
  Object.entries(parameters).forEach(([key, value]) => query.set(key, String(value)));
  return fetch(`${store.url}/clew/v1/service-map?${query}`);
};

async function answerOf(parameters: Readonly<Record<string, string | number>>): Promise<Answer> {
  const response = await ask(parameters);
  expect(response.status).toBe(200);
  return (await response.json()) as Answer;
}

async function problemOf(parameters: Readonly<Record<string, string | number>>): Promise<[number, string]> {
  const response = await ask(parameters);
  const { error } = (await response.json()) as { error: { message: string } };
  return [response.status, error.message];
}

const FIRST_HOUR = { q: '{ }', start: EPOCH_SECONDS - 60, end: EPOCH_SECONDS + 60 };

test('the services of some traces, and what sends no spans', async () => {
  const answer = await answerOf(FIRST_HOUR);
  expect(answer).toMatchObject({ traces: 3, truncated: false, startUnixNano: String(EPOCH_NS), nodeCount: 6 });
  expect(answer.nodes).toEqual([
    {
      ...{ id: 'service:mail', service: 'mail', kind: 'service', spans: 3, errors: 0, selfNs: 70e6 },
      ...{ requests: 3, failedRequests: 0, p50Ns: 20e6, p95Ns: 30e6 },
    },
    {
      // Without 4 ms of the database, 6 of the bank, 2 of the queue, and 1 of mail.
      ...{ id: 'service:shop', service: 'shop', kind: 'service', spans: 9, errors: 2, selfNs: 100e6 },
      ...{ requests: 2, failedRequests: 0, p50Ns: 40e6, p95Ns: 60e6 },
    },
    {
      ...{ id: 'service:web', service: 'web', kind: 'service', spans: 4, errors: 0, selfNs: 100e6 },
      ...{ requests: 2, failedRequests: 0, p50Ns: 100e6, p95Ns: 100e6 },
    },
    {
      ...{ id: 'database:postgresql@orders-db', service: 'postgresql', kind: 'database', address: 'orders-db' },
      ...{ spans: 0, errors: 0, selfNs: 0, requests: 2, failedRequests: 0, p50Ns: 4e6, p95Ns: 4e6 },
    },
    {
      ...{ id: 'external:bank', service: 'bank', kind: 'external', spans: 0, errors: 0, selfNs: 0 },
      ...{ requests: 2, failedRequests: 1, p50Ns: 6e6, p95Ns: 6e6 },
    },
    {
      ...{ id: 'queue:orders', service: 'orders', kind: 'queue', spans: 0, errors: 0, selfNs: 0 },
      ...{ requests: 2, failedRequests: 0, p50Ns: 2e6, p95Ns: 2e6 },
    },
  ]);
  expect(answer.edges).toEqual([
    {
      // Twice ten milliseconds after the message was sent; what waited for the batch nobody knows.
      ...{ from: 'queue:orders', to: 'service:mail', async: true, calls: 3, errors: 0, unanswered: 0 },
      ...{ totalNs: 70e6, waitNs: 20e6, p95Ns: 30e6 },
    },
    {
      ...{
        from: 'service:shop',
        to: 'database:postgresql@orders-db',
        async: false,
        calls: 2,
        errors: 0,
        unanswered: 2,
      },
      ...{ totalNs: 8e6, waitNs: 0, p95Ns: 4e6 },
    },
    {
      ...{ from: 'service:shop', to: 'external:bank', async: false, calls: 2, errors: 1, unanswered: 2 },
      ...{ totalNs: 12e6, waitNs: 0, p95Ns: 6e6 },
    },
    {
      ...{ from: 'service:shop', to: 'queue:orders', async: true, calls: 2, errors: 0, unanswered: 2 },
      ...{ totalNs: 4e6, waitNs: 0, p95Ns: 2e6 },
    },
    {
      ...{ from: 'service:web', to: 'service:shop', async: false, calls: 2, errors: 0, unanswered: 0 },
      ...{ totalNs: 100e6, waitNs: 0, p95Ns: 60e6 },
    },
    {
      // No span of mail answers, but it is there by its name.
      ...{ from: 'service:shop', to: 'service:mail', async: false, calls: 1, errors: 1, unanswered: 1 },
      ...{ totalNs: 1e6, waitNs: 0, p95Ns: 1e6 },
    },
  ]);
});

test('many addresses of one system are one database', async () => {
  const { nodes, edges } = await answerOf({ q: '{ resource.service.name = "cache-user" }' });
  expect(nodes.map(({ id, requests, p95Ns }) => [id, requests, p95Ns])).toEqual([
    ['database:redis', 9, 9e6],
    ['service:cache-user', 1, 100e6],
  ]);
  expect(edges).toEqual([
    {
      ...{ from: 'service:cache-user', to: 'database:redis', async: false, calls: 9, errors: 0, unanswered: 9 },
      ...{ totalNs: 45e6, waitNs: 0, p95Ns: 9e6 },
    },
  ]);
});

test('clients within clients are one call', async () => {
  const { nodes, edges } = await answerOf({ q: '{ resource.service.name = "outer" }' });
  expect(nodes.map(({ id }) => id)).toEqual(['service:outer', 'service:inner', 'database:dynamodb']);
  expect(edges.map(({ from, to, calls }) => [from, to, calls])).toEqual([
    ['service:outer', 'database:dynamodb', 1],
    ['service:outer', 'service:inner', 1],
  ]);
});

test('a query chooses traces, the newest of them up to the limit', async () => {
  expect(await answerOf({ q: '{ span.peer.service = "bank" && status = error }' })).toMatchObject({ traces: 1 });
  expect(
    await answerOf({ q: '{ resource.service.name = "web" } >> { resource.service.name = "shop" }' })
  ).toMatchObject({
    traces: 2,
    truncated: false,
  });
  const newest = await answerOf({ ...FIRST_HOUR, limit: 1 });
  expect(newest).toMatchObject({ traces: 1, truncated: true, startUnixNano: String(EPOCH_NS + 2000n * MS) });
  expect(newest.nodes.map(({ id }) => id)).toEqual(['queue:orders', 'service:mail'].reverse());
});

test('nothing found is an answer', async () => {
  const nothing = { traces: 0, truncated: false, startUnixNano: null, nodes: [], nodeCount: 0, edges: [] };
  expect(await answerOf({ q: '{ name = "nobody" }' })).toEqual(nothing);
});

test('parameters that cannot be used are named', async () => {
  expect(await problemOf({})).toEqual([400, expect.stringMatching(/^Parameter q is missing; give a TraceQL query/)]);
  expect(await problemOf({ q: '{ name = }' })).toEqual([400, expect.any(String)]);
  expect(await problemOf({ q: '{ } | rate()' })).toEqual([400, expect.stringMatching(/metric/i)]);
  expect(await problemOf({ q: '{ name =~ "(" }' })).toEqual([400, expect.stringMatching(/regular expression/)]);
  expect(await problemOf({ q: '{ }', limit: 20_001 })).toEqual([
    400,
    expect.stringMatching(/^Parameter limit .* to 20000\./),
  ]);
  expect(await problemOf({ q: '{ }', start: 5, end: 5 })).toEqual([
    400,
    expect.stringMatching(/^Parameter start is 5/),
  ]);
});
