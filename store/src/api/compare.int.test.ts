import { EPOCH_NS, idOf, requestOf, traceIdOf, type SpanSpec } from './testing/numbered-traces.ts';
import { attributes } from './testing/otlp.ts';
import { startQueryProcess, type QueryProcess } from './testing/query-process.ts';

const MS = 1_000_000n;
const HOUR_MS = 3_600_000;
const EPOCH = Number(EPOCH_NS / 1_000_000_000n);
const [SERVER, CLIENT] = [2, 3];

let store: QueryProcess;

interface Side {
  readonly kind: string;
  readonly traceId?: string;
  readonly q?: string;
  readonly traces: number;
  readonly spans: number;
  readonly skippedTraces: number;
  readonly durationP50Ns: number;
  readonly durationP95Ns: number;
  readonly errorRate: number;
}

interface PathSide {
  readonly traces: number;
  readonly share: number;
  readonly count: number;
  readonly errorRate: number;
  readonly meanNs: number;
  readonly spanId?: string;
}

interface Answer {
  readonly a: Side;
  readonly b: Side;
  readonly usual?: { readonly traces: number; readonly from: number; readonly to: number };
  readonly kind: string;
  readonly summary: string;
  readonly state: string;
  readonly causes: ReadonlyArray<{
    readonly at: number;
    readonly service: string;
    readonly name: string;
    readonly path: readonly unknown[];
    readonly deltaNs: number;
    readonly shareOfDelta: number;
    readonly sure?: number;
  }>;
  readonly paths: ReadonlyArray<{
    readonly depth: number;
    readonly name: string;
    readonly state: string;
    readonly a: PathSide;
    readonly b: PathSide;
    readonly deltaNs: number;
    readonly sure?: number;
  }>;
  readonly attributes?: ReadonlyArray<{
    readonly attribute: string;
    readonly value: string;
    readonly a: { readonly spans: number; readonly share: number };
    readonly b: { readonly spans: number; readonly share: number };
  }>;
  readonly truncated: boolean;
}

