import { type CriticalPath, type TraceTree } from '@clew/trace-model';

/** Where the critical path runs, by node, as rows draw it. Times in nanoseconds as the tree's. */
export interface PathMarks {
  readonly tree: TraceTree;
  /** The stretches in which node `n` itself was on the path: `starts[offsets[n]] … starts[offsets[n + 1] - 1]`, by time. */
  readonly offsets: Uint32Array;
  readonly starts: Float64Array;
  readonly ends: Float64Array;
  /** By node: from when to when the path ran in its subtree. It enters a subtree once. Empty (`until <= from`) where it never did. */
  readonly from: Float64Array;
  readonly until: Float64Array;
  /** By node: nanoseconds on the path. */
  readonly onPathNs: Float64Array;
  readonly totalNs: number;
}

/** Steps between two looks at the clock. */
const STRIDE = 1 << 14;

/** In steps, for the caller to stop between. The path is one without waits. */
export function* pathMarks(tree: TraceTree, path: CriticalPath): Generator<void, PathMarks> {
  const { nodes, order, parents } = tree;
  const segments = path.nodes.length;
  const offsets = new Uint32Array(nodes + 1);
  const from = new Float64Array(nodes).fill(Infinity);
  const until = new Float64Array(nodes).fill(-Infinity);
  for (let at = 0; at < segments; at++) {
    const node = path.nodes[at];
    offsets[node + 1] += 1;
    from[node] = Math.min(from[node], path.starts[at]);
    until[node] = Math.max(until[node], path.ends[at]);
    if (at % STRIDE === STRIDE - 1) {
      yield;
    }
  }
  for (let node = 0; node < nodes; node++) {
    offsets[node + 1] += offsets[node];
    if (node % (STRIDE * 4) === 0) {
      yield;
    }
  }
  const filled = offsets.slice(0, nodes);
  const starts = new Float64Array(segments);
  const ends = new Float64Array(segments);
  for (let at = 0; at < segments; at++) {
    const slot = filled[path.nodes[at]]++;
    starts[slot] = path.starts[at];
    ends[slot] = path.ends[at];
    if (at % STRIDE === STRIDE - 1) {
      yield;
    }
  }
  // Children come after their parents in depth-first order.
  for (let position = nodes - 1; position >= 0; position--) {
    const node = order[position];
    const parent = parents[node];
    if (parent !== -1) {
      from[parent] = Math.min(from[parent], from[node]);
      until[parent] = Math.max(until[parent], until[node]);
    }
    if (position % STRIDE === 0) {
      yield;
    }
  }
  return { tree, offsets, starts, ends, from, until, onPathNs: path.onPathNs, totalNs: path.totalNs };
}
