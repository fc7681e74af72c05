import { runSliced } from '@clew/trace-model';

const SLICE_MS = 8;

/**
 * Runs work in slices of some milliseconds, each in a task of its own, so that frames are drawn between them. The work stops where
 * it yields. Rejects with what it throws, and with the signal's reason when that is aborted.
 */
export function inTurns<Result>(work: Generator<void, Result>, signal: AbortSignal): Promise<Result> {
  return runSliced(work, { budgetMs: SLICE_MS, pause: nextTurn, now: () => performance.now(), signal });
}

/** A task of its own: a timer would wait four milliseconds, a promise would let nothing between. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof MessageChannel === 'undefined') {
      setTimeout(resolve, 0);
      return;
    }
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}

/** For work that waits now and then: lets others have the thread when it has gone on for some milliseconds. */
export class Pacer {
  #sliceStart = performance.now();

  async pause(): Promise<void> {
    if (performance.now() - this.#sliceStart >= SLICE_MS) {
      await nextTurn();
      this.#sliceStart = performance.now();
    }
  }

  /** Step by step. */
  async run(work: Generator<void, void>): Promise<void> {
    while (!work.next().done) {
      await this.pause();
    }
  }
}
