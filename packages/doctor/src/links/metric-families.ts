import type { Datasource } from '../inventory.ts';
import { queryInstant, readLabelsOf, readMetricNames } from '../samples/prometheus.ts';
import type { DoctorContext } from '../types.ts';

/** Metrics of servers under the names that clients give them, the best first. */
const FAMILIES = [
  // https://opentelemetry.io/docs/specs/semconv/http/http-metrics/, stable and before, as Prometheus writes them.
  {
    base: 'http_server_request_duration_seconds',
    errors: ['http_response_status_code', 'status', 'code', 'status_code'],
  },
  { base: 'http_server_duration_milliseconds', errors: ['http_status_code', 'status', 'code'] },
  { base: 'http_request_duration_seconds', errors: ['code', 'status', 'status_code'] },
  { base: 'http_server_requests_seconds', errors: ['status'] },
  { base: 'rpc_server_duration_milliseconds', errors: [] },
  // Of the spans themselves: Clew and Tempo, and the collector's connector spanmetrics.
  { base: 'traces_spanmetrics_latency', calls: 'traces_spanmetrics_calls_total', errors: ['status_code'] },
  {
    base: 'traces_span_metrics_duration_milliseconds',
    calls: 'traces_span_metrics_calls_total',
    errors: ['status_code'],
  },
] as const;

const SERVICE_LABELS = [
  'service',
  'service_name',
  'exported_service',
  'job',
  'exported_job',
  'app',
  'application',
  'container',
];
const ROUTES = ['http_route', 'route', 'handler', 'uri', 'rpc_method', 'span_name'];

export interface MetricFamily {
  /** What exists of it: names of metrics. */
  readonly bucket: string | undefined;
  readonly calls: string;
  /** The label that has the service's name, and which of the store's services it has. */
  readonly serviceLabel: string;
  readonly services: readonly string[];
  readonly routeLabel: string | undefined;
  /** Matches calls that failed. */
  readonly errors: string | undefined;
}

/** The first family that has metrics of the store's services; undefined where there is none. Rejects with CallFailed. */
export async function findFamily(
  context: DoctorContext,
  source: Datasource,
  services: readonly string[]
): Promise<MetricFamily | undefined> {
  const regex = FAMILIES.map(
    (family) => `${family.base}_(bucket|count)|${'calls' in family ? family.calls : family.base}`
  ).join('|');
  const names = new Set(await readMetricNames(context, source, regex));
  for (const family of FAMILIES) {
    const calls = 'calls' in family ? family.calls : `${family.base}_count`;
    if (!names.has(calls)) {
      continue;
    }
    const shared = await sharedServices(context, source, calls, services);
    if (!shared) {
      continue;
    }
    const labels = (await readLabelsOf(context, source, calls)) ?? [];
    const errorLabel = family.errors.find((label) => labels.includes(label));
    const isSpans = 'calls' in family;
    return {
      ...shared,
      bucket: names.has(`${family.base}_bucket`) ? `${family.base}_bucket` : undefined,
      calls,
      routeLabel: ROUTES.find((label) => labels.includes(label)),
      errors: errorLabel && (isSpans ? `${errorLabel}="STATUS_CODE_ERROR"` : `${errorLabel}=~"5.."`),
    };
  }
  return undefined;
}

/** Which label of a metric has the names of the store's services: the one that has most of them. */
export async function sharedServices(
  context: DoctorContext,
  source: Datasource,
  metric: string,
  services: readonly string[]
): Promise<Pick<MetricFamily, 'serviceLabel' | 'services'> | undefined> {
  const { samples } = await queryInstant(context, source, `group by (${SERVICE_LABELS.join(', ')}) (${metric})`);
  const own = new Set(services);
  const [best] = SERVICE_LABELS.map((serviceLabel) => {
    const values = (samples ?? []).flatMap(({ labels }) => labels[serviceLabel] ?? []);
    return { serviceLabel, services: [...new Set(values)].filter((value) => own.has(value)) };
  }).sort((a, b) => b.services.length - a.services.length);
  return best.services.length > 0 ? best : undefined;
}

/** Queries for Grafana's links, with `$__tags` for the labels of the span. */
export function queriesOf({ bucket, calls, routeLabel, errors }: MetricFamily): Array<{ name: string; query: string }> {
  const by = routeLabel === undefined ? '' : ` by (${routeLabel})`;
  const le = routeLabel === undefined ? 'le' : `le, ${routeLabel}`;
  const rate = (metric: string, more = '') => `rate(${metric}{$__tags${more}}[$__rate_interval])`;
  return [
    ...(bucket === undefined
      ? []
      : [{ name: 'Latency, p95', query: `histogram_quantile(0.95, sum by (${le}) (${rate(bucket)}))` }]),
    { name: 'Requests per second', query: `sum${by} (${rate(calls)})` },
    ...(errors === undefined
      ? []
      : [{ name: 'Failed requests per second', query: `sum${by} (${rate(calls, `, ${errors}`)})` }]),
  ];
}
