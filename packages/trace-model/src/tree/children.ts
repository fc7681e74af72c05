import { sortByStart } from './sort-by-start.ts';
import { STRIDE, type Steps } from './steps.ts';

/** The children of node `n` are `nodes[offsets[n]] … nodes[offsets[n + 1] - 1]`; those of no node, the roots, stand last. */
export interface Children {
  readonly offsets: Uint32Array;
  readonly nodes: Uint32Array;
}

/** Children in the order of their numbers. */
export function* childrenOf(parents: Int32Array): Steps<Children> {
  const count = parents.length;
  // A root's parent counts as one node more. Counted one place behind, so that `offsets[n + 1]` can walk from the start of the
  // children of `n` to their end.
  const offsets = new Uint32Array(count + 3);
  for (let node = 0; node < count; node++) {
    offsets[(parents[node] === -1 ? count : parents[node]) + 2] += 1;
    if (node % STRIDE === STRIDE - 1) {
      yield;
    }
  }
  for (let at = 2; at < offsets.length; at++) {
    offsets[at] += offsets[at - 1];
    if (at % (STRIDE * 8) === 0) {
      yield;
    }
  }
  const nodes = new Uint32Array(count);
  for (let node = 0; node < count; node++) {
    nodes[offsets[(parents[node] === -1 ? count : parents[node]) + 1]++] = node;
    if (node % STRIDE === STRIDE - 1) {
      yield;
    }
  }
  return { offsets: offsets.subarray(0, count + 2), nodes };
}

/** Puts children, which are in the order of their numbers, in the order of their starts. Most are already, because rows are. */
export function* orderByStart({ offsets, nodes }: Children, starts: Float64Array): Steps<void> {
  let steps = 0;
  let spare: Uint32Array | undefined;
  for (let parent = 0; parent + 1 < offsets.length; parent++) {
    const to = offsets[parent + 1];
    let at = offsets[parent] + 1;
    for (; at < to && starts[nodes[at - 1]] <= starts[nodes[at]]; at++) {
      if (++steps >= STRIDE) {
        steps = 0;
        yield;
      }
    }
    if (at < to) {
      spare ??= new Uint32Array(nodes.length);
      steps += yield* sortByStart(nodes, spare, offsets[parent], to, starts);
    }
    if (++steps >= STRIDE) {
      steps = 0;
      yield;
    }
  }
}
