import type { TraceTree } from '../tree/trace-tree.ts';
import type { FrameColumns } from '../wire-frame/columns.ts';

/** Texts by index, as the dictionaries of a wire frame and of a local trace give them. */
export interface Texts {
  readonly length: number;
  get(index: number): string;
}

/** One trace to be analysed. Nodes of `tree` below `tree.rows` are rows of `columns`; the nodes behind them are parents that are missing. */
export interface AnalysisInput {
  readonly tree: TraceTree;
  readonly columns: FrameColumns;
  /** What `columns.names` counts in. */
  readonly names: Texts;
  /** What `columns.services` counts in. */
  readonly services: Texts;
}

/** OTLP's Status.code of a span that failed. */
export const STATUS_ERROR = 2;
