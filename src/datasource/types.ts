import { type DataSourceJsonData } from '@grafana/data';
import { type DataQuery } from '@grafana/schema';

/**
 * What dashboards store and links send. Exemplars send `{ query, queryType: 'traceql' }`, derived fields
 * `{ query }` alone, and neither names `datasource.type`: `query` decides what is asked, `queryType` hardly ever does.
 */
export interface ClewQuery extends DataQuery {
  /** TraceQL, or a trace id. */
  query?: string;
  /** `traceql` for both texts, as Grafana's trace view expects it; `traceId` is accepted and insists on an id. */
  queryType?: string;
  /** Traces at most. */
  limit?: number;
  /** For the critical path of many traces: traces at most, the newest. */
  pathTraces?: number;
  /** Matching spans shown per trace, at most. */
  spss?: number;
  /** For a trace id: the trace, or what is known of it as a table. */
  traceContent?: TraceContent;
  /** For a search: rows are traces with their spans below, spans, or operations on the critical paths of the traces. */
  tableType?: TableType;
  /** For a search: the newest traces, or the slowest ones. */
  sort?: SearchOrder;
  /** For a metric: a series over the time range, or one value for all of it. */
  metricsQueryType?: MetricsQueryType;
  /** For a metric: how far its points are apart, like `30s`; the store chooses where it is missing. */
  step?: string;
  /** For a metric: exemplars at most, 0 for none; the store chooses where it is missing. */
  exemplars?: number;
  /** Which of the editor's forms shows the text; no meaning beyond that. */
  editorMode?: EditorMode;
  /** Asks for events instead of a table. Set for annotations, never stored. */
  asEvents?: boolean;
}

/** `traces` and `spans` as Grafana's Tempo datasource names them, so that its dashboards read the same. */
export const TABLE_TYPES = ['traces', 'spans', 'criticalPath'] as const;
export type TableType = (typeof TABLE_TYPES)[number];

export const TRACE_CONTENTS = ['trace', 'findings', 'statistics', 'criticalPath'] as const;
export type TraceContent = (typeof TRACE_CONTENTS)[number];

/** As the store's search names them. */
export const SEARCH_ORDERS = ['start', 'duration'] as const;
export type SearchOrder = (typeof SEARCH_ORDERS)[number];

export const METRICS_QUERY_TYPES = ['range', 'instant'] as const;
export type MetricsQueryType = (typeof METRICS_QUERY_TYPES)[number];

export const EDITOR_MODES = ['search', 'traceql', 'traceId'] as const;
export type EditorMode = (typeof EDITOR_MODES)[number];

export const DEFAULT_LIMIT = 20;
export const MAX_LIMIT = 10_000;
export const DEFAULT_SPANS_PER_TRACE = 3;
export const MAX_SPANS_PER_TRACE = 100;
/** Traces whose critical paths are summed up. */
export const DEFAULT_PATH_TRACES = 1000;
export const MAX_EXEMPLARS = 10_000;

export interface TagMapping {
  readonly key: string;
  /** The label's name in the other signal; the key itself where it is missing. */
  readonly value?: string;
}

/** Grafana's own shape: its trace view reads it whatever the datasource's type. Durations are like `-5m`. */
export interface TracesToLogsOptions {
  readonly datasourceUid?: string;
  readonly tags?: TagMapping[];
  readonly spanStartTimeShift?: string;
  readonly spanEndTimeShift?: string;
  readonly filterByTraceID?: boolean;
  readonly filterBySpanID?: boolean;
  readonly customQuery: boolean;
  readonly query?: string;
}

export interface TraceToMetricsQuery {
  readonly name?: string;
  readonly query?: string;
}

/** Grafana's own shape, as above. */
export interface TracesToMetricsOptions {
  readonly datasourceUid?: string;
  readonly tags?: TagMapping[];
  readonly queries: TraceToMetricsQuery[];
  readonly spanStartTimeShift?: string;
  readonly spanEndTimeShift?: string;
}

export const SPAN_BAR_TYPES = ['None', 'Duration', 'Tag'] as const;

/** Grafana's own shape, as above. */
export interface SpanBarOptions {
  readonly type?: (typeof SPAN_BAR_TYPES)[number];
  readonly tag?: string;
}

/** Which views a trace gets in Explore and in dashboards that choose a view by what comes. */
export const TRACE_VIEWS = ['both', 'clew', 'grafana'] as const;
export type TraceViewChoice = (typeof TRACE_VIEWS)[number];
export const DEFAULT_TRACE_VIEW: TraceViewChoice = 'both';

/** Grafana sends the headers that `httpHeaderName<n>` and the secret `httpHeaderValue<n>` give, n from 1 without gaps. */
export interface ClewJsonData extends DataSourceJsonData {
  readonly tracesToLogsV2?: TracesToLogsOptions;
  readonly tracesToMetrics?: TracesToMetricsOptions;
  readonly spanBar?: SpanBarOptions;
  readonly traceView?: TraceViewChoice;
  /** Seconds that Grafana waits for the first byte of an answer. */
  readonly timeout?: number;
  readonly tlsSkipVerify?: boolean;
  readonly [header: `httpHeaderName${number}`]: string | undefined;
}

export type ClewSecureJsonData = Record<`httpHeaderValue${number}`, string | undefined>;

export const VARIABLE_KINDS = ['services', 'operations', 'tagNames', 'tagValues', 'traceql'] as const;
export type VariableKind = (typeof VARIABLE_KINDS)[number];

/** What a dashboard variable lists. */
export interface ClewVariableQuery extends DataQuery {
  kind: VariableKind;
  /** For `operations`: of this service alone. May be a variable. */
  service?: string;
  /** For `tagValues`: as in TraceQL, `span.http.route`. */
  tag?: string;
  /**
   * TraceQL. For `tagValues`: only values on spans that match. For `traceql`: a metric by an attribute, whose values are
   * listed: `{ … } | distinct(resource.service.name)`.
   */
  query?: string;
}
