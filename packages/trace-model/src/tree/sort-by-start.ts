import { STRIDE, type Steps } from './steps.ts';

/** Stretches of this length are sorted by insertion, then merged. */
const RUN = 16;

/**
 * Sorts `nodes[from … to - 1]` by their starts, stable, with `spare` (as long as `nodes`) for scratch. n log n, and less where
 * stretches are in order. Returns about how many elements it has looked at since it last yielded.
 */
export function* sortByStart(
  nodes: Uint32Array,
  spare: Uint32Array,
  from: number,
  to: number,
  starts: Float64Array
): Steps<number> {
  let steps = 0;
  for (let run = from; run < to; run += RUN) {
    insertionSort(nodes, run, Math.min(run + RUN, to), starts);
    steps += RUN * 2;
    if (steps >= STRIDE) {
      steps = 0;
      yield;
    }
  }
  let [source, target] = [nodes, spare];
  for (let width = RUN; width < to - from; width *= 2) {
    for (let left = from; left < to; left += width * 2) {
      const middle = Math.min(left + width, to);
      const right = Math.min(middle + width, to);
      if (middle === right || starts[source[middle - 1]] <= starts[source[middle]]) {
        target.set(source.subarray(left, right), left);
        steps += (right - left) >>> 3;
        continue;
      }
      let [a, b] = [left, middle];
      for (let at = left; at < right; at++) {
        const isFirst = b === right || (a < middle && starts[source[a]] <= starts[source[b]]);
        target[at] = source[isFirst ? a++ : b++];
        if (++steps >= STRIDE) {
          steps = 0;
          yield;
        }
      }
    }
    [source, target] = [target, source];
  }
  if (source !== nodes) {
    nodes.set(source.subarray(from, to), from);
    steps += (to - from) >>> 3;
  }
  return steps;
}

function insertionSort(nodes: Uint32Array, from: number, to: number, starts: Float64Array): void {
  for (let at = from + 1; at < to; at++) {
    const node = nodes[at];
    let free = at;
    for (; free > from && starts[nodes[free - 1]] > starts[node]; free--) {
      nodes[free] = nodes[free - 1];
    }
    nodes[free] = node;
  }
}
