import type { Attribute } from '../ast.ts';
import { attributeToString } from '../attribute.ts';
import { groupKey, type Value } from '../evaluate/value.ts';
import { INTRINSICS } from '../intrinsics.ts';
import type { MetricsGrid } from './grid.ts';

/** The value keeps its type; undefined is nil. */
export interface MetricLabel {
  readonly name: string;
  readonly value: Value;
}

export interface Exemplar {
  /** What is known of the span: `trace:id` and `span:id` at least. */
  readonly labels: readonly MetricLabel[];
  /** Seconds for durations; NaN where the metric measures nothing, `rate()` for one. */
  readonly value: number;
  readonly timestampMs: number;
}

export interface Series {
  readonly labels: readonly MetricLabel[];
  /** One for each point of the grid; NaN where there is none. */
  readonly values: Float64Array;
  readonly exemplars: readonly Exemplar[];
}

export interface SeriesSet {
  readonly grid: MetricsGrid;
  readonly series: readonly Series[];
}

/** The label that an attribute of `by()` becomes, as Tempo names it. */
export function labelName(attribute: Attribute): string {
  return attribute.kind === 'intrinsic' ? INTRINSICS[attribute.intrinsic].spellings[0] : attributeToString(attribute);
}

/** Equal for equal labels, in whatever order they stand. */
export function labelsKey(labels: readonly MetricLabel[]): string {
  return labels
    .map(({ name, value }) => `${JSON.stringify(name)}=${groupKey(value)}`)
    .sort()
    .join(',');
}

/** A series that has a value somewhere. */
export const hasValues = ({ values }: Series): boolean => values.some((value) => !Number.isNaN(value));
