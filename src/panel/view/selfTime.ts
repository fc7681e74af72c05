import { type TraceTree } from '@clew/trace-model';

/** Nanoseconds of a node during which none of its children ran. Children that overlap count once. */
export function selfTimeNs(tree: TraceTree, node: number): number {
  const start = tree.starts[node];
  const end = tree.ends[node];
  const position = tree.positions[node];
  const last = position + tree.subtreeSizes[position];
  let covered = 0;
  // Siblings are ordered by start: what is covered so far ends here.
  let until = start;
  for (let at = position + 1; at < last; at += tree.subtreeSizes[at]) {
    const child = tree.order[at];
    const from = Math.max(tree.starts[child], until);
    const to = Math.min(tree.ends[child], end);
    if (to > from) {
      covered += to - from;
      until = to;
    }
  }
  return end - start - covered;
}
