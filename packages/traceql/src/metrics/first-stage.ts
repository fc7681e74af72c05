import { assertUnreachable, type MetricsAggregate } from '../ast.ts';
import type { Value } from '../evaluate/value.ts';
import { quantileOf } from './buckets.ts';
import type { MetricsGrid } from './grid.ts';
import { labelName, type Exemplar, type MetricLabel, type Series } from './series.ts';

/** What a first stage says of the spans of one group, point by point; a point may be missing, where nothing is. */
export interface MetricsGroup {
  /** Parallel to the attributes of `by()`. */
  readonly labels: readonly Value[];
  /** Points of the grid, in any order; repeated where there are `buckets`. */
  readonly points: ArrayLike<number>;
  /**
   * `rate`, `count_over_time`: the number of spans, not yet a rate. `min`, `max`, `sum`, `avg`: the value, durations in
   * seconds. `quantile`, `histogram`: the number of spans in the bucket.
   */
  readonly values: ArrayLike<number>;
  /** Parallel to `points`, for `quantile` and `histogram`: see `bucketOf`. */
  readonly buckets?: ArrayLike<number>;
  /** What `buckets` count: nanoseconds become seconds. */
  readonly unit?: 'ns' | 'int';
  readonly exemplars?: readonly Exemplar[];
}

const NS_PER_SECOND = 1e9;

/** The group of no spans. */
const NOTHING: MetricsGroup = { labels: [], points: [], values: [] };

/** The series of a first stage. Of no spans at all `rate()` and `count_over_time()` still say that there are 0. */
export function finishFirstStage(
  aggregate: MetricsAggregate,
  grid: MetricsGrid,
  groups: Iterable<MetricsGroup>
): Series[] {
  const known = [...groups];
  const isAlone = known.length === 0 && aggregate.attribute === null && aggregate.by.length === 0;
  return (isAlone ? [NOTHING] : known).flatMap((group) => {
    switch (aggregate.function) {
      case 'rate':
        return [counted(aggregate, grid, group, Number(grid.stepNs) / NS_PER_SECOND)];
      case 'count_over_time':
        return [counted(aggregate, grid, group, 1)];
      case 'min_over_time':
      case 'max_over_time':
      case 'sum_over_time':
      case 'avg_over_time':
        return [measured(aggregate, grid, group)];
      case 'quantile_over_time':
        return quantiles(aggregate, grid, group);
      case 'histogram_over_time':
        return histogram(aggregate, grid, group);
      default:
        return assertUnreachable(aggregate.function);
    }
  });
}

/** The series of `quantile_over_time` where the storage has computed the quantiles: a list of groups for each. */
export function finishExactQuantiles(
  aggregate: MetricsAggregate,
  grid: MetricsGrid,
  groups: ReadonlyArray<Iterable<MetricsGroup>>
): Series[] {
  return groups.flatMap((ofQuantile, index) =>
    Array.from(ofQuantile, (group) => {
      const series = measured(aggregate, grid, group);
      return { ...series, labels: [...labelsOf(aggregate, group, false), quantileLabel(aggregate.quantiles[index])] };
    })
  );
}

/** Nothing counted is 0. */
function counted(aggregate: MetricsAggregate, grid: MetricsGrid, group: MetricsGroup, divisor: number): Series {
  const values = new Float64Array(grid.size);
  for (let index = 0; index < group.points.length; index++) {
    values[group.points[index]] += group.values[index] / divisor;
  }
  return { labels: labelsOf(aggregate, group), values, exemplars: group.exemplars ?? [] };
}

function measured(aggregate: MetricsAggregate, grid: MetricsGrid, group: MetricsGroup): Series {
  const values = new Float64Array(grid.size).fill(NaN);
  for (let index = 0; index < group.points.length; index++) {
    values[group.points[index]] = group.values[index];
  }
  return { labels: labelsOf(aggregate, group), values, exemplars: group.exemplars ?? [] };
}

/**
 * Where there are no spans there is no quantile; Tempo says 0 there, which reads as if all had been fast. An exemplar
 * belongs to the quantile that its value is nearest to.
 */
function quantiles(aggregate: MetricsAggregate, grid: MetricsGrid, group: MetricsGroup): Series[] {
  const counts = new Map<number, Map<number, number>>();
  const whole = new Map<number, number>();
  for (let index = 0; index < group.points.length; index++) {
    const bucket = group.buckets?.[index] ?? 0;
    const atPoint = counts.get(group.points[index]) ?? new Map<number, number>();
    counts.set(group.points[index], atPoint);
    atPoint.set(bucket, (atPoint.get(bucket) ?? 0) + group.values[index]);
    whole.set(bucket, (whole.get(bucket) ?? 0) + group.values[index]);
  }
  const scale = group.unit === 'ns' ? NS_PER_SECOND : 1;
  const typical = aggregate.quantiles.map((quantile) => quantileOf(quantile, whole) / scale);
  const nearest = (group.exemplars ?? []).map((exemplar) => nearestOf(typical, exemplar.value));
  return aggregate.quantiles.map((quantile, index) => {
    const values = new Float64Array(grid.size).fill(NaN);
    for (const [point, buckets] of counts) {
      values[point] = quantileOf(quantile, buckets) / scale;
    }
    return {
      labels: [...labelsOf(aggregate, group, false), quantileLabel(quantile)],
      values,
      exemplars: (group.exemplars ?? []).filter((_, each) => nearest[each] === index),
    };
  });
}

function nearestOf(values: readonly number[], value: number): number {
  let nearest = 0;
  for (let index = 1; index < values.length; index++) {
    if (Math.abs(values[index] - value) < Math.abs(values[nearest] - value)) {
      nearest = index;
    }
  }
  return nearest;
}

const quantileLabel = (quantile: number): MetricLabel => ({ name: 'p', value: quantile });

/** A series for each bucket, named by its upper bound; nothing counted is 0. */
function histogram(aggregate: MetricsAggregate, grid: MetricsGrid, group: MetricsGroup): Series[] {
  const scale = group.unit === 'ns' ? NS_PER_SECOND : 1;
  const series = new Map<number, Float64Array>();
  for (let index = 0; index < group.points.length; index++) {
    const bucket = group.buckets?.[index] ?? 0;
    const values = series.get(bucket) ?? new Float64Array(grid.size);
    series.set(bucket, values);
    values[group.points[index]] += group.values[index];
  }
  const exponents = [...series.keys()].sort((a, b) => a - b);
  return exponents.map((exponent, index) => {
    const bound = 2 ** exponent / scale;
    const below = index === 0 ? -Infinity : 2 ** exponents[index - 1] / scale;
    return {
      labels: [...labelsOf(aggregate, group, false), { name: '__bucket', value: bound }],
      values: series.get(exponent) ?? new Float64Array(grid.size),
      exemplars: (group.exemplars ?? []).filter(({ value }) => value > below && value <= bound),
    };
  });
}

/**
 * A label for each attribute that is there, and one that is nil where none is. Without `by()`: the metric's name. A series
 * that has a label of its own anyway, of a quantile or of a bucket, needs neither of the two.
 */
function labelsOf({ by, function: fn }: MetricsAggregate, { labels }: MetricsGroup, isAlone = true): MetricLabel[] {
  const all = by.map((attribute, index): MetricLabel => ({ name: labelName(attribute), value: labels[index] }));
  const present = all.filter(({ value }) => value !== undefined);
  if (present.length > 0 || !isAlone) {
    return present;
  }
  return by.length === 0 ? [{ name: '__name__', value: fn }] : all.slice(0, 1);
}
