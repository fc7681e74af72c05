import { setTimeout as sleep } from 'node:timers/promises';
import { logTail, type Child } from './children.ts';

const POLL_MS = 200;
const PROBE_TIMEOUT_MS = 2000;

/** A part that did not come up; the message has the last lines of its log. */
export class PartError extends Error {
  override readonly name = 'PartError';
}

/** Waits until `url` answers 200. Throws PartError when the child ends before, or after `patienceMs`. */
export async function waitUntilReady(child: Child, url: string, patienceMs: number, stop: AbortSignal): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    stop.throwIfAborted();
    if (child.end !== undefined) {
      throw new PartError(`${child.name} ${child.end}; the end of its log:\n${logTail(child)}`);
    }
    if (await answers(url)) {
      return;
    }
    if (Date.now() > deadline) {
      const seconds = Math.round(patienceMs / 1000);
      throw new PartError(
        `${child.name} was not ready (${url}) after ${seconds} s; the end of its log:\n${logTail(child)}`
      );
    }
    await sleep(POLL_MS, undefined, { signal: stop });
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
