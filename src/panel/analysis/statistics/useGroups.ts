import { useCallback, useEffect, useMemo, useState } from 'react';
import { attributeKey, groupKey, statistics, type Statistics } from '@clew/trace-model';
import { type AttributeColumn } from '../../trace/traceTable';
import { type AnalysisViewProps } from '../analysisView';
import { useInTurns } from '../../trace/useInTurns';
import { isReadyKey, type ShownKey } from './groupTexts';

export interface Groups {
  readonly keys: readonly ShownKey[];
  readonly groups: Statistics;
}

export interface GroupsState {
  /** What is known now; of the keys before while others are worked on. */
  readonly shown: Groups | undefined;
  readonly isLoading: boolean;
  readonly problem: string | undefined;
}

/** Spans by one or two keys; those that were found alone, where there is a search. */
export function useGroups(
  { table, analysis, source, matches }: AnalysisViewProps,
  by: readonly [string] | readonly [string, string]
): GroupsState {
  const attributes = useMemo(() => by.filter((key) => !isReadyKey(key)), [by]);
  const { columns, problem: columnProblem } = useColumns(source, attributes);
  const isReady = attributes.every((key) => columns.has(key));
  const work = useMemo(() => {
    if (!isReady) {
      return undefined;
    }
    return function* (): Generator<void, Groups> {
      const keys = by.map((key): ShownKey => {
        const column = columns.get(key);
        return isReadyKey(key) || !column
          ? { key, group: groupKey(table, isReadyKey(key) ? key : 'name'), isNumeric: false }
          : { key, group: attributeKey(column), isNumeric: column.numeric };
      });
      if (!matches && by[0] === 'service' && by[1] === 'name') {
        return { keys, groups: analysis.operations };
      }
      const [first, second] = keys;
      const groups = yield* statistics(table, analysis.selfTime, analysis.path, {
        by: second ? [first.group, second.group] : [first.group],
        rowBits: matches,
      });
      return { keys, groups };
    };
  }, [isReady, by, columns, table, analysis, matches]);
  const { result, last, problem } = useInTurns(work);
  return {
    shown: result ?? last,
    isLoading: result === undefined && problem === undefined && columnProblem === undefined,
    problem: problem ?? columnProblem,
  };
}

const NO_COLUMNS: ReadonlyMap<string, AttributeColumn> = new Map();

function useColumns(source: AnalysisViewProps['source'], keys: readonly string[]) {
  const [loaded, setLoaded] = useState<ReadonlyMap<string, AttributeColumn>>(NO_COLUMNS);
  const [problem, setProblem] = useState<{ readonly keys: readonly string[]; readonly text: string }>();
  const load = useCallback(
    async (signal: AbortSignal) => {
      const found = await Promise.all(keys.map(async (key) => [key, await source.column(key, signal)] as const));
      return new Map(found);
    },
    [source, keys]
  );
  useEffect(() => {
    if (keys.length === 0) {
      return undefined;
    }
    const abort = new AbortController();
    load(abort.signal).then(
      (columns) => !abort.signal.aborted && setLoaded(columns),
      (error: unknown) =>
        !abort.signal.aborted && setProblem({ keys, text: error instanceof Error ? error.message : String(error) })
    );
    return () => abort.abort();
  }, [load, keys]);
  return { columns: loaded, problem: problem?.keys === keys ? problem.text : undefined };
}
