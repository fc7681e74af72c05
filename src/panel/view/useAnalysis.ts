import { useEffect, useState } from 'react';
import { analyzeTrace, type TraceAnalysis } from '@clew/trace-model';
import { type TraceTable } from '../trace/traceTable';
import { inTurns } from '../trace/turns';

interface Answer {
  readonly table: TraceTable;
  readonly analysis: TraceAnalysis | undefined;
  readonly problem: string | undefined;
}

export interface AnalysisState {
  /** Undefined while it is worked on. */
  readonly analysis: TraceAnalysis | undefined;
  readonly problem: string | undefined;
}

const NOTHING: AnalysisState = { analysis: undefined, problem: undefined };

/** All that is known of a trace when it was looked at as a whole. Begins when it is first wanted, and is kept then. */
export function useAnalysis(table: TraceTable | undefined, isWanted: boolean): AnalysisState {
  const [answer, setAnswer] = useState<Answer>();
  const isMissing = isWanted && table !== undefined && answer?.table !== table;
  useEffect(() => {
    if (!isMissing) {
      return undefined;
    }
    const abort = new AbortController();
    const settle = (analysis: TraceAnalysis | undefined, problem?: string) =>
      !abort.signal.aborted && setAnswer({ table, analysis, problem });
    inTurns(analyzeTrace(table), abort.signal).then(
      (analysis) => settle(analysis),
      (error: unknown) => settle(undefined, error instanceof Error ? error.message : String(error))
    );
    return () => abort.abort();
  }, [table, isMissing]);
  return answer?.table === table && answer ? answer : NOTHING;
}
