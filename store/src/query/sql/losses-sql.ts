import type { SqlQuery } from '../../engine/engine.ts';
import { LOSSES } from '../../schema/tables.ts';

export interface LossRow {
  readonly reason: string;
  /** Spans or attributes. */
  readonly count: string;
  readonly limitBytes: number;
  /** When the first and the last of them were received, epoch milliseconds. */
  readonly firstMs: string;
  readonly lastMs: string;
}

/** What of a trace was refused or cut, by reason. `traceId` is 32 hex digits. */
export function lossesOfTraceSql(tenant: string, traceId: string): SqlQuery {
  return {
    sql: `SELECT reason, sum(count) AS count, max(limit_bytes) AS limitBytes,
  min(received_ms) AS firstMs, max(received_ms) AS lastMs
FROM ${LOSSES.name}
WHERE tenant = {tenant:String} AND trace_id = toFixedString(unhex({trace_id:String}), 16)
GROUP BY reason ORDER BY reason`,
    params: { tenant, trace_id: traceId },
    traces: { tenant, ids: [traceId] },
  };
}

/** Whether the tenant lost anything at all; answered from the parts' sizes. */
export function anyLossesSql(tenant: string): SqlQuery {
  return {
    sql: `SELECT count() > 0 AS any FROM ${LOSSES.name} WHERE tenant = {tenant:String}`,
    params: { tenant },
    traces: { tenant },
  };
}
