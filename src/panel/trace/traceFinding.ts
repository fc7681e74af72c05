import { type FindingKind, type Severity } from '@clew/trace-model';

/** What is wrong with a trace, or that nothing is: docs/findings.md. */
export interface TraceFinding {
  readonly kind: FindingKind;
  readonly severity: Severity;
  readonly title: string;
  readonly detail: string;
  readonly next: string;
  /** 16 hex digits each; the span to look at first at the front. */
  readonly spanIds: readonly string[];
  /** 32 hex digits: the trace that a call whose context was lost likely went on in. */
  readonly otherTraceId?: string;
}
