import { STRIDE, type Steps } from '../tree/steps.ts';

/** Stretches of this length are sorted by insertion, then merged. */
const RUN = 16;

/** True if `a` may stand before `b`; of two that are the same, both. */
type InOrder = (a: number, b: number) => boolean;

/** Sorts `items[from … to - 1]` in steps, stable, with `spare` (at least as long as `items`) for scratch. n log n; n where it is sorted. */
export function* sortPart(
  items: Uint32Array,
  spare: Uint32Array,
  from: number,
  to: number,
  inOrder: InOrder
): Steps<void> {
  let sorted = from + 1;
  while (sorted < to && inOrder(items[sorted - 1], items[sorted])) {
    if (++sorted % STRIDE === 0) {
      yield;
    }
  }
  if (sorted >= to) {
    return;
  }
  for (let run = from; run < to; run += RUN) {
    insertionSort(items, run, Math.min(run + RUN, to), inOrder);
    if ((run - from) % STRIDE === STRIDE - RUN) {
      yield;
    }
  }
  let [source, target] = [items, spare];
  let steps = 0;
  for (let width = RUN; width < to - from; width *= 2) {
    for (let left = from; left < to; left += width * 2) {
      const middle = Math.min(left + width, to);
      const right = Math.min(left + width * 2, to);
      let [a, b] = [left, middle];
      for (let at = left; at < right; at++) {
        target[at] = b >= right || (a < middle && inOrder(source[a], source[b])) ? source[a++] : source[b++];
        if (++steps % STRIDE === 0) {
          yield;
        }
      }
    }
    [source, target] = [target, source];
  }
  if (source !== items) {
    items.set(source.subarray(from, to), from);
  }
}

function insertionSort(items: Uint32Array, from: number, to: number, inOrder: InOrder): void {
  for (let at = from + 1; at < to; at++) {
    const item = items[at];
    let free = at;
    for (; free > from && !inOrder(items[free - 1], item); free--) {
      items[free] = items[free - 1];
    }
    items[free] = item;
  }
}

/** Sorts numbers in place, ascending, in steps. */
export function* sortNumbers(numbers: Float64Array): Steps<void> {
  const { length } = numbers;
  for (let from = 0; from < length; from += STRIDE) {
    numbers.subarray(from, Math.min(from + STRIDE, length)).sort();
    yield;
  }
  if (length <= STRIDE) {
    return;
  }
  let [source, target]: Float64Array[] = [numbers, new Float64Array(length)];
  for (let width = STRIDE; width < length; width *= 2) {
    for (let left = 0; left < length; left += width * 2) {
      const middle = Math.min(left + width, length);
      const right = Math.min(left + width * 2, length);
      let [a, b] = [left, middle];
      for (let at = left; at < right; at++) {
        target[at] = b >= right || (a < middle && source[a] <= source[b]) ? source[a++] : source[b++];
        if (at % STRIDE === STRIDE - 1) {
          yield;
        }
      }
    }
    [source, target] = [target, source];
  }
  if (source !== numbers) {
    numbers.set(source);
  }
}
