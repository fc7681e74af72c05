import { type PlacedLogs } from './placeLogs';

/** Lines by node, to be drawn on bars: those of node `n` stand from `offsets[n]` to `offsets[n + 1]`, in order of time. */
export interface LogMarks {
  /** Nodes of the tree and one more. */
  readonly offsets: Uint32Array;
  /** Nanoseconds after the table's base, as the bars are. */
  readonly times: Float64Array;
  /** Indexes into LOG_LEVELS. */
  readonly levels: Uint8Array;
  /** Which line of `PlacedLogs.lines` it is. */
  readonly lines: Uint32Array;
}

export function logMarks({ nodes, offsets, levels }: PlacedLogs, nodeCount: number): LogMarks {
  const order = Uint32Array.from(nodes.keys())
    .filter((line) => nodes[line] >= 0)
    .sort((a, b) => nodes[a] - nodes[b] || offsets[a] - offsets[b] || a - b);
  const starts = new Uint32Array(nodeCount + 1);
  for (const line of order) {
    starts[nodes[line] + 1] += 1;
  }
  for (let node = 0; node < nodeCount; node++) {
    starts[node + 1] += starts[node];
  }
  return {
    offsets: starts,
    times: Float64Array.from(order, (line) => offsets[line]),
    levels: Uint8Array.from(order, (line) => levels[line]),
    lines: order,
  };
}
