import { DataFrameType, FieldType, TIME_SERIES_TIME_FIELD_NAME, createDataFrame, type DataFrame } from '@grafana/data';
import { type MetricSeries } from '../../../shared/storeTypes';
import { type MetricUnit } from '../../query/metricShape';
import { VALUE_FIELD, pointsOf, seriesLabels, seriesName } from './series';

/** A frame per series, as Grafana's data plane has them (timeseries-multi). */
export function seriesFrames(
  series: readonly MetricSeries[],
  unit: MetricUnit | undefined,
  refId: string
): DataFrame[] {
  return series.map(({ labels, samples }) => {
    const points = pointsOf(samples);
    const name = seriesName(labels);
    return createDataFrame({
      name,
      refId,
      fields: [
        {
          name: TIME_SERIES_TIME_FIELD_NAME,
          type: FieldType.time,
          config: {},
          values: points.map(({ timeMs }) => timeMs),
        },
        {
          name: VALUE_FIELD,
          type: FieldType.number,
          labels: seriesLabels(labels),
          config: { displayNameFromDS: name, unit },
          values: points.map(({ value }) => value),
        },
      ],
      meta: { type: DataFrameType.TimeSeriesMulti, typeVersion: [0, 1], preferredVisualisationType: 'graph' },
    });
  });
}
