import { useEffect, useState } from 'react';

export interface Loaded<T> {
  /** The last answer for this key; stays while a new one is loaded. */
  readonly value: T | undefined;
  readonly error: unknown;
  readonly isLoading: boolean;
}

type Load<T> = (signal: AbortSignal) => Promise<T>;

interface Answer<T> {
  readonly key: string;
  /** What it answers. */
  readonly load: Load<T>;
  readonly value?: T;
  readonly error?: unknown;
}

/**
 * Loads when `load` changes. An answer that nobody waits for any more is dropped, and its request ended. Answers of
 * another `key` are not shown meanwhile. Memoize `load`.
 */
export function useLoaded<T>(key: string, load: Load<T>): Loaded<T> {
  const [answer, setAnswer] = useState<Answer<T>>();
  useEffect(() => {
    const abort = new AbortController();
    const settle = (outcome: { value: T } | { error: unknown }) => {
      if (!abort.signal.aborted) {
        setAnswer({ key, load, ...outcome });
      }
    };
    load(abort.signal).then(
      (value) => settle({ value }),
      (error: unknown) => settle({ error })
    );
    return () => abort.abort();
  }, [key, load]);
  const shown = answer?.key === key ? answer : undefined;
  return {
    value: shown?.value,
    error: shown?.error,
    isLoading: answer?.load !== load,
  };
}
