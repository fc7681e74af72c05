import { STRIDE, type Steps } from './steps.ts';

/** Where a native sort takes less than a step. */
const SHORT = 1 << 12;

/** Halves of a double, from the upper one down, in digits of 16 bits. */
const DIGITS = [
  [1, 16],
  [1, 0],
  [0, 16],
  [0, 0],
];

/**
 * The `rank`-th smallest (from 0) of numbers that are not negative, in steps and in linear time whatever the numbers are: by the
 * digits of their bits, which are in the order of the numbers. Changes `values`.
 */
export function* selectRank(values: Float64Array, rank: number): Steps<number> {
  if (values.length <= SHORT) {
    return values.sort()[rank];
  }
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
  const counts = new Uint32Array(1 << 16);
  let length = values.length;
  let rest = rank;
  for (const [half, shift] of DIGITS) {
    counts.fill(0);
    for (let at = 0; at < length; at++) {
      counts[(words[at * 2 + half] >>> shift) & 0xffff] += 1;
      if (at % STRIDE === STRIDE - 1) {
        yield;
      }
    }
    let digit = 0;
    for (; rest >= counts[digit]; digit++) {
      rest -= counts[digit];
    }
    let kept = 0;
    for (let at = 0; at < length; at++) {
      if (((words[at * 2 + half] >>> shift) & 0xffff) === digit) {
        values[kept++] = values[at];
      }
      if (at % STRIDE === STRIDE - 1) {
        yield;
      }
    }
    length = kept;
  }
  return values[0];
}
