import { setTimeout as pause } from 'node:timers/promises';

import { get, postOtlp } from './http.ts';
import type { TraceShape } from './trace-shapes.ts';

const RETRY_MS = 100;
const MOST_TRIES = 600;
const SENDERS = 4;

/** Sends a trace to a store and waits until all of it can be asked for. */
export async function sendShape(otlpUrl: string, queryUrl: string, shape: TraceShape): Promise<void> {
  const url = new URL(otlpUrl);
  const requests = shape.requests()[Symbol.iterator]();
  const send = async () => {
    for (let next = requests.next(); !next.done; next = requests.next()) {
      await sendUntilTaken(url, next.value, shape.name);
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, send));
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const { status, body } = await get(`${queryUrl}/clew/v1/traces/${shape.traceId}`, 'application/json');
    if (status === 200 && (JSON.parse(body.toString()) as { spans: number }).spans >= shape.spans) {
      return;
    }
    await pause(RETRY_MS);
  }
  throw new Error(`The trace "${shape.name}" did not come into the store`);
}

async function sendUntilTaken(url: URL, body: Uint8Array, name: string): Promise<void> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const status = await postOtlp(url, body);
    if (status === 200) {
      return;
    }
    if (status !== 429 && status !== 0) {
      throw new Error(`The store answers ${status} to spans of "${name}"`);
    }
    await pause(RETRY_MS);
  }
  throw new Error(`The store does not take spans of "${name}"`);
}
