import { useCallback, useEffect, useMemo, useState } from 'react';
import { type TraceSource, type TraceTable } from '../../trace/traceTable';
import { inOrderOfTime, spanEventsOf, type PlacedEvent } from './placedEvents';

/** Spans of which the source is asked at once. */
const AT_ONCE = 200;
/** Spans that are asked for unasked. */
export const FIRST_SPANS = 5000;

export interface EventsState {
  /** In order of time. */
  readonly events: readonly PlacedEvent[];
  /** Spans with events: all, and those that are read. */
  readonly spans: number;
  readonly read: number;
  readonly isLoading: boolean;
  /** Why it did not go on; what was read before stays. */
  readonly problem: string | undefined;
  readonly retry: () => void;
}

interface Answer {
  readonly rows: Uint32Array;
  readonly source: TraceSource;
  readonly events: readonly PlacedEvent[];
  readonly read: number;
  readonly problem: string | undefined;
}

/** Rows that have events, by start; of those that were found, where there is a search. */
export function rowsWithEvents({ columns, tree }: TraceTable, matches: Uint32Array | undefined): Uint32Array {
  const rows: number[] = [];
  for (let row = 0; row < tree.rows; row++) {
    if (columns.eventCounts[row] > 0 && (!matches || (matches[row >> 5] & (1 << (row & 31))) !== 0)) {
      rows.push(row);
    }
  }
  return Uint32Array.from(rows);
}

const NO_EVENTS: readonly PlacedEvent[] = [];

/** The events of the first `limit` spans that have some, as they come. A larger limit goes on from what is read. */
export function useEvents(
  table: TraceTable,
  source: TraceSource,
  matches: Uint32Array | undefined,
  limit: number
): EventsState {
  const rows = useMemo(() => rowsWithEvents(table, matches), [table, matches]);
  const [answer, setAnswer] = useState<Answer>();
  const known = answer?.rows === rows && answer.source === source ? answer : undefined;
  const { events, read, problem } = known ?? { events: NO_EVENTS, read: 0, problem: undefined };
  const wanted = Math.min(limit, rows.length);
  const isLoading = read < wanted && problem === undefined;
  // One part each time: its answer moves `read` on, and so asks for the next.
  useEffect(() => {
    if (!isLoading) {
      return undefined;
    }
    const abort = new AbortController();
    const settle = (changes: Partial<Answer>) =>
      !abort.signal.aborted && setAnswer({ rows, source, events, read, problem: undefined, ...changes });
    const part = [...rows.subarray(read, Math.min(read + AT_ONCE, wanted))];
    source
      .details(part, abort.signal)
      .then((details) => {
        const more = details.flatMap((span, at) => (span ? spanEventsOf(table, part[at], span) : []));
        more.sort((a, b) => a.offsetNs - b.offsetNs);
        settle({ events: inOrderOfTime(events, more), read: read + part.length });
      })
      .catch((error: unknown) => settle({ problem: error instanceof Error ? error.message : String(error) }));
    return () => abort.abort();
  }, [table, source, rows, events, read, wanted, isLoading]);
  const retry = useCallback(() => setAnswer((last) => last && { ...last, problem: undefined }), []);
  return { events, spans: rows.length, read, isLoading, problem, retry };
}
