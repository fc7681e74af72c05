import { DataTopic, FieldType, TIME_SERIES_TIME_FIELD_NAME, createDataFrame, type DataFrame } from '@grafana/data';
import { asNumber } from '../../../shared/narrowing';
import { type MetricExemplar, type MetricSeries } from '../../../shared/storeTypes';
import { type MetricUnit } from '../../query/metricShape';
import { traceLink, type LinkTarget } from '../links';
import { VALUE_FIELD, pointsOf, readValue, seriesLabels, type Point } from './series';

const TRACE_ID_LABEL = 'trace:id';
const SPAN_ID_LABEL = 'span:id';

interface ExemplarRow {
  readonly timeMs: number;
  readonly value: number | null;
  readonly traceId: string;
  readonly spanId: string | undefined;
  /** Those of the series: Grafana finds the series of an exemplar, and its colour, by fields of these names. */
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * The exemplars of all series in one frame, where Grafana's time series and heatmap panels look for them: its name, its
 * topic and the names of its first fields are theirs. Undefined without exemplars. `labelsOf` are the labels that the
 * frames of the series have, where those differ from the answer's.
 */
export function exemplarFrame(
  series: readonly MetricSeries[],
  unit: MetricUnit | undefined,
  target: LinkTarget,
  refId: string,
  labelsOf: (series: MetricSeries) => Readonly<Record<string, string>> = ({ labels }) => seriesLabels(labels)
): DataFrame | undefined {
  const rows = series.flatMap((each) => rowsOf(each, labelsOf(each)));
  if (rows.length === 0) {
    return undefined;
  }
  const keys = [...new Set(rows.flatMap(({ labels }) => Object.keys(labels)))].sort();
  const hasSpans = rows.some(({ spanId }) => spanId !== undefined);
  return createDataFrame({
    name: 'exemplar',
    refId,
    fields: [
      {
        name: TIME_SERIES_TIME_FIELD_NAME,
        type: FieldType.time,
        config: {},
        values: rows.map(({ timeMs }) => timeMs),
      },
      {
        name: VALUE_FIELD,
        type: FieldType.number,
        config: { unit },
        values: rows.map(({ value }) => value),
      },
      {
        name: 'traceId',
        type: FieldType.string,
        config: { displayNameFromDS: 'Trace ID', links: [traceLink(target, 'View trace')] },
        values: rows.map(({ traceId }) => traceId),
      },
      ...(hasSpans
        ? [
            {
              name: 'spanId',
              type: FieldType.string,
              config: { displayNameFromDS: 'Span ID' },
              values: rows.map(({ spanId }) => spanId),
            },
          ]
        : []),
      ...keys.map((key) => ({
        name: key,
        type: FieldType.string,
        config: {},
        values: rows.map(({ labels }) => labels[key]),
      })),
    ],
    meta: { dataTopic: DataTopic.Annotations, custom: { resultType: 'exemplar' } },
  });
}

function rowsOf({ exemplars = [], samples }: MetricSeries, labels: ExemplarRow['labels']): ExemplarRow[] {
  const points = exemplars.length > 0 ? pointsOf(samples) : [];
  return exemplars.flatMap((exemplar) => {
    const ids = seriesLabels(exemplar.labels);
    const traceId = ids[TRACE_ID_LABEL];
    const timeMs = asNumber(exemplar.timestampMs) ?? 0;
    return traceId && timeMs > 0
      ? [{ timeMs, value: heightOf(exemplar, timeMs, points), traceId, spanId: ids[SPAN_ID_LABEL], labels }]
      : [];
  });
}

/** A span that was counted measures nothing (it comes as 0): its exemplar lies on the line, at the point it counts for. */
function heightOf({ value }: MetricExemplar, timeMs: number, points: readonly Point[]): number | null {
  const measured = readValue(value);
  return measured ? measured : ((points.find((point) => point.timeMs >= timeMs) ?? points.at(-1))?.value ?? measured);
}
