import { readFileSync } from 'node:fs';

import { startStore, type StoreProcess } from '../../store/src/testing/store-process.ts';
import { until, within } from './waiting.ts';

const START_WITHIN_MS = 30_000;
/** What main.ts allows: five seconds for the listeners one after the other, twenty for the engine, and some for Node. */
export const STOP_WITHIN_MS = 45_000;

/** Starts a store. Rejects with StoreDidNotStart, or when it is not up in time. */
export function start(env: Readonly<Record<string, string>>): Promise<StoreProcess> {
  return within('the start', START_WITHIN_MS, startStore(env));
}

/** Ends the store and answers its exit code; kills it when it takes too long, and throws. */
export async function end(
  store: StoreProcess,
  signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL',
  limitMs = STOP_WITHIN_MS
): Promise<{ exitCode: number | null; ms: number }> {
  const startedAt = performance.now();
  if (signal === 'SIGINT') {
    process.kill(store.pid, signal);
    await until('the exit after SIGINT', limitMs, () => !isAlive(store)).catch(async (error: unknown) => {
      await store.end('SIGKILL');
      throw error;
    });
  }
  // For a process that has ended, this answers its exit code.
  const ending = store.end(signal === 'SIGKILL' ? 'SIGKILL' : 'SIGTERM');
  try {
    const exitCode = await within(`the exit after ${signal}`, limitMs, ending);
    return { exitCode, ms: Math.round(performance.now() - startedAt) };
  } catch (error) {
    await store.end('SIGKILL');
    throw error;
  }
}

export function isAlive({ pid }: StoreProcess): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Waits until the store has nothing left to replay. */
export function untilReady(store: StoreProcess, limitMs: number): Promise<number> {
  return until('the replay', limitMs, async () => (await status(`http://${store.admin}/ready`)) === 200, 100);
}

/** Waits until the journal is empty: all that was acknowledged is in the engine. */
export function untilDrained(store: StoreProcess, limitMs: number): Promise<number> {
  return until(
    'the journal in the engine',
    limitMs,
    async () => (await metric(store, 'clew_journal_bytes')) === 0,
    100
  );
}

/** The value of a metric without labels; undefined when the admin listener does not answer. */
export async function metric(store: StoreProcess, name: string): Promise<number | undefined> {
  const text = await fetch(`http://${store.admin}/metrics`, { signal: AbortSignal.timeout(5000) })
    .then((response) => response.text())
    .catch(() => '');
  const value = new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1];
  return value === undefined ? undefined : Number(value);
}

/** HTTP status of a GET; 0 when there is no answer within `limitMs`. */
export async function status(url: string, limitMs = 5000): Promise<number> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(limitMs) });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return 0;
  }
}

/** Whether the query API finds the trace. */
export async function findsTrace(store: StoreProcess, traceId: string): Promise<boolean> {
  return (await status(`http://${store.query}/api/v2/traces/${traceId}`)) === 200;
}

/** The lines of the store's log whose message contains `text`, parsed. */
export function logged(store: { log(): string }, text: string): Array<Record<string, unknown>> {
  return store
    .log()
    .split('\n')
    .filter((line) => line.startsWith('{') && line.includes(text))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** Resident memory in MiB; 0 when the process has ended. */
export function residentMiB({ pid }: StoreProcess): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
