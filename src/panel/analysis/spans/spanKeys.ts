import { type Steps, type TraceAnalysis } from '@clew/trace-model';
import { type Texts, type TraceTable } from '../../trace/traceTable';
import { ranksOf } from '../table/sortRows';

export const SPAN_COLUMNS = ['start', 'service', 'name', 'duration', 'self', 'path', 'status', 'kind'] as const;
export type SpanColumn = (typeof SPAN_COLUMNS)[number];

/** By row: what a column sorts by. Times in nanoseconds; texts as their place among all. In steps, as there may be many texts. */
export function* spanKeys(
  { tree, columns, names, services }: TraceTable,
  { selfTime, path }: Pick<TraceAnalysis, 'selfTime' | 'path'>,
  column: SpanColumn
): Steps<Float64Array | Uint32Array> {
  switch (column) {
    case 'start':
      return tree.starts.subarray(0, tree.rows);
    case 'duration': {
      const durations = tree.ends.slice(0, tree.rows);
      for (let row = 0; row < durations.length; row++) {
        durations[row] -= tree.starts[row];
      }
      return durations;
    }
    case 'self':
      return selfTime.selfNs;
    case 'path':
      return path.onPathNs;
    case 'service':
      return yield* ranksByRow(services, columns.services);
    case 'name':
      return yield* ranksByRow(names, columns.names);
    case 'status':
      return Uint32Array.from(columns.statuses);
    case 'kind':
      return Uint32Array.from(columns.kinds);
  }
}

function* ranksByRow(texts: Texts, indexes: Uint32Array): Steps<Uint32Array> {
  const ranks = yield* ranksOf(texts.length, (index) => texts.get(index));
  // A loop: `from` with a function takes twenty times as long, more than a frame for a million rows.
  const keys = new Uint32Array(indexes.length);
  for (let row = 0; row < keys.length; row++) {
    keys[row] = ranks[indexes[row]];
  }
  return keys;
}
