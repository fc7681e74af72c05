import type { SqlParameters } from '../sql/sql-text.ts';

/** Points in time: the spans of point i are those with startNs + i·stepNs < start ≤ startNs + (i + 1)·stepNs. */
export interface PointRange {
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly stepNs: bigint;
  readonly size: number;
}

/** Powers of two that a bucket may end at: its exponent takes the lower six bits of a cell's number. */
export const BUCKETS = 64;

/** The point that a span of the range belongs to, from 0 up. */
export function pointSql({ startNs, stepNs, size }: PointRange, params: SqlParameters): string {
  if (size === 1) {
    return 'toUInt32(0)';
  }
  const offset = `start_ns - ${params.value('UInt64', startNs + 1n)}`;
  return `toUInt32(intDiv(${offset}, ${params.value('UInt64', stepNs)}))`;
}

/**
 * The exponent of the power of two that a whole number of 2 or more is rounded up to, exactly. It is one more than the
 * exponent of the double that value − 1 becomes, once the bit below the highest is cleared, so that it cannot be rounded up
 * to the next power.
 */
export function bucketSql(value: string): string {
  const below = `toUInt64(${value}) - 1`;
  const highest = `bitAnd(${below}, bitNot(bitShiftRight(${below}, 1)))`;
  return `toUInt32(bitShiftRight(reinterpretAsUInt64(toFloat64(${highest})), 52) - 1022)`;
}
