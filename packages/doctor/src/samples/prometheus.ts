import { proxied, type GrafanaRequest, type GrafanaResponse } from '../grafana.ts';
import { isRecord, type Datasource, type Inventory } from '../inventory.ts';
import type { DoctorContext } from '../types.ts';

const PROMETHEUS_TYPES = [
  'prometheus',
  'grafana-amazonprometheus-datasource',
  'grafana-azureprometheus-datasource',
  'victoriametrics-metrics-datasource',
];

export const isPrometheus = ({ type }: Pick<Datasource, 'type'>): boolean => PROMETHEUS_TYPES.includes(type);

/** Datasources that speak PromQL. */
export const prometheusOf = ({ datasources }: Inventory): Datasource[] => datasources.filter(isPrometheus);

/** The address of what Prometheus' HTTP API says at `path`, by way of the proxy: https://prometheus.io/docs/prometheus/latest/querying/api/ */
const api = (source: Datasource, path: string, params?: GrafanaRequest['params']): GrafanaRequest =>
  proxied(source.uid, `api/v1/${path}`, params);

/** `data` of an answer of the form `{"status": "success", "data": …}`; undefined for all else. */
const dataIn = ({ status, data }: GrafanaResponse): unknown =>
  status === 200 && isRecord(data) && data.status === 'success' ? data.data : undefined;

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const textsIn = (value: unknown): string[] => listOf(value).filter((one): one is string => typeof one === 'string');

const labelsIn = (value: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(isRecord(value) ? value : {}).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string'
    )
  );

const seconds = ({ range }: DoctorContext): { start: number; end: number } => ({
  start: Math.floor(range.fromMs / 1000),
  end: Math.ceil(range.toMs / 1000),
});

/** One series of an instant query. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What an instant query answers: the series, or the answer that is none. */
export type InstantAnswer =
  | { readonly samples: readonly Sample[]; readonly response: GrafanaResponse }
  | { readonly samples: undefined; readonly response: GrafanaResponse };

/** An instant query, at the end of the range. Rejects with CallFailed. */
export function queryInstant(context: DoctorContext, source: Datasource, query: string): Promise<InstantAnswer> {
  return context.once(`prometheus-query ${source.uid} ${query}`, async (): Promise<InstantAnswer> => {
    const response = await context.call(api(source, 'query', { query, time: seconds(context).end }));
    const data = dataIn(response);
    if (!isRecord(data)) {
      return { samples: undefined, response };
    }
    const rows =
      data.resultType === 'vector' ? listOf(data.result).filter(isRecord) : [{ metric: {}, value: data.result }];
    const samples = rows.map(({ metric, value }) => ({ labels: labelsIn(metric), value: Number(listOf(value)[1]) }));
    return { samples, response };
  });
}

/** Whether it answers as Prometheus does: the answer to `time()`. Rejects with CallFailed. */
export const readReachable = (context: DoctorContext, source: Datasource): Promise<InstantAnswer> =>
  queryInstant(context, source, 'time()');

/** What a range query gives, as a panel would show it. */
export interface RangeAnswer {
  readonly series: number;
  /** What Grafana or Prometheus says is wrong with the query. */
  readonly error: string | undefined;
  /** The answer that is none: no rights, no way to Prometheus. */
  readonly problem: GrafanaResponse | undefined;
}

/**
 * Range queries as Explore runs them, so that `$__rate_interval` and its like are put in by Grafana. One call for all of them; the answers
 * are in the order of the queries. Rejects with CallFailed.
 */
export async function queryRanges(
  context: DoctorContext,
  source: Datasource,
  exprs: readonly string[]
): Promise<RangeAnswer[]> {
  const { fromMs, toMs } = context.range;
  const queries = exprs.map((expr, at) => ({
    refId: `Q${at}`,
    datasource: { uid: source.uid, type: source.type },
    expr,
    range: true,
    intervalMs: 15_000,
    maxDataPoints: 240,
  }));
  const response = await context.call({
    method: 'POST',
    path: '/api/ds/query',
    body: { from: String(Math.round(fromMs)), to: String(Math.round(toMs)), queries },
  });
  const results = isRecord(response.data) && isRecord(response.data.results) ? response.data.results : undefined;
  return queries.map(({ refId }) => {
    const result = results?.[refId];
    if (!isRecord(result)) {
      return { series: 0, error: undefined, problem: response };
    }
    const error = typeof result.error === 'string' ? result.error : undefined;
    return { series: listOf(result.frames).filter(hasValues).length, error, problem: undefined };
  });
}

/** A frame whose last field has a value that is a number: `0 / 0` is none. */
function hasValues(frame: unknown): boolean {
  const columns = isRecord(frame) && isRecord(frame.data) ? listOf(frame.data.values) : [];
  return columns.length > 1 && listOf(columns.at(-1)).some((value) => typeof value === 'number');
}

/** Names of the labels that a metric has; undefined where it does not tell. Rejects with CallFailed. */
export function readLabelsOf(
  context: DoctorContext,
  source: Datasource,
  metric: string
): Promise<readonly string[] | undefined> {
  return context.once(`prometheus-labels-of ${source.uid} ${metric}`, async () => {
    const data = dataIn(await context.call(api(source, 'labels', { ...seconds(context), 'match[]': metric })));
    return Array.isArray(data) ? textsIn(data) : undefined;
  });
}

