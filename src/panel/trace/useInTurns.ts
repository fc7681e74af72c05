import { useEffect, useState } from 'react';
import { type Steps } from '@clew/trace-model';
import { inTurns } from './turns';

interface Answer<Result> {
  readonly work: () => Steps<Result>;
  readonly result: Result | undefined;
  readonly problem: string | undefined;
}

export interface TurnsState<Result> {
  /** Undefined while it is worked on. */
  readonly result: Result | undefined;
  /** What the work before came to, while the next is under way. */
  readonly last: Result | undefined;
  readonly problem: string | undefined;
}

/** Work in slices between frames, begun anew when `work` is another function. Nothing happens without one. */
export function useInTurns<Result>(work: (() => Steps<Result>) | undefined): TurnsState<Result> {
  const [answer, setAnswer] = useState<Answer<Result>>();
  useEffect(() => {
    if (!work) {
      return undefined;
    }
    const abort = new AbortController();
    const settle = (result: Result | undefined, problem?: string) =>
      !abort.signal.aborted && setAnswer({ work, result, problem });
    inTurns(work(), abort.signal).then(
      (result) => settle(result),
      (error: unknown) => settle(undefined, error instanceof Error ? error.message : String(error))
    );
    return () => abort.abort();
  }, [work]);
  const isNow = answer !== undefined && answer.work === work;
  return {
    result: isNow ? answer.result : undefined,
    last: work ? answer?.result : undefined,
    problem: isNow ? answer.problem : undefined,
  };
}
