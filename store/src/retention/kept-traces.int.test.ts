import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { isRemote } from '../engine/testing/placement.ts';
import { encodeOtlpJson } from '../ingest/otlp-json.ts';
import { Journal } from '../journal/journal.ts';
import { crcOfBody, NO_LIMITS } from '../journal/record.ts';
import { startStore, type StoreProcess } from '../testing/store-process.ts';

jest.setTimeout(90_000);

const MS_PER_DAY = 86_400_000;
/** Pinned by hand; pinned by hand and over two days; not pinned. */
const PINNED = '1'.repeat(32);
const OVER_DAYS = '2'.repeat(32);
const GOES = '3'.repeat(32);
const KEEP_ALL = { CLEW_RETENTION_DAYS: '0', CLEW_MIN_FREE_BYTES: '0' };
const KEEP_A_WEEK = { CLEW_RETENTION_DAYS: '7', CLEW_MIN_FREE_BYTES: '0' };

interface GivenSpan {
  readonly traceId: string;
  readonly spanId: number;
  readonly ageDays: number;
  readonly name?: string;
}

/** A folder's journal takes spans as if they had been received so many days ago. */
async function received(dataDir: string, spans: readonly GivenSpan[]): Promise<void> {
  const { journal } = await Journal.open(join(dataDir, 'journal'));
  for (const { traceId, spanId, ageDays, name = `span ${spanId}` } of spans) {
    const receivedMs = Date.now() - ageDays * MS_PER_DAY;
    const span = {
      traceId,
      spanId: spanId.toString(16).padStart(16, '0'),
      name,
      startTimeUnixNano: String(BigInt(receivedMs) * 1_000_000n + BigInt(spanId)),
      endTimeUnixNano: String(BigInt(receivedMs) * 1_000_000n + 5000n),
      attributes: [{ key: 'answer', value: { intValue: String(spanId) } }],
    };
    const resource = { attributes: [{ key: 'service.name', value: { stringValue: `shop ${ageDays}` } }] };
    const { body } = encodeOtlpJson(
      JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'lib' }, spans: [span] }] }] })
    );
    const segment = await journal.begin();
    await segment.append({ receivedMs, tenant: '', limits: NO_LIMITS, body, bodyCrc: crcOfBody(body) });
    await segment.seal();
  }
}

async function until(isSo: () => Promise<boolean>, what: string): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    if (await isSo()) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`Not within 30 s: ${what}`);
}

const ready = (store: StoreProcess) => until(async () => (await fetch(`http://${store.admin}/ready`)).ok, 'ready');
const get = (store: StoreProcess, path: string) => fetch(`http://${store.query}${path}`);
const json = async <Body>(store: StoreProcess, path: string): Promise<Body> =>
  (await (await get(store, path)).json()) as Body;
const isThere = async (store: StoreProcess, traceId: string) => (await get(store, `/api/v2/traces/${traceId}`)).ok;
const metrics = async (store: StoreProcess) => (await fetch(`http://${store.admin}/metrics`)).text();
/** Counters follow what they count. */
const counted = (store: StoreProcess, line: string) =>
  until(async () => (await metrics(store)).split('\n').includes(line), line);
const pin = (store: StoreProcess, traceId: string, method: 'PUT' | 'DELETE', note?: string) =>
  fetch(`http://${store.query}/clew/v1/traces/${traceId}/pin`, {
    method,
    headers: { 'Content-Type': 'application/json', 'X-Grafana-User': 'ada' },
    ...(note !== undefined && { body: JSON.stringify({ note }) }),
  });

