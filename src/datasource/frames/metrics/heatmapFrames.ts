import {
  DataFrameType,
  FieldType,
  TIME_SERIES_TIME_FIELD_NAME,
  createDataFrame,
  type DataFrame,
  type Labels,
} from '@grafana/data';
import { formatDurationMs } from '../../../shared/format';
import { asNumber } from '../../../shared/narrowing';
import { type MetricSeries } from '../../../shared/storeTypes';
import { type MetricUnit } from '../../query/metricShape';
import { tagValue } from '../attributes';
import { pointsOf, seriesLabels, seriesName } from './series';

/** Upper end of the bucket that a series counts: a power of two; of nanoseconds, said in seconds, for a duration. */
const BUCKET_LABEL = '__bucket';
/** Grafana's heatmap takes a row's number for its upper end where the row has this label, and finds exemplars by it. */
const UPPER_END_LABEL = 'le';

interface Group {
  readonly name: string | undefined;
  readonly labels: Labels;
  readonly rows: Map<number, MetricSeries>;
}

/**
 * The buckets of `histogram_over_time` as rows of a heatmap, lowest first, none left out between the lowest and the
 * highest. A frame for each group of `by (…)`; the heatmap panel draws one of them.
 */
export function heatmapFrames(
  series: readonly MetricSeries[],
  unit: MetricUnit | undefined,
  refId: string
): DataFrame[] {
  return groupsOf(series).map(({ name, labels, rows }) => {
    const ends = withoutGaps([...rows.keys()].sort((a, b) => a - b));
    const counts = new Map<number, Map<number, number>>();
    for (const [end, { samples }] of rows) {
      counts.set(end, new Map(pointsOf(samples).map(({ timeMs, value }) => [timeMs, value ?? 0])));
    }
    const times = [...new Set([...counts.values()].flatMap((points) => [...points.keys()]))].sort((a, b) => a - b);
    return createDataFrame({
      name,
      refId,
      fields: [
        { name: TIME_SERIES_TIME_FIELD_NAME, type: FieldType.time, config: {}, values: times },
        ...ends.map((end) => ({
          name: endText(end),
          type: FieldType.number,
          // The first label is the one that rows are told apart by.
          labels: { [UPPER_END_LABEL]: endText(end), ...labels },
          // The unit of the values, which are counts; the unit of the ends is in their names.
          config: { displayNameFromDS: unit === 's' ? formatDurationMs(end * 1000) : endText(end) },
          values: times.map((time) => counts.get(end)?.get(time) ?? 0),
        })),
      ],
      meta: {
        type: DataFrameType.HeatmapRows,
        preferredVisualisationType: 'graph',
        preferredVisualisationPluginId: 'heatmap',
      },
    });
  });
}

/** Labels by which the heatmap finds the row of a series' exemplars. */
export function heatmapLabels({ labels }: MetricSeries): Labels {
  const { [BUCKET_LABEL]: _, ...rest } = seriesLabels(labels);
  return { [UPPER_END_LABEL]: endText(bucketOf({ labels }) ?? 0), ...rest };
}

function groupsOf(series: readonly MetricSeries[]): Group[] {
  const groups = new Map<string, Group>();
  for (const each of series) {
    const end = bucketOf(each);
    if (end === undefined) {
      continue;
    }
    const labels = (each.labels ?? []).filter(({ key }) => key !== BUCKET_LABEL);
    const name = seriesName(labels);
    const group = groups.get(name ?? '') ?? { name, labels: seriesLabels(labels), rows: new Map() };
    group.rows.set(end, each);
    groups.set(name ?? '', group);
  }
  return [...groups.values()];
}

function bucketOf({ labels }: Pick<MetricSeries, 'labels'>): number | undefined {
  const label = labels?.find(({ key }) => key === BUCKET_LABEL);
  return label && asNumber(tagValue(label.value).value);
}

/** Ends double; a bucket without a span has no series. */
function withoutGaps(ends: readonly number[]): number[] {
  const filled: number[] = [];
  for (const end of ends) {
    const last = filled.at(-1);
    // Not exactly 2: seconds of a power of two of nanoseconds are rounded.
    const missing = last && last > 0 ? Math.min(63, Math.round(Math.log2(end / last)) - 1) : 0;
    for (let step = missing; step > 0; step--) {
      filled.push(end / 2 ** step);
    }
    filled.push(end);
  }
  return filled;
}

const endText = (end: number): string => String(end);
