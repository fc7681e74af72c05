import { useCallback, useEffect, useMemo, useSyncExternalStore } from 'react';
import { TraceLoader, type TraceLoad } from '../trace/traceLoader';
import { type TraceFeed } from '../trace/traceFeed';

export interface TraceLoading extends TraceLoad {
  readonly reload: () => void;
}

/** Reads a feed for as long as it is shown. Of another feed of the same key nothing is read again. */
export function useTraceLoad(
  feed: TraceFeed,
  correctSkew: boolean,
  revision: number | string | undefined
): TraceLoading {
  // A feed of the same key is the same trace, and the first of them goes on.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  const loader = useMemo(() => new TraceLoader(feed, { correctSkew }), [feed.key]);
  useEffect(() => {
    loader.start();
    return () => loader.stop();
  }, [loader, revision]);
  useEffect(() => loader.setOptions({ correctSkew }), [loader, correctSkew]);
  const subscribe = useCallback((listener: () => void) => loader.subscribe(listener), [loader]);
  const load = useSyncExternalStore(subscribe, () => loader.load);
  const reload = useCallback(() => loader.start(), [loader]);
  return useMemo(() => ({ ...load, reload }), [load, reload]);
}