/** What each form that asks for a trace by id says, in one object. */
async function everyForm(store: StoreProcess, traceId: string) {
  const trace = await json<{ trace: { resourceSpans: unknown } }>(store, `/api/v2/traces/${traceId}`);
  const first = await json<{ batches: unknown }>(store, `/api/traces/${traceId}`);
  const frame = await get(store, `/clew/v1/traces/${traceId}/frame`);
  const column = await get(store, `/clew/v1/traces/${traceId}/column?key=span.answer`);
  const emitters = await get(store, `/clew/v1/traces/${traceId}/column?key=resource.service.name`);
  const matches = await get(store, `/clew/v1/traces/${traceId}/matches?q=${encodeURIComponent('{ span.answer = 1 }')}`);
  return {
    trace,
    batches: first.batches,
    summary: await json<{ spans: number; rootService: string }>(store, `/clew/v1/traces/${traceId}`),
    findings: await json<object>(store, `/clew/v1/traces/${traceId}/findings`),
    analysis: await json<object>(store, `/clew/v1/traces/${traceId}/analysis`),
    spans: await json<object>(store, `/clew/v1/traces/${traceId}/spans?span=0000000000000001`),
    keys: await json<object>(store, `/clew/v1/traces/${traceId}/keys`),
    losses: await json<object>(store, `/clew/v1/traces/${traceId}/losses`),
    frame: Buffer.from(await frame.arrayBuffer()).toString('hex'),
    column: Buffer.from(await column.arrayBuffer()).toString('hex'),
    emitters: Buffer.from(await emitters.arrayBuffer()).toString('hex'),
    matches: Buffer.from(await matches.arrayBuffer()).toString('hex'),
    statuses: [frame, column, emitters, matches].map(({ status }) => status),
  };
}

