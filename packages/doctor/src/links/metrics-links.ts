import { isRecord, type Datasource } from '../inventory.ts';
import { queryInstant, queryRanges, readLabelsOf } from '../samples/prometheus.ts';
import { readSpanOf, readStoreServices, type SpanSample } from '../samples/store.ts';
import type { DoctorContext } from '../types.ts';

/** Services on which the queries are tried: those with most spans. */
const TRIED_SERVICES = 4;
const TRIED_QUERIES = 12;

export interface Tag {
  readonly key: string;
  readonly value?: string;
}

export interface MetricQuery {
  readonly name?: string;
  readonly query?: string;
}

/** `tracesToMetrics` of a datasource of traces, as Grafana's trace view reads it. */
export interface MetricsSettings {
  readonly datasourceUid: string | undefined;
  /** Those that are set; Grafana has its own where there are none. */
  readonly tags: readonly Tag[];
  readonly queries: readonly MetricQuery[];
  readonly raw: Readonly<Record<string, unknown>>;
}

/** Undefined where nothing is set. */
export function metricsSettingsOf({ jsonData }: Datasource): MetricsSettings | undefined {
  const raw = jsonData.tracesToMetrics;
  if (!isRecord(raw)) {
    return undefined;
  }
  const list = (value: unknown) => (Array.isArray(value) ? value.filter(isRecord) : []);
  return {
    raw,
    datasourceUid: textOf(raw.datasourceUid),
    tags: list(raw.tags).map((tag) => ({ ...tag, key: textOf(tag.key) ?? '', value: textOf(tag.value) })),
    queries: list(raw.queries).map((query) => ({ ...query, name: textOf(query.name), query: textOf(query.query) })),
  };
}

/** What Grafana takes where no tags are set (public/app/features/explore/TraceView/createSpanLink.tsx). */
export const DEFAULT_TAGS: readonly Tag[] = [
  { key: 'cluster' },
  { key: 'hostname' },
  { key: 'namespace' },
  { key: 'pod' },
  { key: 'service.name', value: 'service_name' },
  { key: 'service.namespace', value: 'service_namespace' },
];

export const tagsUsed = (tags: readonly Tag[]): readonly Tag[] => (tags.length > 0 ? tags : DEFAULT_TAGS);

export const labelOf = ({ key, value }: Tag): string => value || key;

/** The labels of a span, as Grafana writes them in the place of `$__tags`; values are not escaped there. */
export const matchersOf = (tags: readonly Tag[], span: SpanSample): string =>
  tagsUsed(tags)
    .flatMap((tag) => {
      const value = valueOf(span, tag.key);
      return value === undefined ? [] : [`${labelOf(tag)}="${value}"`];
    })
    .join(', ');

function valueOf(span: SpanSample, key: string): string | undefined {
  const own: Readonly<Record<string, string>> = {
    'service.name': span.service,
    spanId: span.spanId,
    traceId: span.traceId,
    name: span.name,
    duration: String(span.durationNs / 1000),
  };
  return span.tags[key] ?? own[key];
}

/** Grafana's default where a query is empty. */
const DEFAULT_QUERY =
  'histogram_quantile(0.5, sum(rate(traces_spanmetrics_latency_bucket{service="${__span.tags["service.name"]}"}[5m])) by (le))';

/** The query of the link that Grafana shows at this span. Variables that the span does not have stay as they are. */
export function expand({ query = DEFAULT_QUERY }: MetricQuery, tags: readonly Tag[], span: SpanSample): string {
  const fields: Readonly<Record<string, string>> = {
    spanId: span.spanId,
    traceId: span.traceId,
    name: span.name,
    duration: String(span.durationNs / 1000),
  };
  return query
    .replace(/\$__tags\b|\$\{__tags(?::\w+)?\}|\[\[__tags\]\]/g, () => matchersOf(tags, span))
    .replace(/\$\{__span\.tags\[["']([^"']+)["']\]\}/g, (all: string, key: string) => valueOf(span, key) ?? all)
    .replace(/\$\{__(?:span|trace)\.(\w+)\}/g, (all: string, key: string) => fields[key] ?? all);
}

/**
 * What came of a query on real spans. `quiet`: no data now, although the metric, its labels and the service are there. `empty`: no
 * data, with the reason. `error`: Prometheus does not take it. `unknown`: it was not answered.
 */
export interface TriedQuery {
  readonly name: string;
  readonly state: 'data' | 'quiet' | 'empty' | 'error' | 'unknown';
  readonly why: string | undefined;
  /** Services for which it gave data, of those on which it was tried. */
  readonly withData: readonly string[];
  readonly tried: readonly string[];
  /** As it was run, for the first service with data, or the first. */
  readonly expr: string;
}

