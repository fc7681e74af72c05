import type { SqlQuery } from '../../engine/engine.ts';
import { SPANS } from '../../schema/tables.ts';
import { traceIdsSql } from '../sql/condition-sql.ts';
import { SqlParameters } from '../sql/sql-text.ts';

export interface TraceRowsRow {
  readonly id: string;
  readonly spans: string;
}

/** How many rows each of some traces has. Ids are 32 hex digits; those that are not there have no row. */
export function traceRowsSql(tenant: string, traceIds: readonly string[]): SqlQuery {
  const params = new SqlParameters();
  const query = params.query(`SELECT lower(hex(trace_id)) AS id, toString(count()) AS spans
FROM ${SPANS.name}
WHERE tenant = ${params.value('String', tenant)} AND trace_id IN ${traceIdsSql(params, traceIds)}
GROUP BY trace_id`);
  return { ...query, traces: { tenant, ids: traceIds } };
}
