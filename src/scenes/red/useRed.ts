import { type DataSourceInstanceSettings } from '@grafana/data';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { grafanaTransport } from '../../shared/grafanaTransport';
import { StoreClient, type TimeWindow } from '../../shared/storeClient';
import { loadOutcome, type Outcome } from '../loadOutcome';
import { useLoaded } from '../useLoaded';
import { loadRed, type RedAnswer, type RedScope } from './loadRed';
import { loadTrends, type Trends } from './loadTrends';
import { mergeRed, type RedPart, type RedRow } from './red';

export interface LoadedRed {
  readonly rows: readonly RedRow[] | undefined;
  /** The time that the rows are of. */
  readonly window: TimeWindow;
  readonly outcome: Outcome<RedAnswer> | undefined;
  readonly isLoading: boolean;
}

/** Rows that fill as the answers come. Memoize `scope` and `window`; a new window asks again. */
export function useRed(store: DataSourceInstanceSettings, scope: RedScope, window: TimeWindow): LoadedRed {
  const key = JSON.stringify([store.uid, scope]);
  const [partial, setPartial] = useState<{ key: string; parts: readonly RedPart[]; window: TimeWindow }>();
  const load = useCallback(
    (signal: AbortSignal) =>
      loadOutcome(store, (client) =>
        loadRed(client, {
          scope,
          window,
          signal,
          onParts: (parts) => {
            if (!signal.aborted) {
              setPartial({ key, parts, window });
            }
          },
        })
      ),
    [store, scope, window, key]
  );
  const { value, error, isLoading } = useLoaded(key, load);
  if (error !== undefined) {
    // Not the store's fault, but ours: Grafana's error boundary shows it.
    throw error;
  }
  // The last answer that was whole stays until the next one is: numbers do not come and go at a refresh.
  const last = value && 'data' in value ? value.data : undefined;
  const shown = last ?? (partial?.key === key ? partial : undefined);
  const rows = useMemo(() => shown && mergeRed(shown.parts), [shown]);
  return { rows, window: shown?.window ?? window, outcome: value, isLoading };
}

/** Lines of the rows that are shown; none while they load, and where they cannot be had. */
export function useTrends(
  { url = '' }: DataSourceInstanceSettings,
  scope: RedScope,
  rows: ReadonlyArray<Pick<RedRow, 'key' | 'basis'>>,
  window: TimeWindow,
  isReady: boolean
): Trends | undefined {
  const [trends, setTrends] = useState<Trends>();
  const wanted = JSON.stringify(rows.map(({ key, basis }) => [key, basis]).sort());
  useEffect(() => {
    if (!isReady) {
      return undefined;
    }
    const abort = new AbortController();
    const asked = (JSON.parse(wanted) as Array<[string, RedRow['basis']]>).map(([key, basis]) => ({ key, basis }));
    const client = new StoreClient(grafanaTransport(url));
    loadTrends(client, scope, asked, window, abort.signal).then(
      (loaded) => {
        if (!abort.signal.aborted) {
          setTrends(loaded);
        }
      },
      // Lines are an extra: the numbers beside them have their own error.
      () => undefined
    );
    return () => abort.abort();
  }, [url, scope, window, wanted, isReady]);
  return trends;
}
