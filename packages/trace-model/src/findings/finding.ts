import type { AnalysisInput, Texts } from '../analysis/input.ts';

/** From what must be acted on to what is good to know. */
export type Severity = 'critical' | 'warning' | 'info';

export type FindingKind =
  | 'retry-storm'
  | 'deepest-error'
  | 'lock-wait'
  | 'silent-wait'
  | 'n-plus-one'
  | 'dark-time'
  | 'retries'
  | 'consumer-gap'
  | 'lost-context'
  | 'time-holder'
  | 'missing-spans'
  | 'clock-skew'
  | 'sequential-calls'
  | 'healthy';

/** The trace that a call went on in, as whoever knows other traces found it. */
export interface OtherHalf {
  /** 32 hex digits. */
  readonly traceId: string;
  /** Why it is likely the other half: a clause, as in "its server span of acquirer began 2 ms into the call". */
  readonly reason: string;
}

/** The trace with the call that a trace is the other half of. */
export interface LikelyCaller extends OtherHalf {
  /** That called. */
  readonly service: string;
}

/** Something that is wrong with a trace, and its proof. docs/findings.md describes each kind. */
export interface Finding {
  readonly kind: FindingKind;
  readonly severity: Severity;
  /** A sentence that names service, operation and numbers. */
  readonly title: string;
  /** One or two sentences more. */
  readonly detail: string;
  /** What to look at next. */
  readonly next: string;
  /** `harmNs` as a part of the trace's duration, 0 to 1. */
  readonly shareOfTrace: number;
  /** Nanoseconds that the trace would have been spared, or that were for nothing. */
  readonly harmNs: number;
  /** Nodes of the tree that prove it, the one to look at first at the front. */
  readonly spans: readonly number[];
  /** What the sentences were made from; names end with the unit where there is one. */
  readonly numbers: Readonly<Record<string, number>>;
  readonly otherHalf?: OtherHalf;
}

/** What spans of one service and name have been like. Durations in nanoseconds. */
export interface OperationHistory {
  /** Spans that the rest was computed from. */
  readonly count: number;
  readonly p50Ns: number;
  readonly p95Ns: number;
  readonly p99Ns: number;
  /** 0 to 1. */
  readonly errorRate: number;
  /** 95th percentile of the part of a span that none of its children covers, 0 to 1. */
  readonly darkShareP95: number;
  /** 95th percentile of the number of children. */
  readonly childCountP95: number;
}

/** What the rules look at. Only a tree and columns are needed; whatever else is given makes for more, or surer, findings. */
export interface FindingsInput extends AnalysisInput {
  /** Status messages by the index that the columns have. */
  readonly messages?: Texts;
  /** The value of a span's attribute as text. Only keys of FINDING_ATTRIBUTES are asked for. */
  readonly attribute: (row: number, key: FindingAttribute) => string | undefined;
  /** Undefined where nothing is known of the operation. */
  readonly usual?: (service: string, name: string) => OperationHistory | undefined;
  /** Whether what listens under the name, as a span's `server.address` has it, sends spans of its own. */
  readonly instrumentedPeers?: (peer: string) => boolean;
  readonly likelyOtherHalf?: (row: number) => OtherHalf | undefined;
  /** Of the trace's first root. */
  readonly likelyCaller?: LikelyCaller;
  /** Nanoseconds since the trace's last span ended, if that is known: of a young trace, spans may still be on their way. */
  readonly ageNs?: number;
}

/** The attributes of spans that rules read, newer and older names: a store need load no others. */
export const FINDING_ATTRIBUTES = [
  'db.collection.name',
  'db.query.text',
  'db.response.returned_rows',
  'db.statement',
  'db.system',
  'db.system.name',
  'error.type',
  'http.request.method',
  'http.method',
  'http.response.status_code',
  'http.status_code',
  'http.target',
  'http.url',
  'messaging.destination.name',
  'messaging.system',
  'net.peer.name',
  'peer.service',
  'rpc.method',
  'server.address',
  'url.full',
  'url.path',
] as const;

export type FindingAttribute = (typeof FINDING_ATTRIBUTES)[number];
