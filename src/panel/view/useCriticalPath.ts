import { useEffect, useRef } from 'react';
import { criticalPath } from '@clew/trace-model';
import { pathMarks, type PathMarks, type TimelineModel } from '../timeline';
import { type TraceTable } from '../trace/traceTable';
import { inTurns } from '../trace/turns';

/** Draws the critical path on the bars, once all of the trace is there. */
export function useCriticalPath(model: TimelineModel, table: TraceTable | undefined, isOn: boolean): void {
  const known = useRef<PathMarks>();
  useEffect(() => {
    if (!isOn || !table) {
      model.setPath(undefined);
      return undefined;
    }
    if (known.current?.tree === table.tree) {
      model.setPath(known.current);
      return undefined;
    }
    const abort = new AbortController();
    inTurns(marksOf(table), abort.signal).then(
      (marks) => {
        known.current = marks;
        model.setPath(marks);
      },
      // Stopped, because there is another table.
      () => undefined
    );
    return () => abort.abort();
  }, [model, table, isOn]);
}

function* marksOf(table: TraceTable): Generator<void, PathMarks> {
  return yield* pathMarks(table.tree, yield* criticalPath(table));
}
