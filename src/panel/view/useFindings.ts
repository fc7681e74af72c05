import { useEffect, useState } from 'react';
import { type TraceFeed } from '../trace/traceFeed';
import { type TraceFinding } from '../trace/traceFinding';
import { type TraceLoad } from '../trace/traceLoader';

/** `looking`: the answer is not there yet. `none`: nothing can say, as with a store that is older. */
export type TraceFindings =
  | { readonly state: 'looking' }
  | { readonly state: 'none' }
  | { readonly state: 'found'; readonly findings: readonly TraceFinding[] };

const NONE: TraceFindings = { state: 'none' };

/** What is wrong with the trace, once all of it is there. */
export function useFindings(feed: TraceFeed, phase: TraceLoad['phase']): TraceFindings {
  const [findings, setFindings] = useState<TraceFindings>({ state: 'looking' });
  const isDone = phase === 'done';
  useEffect(() => {
    if (!isDone) {
      return undefined;
    }
    const abort = new AbortController();
    feed.findings(abort.signal).then(
      (found) => !abort.signal.aborted && setFindings(found.length > 0 ? { state: 'found', findings: found } : NONE),
      // The trace can be read without them.
      () => !abort.signal.aborted && setFindings(NONE)
    );
    return () => abort.abort();
  }, [feed, isDone]);
  return phase === 'failed' ? NONE : findings;
}
