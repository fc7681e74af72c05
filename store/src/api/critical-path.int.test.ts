import { startStore } from '../testing/store-process.ts';
import { EPOCH_NS, requestOf, traceIdOf, type SpanSpec } from './testing/numbered-traces.ts';
import { startQueryProcess, type QueryProcess } from './testing/query-process.ts';

const MS = 1_000_000n;
const EPOCH_SECONDS = Number(EPOCH_NS / 1_000_000_000n);
const HOUR = 3600;
const [PRODUCER, CONSUMER] = [4, 5];

interface Totals {
  readonly traces: number;
  readonly truncated: boolean;
  readonly totalNs: number;
  readonly avgNs: number;
  readonly missingNs: number;
  readonly waitNs: number;
}

interface Answer extends Totals {
  readonly baseline?: Totals;
  readonly rowCount: number;
  readonly rows: ReadonlyArray<Record<string, unknown>>;
}

let store: QueryProcess;

beforeAll(async () => {
  store = await startQueryProcess();
  // Before: 50 ms each, and a reservation in one of the two.
  await checkout(1, 0, { totalMs: 50, payMs: 10, reserveMs: 10 });
  await checkout(2, 1000, { totalMs: 50, payMs: 10 });
  // An hour later paying takes 60 ms.
  await checkout(3, HOUR * 1000, { totalMs: 100, payMs: 60, failed: true });
  await checkout(4, HOUR * 1000 + 1000, { totalMs: 100, payMs: 60 });
  await store.ingest(requestOf(5, 'other', [span(1, undefined, 'other', HOUR * 1000 + 2000, 7)]));
  await store.ingest(
    requestOf(6, 'queue', [
      span(1, undefined, 'send', 2 * HOUR * 1000, 10, { kind: PRODUCER }),
      span(2, 1, 'process', 2 * HOUR * 1000 + 40, 10, { kind: CONSUMER }),
    ])
  );
  await store.ingest(
    requestOf(7, 'queue', [span(2, 9, 'left', 3 * HOUR * 1000, 40), span(3, 9, 'right', 3 * HOUR * 1000 + 50, 50)])
  );
  // One span delivered twice.
  await store.ingest(requestOf(7, 'queue', [span(2, 9, 'left', 3 * HOUR * 1000, 40)]));
}, 30_000);

afterAll(() => store.stop());

/** Times in milliseconds. */
function span(
  id: number,
  parent: number | undefined,
  name: string,
  startMs: number,
  durationMs: number,
  more?: SpanSpec['more']
): SpanSpec {
  return { id, parent, name, start: BigInt(startMs) * MS, duration: BigInt(durationMs) * MS, more };
}

interface Times {
  readonly totalMs: number;
  readonly payMs: number;
  readonly reserveMs?: number;
  readonly failed?: boolean;
}

async function checkout(
  trace: number,
  startMs: number,
  { totalMs, payMs, reserveMs = 0, failed = false }: Times
): Promise<void> {
  await store.ingest(requestOf(trace, 'checkout', [span(1, undefined, 'POST /checkout', startMs, totalMs)]));
  const more = failed ? { status: { code: 2 } } : undefined;
  await store.ingest(requestOf(trace, 'bank', [span(2, 1, 'pay', startMs + 10, payMs, more)]));
  if (reserveMs > 0) {
    await store.ingest(requestOf(trace, 'stock', [span(3, 1, 'reserve', startMs + 30, reserveMs)]));
  }
}

const CHECKOUT = '{ resource.service.name = "checkout" }';
const NOW = { start: EPOCH_SECONDS + HOUR - 60, end: EPOCH_SECONDS + HOUR + 60 };
const BEFORE = { baselineStart: EPOCH_SECONDS - 60, baselineEnd: EPOCH_SECONDS + 60 };

