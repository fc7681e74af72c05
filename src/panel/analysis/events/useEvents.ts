import { useEffect, useMemo, useState } from 'react';
import { type TraceSource, type TraceTable } from '../../trace/traceTable';
import { spanEventsOf, type PlacedEvent } from './placedEvents';

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
  readonly problem: string | undefined;
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

/** The events of the first `limit` spans that have some, as they come. */
export function useEvents(
  table: TraceTable,
  source: TraceSource,
  matches: Uint32Array | undefined,
  limit: number
): EventsState {
  const rows = useMemo(() => rowsWithEvents(table, matches), [table, matches]);
  const [answer, setAnswer] = useState<Answer>();
  const wanted = Math.min(limit, rows.length);
  useEffect(() => {
    const abort = new AbortController();
    const run = async () => {
      let events: PlacedEvent[] = [];
      for (let from = 0; from < wanted; from += AT_ONCE) {
        const part = [...rows.subarray(from, Math.min(from + AT_ONCE, wanted))];
        const details = await source.details(part, abort.signal);
        const more = details.flatMap((span, at) => (span ? spanEventsOf(table, part[at], span) : []));
        // Spans come by start, and so events nearly are in order already.
        events = [...events, ...more].sort((a, b) => a.offsetNs - b.offsetNs);
        if (abort.signal.aborted) {
          return;
        }
        setAnswer({ rows, source, events, read: from + part.length, problem: undefined });
      }
    };
    run().catch((error: unknown) => {
      if (!abort.signal.aborted) {
        const problem = error instanceof Error ? error.message : String(error);
        setAnswer({ rows, source, events: [], read: 0, problem });
      }
    });
    return () => abort.abort();
  }, [table, source, rows, wanted]);
  const known = answer?.rows === rows && answer.source === source ? answer : undefined;
  const read = known?.read ?? 0;
  return {
    events: known?.events ?? [],
    spans: rows.length,
    read,
    isLoading: read < wanted && known?.problem === undefined,
    problem: known?.problem,
  };
}
