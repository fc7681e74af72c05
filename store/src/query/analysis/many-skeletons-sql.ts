import type { SqlQuery } from '../../engine/engine.ts';
import { SPANS } from '../../schema/tables.ts';
import { traceIdsSql } from '../sql/condition-sql.ts';
import { SqlParameters } from '../sql/sql-text.ts';

/** What the tree and the critical path of a span's trace are made of. */
export const SKELETON_COLUMNS = {
  trace_id: { type: 'FixedString(16)' },
  span_id: { type: 'FixedString(8)' },
  parent_span_id: { type: 'FixedString(8)' },
  start_ns: { type: 'UInt64' },
  duration_ns: { type: 'Int64' },
  resource_id: { type: 'UInt64' },
  name: { type: 'LowCardinality(String)' },
  service: { type: 'LowCardinality(String)' },
  kind: { type: 'UInt8' },
  status_code: { type: 'UInt8' },
} as const;

/** One more text a row, of type LowCardinality(String). */
export const EXTRA_COLUMN = { extra: { type: 'LowCardinality(String)' } } as const;

/**
 * The spans of whole traces, a trace after the other, by start. `traceIds`: 32 hex digits each. `extra`: SQL of the extra
 * column, without values.
 */
export function manySkeletonsSql(
  tenant: string,
  traceIds: readonly string[],
  maxRows: number,
  extra?: string
): SqlQuery {
  const params = new SqlParameters();
  const columns = Object.keys(SKELETON_COLUMNS);
  if (extra !== undefined) {
    columns.push(`CAST(${extra} AS LowCardinality(String)) AS extra`);
  }
  const query = params.query(`SELECT ${columns.join(', ')}
FROM ${SPANS.name}
WHERE tenant = ${params.value('String', tenant)} AND trace_id IN ${traceIdsSql(params, traceIds)}
ORDER BY trace_id, start_ns, span_id, kind
LIMIT ${params.value('UInt32', maxRows)}`);
  return { ...query, traces: { tenant, ids: traceIds } };
}
