/**
 * `npm run test:crash [-- --rounds 20 --seed N]`: kills the store with SIGKILL at random moments under load, starts it
 * again on the same folder (and kills some of those starts too, in the middle of their replay), and at the end looks for
 * every acknowledged span: each has to be there exactly once.
 */
import { Random } from '@clew/trace-gen';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { startStore, StoreDidNotStart, type StoreProcess } from '../store/src/testing/store-process.ts';
import { untilReady } from './lib/store-control.ts';
import { compareWithStored } from './lib/stored-traces.ts';

const SENDERS = 8;
const READY_WITHIN_MS = 300_000;
/** Small batches, so that kills hit seals, inserts and deletions and not the journal alone. */
const STORE_ENV = { CLEW_BATCH_MS: '40', CLEW_BATCH_SPANS: '300' };

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '20' }, seed: { type: 'string', default: String(Date.now() % 1e6) } },
});
const rounds = Number(values.rounds);
const random = new Random(Number(values.seed));
const dataDir = mkdtempSync(join(tmpdir(), 'clew-crash-'));
/** Number of spans acknowledged, by trace id. */
const acknowledged = new Map<string, number>();
let unanswered = 0;

const hex = (digits: number): string => {
  const bytes = new Uint8Array(digits / 2);
  random.fill(bytes, 0, bytes.length);
  return Buffer.from(bytes).toString('hex');
};

function makeTrace(): { traceId: string; spanCount: number; body: string } {
  const traceId = hex(32);
  const spanIds = Array.from({ length: 1 + random.below(30) }, () => hex(16));
  const now = `${Date.now()}000000`;
  const spans = spanIds.map((spanId, index) => ({
    traceId,
    spanId,
    parentSpanId: index === 0 ? '' : spanIds[0],
    name: `operation ${random.below(50)}`,
    startTimeUnixNano: now,
    endTimeUnixNano: now,
    attributes: [{ key: 'payload', value: { stringValue: 'x'.repeat(random.below(500)) } }],
  }));
  return { traceId, spanCount: spans.length, body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }) };
}

async function sendUntil(store: StoreProcess, stopped: () => boolean): Promise<void> {
  while (!stopped()) {
    const { traceId, spanCount, body } = makeTrace();
    const response = await fetch(`http://${store.otlpHttp}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    }).catch(() => undefined);
    if (response?.status === 200) {
      acknowledged.set(traceId, spanCount);
    } else if (!stopped()) {
      unanswered++;
    }
  }
}

async function round(number: number): Promise<void> {
  const before = acknowledged.size;
  if (random.chance(0.3)) {
    // A start that does not live to see the end of its replay.
    const doomed = startStore({ ...STORE_ENV, CLEW_DATA_DIR: dataDir }).catch((error: unknown) => {
      if (error instanceof StoreDidNotStart) {
        throw error;
      }
      return undefined;
    });
    const store = await doomed;
    await new Promise((done) => setTimeout(done, random.below(150)));
    await store?.end('SIGKILL');
  }
  const store = await startStore({ ...STORE_ENV, CLEW_DATA_DIR: dataDir });
  let killed = false;
  const sending = Promise.all(Array.from({ length: SENDERS }, () => sendUntil(store, () => killed)));
  const lifeMs = 100 + random.below(1900);
  await new Promise((done) => setTimeout(done, lifeMs));
  killed = true;
  await store.end('SIGKILL');
  await sending;
  process.stdout.write(
    `round ${number}: killed after ${lifeMs} ms, ${acknowledged.size - before} traces acknowledged\n`
  );
}

process.stdout.write(`${rounds} rounds, seed ${values.seed}\n`);
for (let number = 1; number <= rounds; number++) {
  await round(number);
}
const store = await startStore({ ...STORE_ENV, CLEW_DATA_DIR: dataDir });
await untilReady(store, READY_WITHIN_MS);
const exitCode = await store.end('SIGTERM');
const { acknowledgedSpans, lost, doubled, rowsStored, withoutResource } = await compareWithStored(
  dataDir,
  acknowledged
);
rmSync(dataDir, { recursive: true, force: true });
process.stdout.write(
  `${JSON.stringify({ rounds, acknowledgedTraces: acknowledged.size, acknowledgedSpans, lost, doubled, rowsStored, withoutResource, unansweredRequests: unanswered, exitCode })}\n`
);
process.exitCode =
  lost === 0 && doubled === 0 && withoutResource === 0 && exitCode === 0 && acknowledged.size > 0 ? 0 : 1;
