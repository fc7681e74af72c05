import { useEffect, useState } from 'react';
import { type FrameColumns } from '@clew/trace-model';
import { type AttributeColumn, type TraceSource, type TraceTable } from '../trace/traceTable';

export interface ColumnsState {
  /** Those that are there, by key. */
  readonly columns: ReadonlyMap<string, AttributeColumn>;
  readonly problem: string | undefined;
}

const NONE: ColumnsState = { columns: new Map(), problem: undefined };

interface Answer extends ColumnsState {
  readonly rows: FrameColumns;
}

/** The attributes of these keys, of a trace that is all there: of one that still comes, the rows do not stay. */
export function useAttributeColumns(
  table: TraceTable | undefined,
  source: TraceSource,
  keys: readonly string[]
): ColumnsState {
  const [answer, setAnswer] = useState<Answer>();
  const wanted = [...new Set(keys)].sort().join('\n');
  // Another tree over the same rows asks for nothing new.
  const rows = table?.complete ? table.columns : undefined;
  useEffect(() => {
    if (!rows || wanted === '') {
      return undefined;
    }
    const abort = new AbortController();
    const columns = new Map<string, AttributeColumn>();
    const problems: string[] = [];
    const load = async (key: string) => {
      try {
        columns.set(key, fitted(await source.column(key, abort.signal), rows.names.length));
      } catch (error) {
        problems.push(`${key}: ${error instanceof Error ? error.message : String(error)}`);
      }
    };
    void Promise.all(wanted.split('\n').map(load)).then(() => {
      if (!abort.signal.aborted) {
        setAnswer({ rows, columns, problem: problems[0] });
      }
    });
    return () => abort.abort();
  }, [rows, source, wanted]);
  // Of other keys what is there is shown already; of other rows nothing is.
  return answer && answer.rows === rows && wanted !== '' ? answer : NONE;
}

/** The source may know more rows, or fewer. */
function fitted(column: AttributeColumn, rows: number): AttributeColumn {
  if (column.values.length === rows) {
    return column;
  }
  const values = new Uint32Array(rows);
  values.set(column.values.subarray(0, rows));
  return { ...column, values };
}
