import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

import type { LoadOptions, LoadResult } from './load.ts';

const LOAD = resolve(import.meta.dirname, 'load.ts');

export const DEFAULT_LOAD: Omit<LoadOptions, 'url'> = {
  seconds: 60,
  spansPerSecond: 0,
  connections: 8,
  batchSpans: 512,
  poolSpans: 100_000,
};

/** Runs the load generator as a process of its own and answers what it measured. */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const { stdout } = await promisify(execFile)(process.execPath, [LOAD, JSON.stringify(options)], {
    maxBuffer: 1 << 20,
  });
  return JSON.parse(stdout) as LoadResult;
}
