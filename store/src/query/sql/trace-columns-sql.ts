import type { SqlQuery } from '../../engine/engine.ts';
import { RESOURCES, SPANS } from '../../schema/tables.ts';
import type { AttributeScope, Condition } from '../plan/plan.ts';
import { AttributeSql } from './attribute-sql.ts';
import { ConditionSql, traceIdsSql } from './condition-sql.ts';
import type { KnownKeys } from './known-keys.ts';
import { SqlParameters } from './sql-text.ts';
import type { RowColumns } from './trace-frame-sql.ts';

/** What is read of each span besides the columns that every search needs. */
export interface SpanColumnsRequest {
  /** `b0`, `b1`…: UInt8. */
  readonly bits: readonly Condition[];
  /** `v0`, `v1`…: see `readValue`. */
  readonly attributes: ReadonlyArray<{ readonly scope: 'span' | 'event' | 'link'; readonly name: string }>;
  /** Columns by name. */
  readonly extras: readonly ExtraColumn[];
}

export interface TraceColumnsRequest extends SpanColumnsRequest {
  readonly tenant: string;
  /** 32 hex digits each. */
  readonly traceIds: readonly string[];
  readonly maxRows: number;
}

/** Lists are JSON arrays of text, empty text for empty ones. */
const EXTRAS = {
  status_message: 'status_message',
  event_names: jsonList('event_names'),
  event_times: jsonList('arrayMap(t -> toString(t), event_times)'),
  link_trace_ids: jsonList('arrayMap(v -> lower(hex(v)), link_trace_ids)'),
  link_span_ids: jsonList('arrayMap(v -> lower(hex(v)), link_span_ids)'),
} as const;
export type ExtraColumn = keyof typeof EXTRAS;

const BASE = {
  trace_id: 'FixedString(16)',
  span_id: 'FixedString(8)',
  parent_span_id: 'FixedString(8)',
  start_ns: 'UInt64',
  duration_ns: 'Int64',
  kind: 'UInt8',
  status_code: 'UInt8',
  name: 'LowCardinality(String)',
  service: 'LowCardinality(String)',
  resource_id: 'UInt64',
} as const;

export type ColumnTypes = Readonly<Record<string, { readonly type: string }>>;

/** Columns of a statement over spans. Conditions that ask for something of whole traces are asked of these traces. */
export function spanColumns(
  { bits, attributes, extras }: SpanColumnsRequest,
  tenant: string,
  traceIds: readonly string[],
  keys: KnownKeys,
  params: SqlParameters
): RowColumns {
  const scope = { tenant, range: { startNs: undefined, endNs: undefined }, traceIds };
  const conditions = new ConditionSql(params, scope, keys);
  const columns: Record<string, { type: string; sql: string }> = {};
  const add = (name: string, type: string, sql = name) => {
    columns[name] = { type, sql };
  };
  Object.entries(BASE).forEach(([name, type]) => add(name, type));
  // The names of inner columns must not hide those that conditions read.
  bits.forEach((condition, index) => add(`b${index}`, 'UInt8', `CAST(${conditions.test(condition)} AS UInt8)`));
  attributes.forEach(({ scope: place, name }, index) => {
    add(`v${index}`, 'String', new AttributeSql(place, name, params, keys).valuesText());
    if (place !== 'span') {
      add(`l${index}`, 'UInt8', `CAST(${conditions.test(lacks(place, name))} AS UInt8)`);
    }
  });
  extras.forEach((extra) => add(`x_${extra}`, 'String', EXTRAS[extra]));
  return columns;
}

/** The spans of whole traces, a trace after the other, by start; and the types that they come in. */
export function traceColumnsSql(
  request: TraceColumnsRequest,
  keys: KnownKeys
): { readonly query: SqlQuery; readonly types: ColumnTypes } {
  const { tenant, traceIds, maxRows } = request;
  const params = new SqlParameters();
  const types = spanColumns(request, tenant, traceIds, keys, params);
  const columns = Object.entries(types).map(([name, { sql }]) => (sql === name ? name : `${sql} AS ${name}`));
  const sql = `SELECT ${columns.join(', ')}
FROM ${SPANS.name}
WHERE tenant = ${params.value('String', tenant)} AND trace_id IN ${traceIdsSql(params, traceIds)}
ORDER BY trace_id, start_ns, span_id, kind
LIMIT ${params.value('UInt32', maxRows)}`;
  return { query: { ...params.query(sql), traces: { tenant, ids: traceIds } }, types };
}

const lacks = (scope: AttributeScope, name: string): Condition => ({
  kind: 'missing',
  operand: { kind: 'attribute', scope, name },
});

/** A resource's and instrumentation scope's row; `v0`, `v1`… as above. */
export interface ResourceValuesRow {
  readonly resourceId: string;
  readonly scopeName: string;
  readonly scopeVersion: string;
  readonly [value: `v${number}`]: string;
}

export function resourceValuesSql(
  tenant: string,
  attributes: ReadonlyArray<{ readonly scope: 'resource' | 'instrumentation'; readonly name: string }>,
  resourceIds: readonly bigint[]
): SqlQuery {
  const params = new SqlParameters();
  const values = attributes.map(
    ({ scope, name }, index) => `${new AttributeSql(scope, name, params).valuesText()} AS v${index}`
  );
  const query =
    params.query(`SELECT ${['toString(resource_id) AS resourceId', 'scope_name AS scopeName', 'scope_version AS scopeVersion', ...values].join(', ')}
FROM ${RESOURCES.name}
WHERE tenant = ${params.value('String', tenant)} AND resource_id IN ${params.value('Array(UInt64)', resourceIds)}
LIMIT 1 BY resource_id`);
  return { ...query, traces: { tenant } };
}

function jsonList(array: string): string {
  return `if(empty(${array}), '', toJSONString(${array}))`;
}
