import { useCallback, useState } from 'react';
import { type DataSourceInstanceSettings } from '@grafana/data';
import { loadOutcome, type Failure } from '../../scenes/loadOutcome';
import { useLoaded } from '../../scenes/useLoaded';
import { type StoreClient } from '../../shared/storeClient';

/** `cursor`: where the page before ended, undefined for the first one. Memoize it. */
type AskPage<T> = (client: StoreClient, cursor: string | undefined, signal: AbortSignal) => Promise<T>;

export interface Pages<T> {
  /** The first one, and those that were asked for after it. Undefined until there is an answer. */
  readonly pages: readonly T[] | undefined;
  readonly failure: Failure | undefined;
  readonly isLoading: boolean;
  /** When the first page came, Unix milliseconds. */
  readonly atMs: number;
  readonly again: () => void;
  /** Undefined where there is no more. */
  readonly more: (() => void) | undefined;
  readonly isLoadingMore: boolean;
  readonly moreFailure: Failure | undefined;
}

interface Rest<T> {
  /** The answer that it goes on from. */
  readonly of: object;
  readonly pages: readonly T[];
  readonly isLoading: boolean;
  readonly failure?: Failure;
}

const NEVER = new AbortController().signal;

/** A list that a store gives in pages: from the start again when `ask` changes. What was shown stays until then. */
export function usePages<T extends { readonly next: string | null }>(
  store: DataSourceInstanceSettings,
  ask: AskPage<T>
): Pages<T> {
  const [turn, setTurn] = useState(0);
  const load = useCallback(
    async (signal: AbortSignal) => {
      const outcome = await loadOutcome(store, (client) => ask(client, undefined, signal));
      return { outcome, atMs: Date.now(), turn };
    },
    [store, ask, turn]
  );
  const { value, error, isLoading } = useLoaded(store.uid, load);
  const [rest, setRest] = useState<Rest<T>>();
  const again = useCallback(() => setTurn((before) => before + 1), []);
  if (error !== undefined) {
    // Not the store's fault, but ours: Grafana's error boundary shows it.
    throw error;
  }
  const first = value && 'data' in value.outcome ? value.outcome.data : undefined;
  const shown = rest && rest.of === first ? rest : undefined;
  const pages = first && [first, ...(shown?.pages ?? [])];
  const cursor = pages?.at(-1)?.next ?? undefined;
  const loadMore = async (of: T, after: string) => {
    const before = shown?.pages ?? [];
    setRest({ of, pages: before, isLoading: true });
    const outcome = await loadOutcome(store, (client) => ask(client, after, NEVER));
    const next: Rest<T> = {
      of,
      pages: 'data' in outcome ? [...before, outcome.data] : before,
      isLoading: false,
      failure: 'failure' in outcome ? outcome.failure : undefined,
    };
    setRest((now) => (now?.of === of ? next : now));
  };
  return {
    pages,
    failure: value && 'failure' in value.outcome ? value.outcome.failure : undefined,
    isLoading,
    atMs: value?.atMs ?? 0,
    again,
    more: first && cursor !== undefined && !isLoading ? () => void loadMore(first, cursor) : undefined,
    isLoadingMore: shown?.isLoading ?? false,
    moreFailure: shown?.failure,
  };
}
