import { bucketOf, quantileOf } from './buckets.ts';

describe('buckets', () => {
  test.each([
    [0n, undefined],
    [1n, undefined],
    [2n, 1],
    [3n, 2],
    [4n, 2],
    [5n, 3],
    [1024n, 10],
    [1025n, 11],
  ])('%d is in the bucket up to 2 ^ %s', (value, bucket) => {
    expect(bucketOf(value)).toBe(bucket);
  });

  const buckets = new Map([
    [1, 1],
    [2, 1],
    [3, 2],
  ]);
  test.each([
    [0, 2],
    [0.25, 2],
    [0.5, 4],
    // The third of four, one of two in the bucket between 4 and 8.
    [0.75, 2 ** 2.5],
    [1, 8],
  ])('quantile %d', (quantile, expected) => {
    expect(quantileOf(quantile, buckets)).toBeCloseTo(expected, 10);
  });

  test('without a bucket below, interpolation begins a power of two before', () => {
    expect(quantileOf(0.5, new Map([[10, 4]]))).toBeCloseTo(2 ** 9.5, 10);
    expect(quantileOf(0.5, new Map())).toBeNaN();
  });
});
