/** Runs work in slices, so that frames are drawn between them. */
export interface Scheduler {
  /** Calls `done` with the result. The answer stops the work: `done` is not called any more. */
  run<Result>(work: Generator<void, Result>, done: (result: Result) => void): () => void;
}

/** At once, to the end. For tests, and for what is small. */
export const immediately: Scheduler = {
  run(work, done) {
    for (;;) {
      const step = work.next();
      if (step.done) {
        done(step.value);
        return () => undefined;
      }
    }
  },
};

/** Slices of some milliseconds, each in a task of its own. */
export function sliced(sliceMs = 5): Scheduler {
  return {
    run(work, done) {
      let stopped = false;
      const channel = new MessageChannel();
      const slice = (): void => {
        if (stopped) {
          return;
        }
        const end = performance.now() + sliceMs;
        do {
          const step = work.next();
          if (step.done) {
            channel.port1.close();
            done(step.value);
            return;
          }
        } while (performance.now() < end);
        channel.port2.postMessage(undefined);
      };
      channel.port1.onmessage = slice;
      channel.port2.postMessage(undefined);
      return () => {
        stopped = true;
        channel.port1.close();
      };
    },
  };
}
