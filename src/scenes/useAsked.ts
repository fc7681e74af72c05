import { type DataSourceInstanceSettings } from '@grafana/data';
import { useCallback } from 'react';
import { type StoreClient } from '../shared/storeClient';
import { loadOutcome, type Outcome } from './loadOutcome';
import { useLoaded } from './useLoaded';

export interface Asked<T> {
  readonly outcome: Outcome<T> | undefined;
  readonly isLoading: boolean;
}

/** What a store answers. Memoize `ask`: a new one asks again. The last answer stays meanwhile if `key` is the same. */
export function useAsked<T>(
  store: DataSourceInstanceSettings,
  key: string,
  ask: (client: StoreClient, signal: AbortSignal) => Promise<T>
): Asked<T> {
  const load = useCallback((signal: AbortSignal) => loadOutcome(store, (client) => ask(client, signal)), [store, ask]);
  const { value, error, isLoading } = useLoaded(`${store.uid} ${key}`, load);
  if (error !== undefined) {
    // Not the store's fault, but ours: Grafana's error boundary shows it.
    throw error;
  }
  return { outcome: value, isLoading };
}
