import { useCallback, useState } from 'react';
import { openContext, type DoctorContext } from '@clew/doctor';
import { browserClock } from '../../scenes/doctor/browserClock';
import { useLoaded } from '../../scenes/useLoaded';
import { grafanaApi } from '../../shared/grafanaApi';

export interface Setup {
  /** The datasources as they are, and how to ask them. */
  readonly context: DoctorContext | undefined;
  /** Why Grafana does not tell them. */
  readonly problem: string | undefined;
  readonly isLoading: boolean;
  /** Reads them again: after something was written. */
  readonly reload: () => void;
}

export function useSetup(storeUid: string | undefined): Setup {
  const [turn, setTurn] = useState(0);
  const load = useCallback(
    (signal: AbortSignal) => {
      // A new turn is a new question.
      void turn;
      return openContext({ transport: grafanaApi(signal), clock: browserClock, storeUid });
    },
    [storeUid, turn]
  );
  const { value, error, isLoading } = useLoaded(storeUid ?? '', load);
  return {
    context: value,
    problem: error === undefined ? undefined : error instanceof Error ? error.message : String(error),
    isLoading,
    reload: useCallback(() => setTurn((before) => before + 1), []),
  };
}
