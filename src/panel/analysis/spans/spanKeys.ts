import { type TraceAnalysis } from '@clew/trace-model';
import { type TraceTable } from '../../trace/traceTable';
import { ranksOf } from '../table/sortRows';

export const SPAN_COLUMNS = ['start', 'service', 'name', 'duration', 'self', 'path', 'status', 'kind'] as const;
export type SpanColumn = (typeof SPAN_COLUMNS)[number];

/** By row: what a column sorts by. Times in nanoseconds; texts as their place among all. */
export function spanKeys(
  { tree, columns, names, services }: TraceTable,
  { selfTime, path }: Pick<TraceAnalysis, 'selfTime' | 'path'>,
  column: SpanColumn
): Float64Array | Uint32Array {
  switch (column) {
    case 'start':
      return tree.starts.subarray(0, tree.rows);
    case 'duration':
      return Float64Array.from({ length: tree.rows }, (_, row) => tree.ends[row] - tree.starts[row]);
    case 'self':
      return selfTime.selfNs;
    case 'path':
      return path.onPathNs;
    case 'service': {
      const ranks = ranksOf(services.length, (index) => services.get(index));
      return Uint32Array.from(columns.services, (index) => ranks[index]);
    }
    case 'name': {
      const ranks = ranksOf(names.length, (index) => names.get(index));
      return Uint32Array.from(columns.names, (index) => ranks[index]);
    }
    case 'status':
      return Uint32Array.from(columns.statuses);
    case 'kind':
      return Uint32Array.from(columns.kinds);
  }
}
