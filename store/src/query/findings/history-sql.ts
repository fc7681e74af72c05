import type { SqlQuery } from '../../engine/engine.ts';
import { SPANS } from '../../schema/tables.ts';
import { IS_ROOT } from '../sql/intrinsic-sql.ts';
import { SqlParameters } from '../sql/sql-text.ts';

export interface LikeTraceRow {
  readonly id: string;
}

export interface LikeTracesRequest {
  readonly tenant: string;
  /** Of the root. */
  readonly service: string;
  readonly name: string;
  /** Traces that began after the first and before the second. */
  readonly fromNs: bigint;
  readonly toNs: bigint;
  readonly limit: number;
}

/** Traces with the same root, chosen at random, always the same ones. */
export function likeTracesSql({ tenant, service, name, fromNs, toNs, limit }: LikeTracesRequest): SqlQuery {
  const params = new SqlParameters();
  return params.query(`SELECT lower(hex(trace_id)) AS id
FROM ${SPANS.name}
WHERE tenant = ${params.value('String', tenant)} AND ${IS_ROOT}
  AND service = ${params.value('String', service)} AND name = ${params.value('String', name)}
  AND start_ns > ${params.value('UInt64', fromNs)} AND start_ns < ${params.value('UInt64', toNs)}
GROUP BY trace_id
ORDER BY cityHash64(trace_id)
LIMIT ${params.value('UInt32', limit)}`);
}
