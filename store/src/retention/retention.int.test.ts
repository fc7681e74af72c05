import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { isRemote } from '../engine/testing/placement.ts';
import { encodeOtlpJson } from '../ingest/otlp-json.ts';
import { Journal } from '../journal/journal.ts';
import { crcOfBody, NO_LIMITS } from '../journal/record.ts';
import { startStore, type StoreProcess } from '../testing/store-process.ts';

jest.setTimeout(60_000);

const MS_PER_DAY = 86_400_000;
const AGES = [0, 1, 5, 30];
const traceIdOf = (age: number) => (age + 1).toString(16).padStart(32, '0');

/** A folder whose journal holds a trace for each age, as if it had been received so many days ago. */
async function receivedAtAges(dataDir: string): Promise<void> {
  const { journal } = await Journal.open(join(dataDir, 'journal'));
  for (const age of AGES) {
    const spans = [{ traceId: traceIdOf(age), spanId: '0000000000000001', name: `received ${age} days ago` }];
    const { body } = encodeOtlpJson(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }));
    const segment = await journal.begin();
    await segment.append({
      receivedMs: Date.now() - age * MS_PER_DAY,
      tenant: '',
      limits: NO_LIMITS,
      body,
      bodyCrc: crcOfBody(body),
    });
    await segment.seal();
  }
}

/** Ages whose trace is there, once the journal is replayed. */
async function agesKept(store: StoreProcess): Promise<number[]> {
  const kept: number[] = [];
  for (const age of AGES) {
    if ((await fetch(`http://${store.query}/api/v2/traces/${traceIdOf(age)}`)).ok) {
      kept.push(age);
    }
  }
  return kept;
}

async function untilReady(store: StoreProcess): Promise<void> {
  for (let attempt = 0; !(await fetch(`http://${store.admin}/ready`)).ok && attempt < 200; attempt++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('retention', () => {
  let dataDir: string;
  let store: StoreProcess | undefined;
  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'clew-retention-'));
    await receivedAtAges(dataDir);
    store = await startStore({ CLEW_DATA_DIR: dataDir, CLEW_RETENTION_DAYS: '0' });
    await untilReady(store);
    expect(await agesKept(store)).toEqual(AGES);
    await store.end('SIGTERM');
  });
  afterEach(async () => {
    await store?.end('SIGTERM');
    rmSync(dataDir, { recursive: true, force: true });
  });

  it.each([
    ['by age', { CLEW_RETENTION_DAYS: '7' }, [0, 1, 5], 'age'],
    ['by size, but never today’s', { CLEW_RETENTION_DAYS: '0', CLEW_RETENTION_BYTES: '1' }, [0], 'bytes'],
    // The disk of a server is the server's affair.
    [
      'before the disk is full',
      { CLEW_RETENTION_DAYS: '0', CLEW_MIN_FREE_BYTES: String(1024 ** 5) },
      ...(isRemote() ? ([AGES, undefined] as const) : ([[0], 'disk'] as const)),
    ],
    ['not at all', { CLEW_RETENTION_DAYS: '0', CLEW_MIN_FREE_BYTES: '0' }, AGES, undefined],
  ])('drops %s', async (_how, env, expected, reason) => {
    store = await startStore({ ...env, CLEW_DATA_DIR: dataDir });
    for (let attempt = 0; attempt < 50 && (await agesKept(store)).length > expected.length; attempt++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(await agesKept(store)).toEqual(expected);
    const metrics = await (await fetch(`http://${store.admin}/metrics`)).text();
    const dropped = /^clew_retention_dropped_days_total\{reason="(\w+)"\} (\d+)$/m.exec(metrics);
    expect(dropped?.slice(1)).toEqual(reason ? [reason, String(AGES.length - expected.length)] : undefined);
  });
});
