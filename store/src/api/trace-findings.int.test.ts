import { EPOCH_NS, requestOf, traceIdOf, type SpanSpec } from './testing/numbered-traces.ts';
import { attributes } from './testing/otlp.ts';
import { startQueryProcess, type QueryProcess } from './testing/query-process.ts';

const MS = 1_000_000n;
const [SERVER, CLIENT] = [2, 3];
/** What is usual comes from an hour before, and longer. */
const LATER_MS = 2 * 3_600_000;

let store: QueryProcess;

beforeAll(async () => {
  store = await startQueryProcess();
}, 30_000);

afterAll(() => store.stop());

interface Answer {
  readonly traceId: string;
  readonly findings: ReadonlyArray<{
    readonly kind: string;
    readonly title: string;
    readonly spanCount: number;
    readonly otherHalf?: { readonly traceId: string; readonly reason: string };
    readonly spans: ReadonlyArray<{ readonly spanId: string; readonly service: string; readonly name: string }>;
  }>;
}

async function findingsOf(trace: number): Promise<Answer> {
  const response = await fetch(`${store.url}/clew/v1/traces/${traceIdOf(trace)}/findings`);
  expect(response.status).toBe(200);
  return (await response.json()) as Answer;
}

/** A page that asks a database `queries` times, one after the other. */
function page(startMs: number, queries: number, queryMs: number): SpanSpec[] {
  const start = BigInt(startMs) * MS;
  const query = BigInt(queryMs) * MS;
  const db = attributes({ 'db.system.name': 'postgresql', 'db.query.text': 'SELECT price FROM prices WHERE id = $1' });
  return [
    { id: 1, name: 'GET /products', start, duration: query * BigInt(queries) + 2n * MS, more: { kind: SERVER } },
    ...Array.from({ length: queries }, (_, index) => ({
      ...{ id: index + 2, parent: 1, name: 'SELECT prices', duration: query },
      start: start + MS + query * BigInt(index),
      more: { kind: CLIENT, attributes: db },
    })),
  ];
}

test('says what is unlike the traces before, and proves it', async () => {
  for (let trace = 1; trace <= 60; trace++) {
    await store.ingest(requestOf(trace, 'catalog', page(trace * 1000, 1, 4)));
  }
  await store.ingest(requestOf(100, 'catalog', page(LATER_MS, 24, 4)));
  const { findings } = await findingsOf(100);
  expect(findings[0]).toMatchObject({ kind: 'n-plus-one' });
  expect(findings[0].title).toContain('24');
  expect(findings[0].spans[0]).toMatchObject({ service: 'catalog' });
  await store.ingest(requestOf(103, 'catalog', page(LATER_MS, 1, 5)));
  expect((await findingsOf(103)).findings).toMatchObject([{ kind: 'healthy' }]);
  expect((await findingsOf(103)).findings[0].title).not.toMatch(/not known/);
});

test('a query that took far longer than before', async () => {
  await store.ingest(requestOf(101, 'catalog', page(LATER_MS + 1000, 1, 2600)));
  const { findings } = await findingsOf(101);
  expect(findings[0]).toMatchObject({ kind: 'time-holder', spans: [{ service: 'catalog', name: 'SELECT prices' }] });
  expect(findings[0].title).toMatch(/2\.6 s/);
});

test('a trace without a root', async () => {
  await store.ingest(requestOf(102, 'catalog', [{ id: 2, parent: 1, start: BigInt(LATER_MS) * MS, duration: MS }]));
  expect((await findingsOf(102)).findings.map(({ kind }) => kind)).not.toContain('healthy');
});

test('the other half of a call whose context was lost, unless it would be a guess', async () => {
  const at = (ms: number): bigint => BigInt(LATER_MS + 10_000 + ms) * MS;
  const gateway: SpanSpec[] = [
    { id: 1, name: 'POST /charge', start: at(0), duration: 120n * MS, more: { kind: SERVER } },
    {
      ...{ id: 2, parent: 1, name: 'POST', start: at(10), duration: 100n * MS },
      more: {
        kind: CLIENT,
        attributes: attributes({ 'server.address': 'acquirer.shop', 'http.request.method': 'POST' }),
      },
    },
  ];
  const half = (startMs: number, ms: number): SpanSpec[] => [
    { id: 1, name: 'POST /decisions', start: at(startMs), duration: BigInt(ms) * MS, more: { kind: SERVER } },
  ];
  await store.ingest(requestOf(110, 'gateway', gateway));
  await store.ingest(requestOf(111, 'acquirer', half(12, 90)));
  await store.ingest(requestOf(112, 'acquirer', half(90, 90)));
  const lost = async () => (await findingsOf(110)).findings.find(({ kind }) => kind === 'lost-context');
  expect(await lost()).toMatchObject({
    otherHalf: {
      traceId: traceIdOf(111),
      reason:
        'acquirer POST /decisions began 2 ms after the call did and ended 8 ms before it did, and no other trace that acquirer began fits',
    },
  });
  // Seen from the other half.
  expect((await findingsOf(111)).findings[0]).toMatchObject({
    kind: 'lost-context',
    title: 'acquirer POST /decisions begins this trace, although gateway called it: the context was lost on the way.',
    otherHalf: {
      traceId: traceIdOf(110),
      reason:
        'the call POST of gateway to acquirer began 2 ms before this did and ended 8 ms after it, has no server side, and no other call fits',
    },
  });
  // It ended after the call.
  expect((await findingsOf(112)).findings).toMatchObject([{ kind: 'healthy' }]);
  await store.ingest(requestOf(113, 'acquirer', half(20, 50)));
  expect((await lost())?.otherHalf).toBeUndefined();
  // A call that has an answer in its own trace is nobody else's.
  const answered = { ...half(14, 80)[0], id: 3, parent: 2 };
  await store.ingest(requestOf(110, 'acquirer', [answered]));
  expect((await findingsOf(111)).findings).toMatchObject([{ kind: 'healthy' }]);
});

test('one that is not there', async () => {
  expect((await fetch(`${store.url}/clew/v1/traces/${traceIdOf(999)}/findings`)).status).toBe(404);
  expect(EPOCH_NS).toBeGreaterThan(0n);
});
