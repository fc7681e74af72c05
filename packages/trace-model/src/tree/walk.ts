import type { TraceTree } from './trace-tree.ts';

/** The node above, -1 at a root. */
export const parentOf = (tree: TraceTree, node: number): number => tree.parents[node];

/** Whether a node is `top` or stands below it. */
export function isInSubtree({ positions, subtreeSizes }: TraceTree, node: number, top: number): boolean {
  const from = positions[top];
  return positions[node] >= from && positions[node] < from + subtreeSizes[from];
}

/** Nodes above a node, its parent first. */
export function* ancestorsOf({ parents }: TraceTree, node: number): Generator<number, void> {
  for (let above = parents[node]; above !== -1; above = parents[above]) {
    yield above;
  }
}

/** The way to a node: its root first, itself last. */
export function pathTo({ parents, depths, positions }: TraceTree, node: number): Uint32Array {
  const path = new Uint32Array(depths[positions[node]] + 1);
  for (let [at, above] = [path.length - 1, node]; at >= 0; at--, above = parents[above]) {
    path[at] = above;
  }
  return path;
}

/** Nodes right below a node, in their order. */
export function* childNodesOf(tree: TraceTree, node: number): Generator<number, void> {
  const position = tree.positions[node];
  yield* siblingsBetween(tree, position + 1, position + tree.subtreeSizes[position]);
}

/** Nodes without a parent, in their order. */
export function* rootsOf(tree: TraceTree): Generator<number, void> {
  yield* siblingsBetween(tree, 0, tree.nodes);
}

function* siblingsBetween({ order, subtreeSizes }: TraceTree, from: number, to: number): Generator<number, void> {
  for (let position = from; position < to; position += subtreeSizes[position]) {
    yield order[position];
  }
}
