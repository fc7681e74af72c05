import { type AttributeColumn } from '../../trace/traceTable';

/**
 * What a row stands for: a node of the tree, or, from `tree.nodes` on, a fold. Valid for one table and one folding; folds and nodes
 * of a table that grows are carried over by the model.
 */
export type RowId = number;

export type RowKind = 'span' | 'fold' | 'phantom';

/** Siblings of one service and one name that stand in one row. */
export interface Fold {
  readonly id: RowId;
  /** The node that comes first; the others have its service and name. */
  readonly firstNode: number;
  /** The node that all of them are children of, -1 at the roots. */
  readonly parent: number;
  readonly nodes: Uint32Array;
  readonly count: number;
  readonly sumNs: number;
  readonly p95Ns: number;
  readonly errors: number;
  readonly startNs: number;
  readonly endNs: number;
}

export type Colouring =
  | { readonly kind: 'service' }
  | { readonly kind: 'status' }
  | { readonly kind: 'column'; readonly column: AttributeColumn };

/** Height of a row in CSS pixels. Text is drawn from 18 on. 0: all rows in the height there is. */
export type RowHeight = 24 | 18 | 8 | 4 | 2 | 1 | 0;

export const ROW_HEIGHTS: readonly RowHeight[] = [24, 18, 8, 4, 2, 1, 0];

/** What listeners are told: which of the things they may show have changed. */
export type ModelChange =
  | 'table'
  | 'rows'
  | 'matches'
  | 'selection'
  | 'hover'
  | 'colours'
  | 'columns'
  | 'rowHeight'
  | 'events'
  | 'path'
  | 'logs';

/** Log lines by node: those of node `n` stand from `offsets[n]` to `offsets[n + 1]`, in order of time. */
export interface LineMarks {
  /** Nodes of the tree and one more. */
  readonly offsets: Uint32Array;
  /** Nanoseconds after the table's base. */
  readonly times: Float64Array;
  /** Rising from unknown over trace, debug, info, warning (4), error (5) to critical. */
  readonly levels: Uint8Array;
}

/** One entry of the legend to the current colouring. */
export interface LegendEntry {
  readonly label: string;
  /** For `toneColour`. */
  readonly tone: number;
  readonly spans: number;
}
