import type { Children } from './children.ts';
import { STRIDE, type Steps } from './steps.ts';
import type { TraceTree } from './trace-tree.ts';

type DepthFirst = Pick<TraceTree, 'order' | 'positions' | 'depths' | 'subtreeSizes' | 'maxDepth'>;

/** Parents before their children, children in their order, with a stack of its own: as deep as a trace may be. */
export function* depthFirst({ offsets, nodes }: Children): Steps<DepthFirst> {
  const count = nodes.length;
  const order = new Uint32Array(count);
  const positions = new Uint32Array(count);
  const depths = new Uint32Array(count);
  const subtreeSizes = new Uint32Array(count);
  let maxDepth = 0;
  // Of each level under way: the child that is next, and where the children end.
  let next = new Uint32Array(64);
  let ends = new Uint32Array(64);
  next[0] = offsets[count];
  ends[0] = offsets[count + 1];
  let position = 0;
  let steps = 0;
  for (let depth = 0; depth >= 0;) {
    if (++steps % STRIDE === 0) {
      yield;
    }
    if (next[depth] === ends[depth]) {
      depth -= 1;
      if (depth >= 0) {
        const parent = positions[nodes[next[depth] - 1]];
        subtreeSizes[parent] = position - parent;
      }
      continue;
    }
    const node = nodes[next[depth]++];
    order[position] = node;
    positions[node] = position;
    depths[position] = depth;
    subtreeSizes[position] = 1;
    maxDepth = Math.max(maxDepth, depth);
    position += 1;
    if (offsets[node] !== offsets[node + 1]) {
      depth += 1;
      if (depth === next.length) {
        next = grown(next);
        ends = grown(ends);
      }
      next[depth] = offsets[node];
      ends[depth] = offsets[node + 1];
    }
  }
  return { order, positions, depths, subtreeSizes, maxDepth };
}

function grown(stack: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(stack.length * 2);
  larger.set(stack);
  return larger;
}
