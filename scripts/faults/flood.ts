import { setTimeout as pause } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';

import { Load, type LoadOptions, type Tally } from './load.ts';
import type { TraceRequest } from './requests.ts';

/** What the thread answers when its time is over. */
export interface FloodResult {
  readonly tally: Tally;
  readonly acknowledged: Map<string, number>;
  readonly open: TraceRequest[];
}

/** A load in a thread of its own, so that whoever measures the store is not late because it sends. */
const { options, seconds } = workerData as { options: LoadOptions; seconds: number };
const load = new Load(options);
await pause(seconds * 1000);
const tally = await load.stop();
const result: FloodResult = { tally, acknowledged: load.acknowledged, open: load.open };
parentPort?.postMessage(result);
