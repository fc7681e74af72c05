import { asArray, asString, isObject } from '../../shared/narrowing';
import { chosenTags, settingsOf, shiftMs, type TagLabel } from '../linked/linkSettings';

export interface MetricsQuery {
  readonly name: string;
  /** PromQL, in which variables stand. */
  readonly expr: string;
}

/** What the settings of a trace's datasource say of its metrics. */
export interface MetricsLink {
  readonly kind: 'linked';
  /** Of the metrics datasource. */
  readonly uid: string;
  readonly name: string;
  /** The trace's datasource. */
  readonly linkedBy: string;
  readonly linkedByUid: string;
  readonly tags: readonly TagLabel[];
  readonly queries: readonly MetricsQuery[];
  /** Milliseconds, to be added to the start of the span and to its end; undefined: not set. */
  readonly startShiftMs: number | undefined;
  readonly endShiftMs: number | undefined;
}

/** Why there is no link. Names are of the trace's datasource. */
export type NoMetricsLink =
  /** The trace comes from no datasource: a file. */
  | { readonly kind: 'no-datasource' }
  | { readonly kind: 'not-set'; readonly linkedBy: string; readonly linkedByUid: string }
  /** The linked datasource is none, or is hidden from this user. */
  | { readonly kind: 'missing'; readonly linkedBy: string; readonly linkedByUid: string; readonly metricsUid: string };

const SERVICE_TAGS: readonly TagLabel[] = [{ key: 'service.name', label: 'service' }];
/** Where the settings have no query: what Clew's store makes of spans, by the names that Tempo gives such metrics. */
const SPAN_METRICS: readonly MetricsQuery[] = [
  { name: 'Requests per second', expr: 'sum(rate(traces_spanmetrics_calls_total{$__tags}[$__rate_interval]))' },
  {
    name: 'Errors per second',
    expr: 'sum(rate(traces_spanmetrics_calls_total{$__tags, status_code="STATUS_CODE_ERROR"}[$__rate_interval]))',
  },
  {
    name: 'Latency, p95',
    expr: 'histogram_quantile(0.95, sum by (le) (rate(traces_spanmetrics_latency_bucket{$__tags}[$__rate_interval])))',
  },
];

/** Reads `tracesToMetrics` of a datasource, which Grafana's trace view reads too, whatever the datasource's type. */
export function metricsLink(datasourceUid: string | undefined): MetricsLink | NoMetricsLink {
  const settings = settingsOf(datasourceUid);
  if (!settings) {
    return { kind: 'no-datasource' };
  }
  const by = { linkedBy: settings.name, linkedByUid: settings.uid };
  const jsonData: unknown = settings.jsonData;
  const options: unknown = isObject(jsonData) ? jsonData.tracesToMetrics : undefined;
  const metricsUid = isObject(options) ? asString(options.datasourceUid) : undefined;
  if (!isObject(options) || !metricsUid) {
    return { kind: 'not-set', ...by };
  }
  const metrics = settingsOf(metricsUid);
  if (!metrics) {
    return { kind: 'missing', ...by, metricsUid };
  }
  const queries = asArray(options.queries).flatMap((query, index): MetricsQuery[] => {
    const expr = isObject(query) ? asString(query.query)?.trim() : undefined;
    const name = isObject(query) ? asString(query.name)?.trim() : undefined;
    return expr ? [{ name: name || `Query ${index + 1}`, expr }] : [];
  });
  const tags = chosenTags(options.tags);
  return {
    kind: 'linked',
    uid: metrics.uid,
    name: metrics.name,
    ...by,
    // Span metrics have labels of their own, whatever other series have.
    tags: queries.length > 0 ? tags : SERVICE_TAGS,
    queries: queries.length > 0 ? queries : SPAN_METRICS,
    startShiftMs: shiftMs(options.spanStartTimeShift),
    endShiftMs: shiftMs(options.spanEndTimeShift),
  };
}