async function get(parameters: Record<string, string>): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${store.url}/clew/v1/compare?${new URLSearchParams(parameters)}`);
  return { status: response.status, body: await response.json() };
}

async function compare(parameters: Record<string, string>): Promise<Answer> {
  const { status, body } = await get(parameters);
  expect({ status, body }).toMatchObject({ status: 200 });
  return body as Answer;
}

interface Shape {
  readonly chargeMs: number;
  readonly charges?: number;
  readonly version?: string;
  readonly name?: string;
}

/** checkout: charges one after the other, and a step that is always the same. */
function checkout(startMs: number, { chargeMs, charges = 1, version = '1', name = 'checkout' }: Shape): SpanSpec[] {
  const start = BigInt(startMs) * MS;
  const charge = BigInt(chargeMs) * MS;
  const own = attributes({ 'app.version': version });
  return [
    {
      ...{ id: 1, name, start, duration: charge * BigInt(charges) + 25n * MS },
      more: { kind: SERVER, attributes: own },
    },
    { id: 2, parent: 1, name: 'render', start: start + MS, duration: 20n * MS },
    ...Array.from({ length: charges }, (_, index) => ({
      ...{ id: index + 3, parent: 1, name: 'charge', duration: charge },
      start: start + 22n * MS + charge * BigInt(index),
      more: { kind: CLIENT },
    })),
  ];
}

const [SLOW, RETRIED, ROOTLESS, ALONE] = [900, 901, 902, 903];
/** The usual ones began at the epoch, these two hours later. */
const LATER_MS = 2 * HOUR_MS;

beforeAll(async () => {
  store = await startQueryProcess();
  for (let trace = 1; trace <= 40; trace++) {
    await store.ingest(requestOf(trace, 'shop', checkout(trace * 1000, { chargeMs: 95 + (trace % 10) })));
  }
  for (let trace = 101; trace <= 130; trace++) {
    const shape = { chargeMs: 295 + (trace % 10), version: '2' };
    await store.ingest(requestOf(trace, 'shop', checkout(LATER_MS + trace * 1000, shape)));
  }
  await store.ingest(requestOf(SLOW, 'shop', checkout(LATER_MS, { chargeMs: 1200 })));
  await store.ingest(requestOf(RETRIED, 'shop', checkout(LATER_MS, { chargeMs: 100, charges: 3 })));
  await store.ingest(requestOf(ROOTLESS, 'shop', [{ id: 2, parent: 1, start: BigInt(LATER_MS) * MS, duration: MS }]));
  await store.ingest(requestOf(ALONE, 'shop', checkout(LATER_MS, { chargeMs: 1, name: 'refund' })));
}, 60_000);

afterAll(() => store.stop());

test('two traces', async () => {
  const answer = await compare({ a: traceIdOf(1), b: traceIdOf(RETRIED) });
  expect(answer).toMatchObject({
    a: { kind: 'trace', traceId: traceIdOf(1), traces: 1, spans: 3, durationP50Ns: 121e6, skippedTraces: 0 },
    b: { kind: 'trace', traceId: traceIdOf(RETRIED), traces: 1, spans: 5, durationP50Ns: 325e6 },
    kind: 'difference',
    state: 'slower',
    truncated: false,
  });
  expect(answer.paths.map(({ depth, name, state }) => [depth, name, state])).toEqual([
    [0, 'checkout', 'same'],
    [1, 'charge', 'slower'],
    [1, 'render', 'same'],
  ]);
  const [, charge] = answer.paths;
  expect(charge).toMatchObject({
    a: { count: 1, spanId: idOf(3).toString('hex') },
    b: { count: 3, traces: 1, share: 1 },
  });
  expect(charge.sure).toBeUndefined();
  expect(answer.causes).toMatchObject([{ at: 1, service: 'shop', name: 'charge', deltaNs: 204e6, shareOfDelta: 1 }]);
  expect(answer.summary).toBe(
    'shop checkout took 325 ms, 204 ms more than in the first trace (121 ms); 204 ms of it is shop charge. shop charge was called 3 times, in the first trace 1 time.'
  );
  expect(answer.usual).toBeUndefined();
  expect(answer.attributes).toBeUndefined();
});

test('a trace and what is usual', async () => {
  const answer = await compare({ a: 'usual', b: traceIdOf(SLOW) });
  expect(answer.usual).toEqual({ traces: 40, from: EPOCH + 7200 - 86_400, to: EPOCH + 3600 });
  expect(answer).toMatchObject({ a: { kind: 'usual', traces: 40 }, kind: 'place', state: 'slower' });
  expect(answer.causes).toMatchObject([{ name: 'charge' }]);
  expect(answer.causes[0].sure).toBeGreaterThan(0.9);
  expect(answer.summary).toMatch(
    /^shop checkout took 1\.2 s, 1\.1 s more than usual \(125 ms on average\); 1\.1 s of it is shop charge\.$/
  );
});

test('usual where an hour before there is little: the day before, then the hour after, never the trace itself', async () => {
  // Traces 1 to 30 began before this one, none of them an hour before.
  const { usual } = await compare({ a: 'usual', b: traceIdOf(31) });
  expect(usual).toEqual({ traces: 30, from: EPOCH + 31 - 86_400, to: EPOCH + 31 });
  const first = await compare({ a: 'usual', b: traceIdOf(5), limit: '30' });
  expect(first.usual).toEqual({ traces: 30, from: EPOCH + 5 - 86_400, to: EPOCH + 5 + 3600 });
  expect((await compare({ a: 'usual', b: traceIdOf(5) })).usual?.traces).toBe(39);
});

test('two queries', async () => {
  const ranges = {
    start: String(EPOCH),
    end: String(EPOCH + 3600),
    bStart: String(EPOCH + 7200),
    bEnd: String(EPOCH + 9000),
  };
  const answer = await compare({
    a: '{ name = "checkout" && rootServiceName = "shop" }',
    b: '{ name = "checkout" && span.app.version = "2" }',
    ...ranges,
  });
  expect(answer).toMatchObject({ a: { kind: 'query', traces: 40 }, b: { traces: 30 }, kind: 'test', state: 'slower' });
  const charge = answer.paths.find(({ name }) => name === 'charge');
  expect(charge).toMatchObject({ state: 'slower', a: { traces: 40, share: 1, count: 1 }, b: { traces: 30 } });
  expect(charge?.sure).toBeGreaterThan(0.999);
  expect(answer.causes).toMatchObject([{ name: 'charge' }]);
  expect(answer.summary).toMatch(
    /^shop checkout took 325 ms on average, 200 ms more than in the traces of the first query/
  );
  expect(answer.attributes).toContainEqual({
    attribute: 'span.app.version',
    value: '2',
    a: { spans: 0, share: 0 },
    b: { spans: 30, share: 1 },
    sure: expect.any(Number) as number,
  });
  expect(answer.attributes).toContainEqual({
    attribute: 'span.app.version',
    value: '1',
    a: { spans: 40, share: 1 },
    b: { spans: 0, share: 0 },
    sure: expect.any(Number) as number,
  });
});

test('a query whose spans take the whole tree has no attributes; limit takes the newest', async () => {
  const answer = await compare({
    a: '{ name = "checkout" } | count() > 0',
    b: '{ name = "checkout" }',
    limit: '7',
    start: String(EPOCH),
    end: String(EPOCH + 3600),
  });
  expect(answer).toMatchObject({ a: { traces: 7, spans: 21 }, b: { traces: 7 }, state: 'same', causes: [] });
  expect(answer.paths.every(({ state }) => state === 'same')).toBe(true);
  expect(answer.attributes).toBeUndefined();
});

test('a query and a trace', async () => {
  const answer = await compare({ a: traceIdOf(SLOW), b: '{ name = "checkout" && span.app.version = "2" }' });
  expect(answer).toMatchObject({ kind: 'place', state: 'faster', a: { traces: 1 }, b: { traces: 30 } });
});

test('nothing to compare', async () => {
  expect((await compare({ a: '{ name = "nowhere" }', b: traceIdOf(1) })).summary).toBe(
    'There is nothing to compare. No trace matches a, { name = "nowhere" }.'
  );
  const rootless = await compare({ a: 'usual', b: traceIdOf(ROOTLESS) });
  expect(rootless).toMatchObject({ usual: { traces: 0 }, causes: [], state: 'same' });
  expect(rootless.summary).toMatch(/The root span of the trace is missing/);
  expect((await compare({ a: 'usual', b: traceIdOf(ALONE) })).summary).toMatch(
    /No other trace begins with shop refund/
  );
});

test.each<[Record<string, string>, number, RegExp]>([
  [{}, 400, /Parameter a is missing; give a trace id of 32 hexadecimal digits/],
  [{ a: traceIdOf(1) }, 400, /Parameter b is missing/],
  [{ a: 'abc', b: traceIdOf(1) }, 400, /Parameter a is "abc"; give a trace id/],
  [{ a: traceIdOf(1), b: '{ name = }' }, 400, /Parameter b: /],
  [{ a: traceIdOf(1), b: '{ name =~ "(" }' }, 400, /Parameter b: /],
  [{ a: traceIdOf(1), b: '{ } | rate()' }, 400, /Parameter b: /],
  [{ a: traceIdOf(1), b: 'usual' }, 400, /Parameter b is "usual"/],
  [{ a: 'usual', b: '{ }' }, 400, /Parameter a is "usual"/],
  [{ a: traceIdOf(1), b: '{ }', bStart: '20', end: '10' }, 400, /Parameter bStart is 20, which is not before end, 10/],
  [{ a: traceIdOf(1), b: '{ }', bStart: 'now' }, 400, /Parameter bStart/],
  [{ a: traceIdOf(1), b: '{ }', limit: '1001' }, 400, /Parameter limit is "1001"/],
  [{ a: traceIdOf(1), b: traceIdOf(999) }, 404, /There is no trace/],
  [{ a: 'usual', b: traceIdOf(999) }, 404, /There is no trace/],
])('%j is refused', async (parameters, status, message) => {
  const answer = await get(parameters);
  expect(answer).toMatchObject({ status, body: { error: { message: expect.stringMatching(message) as string } } });
});

test('usual in a store that is young: all but the last minutes', async () => {
  await store.ingest(requestOf(904, 'shop', checkout(400_000, { chargeMs: 1200 })));
  await store.ingest(requestOf(905, 'shop', checkout(420_000, { chargeMs: 1200 })));
  const { usual } = await compare({ a: 'usual', b: traceIdOf(905) });
  expect(usual).toEqual({ traces: 40, from: EPOCH + 420 - 86_400, to: EPOCH + 120 });
});
