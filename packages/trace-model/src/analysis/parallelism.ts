import { STRIDE, type Steps } from '../tree/steps.ts';
import { eachGap } from './gaps.ts';
import type { AnalysisInput } from './input.ts';
import { sortNumbers } from './sort-by.ts';

/** A span is at work while none of its children is. */
export interface Parallelism {
  /** Nanoseconds in which at least one span was at work. */
  readonly busyNs: number;
  /** Nanoseconds of work, of all spans: the sum of self times. */
  readonly workNs: number;
  /** Spans at work at a time while there was one: `workNs / busyNs`; 0 without any. */
  readonly average: number;
  /** The most spans that were at work at one time, and the first nanosecond, as the tree's, at which so many were. */
  readonly max: number;
  readonly maxAt: number;
  /** By node: how many children it has. */
  readonly fanOut: Uint32Array;
  readonly maxFanOut: number;
}

/** n log n: beginnings and ends of work are sorted. */
export function* parallelism({ tree }: Pick<AnalysisInput, 'tree'>): Steps<Parallelism> {
  const { nodes, parents } = tree;
  const fanOut = new Uint32Array(nodes);
  let maxFanOut = 0;
  let children = 0;
  for (let node = 0; node < nodes; node++) {
    const parent = parents[node];
    if (parent !== -1) {
      children += 1;
      fanOut[parent] += 1;
      maxFanOut = Math.max(maxFanOut, fanOut[parent]);
    }
    if (node % STRIDE === STRIDE - 1) {
      yield;
    }
  }
  // Each child parts its parent's work once at most.
  const begins = new Float64Array(tree.rows + children);
  const finishes = new Float64Array(tree.rows + children);
  let count = 0;
  let workNs = 0;
  yield* eachGap(tree, (_, start, end) => {
    begins[count] = start;
    finishes[count] = end;
    count += 1;
    workNs += end - start;
  });
  yield* sortNumbers(begins.subarray(0, count));
  yield* sortNumbers(finishes.subarray(0, count));
  const swept = yield* sweep(begins, finishes, count);
  return {
    ...swept,
    workNs,
    average: swept.busyNs === 0 ? 0 : workNs / swept.busyNs,
    fanOut,
    maxFanOut,
  };
}

function* sweep(
  begins: Float64Array,
  finishes: Float64Array,
  count: number
): Steps<Pick<Parallelism, 'busyNs' | 'max' | 'maxAt'>> {
  let [busyNs, max, maxAt] = [0, 0, count === 0 ? 0 : begins[0]];
  let busySince = 0;
  let finished = 0;
  for (let begun = 0; begun < count; begun++) {
    // What ends as another begins is not at work at the same time.
    while (finishes[finished] <= begins[begun]) {
      finished += 1;
      if (finished === begun) {
        busyNs += finishes[finished - 1] - busySince;
      }
    }
    if (begun === finished) {
      busySince = begins[begun];
    }
    if (begun + 1 - finished > max) {
      max = begun + 1 - finished;
      maxAt = begins[begun];
    }
    if (begun % STRIDE === STRIDE - 1) {
      yield;
    }
  }
  return { busyNs: count === 0 ? 0 : busyNs + finishes[count - 1] - busySince, max, maxAt };
}
