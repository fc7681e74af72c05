import { FIRST_SCHEMA, MAX_BUCKETS, NativeHistograms, type NativeBuckets } from './native-buckets.ts';

/** Upper bounds and counts of what is not empty. */
const shown = ({ schema, offset, counts }: NativeBuckets) =>
  [...counts].flatMap((count, at) => (count === 0 ? [] : [[2 ** ((offset + at) / 2 ** schema), count]]));

function of(values: readonly number[], weight = 1): NativeBuckets {
  const histograms = new NativeHistograms();
  values.forEach((value) => histograms.observe(3, value, weight));
  return histograms.at(3);
}

describe('native buckets', () => {
  it('put a value into the bucket whose bounds are around it, the upper one included', () => {
    for (let step = -300; step <= 100; step++) {
      const bound = 2 ** (step / 8);
      expect(shown(of([bound]))).toEqual([[bound, 1]]);
      expect(shown(of([bound * (1 + 1e-14)]))).toEqual([[2 ** ((step + 1) / 8), 1]]);
      expect(shown(of([bound * 1.04]))).toEqual([[2 ** ((step + 1) / 8), 1]]);
    }
  });

  it('agree with the logarithm over all durations', () => {
    for (let nanoseconds = 1; nanoseconds < 1e16; nanoseconds = Math.ceil(nanoseconds * 1.0371)) {
      const { offset, counts } = of([nanoseconds / 1e9]);
      expect(counts).toHaveLength(1);
      const exact = Math.log2(nanoseconds / 1e9) * 8;
      expect(Math.abs(offset - exact - 0.5)).toBeLessThanOrEqual(0.5 + 1e-9);
    }
  });

  it('count zeros apart, sum up weights, and grow to both sides', () => {
    const histograms = new NativeHistograms();
    for (const [value, weight] of [
      [0, 0.5],
      [1, 1.5],
      [0.001, 2],
      [8, 3],
      [1, 1],
    ]) {
      histograms.observe(0, value, weight);
    }
    const buckets = histograms.at(0);
    expect(buckets).toMatchObject({ schema: FIRST_SCHEMA, zeroCount: 0.5, total: 8 });
    expect(shown(buckets)).toEqual([
      [2 ** (-79 / 8), 2],
      [1, 2.5],
      [8, 3],
    ]);
  });

  it('merge neighbours when they would become too many, and lose no count', () => {
    const values = Array.from({ length: 400 }, (_, step) => 2 ** ((step - 250.5) / 8));
    const upwards = of(values);
    const downwards = of([...values].reverse());
    expect(upwards).toEqual(downwards);
    expect(upwards.schema).toBe(1);
    expect(upwards.counts.length).toBeLessThanOrEqual(MAX_BUCKETS);
    expect(upwards.total).toBe(400);
    for (const [bound, count] of shown(upwards)) {
      expect(count).toBe(values.filter((value) => value <= bound && value > bound / Math.SQRT2).length);
    }
  });

  it('are as fine as before in a slot that was cleared', () => {
    const histograms = new NativeHistograms();
    histograms.observe(1, 1e-9, 1);
    histograms.observe(1, 1e9, 1);
    expect(histograms.at(1).schema).toBeLessThan(FIRST_SCHEMA);
    histograms.clear(1);
    expect(histograms.at(1)).toMatchObject({ schema: FIRST_SCHEMA, total: 0, zeroCount: 0 });
    expect(histograms.at(0).total).toBe(0);
    histograms.observe(1, 1, 1);
    expect(shown(histograms.at(1))).toEqual([[1, 1]]);
  });
});
