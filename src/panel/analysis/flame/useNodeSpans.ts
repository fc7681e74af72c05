import { useMemo } from 'react';
import { type FlameGraph } from '@clew/trace-model';
import { type TraceTable } from '../../trace/traceTable';
import { callerMatches, callerSpans, matchesByNode, pathSpans, type NodeSpans, type PathSpans } from './nodeSpans';
import { useInTurns } from '../../trace/useInTurns';

export interface SpansState {
  readonly paths: PathSpans | undefined;
  /** Of the graph that is shown: the one by caller where there is one. */
  readonly shown: NodeSpans | undefined;
}

/** Which spans the nodes stand for, once that is found out. */
export function useNodeSpans(table: TraceTable, graph: FlameGraph, callers: FlameGraph | undefined): SpansState {
  const { result: paths } = useInTurns(useMemo(() => () => pathSpans(table, graph), [table, graph]));
  const { result: lifted } = useInTurns(
    useMemo(() => (paths && callers ? () => callerSpans(table, paths, callers) : undefined), [table, paths, callers])
  );
  return { paths, shown: callers ? lifted : paths };
}

/** By node of what is shown: how many of its spans the search finds. Undefined without a search, and until it is counted. */
export function useMatchedNodes(
  paths: PathSpans | undefined,
  callers: FlameGraph | undefined,
  bits: Uint32Array | undefined
): Uint32Array | undefined {
  const { last } = useInTurns(
    useMemo(
      () =>
        paths && bits
          ? function* () {
              const counts = yield* matchesByNode(paths, bits);
              return callers
                ? { graph: callers, counts: yield* callerMatches(paths.graph, callers, counts) }
                : { graph: paths.graph, counts };
            }
          : undefined,
      [paths, callers, bits]
    )
  );
  // While the next search is counted, what the last one found stays.
  return last?.graph === (callers ?? paths?.graph) ? last?.counts : undefined;
}
