/**
 * `npm run test:engine-faults [-- --seconds 3 --faults refuse,hang --seed N]`: a store whose ClickHouse is a server that is not there at the
 * start, then refuses, hangs, fails late, and drops connections after it took an insert, each for so many seconds, while
 * spans are sent. At the end every acknowledged span has to be there exactly once, the journal empty, and the retries
 * spaced with backoff.
 */
import { Random } from '@clew/trace-gen';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { RemoteEngine } from '../store/src/engine/remote.ts';
import type { Fault } from '../store/src/engine/testing/clickhouse-front.ts';
import { startFront, type FrontProcess } from '../store/src/engine/testing/front-process.ts';
import { SPANS } from '../store/src/schema/tables.ts';
import { startStore, type StoreProcess } from '../store/src/testing/store-process.ts';

const SENDERS = 4;
/** The pipeline's longest pause is 30 s; the faults of this run are too short to reach it. */
const DRAINED_WITHIN_MS = 40_000;
const FAULTS: readonly Fault[] = ['refuse', 'drop-after-insert', 'late-error', 'reset', 'hang'];

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '3' },
    faults: { type: 'string', default: FAULTS.join() },
    seed: { type: 'string', default: String(Date.now() % 1e6) },
  },
});
const faults = FAULTS.filter((fault) => values.faults.split(',').includes(fault));
const phaseMs = Number(values.seconds) * 1000;
const random = new Random(Number(values.seed));
const folder = mkdtempSync(join(tmpdir(), 'clew-faults-'));
const acknowledged = new Map<string, string[]>();
const problems: string[] = [];
let refusedRequests = 0;
/** Senders wait meanwhile, or the journal would never be seen empty. */
let draining = false;

function check(holds: boolean, problem: string): void {
  if (!holds) {
    problems.push(problem);
  }
}

const hex = (digits: number): string => {
  const bytes = new Uint8Array(digits / 2);
  random.fill(bytes, 0, bytes.length);
  return Buffer.from(bytes).toString('hex');
};

async function send(store: StoreProcess): Promise<void> {
  const traceId = hex(32);
  const spanIds = Array.from({ length: 1 + random.below(20) }, () => hex(16));
  const now = `${Date.now()}000000`;
  const spans = spanIds.map((spanId) => ({
    traceId,
    spanId,
    name: `operation ${random.below(20)}`,
    startTimeUnixNano: now,
    endTimeUnixNano: now,
  }));
  const response = await fetch(`http://${store.otlpHttp}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }),
  });
  await response.arrayBuffer();
  if (response.status === 200) {
    acknowledged.set(traceId, spanIds);
  } else {
    refusedRequests++;
  }
}

async function sendUntil(store: StoreProcess, stopped: () => boolean): Promise<void> {
  while (!stopped()) {
    if (!draining) {
      await send(store);
    }
    await pause(20);
  }
}

async function freePort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => listener.once('listening', done));
  const { port } = listener.address() as AddressInfo;
  await new Promise((done) => listener.close(done));
  return port;
}

const get = async (address: string) => {
  const response = await fetch(`http://${address}`);
  return { status: response.status, body: await response.text() };
};

/** Milliseconds until `holds` answers true. */
async function until(what: string, withinMs: number, holds: () => Promise<boolean>): Promise<number> {
  const startedAt = Date.now();
  while (!(await holds())) {
    if (Date.now() - startedAt > withinMs) {
      problems.push(`${what}: not within ${withinMs} ms`);
      break;
    }
    await pause(50);
  }
  return Date.now() - startedAt;
}

const journalBytes = async (store: StoreProcess): Promise<number> =>
  Number(/^clew_journal_bytes (\d+)/m.exec((await get(`${store.admin}/metrics`)).body)?.[1] ?? NaN);

async function drained(store: StoreProcess, after: string): Promise<number> {
  draining = true;
  const what = `the journal is empty after ${after}`;
  const tookMs = await until(what, DRAINED_WITHIN_MS, async () => (await journalBytes(store)) === 0);
  draining = false;
  return tookMs;
}

function tell(phase: string, startedWith: number, more: object = {}): void {
  process.stdout.write(`${JSON.stringify({ phase, tracesAcknowledged: acknowledged.size - startedWith, ...more })}\n`);
}

/** Each pause that the log announces, and how long it was: the failures of one segment follow each other. */
function checkBackoff(log: string): { retries: number; longestMs: number } {
  const failures = log
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as { msg: string; time: number; segment?: string; retryMs?: number })
    .filter(({ msg }) => msg === 'insert failed');
  let longestMs = 0;
  failures.slice(1).forEach((failure, index) => {
    const before = failures[index];
    const waited = failure.time - before.time;
    if (failure.segment === before.segment && before.retryMs !== undefined) {
      longestMs = Math.max(longestMs, before.retryMs);
      check(waited >= before.retryMs - 5, `a retry after ${waited} ms, announced were ${before.retryMs}`);
      check((failure.retryMs ?? 0) > before.retryMs, `no backoff: ${before.retryMs} ms, then ${failure.retryMs} ms`);
    }
  });
  check(failures.length > 0, 'no insert failed');
  return { retries: failures.length, longestMs };
}