/** Names of labels in the range; undefined where it does not tell. Rejects with CallFailed. */
export function readLabelNames(context: DoctorContext, source: Datasource): Promise<readonly string[] | undefined> {
  return context.once(`prometheus-labels ${source.uid}`, async () => {
    const data = dataIn(await context.call(api(source, 'labels', seconds(context))));
    return Array.isArray(data) ? textsIn(data) : undefined;
  });
}

/** At most this many values of a label are read, where the server knows `limit`. */
const MAX_VALUES = 2000;

/** Values of a label in the range; undefined where it does not tell. Rejects with CallFailed. */
export function readLabelValues(
  context: DoctorContext,
  source: Datasource,
  label: string
): Promise<readonly string[] | undefined> {
  return context.once(`prometheus-values ${source.uid} ${label}`, async () => {
    const path = `label/${encodeURIComponent(label)}/values`;
    const data = dataIn(await context.call(api(source, path, { ...seconds(context), limit: MAX_VALUES })));
    return Array.isArray(data) ? textsIn(data) : undefined;
  });
}

/** Names of metrics in the range that match a regular expression; undefined where it does not tell. Rejects with CallFailed. */
export function readMetricNames(
  context: DoctorContext,
  source: Datasource,
  regex: string
): Promise<readonly string[] | undefined> {
  return context.once(`prometheus-metrics ${source.uid} ${regex}`, async () => {
    const params = { ...seconds(context), 'match[]': `{__name__=~${JSON.stringify(regex)}}`, limit: MAX_VALUES };
    const data = dataIn(await context.call(api(source, 'label/__name__/values', params)));
    return Array.isArray(data) ? textsIn(data) : undefined;
  });
}

/** Flags of the command line by name; undefined where the server has no such route (Mimir, Thanos, Cortex). Rejects with CallFailed. */
export function readFlags(
  context: DoctorContext,
  source: Datasource
): Promise<Readonly<Record<string, string>> | undefined> {
  return context.once(`prometheus-flags ${source.uid}`, async () => {
    const data = dataIn(await context.call(api(source, 'status/flags')));
    return isRecord(data) ? labelsIn(data) : undefined;
  });
}

export interface Exemplar {
  readonly metric: string;
  readonly series: Readonly<Record<string, string>>;
  /** The exemplar's own labels: among them the trace's id. */
  readonly labels: Readonly<Record<string, string>>;
  readonly value: string;
  /** Unix milliseconds. */
  readonly atMs: number;
}

export interface ExemplarSample {
  /** The newest, no more than a few of each metric; empty where there are none in the range. */
  readonly exemplars: readonly Exemplar[];
  /** Names of the exemplars' own labels, the most frequent first. */
  readonly labelNames: readonly string[];
  /** The answer that is none; undefined where it was one. */
  readonly problem: GrafanaResponse | undefined;
}

/**
 * Prometheus has no limit for exemplars and keeps 100,000 of them, so short stretches are asked first. 2 and 15 minutes, then all.
 */
const STRETCHES_MS = [120_000, 900_000];
const OF_EACH_METRIC = 5;

/** Exemplars of whatever metric. Rejects with CallFailed. */
export function readExemplars(context: DoctorContext, source: Datasource): Promise<ExemplarSample> {
  return context.once(`prometheus-exemplars ${source.uid}`, async () => {
    const { fromMs, toMs } = context.range;
    const stretches = [...STRETCHES_MS.filter((stretch) => stretch < toMs - fromMs), toMs - fromMs];
    for (const stretch of stretches) {
      const params = {
        query: '{__name__=~".+"}',
        start: Math.floor((toMs - stretch) / 1000),
        end: Math.ceil(toMs / 1000),
      };
      const response = await context.call(api(source, 'query_exemplars', params));
      const data = dataIn(response);
      if (!Array.isArray(data)) {
        return { exemplars: [], labelNames: [], problem: response };
      }
      const found = exemplarsIn(data);
      if (found.length > 0) {
        return { exemplars: spread(found, toMs), labelNames: byFrequency(found), problem: undefined };
      }
    }
    return { exemplars: [], labelNames: [], problem: undefined };
  });
}

function exemplarsIn(data: readonly unknown[]): Exemplar[] {
  return data.filter(isRecord).flatMap(({ seriesLabels, exemplars }) => {
    const { __name__: metric = '', ...series } = labelsIn(seriesLabels);
    return listOf(exemplars)
      .filter(isRecord)
      .map(({ labels, value, timestamp }) => ({
        metric,
        series,
        labels: labelsIn(labels),
        value: String(value),
        atMs: Number(timestamp) * 1000,
      }));
  });
}

/** A trace may come that much later than its exemplar: batches of the client, of a collector, of the store. */
const SETTLED_MS = 15_000;

/** Whether the trace of an exemplar should be there by now. */
export const isSettled = ({ atMs }: Pick<Exemplar, 'atMs'>, nowMs: number): boolean => nowMs - atMs >= SETTLED_MS;

/** The newest of each metric, so that a busy one does not stand for all; first those whose traces should be there by now. */
function spread(all: readonly Exemplar[], nowMs: number): Exemplar[] {
  const newest = [...all].sort((a, b) => Number(isSettled(b, nowMs)) - Number(isSettled(a, nowMs)) || b.atMs - a.atMs);
  const taken = new Map<string, number>();
  return newest.filter(({ metric }) => {
    const before = taken.get(metric) ?? 0;
    taken.set(metric, before + 1);
    return before < OF_EACH_METRIC;
  });
}

function byFrequency(exemplars: readonly Exemplar[]): string[] {
  const counts = new Map<string, number>();
  for (const name of exemplars.flatMap(({ labels }) => Object.keys(labels))) {
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1]).map(([name]) => name);
}
