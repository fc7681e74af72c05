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
