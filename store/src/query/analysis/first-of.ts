import type { Steps } from '@clew/trace-model';

const STRIDE = 1 << 14;
const ROOM = 4096;

/** The first `limit` of the numbers below `count`, in order; what else there is is not sorted. `order` as for Array.sort. */
export function* firstOf(count: number, limit: number, order: (a: number, b: number) => number): Steps<number[]> {
  let kept: number[] = [];
  let last: number | undefined;
  for (let number = 0; number < count; number++) {
    if (last === undefined || order(number, last) < 0) {
      kept.push(number);
      if (kept.length >= limit + ROOM) {
        kept = kept.sort(order).slice(0, limit);
        last = kept[limit - 1];
        yield;
      }
    }
    if (number % STRIDE === STRIDE - 1) {
      yield;
    }
  }
  return kept.sort(order).slice(0, limit);
}
