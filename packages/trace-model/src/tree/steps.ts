/**
 * Work in steps: whoever runs a generator decides after each step whether to go on at once or to let others have the thread.
 * A step is at most some milliseconds.
 */
export type Steps<Result> = Generator<void, Result>;

/** Elements between two steps of a linear pass: a millisecond or two, also where each element is a miss of the cache. */
export const STRIDE = 1 << 14;

/** All steps at once. */
export function runNow<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const next = steps.next();
    if (next.done) {
      return next.value;
    }
  }
}

export interface SliceOptions {
  /** Milliseconds of work between two pauses. */
  readonly budgetMs: number;
  /** Lets others have the thread. */
  readonly pause: () => Promise<void>;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  readonly signal?: { readonly aborted: boolean; readonly reason: unknown };
}

/** Step by step with pauses. Rejects with the signal's reason once it is aborted, and with what a step throws. */
export async function runSliced<Result>(
  steps: Steps<Result>,
  { budgetMs, pause, now, signal }: SliceOptions
): Promise<Result> {
  for (let sliceStart = now(); ;) {
    if (signal?.aborted) {
      throw signal.reason;
    }
    const next = steps.next();
    if (next.done) {
      return next.value;
    }
    if (now() - sliceStart >= budgetMs) {
      await pause();
      sliceStart = now();
    }
  }
}
