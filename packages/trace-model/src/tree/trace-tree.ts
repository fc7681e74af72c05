/** `TraceTree.flags`. A parent that spans name and nobody sent: a node without a row. */
export const PHANTOM = 1;
/** The span names a parent that is not in the trace; its parent node is a phantom. */
export const ORPHAN = 2;
/** The span's parent was cut off, because following parents led back to it. A root in the tree. */
export const CYCLE = 4;
/**
 * Another span of the trace has the same id. Children go to the first one that does not end before they begin, else to the first.
 * Where a client and a server share an id, as with Zipkin, the server is a child of the client and the children are the server's.
 */
export const DUPLICATE_ID = 8;
/** Clock-skew correction moved the span. */
export const SKEWED = 16;

/**
 * A trace's spans as a forest in typed arrays. Nodes `0 … rows - 1` are the rows of the columns that it was built from, in their
 * order; nodes `rows … nodes - 1` are phantom parents. Every node stands in the forest exactly once.
 */
export interface TraceTree {
  readonly rows: number;
  readonly nodes: number;
  /** By node: its parent node, -1 at a root. */
  readonly parents: Int32Array;
  /** Depth-first: the node at each position. Roots and siblings by start, then node. */
  readonly order: Uint32Array;
  /** By node: where it stands in `order`. */
  readonly positions: Uint32Array;
  /** By position: 0 at a root. */
  readonly depths: Uint32Array;
  /** By position: nodes of the subtree, the node itself included. The next sibling is at `position + subtreeSizes[position]`. */
  readonly subtreeSizes: Uint32Array;
  /** By node: PHANTOM, ORPHAN, … */
  readonly flags: Uint8Array;
  /** Eight bytes for each phantom. */
  readonly phantomIds: Uint8Array;
  /**
   * By node: nanoseconds after the columns' base, as doubles, exact up to 2^53. A phantom spans its children. Corrected for
   * clock skew if that was asked for. `ends` is never before `starts`: a negative duration counts as zero here.
   */
  readonly starts: Float64Array;
  readonly ends: Float64Array;
  /** Of all nodes; 0 and 0 without any. */
  readonly firstStart: number;
  readonly lastEnd: number;
  readonly maxDepth: number;
  /** The longest way that clock-skew correction moved a span, in nanoseconds; 0 where it moved none. */
  readonly maxSkewNs: number;
  /** How many spans it moved: those with SKEWED. */
  readonly skewedSpans: number;
}