describe('a trace that is pinned', () => {
  let dataDir: string;
  let store: StoreProcess | undefined;

  const start = async (env: Readonly<Record<string, string>>) => {
    store = await startStore({ CLEW_DATA_DIR: dataDir, ...env });
    await ready(store);
    return store;
  };
  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'clew-kept-'));
    await received(dataDir, [
      { traceId: PINNED, spanId: 1, ageDays: 30 },
      { traceId: PINNED, spanId: 2, ageDays: 30 },
      { traceId: OVER_DAYS, spanId: 1, ageDays: 30 },
      { traceId: OVER_DAYS, spanId: 2, ageDays: 29 },
      { traceId: OVER_DAYS, spanId: 3, ageDays: 3 },
      { traceId: GOES, spanId: 1, ageDays: 30 },
    ]);
  });
  afterEach(async () => {
    await store?.end('SIGTERM');
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('outlives its day, whole, in every form, and only it', async () => {
    const before = await start(KEEP_ALL);
    expect((await pin(before, PINNED, 'PUT', 'as usual\n\nbut slower: é')).status).toBe(200);
    expect((await pin(before, OVER_DAYS, 'PUT')).status).toBe(200);
    const expected = { [PINNED]: await everyForm(before, PINNED), [OVER_DAYS]: await everyForm(before, OVER_DAYS) };
    expect(expected[PINNED].statuses).toEqual([200, 200, 200, 200]);
    expect(expected[PINNED].summary).toMatchObject({ spans: 2, rootService: 'shop 30' });
    expect(expected[OVER_DAYS].summary.spans).toBe(3);
    await before.end('SIGTERM');

    const after = await start(KEEP_A_WEEK);
    await until(async () => !(await isThere(after, GOES)), 'retention');
    for (const id of [PINNED, OVER_DAYS]) {
      expect(await everyForm(after, id)).toEqual(expected[id]);
    }
    expect(await json(after, `/clew/v1/traces/${PINNED}/pin`)).toEqual({
      traceId: PINNED,
      pins: [{ kind: 'hand', source: '', note: 'as usual\n\nbut slower: é', by: 'ada', pinnedMs: expect.any(Number) }],
      stored: 'kept',
    });
    expect(await json(after, `/clew/v1/traces/${OVER_DAYS}/pin`)).toMatchObject({ stored: 'both' });
    const list = await json<{ pins: object[]; next: string; counts: object; kept: object }>(
      after,
      '/clew/v1/pins?limit=1'
    );
    expect(list).toMatchObject({
      pins: [{ traceId: OVER_DAYS, spans: 3, rootService: 'shop 30', rootName: 'span 1', stored: 'both' }],
      counts: { hand: 2, exemplar: 0, span_metrics: 0 },
      kept: { traces: 2, spans: 4, days: 2, maxBytes: 2 ** 30, bytes: expect.any(Number) },
    });
    expect(await json(after, `/clew/v1/pins?limit=1&cursor=${list.next}`)).toMatchObject({
      pins: [{ traceId: PINNED }],
      next: null,
    });

    // Spans that come late belong to it, before their day goes and after it.
    await after.end('SIGTERM');
    await received(dataDir, [
      { traceId: PINNED, spanId: 3, ageDays: 0 },
      { traceId: PINNED, spanId: 4, ageDays: 30 },
    ]);
    const later = await start(KEEP_A_WEEK);
    await until(
      async () => (await json<{ spans: number }>(later, `/clew/v1/traces/${PINNED}`)).spans === 4,
      'the spans that came late'
    );
    await later.end('SIGTERM');
    const again = await start(KEEP_A_WEEK);
    const { summary, trace } = await everyForm(again, PINNED);
    expect(summary.spans).toBe(4);
    expect(JSON.stringify(trace).match(/"spanId"/g)).toHaveLength(4);
    await until(
      async () => /^clew_kept_spans 5$/m.test(await metrics(again)),
      'the late span of the dropped day to be kept'
    );
    expect((await everyForm(again, PINNED)).summary.spans).toBe(4);
  });

  it('goes when nothing pins it any more, and its day has', async () => {
    const before = await start(KEEP_ALL);
    await pin(before, PINNED, 'PUT');
    await pin(before, OVER_DAYS, 'PUT');
    await before.end('SIGTERM');
    const after = await start(KEEP_A_WEEK);
    await until(async () => !(await isThere(after, GOES)), 'retention');
    await counted(after, 'clew_kept_spans 4');
    expect(await (await pin(after, PINNED, 'DELETE')).json()).toEqual({ traceId: PINNED, pins: [], stored: 'kept' });
    await after.end('SIGTERM');
    const again = await start(KEEP_A_WEEK);
    await until(async () => !(await isThere(again, PINNED)), 'the sweep');
    expect(await isThere(again, OVER_DAYS)).toBe(true);
    await counted(again, 'clew_kept_removed_traces_total{reason="unpinned"} 1');
  });

  it.each([
    ['no room', { CLEW_KEPT_BYTES: '0' }, undefined],
    ['too little room', { CLEW_KEPT_BYTES: '100' }, 'clew_pinned_lost_traces_total{reason="budget"} 1'],
  ])('goes with its day where there is %s', async (_how, env, line) => {
    const before = await start(KEEP_ALL);
    await pin(before, PINNED, 'PUT');
    await before.end('SIGTERM');
    const after = await start({ ...KEEP_A_WEEK, ...env });
    await until(async () => !(await isThere(after, GOES)), 'retention');
    await until(async () => !(await isThere(after, PINNED)), 'the pinned trace to go');
    if (line !== undefined) {
      await counted(after, line);
    }
  });

  it('goes before the disk is full, when no day is left that could', async () => {
    if (isRemote()) {
      // The disk of a server is the server's affair.
      return;
    }
    const before = await start(KEEP_ALL);
    await pin(before, PINNED, 'PUT');
    await before.end('SIGTERM');
    const kept = await start(KEEP_A_WEEK);
    await until(async () => !(await isThere(kept, GOES)), 'retention');
    expect(await isThere(kept, PINNED)).toBe(true);
    await kept.end('SIGTERM');
    const short = await start({ ...KEEP_A_WEEK, CLEW_MIN_FREE_BYTES: String(1024 ** 5) });
    await until(async () => !(await isThere(short, PINNED)), 'the kept trace to go');
    await counted(short, 'clew_kept_removed_traces_total{reason="disk"} 1');
  });

  it('is pinned by those who can: bad ids, notes and traces that are not there are refused', async () => {
    const running = await start(KEEP_ALL);
    const put = async (id: string, body?: string) => {
      const response = await fetch(`http://${running.query}/clew/v1/traces/${id}/pin`, { method: 'PUT', body });
      return [response.status, ((await response.json()) as { error?: { code: string } }).error?.code];
    };
    expect(await put('xyz')).toEqual([400, 'trace_id_invalid']);
    expect(await put('9'.repeat(32))).toEqual([404, 'trace_not_found']);
    expect(await put(PINNED, '[1]')).toEqual([400, 'request_invalid']);
    expect(await put(PINNED, '{"note": 1}')).toEqual([400, 'parameter_invalid']);
    expect(await put(PINNED, JSON.stringify({ note: 'x'.repeat(501) }))).toEqual([400, 'parameter_invalid']);
    expect(await put(PINNED, ' ')).toEqual([200, undefined]);
    expect((await get(running, '/clew/v1/pins?kind=foot')).status).toBe(400);
    expect((await get(running, '/clew/v1/pins?cursor=bm9wZQ')).status).toBe(400);
    expect((await get(running, '/clew/v1/exemplars?state=lost')).status).toBe(400);
  });
});
