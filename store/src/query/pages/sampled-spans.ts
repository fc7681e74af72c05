import type { Condition, SpanTimeRange } from '../plan/plan.ts';
import { ConditionSql } from '../sql/condition-sql.ts';
import type { KnownKeys } from '../sql/known-keys.ts';
import type { SqlParameters } from '../sql/sql-text.ts';

/**
 * A share of all traces, each whole. Within each hour spans are in the order of trace ids, which begin at random: it is also a share
 * of what is read.
 */
export function traceShareSql(share: number): string {
  if (share >= 1) {
    return 'true';
  }
  const first = Math.max(1, Math.round(share * 2 ** 32))
    .toString(16)
    .padStart(8, '0');
  return `trace_id < toFixedString(unhex('${first}'), 16)`;
}

/** Spans that a selection is made of, and the others that it is held against. */
export interface TwoSets {
  readonly tenant: string;
  readonly range: SpanTimeRange;
  /** Holds for both sets. */
  readonly condition: Condition;
  /** Holds for the selection alone. */
  readonly selection: Condition;
  /** Spans of the selection start after the first and not after the second; undefined: in all of the range. */
  readonly selectionRange: { readonly startNs: bigint; readonly endNs: bigint } | undefined;
}

/** `where` of both sets, and `isSelected` as a value of each row, over the columns of spans. */
export function twoSetsSql(sets: TwoSets, params: SqlParameters, keys: KnownKeys) {
  const { tenant, range, condition, selection, selectionRange } = sets;
  const conditions = new ConditionSql(params, { tenant, range }, keys);
  const where = conditions.where(condition);
  const value = (ns: bigint) => params.value('UInt64', ns);
  const inTime = selectionRange
    ? [`start_ns > ${value(selectionRange.startNs)}`, `start_ns <= ${value(selectionRange.endNs)}`]
    : [];
  return { where, isSelected: `(${[conditions.test(selection), ...inTime].join(' AND ')})` };
}
