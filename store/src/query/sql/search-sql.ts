import type { SqlQuery } from '../../engine/engine.ts';
import { SPANS } from '../../schema/tables.ts';
import type { Condition } from '../plan/plan.ts';
import { ConditionSql, type SpanScope } from './condition-sql.ts';
import { SPAN_END } from './intrinsic-sql.ts';
import type { KnownKeys } from './known-keys.ts';
import { SqlParameters } from './sql-text.ts';

/** A trace that has a matching span; `matchedStart` is the start of the first of them, in ns. */
export interface CandidateRow {
  readonly id: string;
  readonly matchedStart: string;
}

/** The traces whose first matching span starts last. */
export function candidatesSql(condition: Condition, scope: SpanScope, keys: KnownKeys, limit: number): SqlQuery {
  const params = new SqlParameters();
  const where = new ConditionSql(params, scope, keys).where(condition);
  return params.query(`SELECT lower(hex(trace_id)) AS id, min(start_ns) AS matchedStart
FROM ${SPANS.name}
WHERE ${where}
GROUP BY trace_id
ORDER BY matchedStart DESC, trace_id
LIMIT ${params.value('UInt32', limit)}`);
}

/** One row if there is such a span. */
export function anySpanSql(condition: Condition, scope: SpanScope, keys: KnownKeys): SqlQuery {
  const params = new SqlParameters();
  const where = new ConditionSql(params, scope, keys).where(condition);
  return params.query(`SELECT 1 AS found FROM ${SPANS.name} WHERE ${where} LIMIT 1`);
}

export const CANDIDATE_ID_COLUMNS = { trace_id: { type: 'FixedString(16)' } } as const;

/** The ids of all traces that have a matching span, in order. */
export function candidateIdsSql(condition: Condition, scope: SpanScope, keys: KnownKeys, limit: number): SqlQuery {
  const params = new SqlParameters();
  const where = new ConditionSql(params, scope, keys).where(condition);
  return params.query(
    `SELECT trace_id FROM ${SPANS.name} WHERE ${where} GROUP BY trace_id ORDER BY trace_id LIMIT ${params.value('UInt32', limit)}`
  );
}

/** A trace that has a matching span, and its duration in ns. */
export interface SlowRow {
  readonly id: string;
  readonly duration: string;
}

/** The longest of the traces that have a matching span, behind `after`. All spans of a trace count for its duration. */
export function slowestSql(
  condition: Condition,
  scope: SpanScope,
  keys: KnownKeys,
  after: { readonly value: bigint; readonly id: string } | undefined,
  limit: number
): SqlQuery {
  const params = new SqlParameters();
  const where = new ConditionSql(params, scope, keys).where(condition);
  const behind = after && `duration < ${params.value('Int64', after.value)}`;
  const beside =
    after &&
    `duration = ${params.value('Int64', after.value)} AND trace_id > toFixedString(unhex(${params.value('String', after.id)}), 16)`;
  return params.query(`SELECT lower(hex(trace_id)) AS id, toInt64(max(${SPAN_END}) - min(start_ns)) AS duration
FROM ${SPANS.name}
WHERE tenant = ${params.value('String', scope.tenant)} AND trace_id IN (SELECT trace_id FROM ${SPANS.name} WHERE ${where})
GROUP BY trace_id${after ? `\nHAVING ${behind} OR (${beside})` : ''}
ORDER BY duration DESC, trace_id
LIMIT ${params.value('UInt32', limit)}`);
}
