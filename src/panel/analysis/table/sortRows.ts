import { type Steps } from '@clew/trace-model';

/** True orders: negative where `a` stands before `b`, never zero. */
type Compare = (a: number, b: number) => number;

interface Pace {
  /** Items that are sorted in one go; what is longer is merged from such parts. */
  readonly part: number;
  /** Merged items between two looks at the clock. */
  readonly stride: number;
}

const NUMBERS: Pace = { part: 1 << 13, stride: 1 << 15 };
/** Texts take some hundred times as long to compare. */
const TEXTS: Pace = { part: 1 << 9, stride: 1 << 11 };
/** Elements of a plain pass between two looks at the clock. */
const PASS = 1 << 14;

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
  const places = yield* sortPlaces(rows.length, NUMBERS, (a, b) => (keys[rows[a]] - keys[rows[b]]) * sign || a - b);
  for (let at = 0; at < places.length; at++) {
    places[at] = rows[places[at]];
    if (at % PASS === PASS - 1) {
      yield;
    }
  }
  return places;
}

/** By index, the place of its text among all: alike ignoring case, as people sort names. In steps. */
export function* ranksOf(length: number, text: (index: number) => string): Steps<Uint32Array> {
  const collator = new Intl.Collator('en', { numeric: true });
  const texts: string[] = [];
  for (let index = 0; index < length; index++) {
    texts.push(text(index));
    if (index % PASS === PASS - 1) {
      yield;
    }
  }
  const order = yield* sortPlaces(length, TEXTS, (a, b) => collator.compare(texts[a], texts[b]) || a - b);
  const ranks = new Uint32Array(length);
  for (let rank = 0; rank < length; rank++) {
    ranks[order[rank]] = rank;
    if (rank % PASS === PASS - 1) {
      yield;
    }
  }
  return ranks;
}

/** 0 … count - 1 in order. */
function* sortPlaces(count: number, { part, stride }: Pace, compare: Compare): Steps<Uint32Array> {
  let from = new Uint32Array(count);
  for (let at = 0; at < count; at++) {
    from[at] = at;
  }
  yield;
  for (let start = 0; start < count; start += part) {
    from.subarray(start, start + part).sort(compare);
    yield;
  }
  let to = new Uint32Array(count);
  for (let size = part; size < count; size *= 2) {
    for (let start = 0; start < count; start += size * 2) {
      const middle = Math.min(start + size, count);
      const end = Math.min(start + size * 2, count);
      let [left, right] = [start, middle];
      for (let at = start; at < end; at++) {
        to[at] = right >= end || (left < middle && compare(from[left], from[right]) < 0) ? from[left++] : from[right++];
        if (at % stride === stride - 1) {
          yield;
        }
      }
    }
    [from, to] = [to, from];
  }
  return from;
}

/** The rows that a bit says, or all `count` of them. */
export function rowsOfBits(count: number, bits: Uint32Array | undefined): Uint32Array {
  const rows = new Uint32Array(count);
  let found = 0;
  for (let row = 0; row < count; row++) {
    if (!bits || (bits[row >> 5] & (1 << (row & 31))) !== 0) {
      rows[found++] = row;
    }
  }
  return found === count ? rows : rows.slice(0, found);
}
