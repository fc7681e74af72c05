import { shown } from '../../../corpus/shown.ts';
import { rangeGrid } from '../grid.ts';
import type { MetricLabel, Series } from '../series.ts';

const SECOND = 1_000_000_000n;

/** Three points: at 120, 130 and 140 seconds after 1970. */
export const THREE_POINTS = rangeGrid({ startNs: 120n * SECOND, endNs: 140n * SECOND }, 10n * SECOND);

export const POINT_MS = [120_000, 130_000, 140_000] as const;

const labelsText = (labels: readonly MetricLabel[]): string =>
  `{${labels.map(({ name, value }) => `${name}=${shown(value)}`).join(', ')}}`;

/** By labels: values, null where there is none. */
export function table(series: readonly Series[]): Record<string, Array<number | null>> {
  return Object.fromEntries(
    series.map(({ labels, values }) => [
      labelsText(labels),
      Array.from(values, (value) => (Number.isNaN(value) ? null : value)),
    ])
  );
}

/** A series without exemplars. */
export function seriesOf(labels: Readonly<Record<string, MetricLabel['value']>>, values: readonly number[]): Series {
  return {
    labels: Object.entries(labels).map(([name, value]) => ({ name, value })),
    values: Float64Array.from(values),
    exemplars: [],
  };
}
