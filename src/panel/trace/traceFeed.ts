import { type TraceFinding } from './traceFinding';
import { type TraceSource, type TraceTable } from './traceTable';

/** What has come of a trace, in columns; the tree is built from it. Texts and rows keep their indexes from one to the next. */
export type TraceSkeleton = Omit<TraceTable, 'tree'>;

/** A trace that a viewer can show, wherever it comes from: a store, a data frame, a file. */
export interface TraceFeed {
  /** Feeds of equal keys give the same trace. */
  readonly key: string;
  readonly source: TraceSource;
  /** The Clew datasource that has the trace; undefined if none does. */
  readonly datasourceUid: string | undefined;
  /**
   * Hands over what has come of the trace, each time all of it, until the trace is there; the last one is `complete`.
   * Rejects with Error, also after some of it came, and with what `signal` was aborted with.
   */
  read(onSkeleton: (skeleton: TraceSkeleton) => void, signal: AbortSignal): Promise<void>;
  /** What is wrong with the whole trace, the first to read at the front. Rejects with Error. */
  findings(signal: AbortSignal): Promise<readonly TraceFinding[]>;
  /** Sentences on what of the trace was refused or cut. Rejects with Error. */
  losses(signal: AbortSignal): Promise<readonly string[]>;
}
