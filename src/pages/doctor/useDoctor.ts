import { useCallback, useEffect, useState } from 'react';
import { ALL_CHECKS, runDoctor, type CheckResult, type DoctorReport } from '@clew/doctor';
import { browserClock } from '../../scenes/doctor/browserClock';
import { grafanaApi } from '../../shared/grafanaApi';

export interface DoctorRun {
  /** As they come, by the ids of their checks. */
  readonly results: ReadonlyMap<string, CheckResult>;
  /** Once all are done. */
  readonly report: DoctorReport | undefined;
  /** Why nothing could be tested. */
  readonly problem: string | undefined;
  readonly isRunning: boolean;
  readonly again: () => void;
}

interface State {
  /** Which run it is of. */
  readonly of: string;
  readonly results: ReadonlyMap<string, CheckResult>;
  readonly report?: DoctorReport;
  readonly problem?: string;
}

const NONE: ReadonlyMap<string, CheckResult> = new Map();

/** Runs all checks at once, and again when asked: what was found before stays until then. */
export function useDoctor(storeUid: string): DoctorRun {
  const [turn, setTurn] = useState(0);
  const [state, setState] = useState<State>();
  const of = `${storeUid} ${turn}`;
  useEffect(() => {
    const cancelled = new AbortController();
    const tell = (change: (before: State) => State) => {
      if (!cancelled.signal.aborted) {
        setState((before) => change(before?.of === of ? before : { of, results: NONE }));
      }
    };
    runDoctor({
      transport: grafanaApi(cancelled.signal),
      checks: ALL_CHECKS,
      storeUid,
      clock: browserClock,
      onResult: (result) => tell((before) => ({ ...before, results: new Map(before.results).set(result.id, result) })),
    }).then(
      (report) => tell((before) => ({ ...before, report })),
      (error: unknown) =>
        tell((before) => ({ ...before, problem: error instanceof Error ? error.message : String(error) }))
    );
    return () => cancelled.abort();
  }, [of, storeUid]);
  const again = useCallback(() => setTurn((before) => before + 1), []);
  const now = state?.of === of ? state : undefined;
  return {
    results: now?.results ?? NONE,
    report: now?.report,
    problem: now?.problem,
    isRunning: now?.report === undefined && now?.problem === undefined,
    again,
  };
}