/** Spans of the services with most spans, with the attributes that the tags name. Rejects with CallFailed. */
export async function spansToTry(
  context: DoctorContext,
  store: Datasource,
  keys: readonly string[]
): Promise<SpanSample[]> {
  const services = (await readStoreServices(context, store)) ?? [];
  const spans = await Promise.all(
    services.slice(0, TRIED_SERVICES).map(({ name }) => readSpanOf(context, store, name, keys))
  );
  return spans.filter((span): span is SpanSample => span !== undefined);
}

/** Runs the queries as Grafana's links would. Rejects with CallFailed. */
export function tryQueries(
  context: DoctorContext,
  store: Datasource,
  source: Datasource,
  { queries, tags }: Pick<MetricsSettings, 'queries' | 'tags'>
): Promise<TriedQuery[]> {
  return context.once(`metrics-links ${store.uid} ${source.uid} ${JSON.stringify([queries, tags])}`, async () => {
    const spans = await spansToTry(
      context,
      store,
      tagsUsed(tags).map(({ key }) => key)
    );
    const chosen = queries.slice(0, TRIED_QUERIES);
    const answers = await Promise.all(
      spans.map((span) =>
        queryRanges(
          context,
          source,
          chosen.map((query) => expand(query, tags, span))
        )
      )
    );
    return Promise.all(
      chosen.map(async (query, at): Promise<TriedQuery> => {
        const name = query.name ?? query.query ?? 'the default query';
        const tried = spans.map(({ service }) => service);
        const withData = tried.filter((_, row) => answers[row][at].series > 0);
        const first =
          spans[
            Math.max(
              0,
              answers.findIndex((row) => row[at].series > 0)
            )
          ];
        const result = {
          name,
          tried,
          withData,
          expr: first ? expand(query, tags, first) : (query.query ?? DEFAULT_QUERY),
        };
        if (!first) {
          return { ...result, state: 'unknown', why: 'there is no span to try it on' };
        }
        if (withData.length > 0) {
          return { ...result, state: 'data', why: undefined };
        }
        const { error, problem } = answers[0][at];
        if (error !== undefined) {
          return { ...result, state: 'error', why: error };
        }
        return problem
          ? { ...result, state: 'unknown', why: `Grafana answers ${problem.status}` }
          : { ...result, ...(await whyEmpty(context, source, query, tags, spans)) };
      })
    );
  });
}

const SELECTOR = /([a-zA-Z_:][a-zA-Z0-9_:]*)\s*\{((?:[^{}"]|"(?:[^"\\]|\\.)*")*)\}/g;
const MATCHER = /([a-zA-Z_][a-zA-Z0-9_]*)\s*(?:=~|!~|!=|=)\s*"(?:[^"\\]|\\.)*"/g;

/**
 * Takes a query without data apart: is the metric there, has it series of one of the services, has it the labels of the other matchers?
 * If all that is there, nothing matches just now, as with errors on a good day.
 */
async function whyEmpty(
  context: DoctorContext,
  source: Datasource,
  query: MetricQuery,
  tags: readonly Tag[],
  spans: readonly SpanSample[]
): Promise<Pick<TriedQuery, 'state' | 'why'>> {
  const has = async (selector: string) =>
    ((await queryInstant(context, source, `count(${selector})`)).samples ?? []).length > 0;
  const text = (query.query ?? DEFAULT_QUERY).replace(
    /\$__tags\b|\$\{__tags(?::\w+)?\}|\[\[__tags\]\]/g,
    '__tags__="1"'
  );
  const selectors = [...text.matchAll(SELECTOR)];
  for (const [, metric, inner] of selectors) {
    if (!(await has(metric))) {
      return { state: 'empty', why: `there is no metric ${metric}` };
    }
    const matchers = inner.includes('__tags__') ? spans.map((span) => matchersOf(tags, span)) : [''];
    const found = await Promise.all(matchers.map((matcher) => has(`${metric}{${matcher}}`)));
    if (!found.includes(true)) {
      return { state: 'empty', why: `${metric} has no series with ${matchers[0]}` };
    }
    const labels = await readLabelsOf(context, source, metric);
    const lacking = [...inner.matchAll(MATCHER)]
      .map(([, label]) => label)
      .find((label) => label !== '__tags__' && labels?.includes(label) === false);
    if (lacking !== undefined) {
      return { state: 'empty', why: `${metric} has no label ${lacking}` };
    }
  }
  return selectors.length > 0
    ? { state: 'quiet', why: 'its metric and labels are there, and nothing matches just now' }
    : { state: 'empty', why: 'nothing matches it' };
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
