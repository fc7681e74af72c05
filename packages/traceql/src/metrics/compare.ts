import { groupKey, type Value } from '../evaluate/value.ts';
import type { MetricsGrid } from './grid.ts';
import type { Exemplar, MetricLabel, Series } from './series.ts';

/** The spans that have one value of an attribute, point by point. */
export interface ComparedValue {
  readonly attribute: string;
  readonly value: Value;
  readonly isSelection: boolean;
  readonly points: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}

/** The spans that have the attribute at all. */
export type ComparedTotal = Omit<ComparedValue, 'value'>;

/** What `compare()` has counted. */
export interface Comparison {
  readonly values: Iterable<ComparedValue>;
  readonly totals: Iterable<ComparedTotal>;
  /** Attributes with more values than were counted. */
  readonly cut: ReadonlySet<string>;
  readonly selectionExemplars?: readonly Exemplar[];
  readonly baselineExemplars?: readonly Exemplar[];
}

/** Values that are shown of each attribute where the query does not say. */
export const DEFAULT_TOP_VALUES = 10;

/**
 * The series of `compare()` as Tempo labels them (engine_metrics_compare.go): of each attribute and side the most frequent
 * values, the totals, and a series that says so where there are more values. Totals and that series carry the attribute as
 * a label that is nil.
 */
export function finishComparison(grid: MetricsGrid, comparison: Comparison, topN: number): Series[] {
  const sides = new Map<string, ComparedValue[]>();
  for (const each of comparison.values) {
    const key = `${each.isSelection ? 's' : 'b'}${each.attribute}`;
    const side = sides.get(key) ?? [];
    side.push(each);
    sides.set(key, side);
  }
  const cut = new Set(comparison.cut);
  const series: Series[] = [];
  for (const side of sides.values()) {
    for (const each of topValues(side, topN)) {
      const meta = each.isSelection ? 'selection' : 'baseline';
      series.push(seriesOf(grid, each, [metaType(meta), { name: each.attribute, value: each.value }]));
    }
    if (side.length > topN) {
      cut.add(side[0].attribute);
    }
  }
  for (const each of comparison.totals) {
    const meta = each.isSelection ? 'selection_total' : 'baseline_total';
    const exemplars = (each.isSelection ? comparison.selectionExemplars : comparison.baselineExemplars) ?? [];
    const ofAttribute = exemplars.filter(({ labels }) => labels.some(({ name }) => name === each.attribute));
    const labels = [metaType(meta), { name: each.attribute, value: undefined }];
    series.push({ ...seriesOf(grid, each, labels), exemplars: ofAttribute });
  }
  for (const attribute of [...cut].sort()) {
    const labels: MetricLabel[] = [
      { name: '__meta_error', value: '__too_many_values__' },
      { name: attribute, value: undefined },
    ];
    series.push({ labels, values: new Float64Array(grid.size), exemplars: [] });
  }
  return series;
}

/** The most frequent ones first; of equally frequent ones by type and value. */
export function topValues<T extends Pick<ComparedValue, 'value' | 'values'>>(values: readonly T[], topN: number): T[] {
  const sums = new Map(values.map((each) => [each, sum(each.values)]));
  return [...values]
    .sort((a, b) => (sums.get(b) ?? 0) - (sums.get(a) ?? 0) || (groupKey(a.value) < groupKey(b.value) ? -1 : 1))
    .slice(0, topN);
}

function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let index = 0; index < values.length; index++) {
    total += values[index];
  }
  return total;
}

const metaType = (value: string): MetricLabel => ({ name: '__meta_type', value });

function seriesOf(grid: MetricsGrid, { points, values }: ComparedTotal, labels: readonly MetricLabel[]): Series {
  const counts = new Float64Array(grid.size);
  for (let index = 0; index < points.length; index++) {
    counts[points[index]] += values[index];
  }
  return { labels, values: counts, exemplars: [] };
}
