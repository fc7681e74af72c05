import { type Steps } from '@clew/trace-model';

/** Rows that are sorted in one go; what is longer is merged from such parts. */
const PART = 1 << 13;
/** Merged elements between two looks at the clock. */
const STRIDE = 1 << 15;

/**
 * The rows ordered by `keys[row]`; rows of one key stand in the order in which they came. In steps, because a million rows take longer
 * than a frame.
 */
export function* sortRows(
  rows: Uint32Array,
  keys: Float64Array | Uint32Array,
  descending: boolean
): Steps<Uint32Array> {
  const sign = descending ? -1 : 1;
  let from = Uint32Array.from(rows.keys());
  const keyAt = (place: number): number => keys[rows[place]];
  const compare = (a: number, b: number): number => (keyAt(a) - keyAt(b)) * sign || a - b;
  for (let start = 0; start < from.length; start += PART) {
    from.subarray(start, start + PART).sort(compare);
    yield;
  }
  let to = new Uint32Array(from.length);
  for (let size = PART; size < from.length; size *= 2) {
    for (let start = 0; start < from.length; start += size * 2) {
      const middle = Math.min(start + size, from.length);
      const end = Math.min(start + size * 2, from.length);
      let [left, right] = [start, middle];
      for (let at = start; at < end; at++) {
        to[at] = right >= end || (left < middle && compare(from[left], from[right]) < 0) ? from[left++] : from[right++];
        if (at % STRIDE === STRIDE - 1) {
          yield;
        }
      }
    }
    [from, to] = [to, from];
  }
  for (let at = 0; at < from.length; at++) {
    to[at] = rows[from[at]];
  }
  return to;
}

/** Numbers in the order of the texts, alike ignoring case as people sort names. */
export function ranksOf(length: number, text: (index: number) => string): Uint32Array {
  const collator = new Intl.Collator('en', { numeric: true });
  const texts = Array.from({ length }, (_, index) => text(index));
  const order = [...texts.keys()].sort((a, b) => collator.compare(texts[a], texts[b]));
  const ranks = new Uint32Array(length);
  order.forEach((index, rank) => (ranks[index] = rank));
  return ranks;
}

/** The rows that a bit says, or all `count` of them. */
export function rowsOfBits(count: number, bits: Uint32Array | undefined): Uint32Array {
  if (!bits) {
    return Uint32Array.from({ length: count }, (_, row) => row);
  }
  const rows = new Uint32Array(count);
  let found = 0;
  for (let row = 0; row < count; row++) {
    if ((bits[row >> 5] & (1 << (row & 31))) !== 0) {
      rows[found++] = row;
    }
  }
  return rows.slice(0, found);
}
