/** Counts by bucket: a bucket is named by the exponent of the power of two that it ends with. */
export type Buckets = ReadonlyMap<number, number>;

/**
 * The bucket of an int, or of nanoseconds: the exponent of the next power of two. undefined below 2, which no bucket takes
 * (Tempo: Log2Bucketize).
 */
export function bucketOf(value: bigint): number | undefined {
  return value < 2n ? undefined : (value - 1n).toString(2).length;
}

/**
 * The quantile that is estimated from buckets, in the unit that was counted, with exponential interpolation in the bucket
 * where it falls (Tempo: Log2Quantile). NaN without counts.
 */
export function quantileOf(quantile: number, buckets: Buckets): number {
  const sorted = [...buckets].filter(([, count]) => count > 0).sort(([a], [b]) => a - b);
  const total = sorted.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) {
    return NaN;
  }
  const wanted = Math.max(1, Math.ceil(quantile * total));
  let below = 0;
  for (const [index, [exponent, count]] of sorted.entries()) {
    if (below + count === wanted) {
      return 2 ** exponent;
    }
    if (below + count > wanted) {
      const lower = index > 0 ? sorted[index - 1][0] : exponent - 1;
      return 2 ** (lower + (exponent - lower) * ((wanted - below) / count));
    }
    below += count;
  }
  return 2 ** sorted[sorted.length - 1][0];
}