const ask = (parameters: Readonly<Record<string, string | number>>): Promise<Response> => {
  const query = new URLSearchParams();
  Object.entries(parameters).forEach(([key, value]) => query.set(key, String(value)));
  return fetch(`${store.url}/clew/v1/critical-path?${query}`);
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

test('where the paths of some traces spend their time', async () => {
  const answer = await answerOf({ q: CHECKOUT, ...NOW });
  expect(answer).toEqual({
    ...{ traces: 2, truncated: false, totalNs: 200e6, avgNs: 100e6, missingNs: 0, waitNs: 0, rowCount: 2 },
    rows: [
      { service: 'bank', name: 'pay', onPathNs: 120e6, share: 0.6, traces: 2, spans: 2, errors: 1, avgNs: 60e6 },
      {
        ...{ service: 'checkout', name: 'POST /checkout', onPathNs: 80e6, share: 0.4 },
        ...{ traces: 2, spans: 2, errors: 0, avgNs: 40e6 },
      },
    ],
  });
});

test('beside another time, the largest change first', async () => {
  const answer = await answerOf({ q: CHECKOUT, ...NOW, ...BEFORE });
  expect(answer).toMatchObject({ traces: 2, totalNs: 200e6, rowCount: 3 });
  expect(answer.baseline).toEqual({
    ...{ traces: 2, truncated: false, totalNs: 100e6, avgNs: 50e6, missingNs: 0, waitNs: 0 },
  });
  expect(answer.rows.map(({ name, changeNs }) => [name, changeNs])).toEqual([
    ['pay', 50e6],
    ['POST /checkout', 5e6],
    ['reserve', -5e6],
  ]);
  expect(answer.rows[0]).toMatchObject({ avgNs: 60e6, baseline: { onPathNs: 20e6, share: 0.2, avgNs: 10e6 } });
  expect(answer.rows[2]).toEqual({
    ...{ service: 'stock', name: 'reserve', onPathNs: 0, share: 0, traces: 0, spans: 0, errors: 0, avgNs: 0 },
    ...{ baseline: { onPathNs: 10e6, share: 0.1, avgNs: 5e6 }, changeNs: -5e6 },
  });
  const other = await answerOf({ q: '{ name = "other" }', ...NOW, ...BEFORE, baselineQ: '{ name = "pay" }' });
  expect([other.traces, other.baseline?.traces]).toEqual([1, 2]);
});

test('queries that take a tree find the same traces', async () => {
  const plain = await answerOf({ q: CHECKOUT });
  expect(plain.traces).toBe(4);
  expect(await answerOf({ q: `${CHECKOUT} >> { name = "pay" }` })).toEqual(plain);
  expect((await answerOf({ q: `${CHECKOUT} | count() > 0`, limit: 3 })).traces).toBe(3);
  expect((await answerOf({ q: '{ resource.service.name =~ "check.*" && trace:duration > 60ms }' })).traces).toBe(2);
});

test('the newest traces are taken', async () => {
  const answer = await answerOf({ q: CHECKOUT, limit: 2 });
  expect(answer).toMatchObject({ traces: 2, truncated: true, totalNs: 200e6 });
  expect(await answerOf({ q: CHECKOUT, limit: 4 })).toMatchObject({ traces: 4, truncated: false });
  expect(await answerOf({ q: `${CHECKOUT} > { }`, limit: 1 })).toMatchObject({ traces: 1, truncated: true });
});

test('queues, missing parents, and spans that came twice', async () => {
  const sent = { q: '{ name = "send" }' };
  expect(await answerOf(sent)).toMatchObject({ totalNs: 10e6, waitNs: 0 });
  expect(await answerOf({ ...sent, wholeTrace: 'true' })).toMatchObject({ totalNs: 50e6, waitNs: 30e6 });
  const answer = await answerOf({ q: '{ name = "left" }' });
  expect(answer).toMatchObject({ totalNs: 100e6, missingNs: 10e6 });
  expect(answer.rows.map(({ name, spans }) => [name, spans])).toEqual([
    ['right', 1],
    ['left', 1],
  ]);
});

test('nothing found is an answer', async () => {
  const nothing = { traces: 0, truncated: false, totalNs: 0, avgNs: 0, missingNs: 0, waitNs: 0 };
  expect(await answerOf({ q: '{ name = "nobody" }' })).toEqual({ ...nothing, rows: [], rowCount: 0 });
  const answer = await answerOf({ q: CHECKOUT, start: 1, end: 2, ...BEFORE });
  expect(answer).toMatchObject({ ...nothing, baseline: { traces: 2 } });
  expect(answer.rows[0]).toMatchObject({ name: 'POST /checkout', avgNs: 0, changeNs: -35e6 });
});

test('parameters that cannot be used are named', async () => {
  expect(await problemOf({})).toEqual([400, expect.stringMatching(/^Parameter q is missing; give a TraceQL query/)]);
  expect(await problemOf({ q: '{ name = }' })).toEqual([400, expect.any(String)]);
  expect(await problemOf({ q: '{ } | rate()' })).toEqual([400, expect.stringMatching(/metric/i)]);
  expect(await problemOf({ q: '{ name =~ "(" }' })).toEqual([400, expect.stringMatching(/regular expression/)]);
  const q = CHECKOUT;
  expect(await problemOf({ q, start: 5, end: 5 })).toEqual([400, expect.stringMatching(/^Parameter start is 5/)]);
  expect(await problemOf({ q, limit: 20_001 })).toEqual([400, expect.stringMatching(/^Parameter limit .* to 20000\./)]);
  expect(await problemOf({ q, baselineStart: 5 })).toEqual([
    400,
    expect.stringMatching(/^Parameter baselineEnd is missing/),
  ]);
  expect(await problemOf({ q, baselineEnd: 5 })).toEqual([
    400,
    expect.stringMatching(/^Parameter baselineStart is missing/),
  ]);
  expect(await problemOf({ q, baselineStart: 6, baselineEnd: 5 })).toEqual([
    400,
    expect.stringMatching(/^Parameter baselineStart is 6, which is not before/),
  ]);
  expect(await problemOf({ q, baselineStart: Date.now(), baselineEnd: 5 })).toEqual([
    400,
    expect.stringMatching(/^Parameter baselineStart is "\d+"; give a whole number/),
  ]);
  expect(await problemOf({ q, baselineQ: q })).toEqual([
    400,
    expect.stringMatching(/^Parameter baselineQ needs a time/),
  ]);
  expect(await problemOf({ q, ...BEFORE, baselineQ: '{' })).toEqual([400, expect.any(String)]);
});

test('a tenant sees nothing of another one', async () => {
  const shared = await startStore({ CLEW_MULTI_TENANT: 'true' });
  try {
    const as = (tenant: string) => ({ 'x-scope-orgid': tenant });
    const sent = await fetch(`http://${shared.otlpHttp}/v1/traces`, {
      method: 'POST',
      headers: { ...as('ours'), 'content-type': 'application/x-protobuf' },
      body: requestOf(1, 'checkout', [span(1, undefined, 'POST /checkout', 0, 50)]),
    });
    expect(sent.status).toBe(200);
    const read = (path: string, headers: Record<string, string> = {}) =>
      fetch(`http://${shared.query}/clew/v1/${path}`, { headers });
    const [analysis, paths] = [`traces/${traceIdOf(1)}/analysis`, 'critical-path?q={}'];
    while ((await read(analysis, as('ours'))).status === 404) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(await (await read(paths, as('ours'))).json()).toMatchObject({ traces: 1, totalNs: 50e6 });
    expect((await read(analysis, as('theirs'))).status).toBe(404);
    expect(await (await read(paths, as('theirs'))).json()).toMatchObject({ traces: 0, rows: [] });
    expect((await read(analysis)).status).toBe(401);
    expect((await read(paths)).status).toBe(401);
  } finally {
    await shared.stop();
  }
}, 60_000);
