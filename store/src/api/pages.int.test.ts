import { requestOf, type SpanSpec } from './testing/numbered-traces.ts';
import { attributes } from './testing/otlp.ts';
import { startQueryProcess, type QueryProcess } from './testing/query-process.ts';

const MS = 1_000_000n;
const [SERVER, CLIENT] = [2, 3];
const ERROR = 2;

let store: QueryProcess;

/** A checkout that asks a shop for something: slow where it is of version 2. */
const checkout = (trace: number): SpanSpec[] => {
  const isNew = trace % 4 === 0;
  const start = BigInt(trace) * 1000n * MS;
  const version = attributes({ 'app.version': isNew ? '2' : '1', 'http.route': '/orders' });
  const duration = isNew ? 900n * MS : 20n * MS;
  return [
    { ...{ id: 1, name: 'POST /orders', start, duration }, more: { kind: SERVER, attributes: version } },
    { ...{ id: 2, parent: 1, name: 'POST', start: start + MS, duration: 5n * MS }, more: { kind: CLIENT } },
  ];
};

beforeAll(async () => {
  store = await startQueryProcess();
  for (let trace = 1; trace <= 80; trace++) {
    await store.ingest(requestOf(trace, 'checkout', checkout(trace)));
    const paid: SpanSpec = {
      ...{ id: 3, parent: 2, name: 'POST /payments', start: BigInt(trace) * 1000n * MS + 2n * MS, duration: 3n * MS },
      more: { kind: SERVER, ...(trace % 10 === 0 && { status: { code: ERROR } }) },
    };
    await store.ingest(requestOf(trace, 'payment', [paid]));
  }
}, 60_000);

afterAll(() => store.stop());

async function get(path: string, params: Record<string, string>): Promise<{ status: number; body: never }> {
  const response = await fetch(`${store.url}/clew/v1/${path}?${new URLSearchParams(params)}`);
  return { status: response.status, body: (await response.json()) as never };
}

interface Differences {
  readonly spans: unknown;
  readonly sampled: unknown;
  readonly differences: ReadonlyArray<{ readonly attribute: string; readonly value: string }>;
}

const OF_CHECKOUT = '{ resource.service.name = "checkout" && kind = server }';

test('what slow spans have in common that the others lack', async () => {
  const { status, body } = await get('span-differences', { q: `${OF_CHECKOUT} | compare({ duration > 500ms })` });
  expect(status).toBe(200);
  const { spans, sampled, differences } = body as Differences;
  expect(spans).toEqual({ selected: 20, others: 60 });
  expect(sampled).toEqual(spans);
  expect(differences).toHaveLength(2);
  expect(differences).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ attribute: 'span.app.version', value: '2', selectedShare: 1, othersShare: 0 }),
      expect.objectContaining({ attribute: 'span.app.version', value: '1', selectedShare: 0, othersShare: 1 }),
    ])
  );
});

test('an empty selection, and one of everything', async () => {
  for (const [selection, spans] of [
    ['duration > 1h', { selected: 0, others: 80 }],
    ['duration > 0s', { selected: 80, others: 0 }],
  ]) {
    const { body } = await get('span-differences', { q: `${OF_CHECKOUT} | compare({ ${selection as string} })` });
    expect(body).toEqual({ spans, sampled: { selected: 0, others: 0 }, differences: [] });
  }
});

test.each([
  ['', 'q'],
  ['{ } | rate()', 'q'],
  ['{ } >> { } | compare({ status = error })', 'q'],
  ['{ } | compare({ nestedSetLeft > 3 })', ''],
  ['{ } | compare(', ''],
])('%s is refused, with a reason', async (q, parameter) => {
  const { status, body } = await get('span-differences', { q });
  expect(status).toBe(400);
  expect((body as { error: { message: string } }).error.message).toContain(parameter);
});

test('who calls a service, and whom it calls', async () => {
  const { body } = await get('dependencies', { service: 'checkout' });
  expect(body).toMatchObject({
    callers: [],
    callees: [{ service: 'payment', calls: 80, errors: 8, p95DurationNs: 3_000_000 }],
    share: 1,
  });
  const other = await get('dependencies', { service: 'payment' });
  expect(other.body).toMatchObject({ callers: [{ service: 'checkout', calls: 80, errors: 0 }], callees: [] });
});

test('a service that is not there has none; no service is an error', async () => {
  const { body } = await get('dependencies', { service: 'x" OR 1 = 1 --' });
  expect(body).toEqual({ callers: [], callees: [], share: 1 });
  expect(await get('dependencies', {})).toMatchObject({ status: 400, body: { error: { code: 'parameter_invalid' } } });
});
