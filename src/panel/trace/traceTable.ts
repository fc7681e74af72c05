import type { FrameColumns, SpanDetails, TraceTree } from '@clew/trace-model';

/** Texts by index, as the wire frame's dictionaries give them. */
export interface Texts {
  readonly length: number;
  get(index: number): string;
}

/**
 * A trace, or what has come of it so far, as the viewer draws it: `columns` by row, `tree` by node (nodes below `columns`' rows are
 * rows). A new one takes the place of the last when more of the trace has come; texts keep their indexes.
 */
export interface TraceTable {
  /** 32 hex digits. */
  readonly traceId: string;
  /** Nanoseconds since the epoch that starts count from. */
  readonly baseNs: bigint;
  readonly columns: FrameColumns;
  readonly names: Texts;
  readonly services: Texts;
  readonly messages: Texts;
  readonly tree: TraceTree;
  /** All spans are here. */
  readonly complete: boolean;
  /** How many spans there will be at most, if that is known. */
  readonly expectedSpans: number | undefined;
}

/** One attribute of every row. */
export interface AttributeColumn {
  readonly key: string;
  /** By row: 0 where the span lacks it, else 1 + the index of its value. */
  readonly values: Uint32Array;
  readonly texts: readonly string[];
  /** The values are numbers and `texts` are their digits. */
  readonly numeric: boolean;
}

export type { Attribute, AttributeValue, SpanDetails, SpanEvent, SpanLink, SpanScope } from '@clew/trace-model';

/** What a viewer asks for when it is wanted: of a store over HTTP, or of a trace that was read from a file or a data frame. */
export interface TraceSource {
  /** At most 200 rows. The answer has one entry a row, in order, undefined for what is not known. Rejects with Error. */
  details(rows: readonly number[], signal: AbortSignal): Promise<Array<SpanDetails | undefined>>;
  /** `key` as TraceQL writes it: `span.http.route`, `resource.k8s.pod.name`. */
  column(key: string, signal: AbortSignal): Promise<AttributeColumn>;
  /** Keys that spans of this trace have, as TraceQL writes them. */
  keys(signal: AbortSignal): Promise<string[]>;
  /**
   * One bit a row (`bits[row >> 5] & (1 << (row & 31))`), of the spans that a TraceQL spanset expression `{ … }` matches.
   * `onPartial` hears of the rows that are known before all are.
   */
  matches(query: string, signal: AbortSignal, onPartial?: (bits: Uint32Array) => void): Promise<Uint32Array>;
  /** The whole trace as OTLP `TracesData` protobuf. */
  otlp(signal: AbortSignal): Promise<Uint8Array>;
}
