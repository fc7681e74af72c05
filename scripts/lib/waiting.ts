import { setTimeout as pause } from 'node:timers/promises';

/** Polls until `condition` holds; answers the milliseconds that took. Throws after `limitMs`, naming `what`. */
export async function until(
  what: string,
  limitMs: number,
  condition: () => Promise<boolean> | boolean,
  everyMs = 50
): Promise<number> {
  const startedAt = performance.now();
  while (!(await condition())) {
    if (performance.now() - startedAt > limitMs) {
      throw new Error(`${what}: not within ${limitMs} ms`);
    }
    await pause(everyMs);
  }
  return Math.round(performance.now() - startedAt);
}

/** The result of `work`, or an error naming `what` after `limitMs`. The work itself goes on. */
export async function within<Result>(what: string, limitMs: number, work: Promise<Result>): Promise<Result> {
  const timer = new AbortController();
  const tooLate = pause(limitMs, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`${what}: not within ${limitMs} ms`);
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    timer.abort();
    tooLate.catch(() => undefined);
  }
}
