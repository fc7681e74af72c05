import { childrenOf } from '../tree/children.ts';
import { STRIDE, type Steps } from '../tree/steps.ts';
import { sortPart } from './sort-by.ts';

/**
 * Spans merged into the nodes of a forest, in depth-first order; roots and siblings by `valueNs`, the largest first. The next sibling
 * of node `n` is at `n + subtreeSizes[n]`. Times in nanoseconds.
 */
export interface FlameGraph {
  readonly nodes: number;
  /** By node: its parent, -1 at a root. */
  readonly parents: Int32Array;
  readonly depths: Uint32Array;
  readonly subtreeSizes: Uint32Array;
  readonly maxDepth: number;
  /** Indexes in the trace's dictionaries, -1 where the spans are parents that are missing. */
  readonly services: Int32Array;
  readonly names: Int32Array;
  readonly counts: Uint32Array;
  /** Spans whose status is an error. */
  readonly errors: Uint32Array;
  /** The sum of the durations. Children that ran side by side may sum to more than their parent. */
  readonly totalNs: Float64Array;
  readonly selfNs: Float64Array;
  /** The width of the node: from the root, the self time of its spans and of all below; bottom-up, of the spans that the node's root stands for. */
  readonly valueNs: Float64Array;
  /** Callers further up were left out, because there would be too many nodes. */
  readonly isCut: boolean;
}

/** By number: parents before their children, and otherwise in any order. The arrays become the graph's. */
export interface FlameSums extends Omit<FlameGraph, 'depths' | 'subtreeSizes' | 'maxDepth' | 'isCut'> {
  readonly parents: Int32Array;
}

/** Sums of `nodes` nodes, all zero. */
export function emptySums(nodes: number): Omit<FlameSums, 'parents' | 'services' | 'names'> {
  return {
    nodes,
    counts: new Uint32Array(nodes),
    errors: new Uint32Array(nodes),
    totalNs: new Float64Array(nodes),
    selfNs: new Float64Array(nodes),
    valueNs: new Float64Array(nodes),
  };
}

/** Puts nodes into depth-first order. Linear but for sorting siblings. */
export function* layOut(sums: FlameSums, isCut: boolean): Steps<FlameGraph> {
  const { nodes, valueNs, totalNs } = sums;
  const { offsets, nodes: children } = yield* childrenOf(sums.parents);
  const inOrder = (a: number, b: number) =>
    valueNs[a] > valueNs[b] ||
    (valueNs[a] === valueNs[b] && (totalNs[a] > totalNs[b] || (totalNs[a] === totalNs[b] && a <= b)));
  const spare = new Uint32Array(nodes);
  const sizes = new Uint32Array(nodes).fill(1);
  for (let node = nodes - 1; node >= 0; node--) {
    if (sums.parents[node] !== -1) {
      sizes[sums.parents[node]] += sizes[node];
    }
    if (node % STRIDE === 0) {
      yield;
    }
  }
  const order = new Uint32Array(nodes);
  const positions = new Uint32Array(nodes);
  const depths = new Uint32Array(nodes);
  const parents = new Int32Array(nodes);
  let maxDepth = 0;
  let steps = 0;
  for (let at = -1; at < nodes; at++) {
    // Roots are the children of the number behind the last node.
    const parent = at === -1 ? nodes : at;
    const [from, to] = [offsets[parent], offsets[parent + 1]];
    if (to - from > 1) {
      yield* sortPart(children, spare, from, to, inOrder);
    }
    let position = at === -1 ? 0 : positions[parent] + 1;
    const depth = at === -1 ? 0 : depths[positions[parent]] + 1;
    for (let child = from; child < to; child++) {
      const node = children[child];
      order[position] = node;
      positions[node] = position;
      depths[position] = depth;
      parents[position] = at === -1 ? -1 : positions[parent];
      maxDepth = Math.max(maxDepth, depth);
      position += sizes[node];
    }
    steps += 1 + to - from;
    if (steps >= STRIDE) {
      steps = 0;
      yield;
    }
  }
  for (const column of [sizes, sums.services, sums.names, sums.counts, sums.errors, totalNs, sums.selfNs, valueNs]) {
    const source = column.slice();
    for (let position = 0; position < nodes; position++) {
      column[position] = source[order[position]];
      if (position % STRIDE === STRIDE - 1) {
        yield;
      }
    }
  }
  return { ...sums, parents, depths, subtreeSizes: sizes, maxDepth, isCut };
}
