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

const textOf = (value: Value): string =>
  typeof value === 'object' && !Array.isArray(value) && 'value' in value ? String(value.value) : String(value);

/** An order of series by their labels: of values as text, then of names, so that ties fall the same way each time. */
export function compareLabels(a: readonly MetricLabel[], b: readonly MetricLabel[]): number {
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const order =
      compareTexts(textOf(a[index].value), textOf(b[index].value)) || compareTexts(a[index].name, b[index].name);
    if (order !== 0) {
      return order;
    }
  }
  return a.length - b.length || compareTexts(labelsKey(a), labelsKey(b));
}

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** A series that has a value somewhere. */
export const hasValues = ({ values }: Series): boolean => values.some((value) => !Number.isNaN(value));
