import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

import type { LoadOptions, LoadResult } from './load.ts';

const LOAD = resolve(import.meta.dirname, 'load.ts');
/** For making the pool and for retries, on top of the load's own time. */
const GRACE_SECONDS = 120;
const FULL_SPEED_SPAN_NS = 10_000;

const DEFAULT_LOAD = {
  seconds: 60,
  spansPerSecond: 0,
  connections: 8,
  batchSpans: 512,
  poolSpans: 100_000,
  complete: false,
  firstRound: 0,
} as const satisfies Partial<LoadOptions>;

/**
 * Runs the load generator as a process of its own and answers what it measured. Unless told otherwise the spans start
 * now and go on at the load's rate, at full speed 100 000 a second.
 */
export async function runLoad(options: Partial<LoadOptions> & { readonly url: string }): Promise<LoadResult> {
  const { spansPerSecond = DEFAULT_LOAD.spansPerSecond } = options;
  const load: LoadOptions = {
    ...DEFAULT_LOAD,
    startNs: String(BigInt(Date.now()) * 1_000_000n),
    spanNs: spansPerSecond > 0 ? 1e9 / spansPerSecond : FULL_SPEED_SPAN_NS,
    ...options,
  };
  const { stdout } = await promisify(execFile)(process.execPath, [LOAD, JSON.stringify(load)], {
    maxBuffer: 1 << 20,
    timeout: (load.seconds + GRACE_SECONDS) * 1000,
  });
  return JSON.parse(stdout) as LoadResult;
}

/** A first round that no run before has had: for load on a store that is filled already. */
export function freshRound(): number {
  return 1_000_000 + Math.floor(Date.now() / 1000);
}
