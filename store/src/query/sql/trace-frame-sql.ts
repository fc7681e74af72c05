import type { SqlQuery } from '../../engine/engine.ts';
import { HOUR_EXPRESSION, HOUR_NS, SPANS } from '../../schema/tables.ts';
import { SPAN_READ_COLUMNS, traceCondition } from './trace-sql.ts';

const atMost16Bits = (column: string): string => `toUInt16(least(${column}.size0, 65535))`;

/** The skeleton of a trace's spans. */
export const FRAME_COLUMNS = {
  span_id: { type: 'FixedString(8)', sql: 'span_id' },
  parent_span_id: { type: 'FixedString(8)', sql: 'parent_span_id' },
  start_ns: { type: 'UInt64', sql: 'start_ns' },
  duration_ns: { type: 'Int64', sql: 'duration_ns' },
  resource_id: { type: 'UInt64', sql: 'resource_id' },
  name: { type: 'LowCardinality(String)', sql: 'name' },
  service: { type: 'LowCardinality(String)', sql: 'service' },
  kind: { type: 'UInt8', sql: 'kind' },
  status_code: { type: 'UInt8', sql: 'status_code' },
  status_message: { type: 'String', sql: 'status_message' },
  frame_flags: {
    type: 'UInt8',
    sql: 'toUInt8((dropped_attributes > 0) + 2 * (dropped_events > 0) + 4 * (dropped_links > 0))',
  },
  event_count: { type: 'UInt16', sql: atMost16Bits('event_times') },
  link_count: { type: 'UInt16', sql: atMost16Bits('link_trace_ids') },
} as const satisfies RowColumns;

export type FrameColumnName = keyof typeof FRAME_COLUMNS;

/** Equal for rows that are equal in all that a span is. A hash of several columns is NULL where one is, that of a tuple not. */
const IDENTITY = `sipHash64(tuple(${SPAN_READ_COLUMNS.join(', ')}))`;

/** Where a page begins: at this start and span id, both included. */
export interface RowCursor {
  readonly startNs: bigint;
  /** 16 hex digits. */
  readonly spanId: string;
}

/** Rows of a trace as its frame has them. */
export interface RowPage {
  /** Absent for the first page. */
  readonly from: RowCursor | undefined;
  readonly limit: number;
  /** Rows that are equal in every column once. Reads every column, so only for a trace that has such rows. */
  readonly distinct: boolean;
}

/** Columns by name, with the types that run/native-reader.ts is to find: ROW_COLUMNS and more. */
export type RowColumns = Readonly<Record<string, { readonly type: string; readonly sql: string }>>;

/** What a page has at least. */
export const ROW_COLUMNS = {
  start_ns: { type: 'UInt64', sql: 'start_ns' },
  span_id: { type: 'FixedString(8)', sql: 'span_id' },
} as const satisfies RowColumns;

/** What is read of each row, and the values of placeholders in it. */
export interface RowSource {
  readonly tenant: string;
  /** 32 hex digits. */
  readonly traceId: string;
  readonly columns: RowColumns;
  readonly params?: SqlQuery['params'];
}

/**
 * Spans of a trace by start and span id. The order begins with the table's own key, of which the first and third part are
 * constants here: ClickHouse reads in that order and stops at the limit, instead of sorting the trace for each page.
 */
export function rowPageSql(source: RowSource, { from, limit, distinct }: RowPage): SqlQuery {
  const columns = Object.entries(source.columns).map(([name, { sql }]) => (sql === name ? sql : `${sql} AS ${name}`));
  const trace = traceCondition(source.tenant, source.traceId);
  const conditions = [trace.sql];
  if (from) {
    conditions.push(
      // ClickHouse derives a bound of the hour from one of the start only in some versions.
      `${HOUR_EXPRESSION} >= {from_hour:UInt64}`,
      'start_ns >= {from_start:UInt64}',
      '(start_ns > {from_start:UInt64} OR span_id >= toFixedString(unhex({from_span:String}), 8))'
    );
  }
  return {
    sql: `SELECT ${columns.join(', ')}
FROM ${SPANS.name}
WHERE ${conditions.join(' AND ')}
ORDER BY tenant, ${HOUR_EXPRESSION}, trace_id, start_ns, span_id${distinct ? `, ${IDENTITY}` : ''}
${distinct ? `LIMIT 1 BY start_ns, span_id, ${IDENTITY}\n` : ''}LIMIT ${Math.trunc(limit)}`,
    params: {
      ...source.params,
      ...trace.params,
      ...(from && {
        from_hour: String(from.startNs / HOUR_NS),
        from_start: String(from.startNs),
        from_span: from.spanId,
      }),
    },
    traces: trace.traces,
  };
}

export interface TwinsRow {
  readonly found: 0 | 1;
}

/** Whether rows of the trace share start and span id: then some may be the same span, delivered twice. */
export function twinsSql(tenant: string, traceId: string): SqlQuery {
  const { sql, params, traces } = traceCondition(tenant, traceId);
  return {
    traces,
    sql: `SELECT uniqExact(sipHash64(start_ns, span_id)) < count() AS found FROM ${SPANS.name} WHERE ${sql}`,
    params,
  };
}

/** A trace's rows for FROM. `distinct` as in RowPage. */
export function rowsSql(columns: readonly string[], condition: string, distinct: boolean): string {
  const once = distinct ? ` LIMIT 1 BY start_ns, span_id, ${IDENTITY}` : '';
  return `(SELECT ${columns.join(', ')} FROM ${SPANS.name} WHERE ${condition}${once})`;
}

/** A row of `traceStateSql`, with 64-bit numbers as text. */
export interface TraceStateRow {
  readonly rows: string;
  readonly newest_ms: string;
  /** Distinct ids; 0 where no spans are named, because counting all of a trace's costs ten times as much as the rest. */
  readonly span_ids: string;
}

/** How many rows a trace has, or those of its spans that are named, and when the newest of them was received. */
export function traceStateSql(tenant: string, traceId: string, spanIds?: readonly string[]): SqlQuery {
  const { sql, params, traces } = traceCondition(tenant, traceId, spanIds);
  return {
    traces,
    sql: `SELECT count() AS rows, max(received_ms) AS newest_ms, ${spanIds ? 'uniqExact(span_id)' : 'toUInt64(0)'} AS span_ids
FROM ${SPANS.name}
WHERE ${sql}`,
    params,
  };
}
