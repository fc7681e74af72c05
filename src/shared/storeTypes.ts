/** What the store answers, as far as the plugin reads it. Times are Unix nanoseconds as text where named so. */

export interface ServiceSummary {
  readonly service: string;
  readonly spans: number;
  readonly spansPerMinute: number;
  readonly errors: number;
  readonly p95DurationNs: number;
  readonly lastSeenUnixNano: string;
}

export interface StoreStatus {
  readonly version: string;
  readonly ready: boolean;
  readonly uptimeSeconds: number;
  readonly spansStored: number;
  readonly bytesOnDisk: number;
  readonly oldestUnixNano: string | null;
  readonly newestUnixNano: string | null;
  /** Since the store's start. */
  readonly received: { readonly spans: number };
  /** Since the store's start, by reason. */
  readonly refused: Readonly<Record<string, number>>;
  readonly otlp: { readonly grpc: string; readonly http: string };
}

/** How large a trace is, and its root: the first span without a parent, else the first one. */
export interface TraceSummary {
  readonly traceId: string;
  readonly spans: number;
  readonly startUnixNano: string;
  readonly durationNs: string;
  readonly services: number;
  readonly errors: number;
  readonly roots: number;
  readonly rootService: string;
  readonly rootName: string;
}

export interface TagScope {
  /** `resource`, `span`, `event`, `link`, `instrumentation` or `intrinsic`. */
  readonly name: string;
  readonly tags: readonly string[];
}

export interface TagValue {
  /** `string`, `int`, `float`, `bool`, `keyword` (status and kind) or `duration`. */
  readonly type: string;
  readonly value: string;
}

/** Tempo's search answer (tempopb.SearchResponse) in proto3 JSON: 64-bit numbers are strings, defaults may be missing. */
export interface SearchResponse {
  readonly traces: readonly FoundTrace[];
}

export interface FoundTrace {
  readonly traceID: string;
  readonly rootServiceName?: string;
  readonly rootTraceName?: string;
  readonly startTimeUnixNano?: string;
  readonly durationMs?: number;
  readonly spanSets?: readonly FoundSpanSet[];
  readonly spanSet?: FoundSpanSet;
  readonly serviceStats?: Readonly<Record<string, { readonly spanCount?: number; readonly errorCount?: number }>>;
}

export interface FoundSpanSet {
  readonly spans?: readonly FoundSpan[];
  /** Spans that match in the trace; `spans` may be fewer. */
  readonly matched?: number;
  readonly attributes?: readonly KeyValueJson[];
}

export interface FoundSpan {
  readonly spanID: string;
  readonly name?: string;
  readonly startTimeUnixNano?: string;
  readonly durationNanos?: string;
  readonly attributes?: readonly KeyValueJson[];
}

/** How much of a search is done; what has been found is the newest that matches. */
export interface SearchProgress {
  /** Nanoseconds of the time range that have been looked at, from its end. */
  readonly doneNs: number;
  /** Nanoseconds of the range; null where it has no beginning. */
  readonly totalNs: number | null;
}

/** tempopb.QueryRangeResponse in proto3 JSON. */
export interface MetricsResponse {
  readonly series: readonly MetricSeries[];
  /** Why the answer is not all there is, in a sentence; absent when it is. */
  readonly message?: string;
}

export interface MetricSeries {
  readonly labels?: readonly KeyValueJson[];
  readonly samples?: readonly MetricSample[];
  readonly exemplars?: readonly MetricExemplar[];
}

/** A double that JSON has no number for is text: `NaN`, `Infinity`. */
export interface MetricSample {
  readonly timestampMs?: string | number;
  readonly value?: number | string;
}

export interface MetricExemplar extends MetricSample {
  readonly labels?: readonly KeyValueJson[];
}

/** tempopb.QueryInstantResponse in proto3 JSON. */
export interface InstantResponse {
  readonly series: readonly InstantSeries[];
  readonly message?: string;
}

export interface InstantSeries {
  readonly labels?: readonly KeyValueJson[];
  readonly value?: number | string;
}

/** OTLP's KeyValue in proto3 JSON. */
export interface KeyValueJson {
  readonly key?: string;
  readonly value?: AnyValueJson;
}

/** OTLP's AnyValue in proto3 JSON; one of the members is set, or none for an empty value. */
export interface AnyValueJson {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly intValue?: string | number;
  readonly doubleValue?: number | string;
  readonly bytesValue?: string;
  readonly arrayValue?: { readonly values?: readonly AnyValueJson[] };
  readonly kvlistValue?: { readonly values?: readonly KeyValueJson[] };
}

export interface SpanJson {
  readonly traceId?: string;
  readonly spanId?: string;
  readonly parentSpanId?: string;
  readonly traceState?: string;
  readonly name?: string;
  readonly kind?: string | number;
  readonly startTimeUnixNano?: string | number;
  readonly endTimeUnixNano?: string | number;
  readonly attributes?: readonly KeyValueJson[];
  readonly droppedAttributesCount?: number;
  readonly events?: readonly EventJson[];
  readonly droppedEventsCount?: number;
  readonly links?: readonly LinkJson[];
  readonly droppedLinksCount?: number;
  readonly status?: { readonly code?: string | number; readonly message?: string };
}

export interface EventJson {
  readonly timeUnixNano?: string | number;
  readonly name?: string;
  readonly attributes?: readonly KeyValueJson[];
  readonly droppedAttributesCount?: number;
}

export interface LinkJson {
  readonly traceId?: string;
  readonly spanId?: string;
  readonly traceState?: string;
  readonly attributes?: readonly KeyValueJson[];
  readonly droppedAttributesCount?: number;
}

export interface ResourceSpansJson {
  readonly resource?: { readonly attributes?: readonly KeyValueJson[]; readonly droppedAttributesCount?: number };
  readonly scopeSpans?: readonly ScopeSpansJson[];
}

export interface ScopeSpansJson {
  readonly scope?: {
    readonly name?: string;
    readonly version?: string;
    readonly attributes?: readonly KeyValueJson[];
  };
  readonly spans?: readonly SpanJson[];
}

/** Tempo's TraceByIDResponse in proto3 JSON. */
export interface TraceJson {
  readonly resourceSpans: readonly ResourceSpansJson[];
  /** What of the trace was refused or cut, in a sentence; absent when it is all there. */
  readonly message?: string;
}
