import { useEffect, useState } from 'react';
import { type TraceFeed } from '../trace/traceFeed';
import { type TraceLoad } from '../trace/traceLoader';

const NONE: readonly string[] = [];

/** What of the trace was refused or cut, once the trace is there. */
export function useLosses(feed: TraceFeed, phase: TraceLoad['phase']): readonly string[] {
  const [losses, setLosses] = useState(NONE);
  const isDone = phase === 'done';
  useEffect(() => {
    if (!isDone) {
      return undefined;
    }
    const abort = new AbortController();
    feed.losses(abort.signal).then(
      (found) => !abort.signal.aborted && setLosses(found),
      // A store that does not know losses has its spans all the same.
      () => undefined
    );
    return () => abort.abort();
  }, [feed, isDone]);
  return losses;
}
