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

test('one that is not there', async () => {
  expect((await fetch(`${store.url}/clew/v1/traces/${traceIdOf(999)}/findings`)).status).toBe(404);
  expect(EPOCH_NS).toBeGreaterThan(0n);
});
