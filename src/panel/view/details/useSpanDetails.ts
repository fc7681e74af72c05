import { useCallback, useEffect, useState } from 'react';
import { type SpanDetails, type TraceSource } from '../../trace/traceTable';

export interface DetailsState {
  readonly details: SpanDetails | undefined;
  readonly isLoading: boolean;
  /** The source has no such span. */
  readonly isUnknown: boolean;
  readonly problem: string | undefined;
  readonly retry: () => void;
}

type Answer = Omit<DetailsState, 'retry'> & { readonly spanId: string };

/**
 * All about a span. `spanId` tells which: rows move while a trace comes. Undefined for what is no row. What is shown of the last
 * span goes at once.
 */
export function useSpanDetails(source: TraceSource, row: number | undefined, spanId: string): DetailsState {
  const [answer, setAnswer] = useState<Answer>();
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    if (row === undefined) {
      return undefined;
    }
    const abort = new AbortController();
    const settle = (changes: Partial<Answer>) => {
      if (!abort.signal.aborted) {
        setAnswer({ spanId, details: undefined, isLoading: false, isUnknown: false, problem: undefined, ...changes });
      }
    };
    source.details([row], abort.signal).then(
      ([details]) => settle(details ? { details } : { isUnknown: true }),
      (error: unknown) => settle({ problem: error instanceof Error ? error.message : String(error) })
    );
    return () => abort.abort();
  }, [source, row, spanId, attempt]);
  const retry = useCallback(() => setAttempt((count) => count + 1), []);
  const mine = answer?.spanId === spanId && row !== undefined ? answer : undefined;
  return {
    details: mine?.details,
    isLoading: row !== undefined && !mine,
    isUnknown: mine?.isUnknown ?? false,
    problem: mine?.problem,
    retry,
  };
}
