import { STRIDE, type Steps } from './steps.ts';

/** The children of node `n` are `nodes[offsets[n]] … nodes[offsets[n + 1] - 1]`; those of no node, the roots, stand last. */
export interface Children {
  readonly offsets: Uint32Array;
  readonly nodes: Uint32Array;
}

/** Children in the order of their numbers. */
export function* childrenOf(parents: Int32Array): Steps<Children> {
  const count = parents.length;
  // A root's parent counts as one node more.
  const offsets = new Uint32Array(count + 2);
  for (let node = 0; node < count; node++) {
    offsets[(parents[node] === -1 ? count : parents[node]) + 1] += 1;
    if (node % STRIDE === STRIDE - 1) {
      yield;
    }
  }
  for (let node = 0; node <= count; node++) {
    offsets[node + 1] += offsets[node];
  }
  yield;
  const filled = offsets.slice(0, count + 1);
  const nodes = new Uint32Array(count);
  for (let node = 0; node < count; node++) {
    nodes[filled[parents[node] === -1 ? count : parents[node]]++] = node;
    if (node % STRIDE === STRIDE - 1) {
      yield;
    }
  }
  return { offsets, nodes };
}

/** Puts children in the order of their starts, then numbers. Most are already, because rows are. */
export function* orderByStart({ offsets, nodes }: Children, starts: Float64Array): Steps<void> {
  const compare = (a: number, b: number) => starts[a] - starts[b] || a - b;
  let steps = 0;
  for (let parent = 0; parent + 1 < offsets.length; parent++) {
    const [from, to] = [offsets[parent], offsets[parent + 1]];
    let isOrdered = true;
    for (let at = from + 1; at < to && isOrdered; at++) {
      isOrdered = starts[nodes[at - 1]] <= starts[nodes[at]];
    }
    if (!isOrdered) {
      yield* mergeSort(nodes, from, to, compare);
    }
    steps += to - from + 1;
    if (steps >= STRIDE) {
      steps = 0;
      yield;
    }
  }
}

/** Parts of this length are sorted at once. */
const RUN = 1 << 12;

/** Sorts a part of an array in steps, stable. */
function* mergeSort(
  nodes: Uint32Array,
  from: number,
  to: number,
  compare: (a: number, b: number) => number
): Steps<void> {
  for (let at = from; at < to; at += RUN) {
    nodes.subarray(at, Math.min(at + RUN, to)).sort(compare);
    yield;
  }
  let source = nodes.subarray(from, to);
  let target: Uint32Array = new Uint32Array(to - from);
  for (let width = RUN; width < source.length; width *= 2) {
    for (let left = 0; left < source.length; left += width * 2) {
      const middle = Math.min(left + width, source.length);
      const right = Math.min(left + width * 2, source.length);
      let [a, b] = [left, middle];
      for (let at = left; at < right; at++) {
        target[at] = b >= right || (a < middle && compare(source[a], source[b]) <= 0) ? source[a++] : source[b++];
        if (at % STRIDE === STRIDE - 1) {
          yield;
        }
      }
    }
    [source, target] = [target, source];
  }
  if (source.buffer !== nodes.buffer) {
    nodes.set(source, from);
  }
}
