import { DataFrameType, FieldType, createDataFrame, type DataFrame, type Field } from '@grafana/data';
import { type InstantSeries } from '../../../shared/storeTypes';
import { type MetricUnit } from '../../query/metricShape';
import { VALUE_FIELD, readValue, seriesLabels } from './series';

/** One value per series, as a table with a column for each label (numeric-long). */
export function instantFrame(series: readonly InstantSeries[], unit: MetricUnit | undefined, refId: string): DataFrame {
  const labels = series.map((each) => seriesLabels(each.labels));
  // A series that has no group is named by its function, which is no label to show.
  const keys = [...new Set(labels.flatMap(Object.keys))].filter((key) => key !== '__name__');
  return createDataFrame({
    refId,
    fields: [
      ...keys.map((key): Field => ({
        name: key,
        type: FieldType.string,
        config: { filterable: !key.startsWith('__') && key !== 'p' },
        values: labels.map((each) => each[key]),
      })),
      {
        name: VALUE_FIELD,
        type: FieldType.number,
        config: { unit },
        values: series.map(({ value }) => readValue(value)),
      },
    ],
    meta: { type: DataFrameType.NumericLong, typeVersion: [0, 1], preferredVisualisationType: 'table' },
  });
}
