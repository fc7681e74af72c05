/** What the store answers to the app's pages. */

/** A value of an attribute that selected spans have more, or less, often than the others. */
export interface SpanDifferenceJson {
  /** As TraceQL writes it. */
  readonly attribute: string;
  readonly type: 'string' | 'int' | 'float' | 'bool' | 'keyword';
  /** Texts of more than 200 characters are cut. */
  readonly value: string;
  readonly selectedShare: number;
  readonly othersShare: number;
  /** 0 to 1. */
  readonly sure: number;
}

interface PerSetJson {
  readonly selected: number;
  readonly others: number;
}

export interface SpanDifferencesJson {
  readonly spans: PerSetJson;
  /** Spans whose attributes were read. */
  readonly sampled: PerSetJson;
  /** The largest difference first. */
  readonly differences: readonly SpanDifferenceJson[];
}

export interface DependencyJson {
  readonly service: string;
  readonly calls: number;
  readonly errors: number;
  readonly p95DurationNs: number;
}

export interface DependenciesJson {
  readonly callers: readonly DependencyJson[];
  readonly callees: readonly DependencyJson[];
  /** Of the traces, how many were read: below 1 the numbers are estimates. */
  readonly share: number;
}

/** Who pinned a trace: a person, an exemplar of the linked Prometheus, one of the store's own metrics. */
export type PinKind = 'hand' | 'exemplar' | 'span_metrics';

export interface PinJson {
  readonly kind: PinKind;
  /** The metric's name; empty by hand. */
  readonly source: string;
  /** Empty unless by hand. */
  readonly note: string;
  /** Empty where nobody said. */
  readonly by: string;
  readonly pinnedMs: number;
}

/** Where the spans of a trace are: within retention, kept beyond it, parts in each, nowhere. */
export type StoredPlace = 'live' | 'kept' | 'both' | 'none';

export interface TracePinJson {
  readonly traceId: string;
  /** None: not pinned. The newest first. */
  readonly pins: readonly PinJson[];
  readonly stored: StoredPlace;
}

export interface ListedPinJson extends PinJson {
  readonly traceId: string;
  readonly stored: StoredPlace;
  /** 0 where nothing is stored. */
  readonly spans: number;
  readonly startMs: number | null;
  /** Empty where nothing is stored. */
  readonly rootService: string;
  readonly rootName: string;
}

export interface KeptSizeJson {
  readonly traces: number;
  readonly spans: number;
  readonly bytes: number;
  readonly maxBytes: number;
  readonly days: number;
  /** `2026-11-01` */
  readonly oldestDay: string | null;
}

export interface PinListJson {
  /** A row for each trace and kind, the newest first. */
  readonly pins: readonly ListedPinJson[];
  readonly next: string | null;
  readonly counts: Readonly<Record<PinKind, number>>;
  readonly maxAutomatic: number;
  readonly kept: KeptSizeJson;
}

export type ExemplarState = 'resolved' | 'never_received' | 'expired' | 'other_tenant' | 'malformed_id' | 'too_new';

export type ExemplarCounts = Readonly<Record<ExemplarState, number>>;

export interface ExemplarJson {
  readonly metric: string;
  /** Of the series, without its name. */
  readonly labels: Readonly<Record<string, string>>;
  /** The label that has the id, and the id as it was written, up to 200 characters of it. */
  readonly label: string;
  readonly id: string;
  /** Null where the text is no id. */
  readonly traceId: string | null;
  readonly timeMs: number;
  readonly state: ExemplarState;
  /** A sentence; empty when resolved. */
  readonly reason: string;
}

export interface PrometheusJson {
  readonly url: string;
  readonly everySeconds: number;
  /** Of the last success. */
  readonly lastReadMs: number | null;
  /** Of the last read. */
  readonly lastError: string | null;
  readonly errorMs: number | null;
}

export interface ExemplarListJson {
  /** Null: the store was not told of one. */
  readonly prometheus: PrometheusJson | null;
  /** Names of labels that ids are looked for in. */
  readonly labels: readonly string[];
  /** Of all exemplars that are remembered. `without_id`: those that have none of the labels. */
  readonly counts: ExemplarCounts & { readonly without_id: number };
  /** Those with most links that lead nowhere first. */
  readonly metrics: ReadonlyArray<ExemplarCounts & { readonly metric: string }>;
  /** The newest first. */
  readonly exemplars: readonly ExemplarJson[];
  readonly next: string | null;
}
