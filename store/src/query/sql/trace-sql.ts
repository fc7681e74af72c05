import type { SqlQuery } from '../../engine/engine.ts';
import { PROMOTED } from '../../schema/promoted.ts';
import { RESOURCES, SPANS } from '../../schema/tables.ts';

/** Attribute columns in the order that the encoder needs: the exact values first, then the maps they are copied to. */
const attributeColumns = (prefix: string): string[] =>
  ['complex', 'str', 'int', 'float', 'bool'].map((suffix) => `${prefix}_${suffix}`);

/** Order of the columns of `spansOfTraceSql`; run/span-encoder.ts reads them in this order. */
export const SPAN_READ_COLUMNS: readonly string[] = [
  'resource_id',
  'start_ns',
  'span_id',
  'duration_ns',
  'parent_span_id',
  'trace_state',
  'name',
  'kind',
  'dropped_attributes',
  'dropped_events',
  'dropped_links',
  'status_code',
  'status_message',
  'flags',
  'service',
  ...PROMOTED.map(({ column }) => column),
  ...attributeColumns('attrs'),
  'event_times',
  'event_names',
  'event_dropped',
  'event_attributes',
  'link_trace_ids',
  'link_span_ids',
  'link_trace_states',
  'link_flags',
  'link_dropped',
  'link_attributes',
  'rest',
];

/** Order of the columns of `resourcesByIdSql` and `resourcesByIdSql`; run/resource-encoder.ts reads them in this order. */
export const RESOURCE_READ_COLUMNS: readonly string[] = [
  'resource_id',
  ...attributeColumns('resource'),
  'resource_dropped',
  'resource_rest',
  'resource_schema_url',
  ...attributeColumns('scope'),
  'scope_dropped',
  'scope_name',
  'scope_version',
  'scope_rest',
  'scope_schema_url',
];

const TRACE_CONDITION = 'tenant = {tenant:String} AND trace_id = toFixedString(unhex({trace_id:String}), 16)';

/**
 * The rows of a trace, or of some of its spans. `spanIds`: 16 hex digits each. They go as numbers, because that makes a
 * constant set; unhex() of a list of texts is worked out anew for each granule and takes seconds.
 */
export function traceCondition(tenant: string, traceId: string, spanIds?: readonly string[]): Required<SqlQuery> {
  const params = { tenant, trace_id: traceId };
  const traces = { tenant, ids: [traceId] };
  return spanIds
    ? {
        sql: `${TRACE_CONDITION} AND reinterpretAsUInt64(span_id) IN ({span_ids:Array(UInt64)})`,
        params: { ...params, span_ids: spanIds.map((id) => Buffer.from(id, 'hex').readBigUInt64LE()) },
        traces,
      }
    : { sql: TRACE_CONDITION, params, traces };
}

/**
 * Every row of a trace, or those of its spans that are named, as SPAN_READ_COLUMNS and when it was received; rows of one
 * resource stand together, in order of time. There is no bound in time: the sort key makes a lookup by id alone cheap,
 * and a hint that is wrong must not hide a trace.
 */
export function spansOfTraceSql(tenant: string, traceId: string, spanIds?: readonly string[]): SqlQuery {
  const { sql, params, traces } = traceCondition(tenant, traceId, spanIds);
  return {
    traces,
    sql: `SELECT ${SPAN_READ_COLUMNS.join(', ')}, received_ms
FROM ${SPANS.name}
WHERE ${sql}
ORDER BY resource_id, start_ns, span_id, duration_ns, name, kind`,
    params,
  };
}

/** Resources, each once: the table may hold a row twice, one a day, until ClickHouse folds them. */
export function resourcesByIdSql(tenant: string, resourceIds: readonly bigint[]): SqlQuery {
  return {
    sql: `SELECT ${RESOURCE_READ_COLUMNS.join(', ')}
FROM ${RESOURCES.name}
WHERE tenant = {tenant:String} AND resource_id IN ({resource_ids:Array(UInt64)})
LIMIT 1 BY resource_id`,
    params: { tenant, resource_ids: resourceIds },
    traces: { tenant },
  };
}