/** Copies of each acknowledged span in the server's rows. */
async function verify(front: FrontProcess): Promise<{ lost: number; doubled: number; rows: number }> {
  const engine = new RemoteEngine(front.url);
  const stored = await engine.rows<{ id: string; copies: string }>({
    sql: `SELECT concat(lower(hex(trace_id)), lower(hex(span_id))) AS id, count() AS copies FROM ${SPANS.name} GROUP BY id`,
    params: {},
  });
  await engine.close();
  const copies = new Map(stored.map(({ id, copies: count }) => [id, Number(count)]));
  const counts = [...acknowledged].flatMap(([traceId, ids]) => ids.map((id) => copies.get(traceId + id) ?? 0));
  return {
    lost: counts.filter((count) => count === 0).length,
    doubled: counts.filter((count) => count > 1).length,
    rows: stored.reduce((sum, row) => sum + Number(row.copies), 0),
  };
}

const port = await freePort();
const probe = await startFront(join(folder, 'clickhouse'), port);
const { url } = probe;
await probe.stop();
process.stdout.write(`seed ${values.seed}, ${values.seconds} s a fault\n`);

const store = await startStore({
  CLEW_DATA_DIR: join(folder, 'store'),
  CLEW_CLICKHOUSE_URL: `${url}?request_timeout=1000`,
  CLEW_BATCH_MS: '100',
});
let front: FrontProcess | undefined;
let stopped = false;
try {
  const ready = await get(`${store.admin}/ready`);
  check(
    ready.status === 503 && ready.body.includes('ECONNREFUSED'),
    `/ready without a server: ${JSON.stringify(ready)}`
  );
  const query = await get(`${store.query}/api/v2/traces/1`);
  check(query.status === 503 && query.body.includes('engine_unavailable'), `a query: ${JSON.stringify(query)}`);
  const sending = Promise.all(Array.from({ length: SENDERS }, () => sendUntil(store, () => stopped)));
  await pause(phaseMs);
  tell('down', 0);
  front = await startFront(join(folder, 'clickhouse'), port);
  await until('ready', 15_000, async () => (await get(`${store.admin}/ready`)).status === 200);
  tell('came up', 0, { drainedAfterMs: await drained(store, 'the late start') });

  for (const fault of faults) {
    const before = acknowledged.size;
    await front.setFault(fault);
    await pause(phaseMs);
    check((await get(`${store.admin}/ready`)).status === 200, `not ready during ${fault}`);
    await front.setFault(undefined);
    tell(fault, before, { drainedAfterMs: await drained(store, fault) });
  }
  stopped = true;
  await sending;
  await drained(store, 'the last span');
} finally {
  stopped = true;
  const exitCode = await store.end('SIGTERM');
  check(exitCode === 0, `exit code ${exitCode}`);
}
const left = readdirSync(join(folder, 'store', 'journal'));
check(left.length === 0, `left in the journal: ${left.join(', ')}`);
const backoff = checkBackoff(store.log());
const result = await verify(front);
await front.stop();
rmSync(folder, { recursive: true, force: true });
check(result.lost === 0 && result.doubled === 0, `lost ${result.lost}, doubled ${result.doubled}`);
check(!store.log().includes('a:b'), 'the password is in the log');
const spans = [...acknowledged.values()].reduce((sum, ids) => sum + ids.length, 0);
process.stdout.write(
  `${JSON.stringify({ acknowledgedTraces: acknowledged.size, acknowledgedSpans: spans, ...result, refusedRequests, ...backoff, problems })}\n`
);
process.exitCode = problems.length === 0 && acknowledged.size > 0 ? 0 : 1;
