/** Answers of the store's analysis routes, as docs/api.md has them. Times are nanoseconds. */

export interface ProofSpanJson {
  readonly spanId: string;
  readonly service?: string;
  readonly name?: string;
}

export interface FindingJson {
  readonly kind: string;
  readonly severity: string;
  readonly title: string;
  readonly detail: string;
  readonly next: string;
  readonly harmNs: number;
  readonly shareOfTrace: number;
  readonly spans: readonly ProofSpanJson[];
  readonly spanCount: number;
}

export interface StatisticsRowJson {
  readonly by: Readonly<Record<string, string | null>>;
  readonly count: number;
  readonly errors: number;
  readonly totalNs: number;
  readonly avgNs: number;
  readonly minNs: number;
  readonly maxNs: number;
  readonly p50Ns: number;
  readonly p95Ns: number;
  readonly selfNs: number;
  readonly onPathNs: number;
  readonly pathShare: number;
}

export interface PathSegmentJson {
  readonly spanId: string;
  readonly service?: string;
  readonly name?: string;
  /** After the trace's start. */
  readonly startNs: number;
  readonly durationNs: number;
  readonly wait?: boolean;
}

export interface TraceAnalysisJson {
  readonly statistics: readonly StatisticsRowJson[];
  readonly criticalPath: { readonly totalNs: number; readonly segments: readonly PathSegmentJson[] };
}

export interface PathRowJson {
  readonly service: string;
  readonly name: string;
  readonly onPathNs: number;
  /** Of all critical paths, 0 to 1. */
  readonly share: number;
  readonly traces: number;
  readonly spans: number;
  readonly errors: number;
  /** A trace. */
  readonly avgNs: number;
}

export interface CriticalPathJson {
  readonly traces: number;
  readonly rows: readonly PathRowJson[];
}

export type DifferenceState = 'added' | 'removed' | 'slower' | 'faster' | 'same';

export interface ComparedSetJson {
  readonly kind: 'trace' | 'query' | 'usual';
  readonly traceId?: string;
  readonly q?: string;
  readonly traces: number;
  readonly spans: number;
  readonly durationP50Ns: number;
  readonly durationP95Ns: number;
  readonly errorRate: number;
}

export interface PathSideJson {
  readonly traces: number;
  /** Of the traces, 0 to 1, that have the path. */
  readonly share: number;
  /** Spans a trace. */
  readonly count: number;
  /** A trace. */
  readonly meanNs: number;
  readonly medianNs: number;
  readonly selfNs: number;
  readonly onPathNs: number;
  readonly errorRate: number;
  /** Of a single trace: the longest span. */
  readonly spanId?: string;
}

export interface ComparedPathJson {
  readonly depth: number;
  readonly service: string;
  readonly name: string;
  readonly state: DifferenceState;
  readonly a: PathSideJson;
  readonly b: PathSideJson;
  readonly deltaNs: number;
  readonly deltaSelfNs: number;
  /** 0 to 1; missing or null where nothing can be said. */
  readonly sure?: number | null;
}

export interface CauseJson {
  readonly service: string;
  readonly name: string;
  readonly path: ReadonlyArray<{ readonly service: string; readonly name: string }>;
  readonly deltaNs: number;
  readonly shareOfDelta: number;
  readonly sure?: number | null;
  readonly state: DifferenceState;
}

export interface AttributeSideJson {
  readonly spans: number;
  /** Of the side's spans, 0 to 1. */
  readonly share: number;
}

export interface ComparedAttributeJson {
  /** As TraceQL writes it. */
  readonly attribute: string;
  readonly value: string;
  readonly a: AttributeSideJson;
  readonly b: AttributeSideJson;
}

export interface ComparisonJson {
  readonly a: ComparedSetJson;
  readonly b: ComparedSetJson;
  readonly summary: string;
  readonly causes: readonly CauseJson[];
  /** Depth-first. */
  readonly paths: readonly ComparedPathJson[];
  readonly kind: 'test' | 'place' | 'difference';
  readonly truncated?: boolean;
  /** What is usual comes from these traces, in Unix seconds. */
  readonly usual?: { readonly traces: number; readonly from: number; readonly to: number };
  readonly attributes?: readonly ComparedAttributeJson[];
}
