import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
const ONE_TENANT = '';
const traceIdOf = (age: number) => (age + 1).toString(16).padStart(32, '0');

/** A folder whose journal holds a trace for each age, as if it had been received so many days ago. */
async function receivedAtAges(dataDir: string, tenant: string): Promise<void> {
  const { journal } = await Journal.open(join(dataDir, 'journal'));
  for (const age of AGES) {
    const spans = [{ traceId: traceIdOf(age), spanId: '0000000000000001', name: `received ${age} days ago` }];
    const { body } = encodeOtlpJson(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }));
    const segment = await journal.begin();
    await segment.append({
      receivedMs: Date.now() - age * MS_PER_DAY,
      tenant,
      limits: NO_LIMITS,
      body,
      bodyCrc: crcOfBody(body),
    });
    await segment.seal();
  }
}

/** Ages whose trace is there, once the journal is replayed. */
async function agesKept(store: StoreProcess, tenant = ONE_TENANT): Promise<number[]> {
  const kept: number[] = [];
  const headers = tenant === ONE_TENANT ? undefined : { 'X-Scope-OrgID': tenant };
  for (const age of AGES) {
    if ((await fetch(`http://${store.query}/api/v2/traces/${traceIdOf(age)}`, { headers })).ok) {
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
    await receivedAtAges(dataDir, ONE_TENANT);
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

describe('retention of several tenants', () => {
  // An apostrophe is written otherwise in the name of a partition.
  const TENANTS = ['team-a', "o'neill", 'no-limits-of-its-own'];
  let dataDir: string;
  let store: StoreProcess | undefined;
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'clew-retention-'));
  });
  afterEach(async () => {
    await store?.end('SIGTERM');
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('drops what each may not keep, by the tenants file', async () => {
    const tenantsFile = join(dataDir, 'tenants.json');
    const env = {
      CLEW_DATA_DIR: dataDir,
      CLEW_MULTI_TENANT: 'true',
      CLEW_RETENTION_DAYS: '7',
      CLEW_MIN_FREE_BYTES: '0',
      CLEW_TENANTS_FILE: tenantsFile,
    };
    for (const tenant of TENANTS) {
      await receivedAtAges(dataDir, tenant);
    }
    const limits = (of: object) => writeFileSync(tenantsFile, JSON.stringify(of));
    limits(Object.fromEntries(TENANTS.map((tenant) => [tenant, { retentionDays: 0 }])));
    store = await startStore(env);
    await untilReady(store);
    const kept = async (from: StoreProcess) =>
      Object.fromEntries(
        await Promise.all(TENANTS.map(async (tenant) => [tenant, await agesKept(from, tenant)] as const))
      );
    expect(await kept(store)).toEqual(Object.fromEntries(TENANTS.map((tenant) => [tenant, AGES])));
    await store.end('SIGTERM');

    limits({ 'team-a': { retentionDays: 2 }, "o'neill": { retentionDays: 0, retentionBytes: 1 } });
    const again = await startStore(env);
    store = again;
    const expected = { 'team-a': [0, 1], "o'neill": [0], 'no-limits-of-its-own': [0, 1, 5] };
    let left = await kept(again);
    for (let attempt = 0; attempt < 50 && JSON.stringify(left) !== JSON.stringify(expected); attempt++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      left = await kept(again);
    }
    expect(left).toEqual(expected);
    const metrics = await (await fetch(`http://${again.admin}/metrics`)).text();
    const dropped = metrics.matchAll(/^clew_retention_dropped_days_total\{reason="(\w+)"\} (\d+)$/gm);
    expect(Object.fromEntries(Array.from(dropped, ([, reason, days]) => [reason, days]))).toEqual({
      age: '3',
      bytes: '3',
    });
  });
});
