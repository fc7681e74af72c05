import type { Step } from './path-index.ts';
import type { ComparisonKind, PathState } from './verdict.ts';

/** A path on one side. Times in whole nanoseconds; all zero where no trace has it. */
export interface PathSide {
  /** Traces that have the path, and their share of all, 0 to 1. */
  readonly traces: number;
  readonly share: number;
  /** Spans on the path in a trace that has it, on average. */
  readonly count: number;
  /** Summed duration of these spans, over the traces that have the path. */
  readonly meanNs: number;
  readonly medianNs: number;
  /** The same over all traces, zero where one lacks the path. */
  readonly overallMeanNs: number;
  readonly overallMedianNs: number;
  /** Self time: the mean over all traces, and the median over those that have the path. */
  readonly selfNs: number;
  readonly medianSelfNs: number;
  /** Time on the critical path of the trace's root, the mean over all traces: over all paths it adds up to the root's duration. */
  readonly onPathNs: number;
  /** Share of the spans whose status is an error. */
  readonly errorRate: number;
  /** The longest span, where the side is a single trace. */
  readonly spanId: string | undefined;
}

export interface ComparedPath extends Step {
  /** 0 at a root. */
  readonly depth: number;
  /** Paths of the subtree, this one included: the next sibling is so many places on. */
  readonly subtreeSize: number;
  /** By self time: a path whose children alone took longer is `same`. */
  readonly state: PathState;
  readonly a: PathSide;
  readonly b: PathSide;
  /** B less A, of the means over all traces. */
  readonly deltaNs: number;
  readonly deltaSelfNs: number;
  readonly deltaOnPathNs: number;
  /** How sure it is that self time, or how many traces have the path, differs: 1 less the rate of false discoveries; undefined without a test. */
  readonly sure: number | undefined;
  /** The same of the share of traces in which the path fails. */
  readonly sureOfErrors: number | undefined;
  /** Where the single trace stands among the others, by self time, 0 to 1; undefined where it does not. */
  readonly percentile: number | undefined;
  /** Sum of the differences of self time in the subtree, whatever their signs: what siblings are in the order of. */
  readonly harmNs: number;
}

/** A path that explains a part of why the roots took longer, or less long. */
export interface Cause extends Step {
  /** Its index in `paths`. */
  readonly at: number;
  /** From the root to the path itself. */
  readonly path: readonly Step[];
  readonly state: PathState;
  /** Nanoseconds that it adds to the mean duration of the roots, and the share of their difference. */
  readonly deltaNs: number;
  readonly shareOfDelta: number;
  readonly sure: number | undefined;
}

/** One side as a whole. Durations are those of the traces' first roots. */
export interface SideTotals {
  readonly traces: number;
  readonly spans: number;
  readonly durationMeanNs: number;
  readonly durationP50Ns: number;
  readonly durationP95Ns: number;
  /** Share of the traces whose first root failed. */
  readonly errorRate: number;
  /** Spans that are in no path, because there are too many paths. */
  readonly leftOutSpans: number;
  /** The root that most traces have, the first one of several; undefined without traces. */
  readonly root: Step | undefined;
}

export interface Comparison {
  readonly kind: ComparisonKind;
  readonly a: SideTotals;
  readonly b: SideTotals;
  /** Of the roots: by how much the mean duration differs, B less A. */
  readonly deltaNs: number;
  /** Never added or removed. */
  readonly state: PathState;
  readonly sure: number | undefined;
  readonly sureOfErrors: number | undefined;
  /** Where the single trace's root stands among the others. */
  readonly percentile: number | undefined;
  /** Depth-first, parents before their children, siblings by `harmNs`. */
  readonly paths: readonly ComparedPath[];
  /** The largest part first. Empty where the roots took as long. */
  readonly causes: readonly Cause[];
}
