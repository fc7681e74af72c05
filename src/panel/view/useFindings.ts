import { useEffect, useState } from 'react';
import { type TraceFeed } from '../trace/traceFeed';
import { type TraceFinding } from '../trace/traceFinding';
import { type TraceLoad } from '../trace/traceLoader';

const NONE: readonly TraceFinding[] = [];

/** What is wrong with the trace, once all of it is there. */
export function useFindings(feed: TraceFeed, phase: TraceLoad['phase']): readonly TraceFinding[] {
  const [findings, setFindings] = useState(NONE);
  const isDone = phase === 'done';
  useEffect(() => {
    if (!isDone) {
      return undefined;
    }
    const abort = new AbortController();
    feed.findings(abort.signal).then(
      (found) => !abort.signal.aborted && setFindings(found),
      // The trace can be read without them, and a store that is older has none.
      () => undefined
    );
    return () => abort.abort();
  }, [feed, isDone]);
  return findings;
}
