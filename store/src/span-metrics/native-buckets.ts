/** Buckets per doubling as a power of two: a bound is 2^(1/8), 9 %, above the one before. */
export const FIRST_SCHEMA = 3;
/** The widest range of buckets that a histogram may span, the empty ones within it too. */
export const MAX_BUCKETS = 160;
/** Values up to this are in the bucket of zero: that of Prometheus' own clients (client_golang, DefNativeHistogramZeroThreshold). */
export const ZERO_THRESHOLD = 2 ** -128;

const FIRST_ROOM = 16;
const NONE = new Float64Array(0);

/**
 * A native histogram's positive buckets at one moment. Bucket `index` holds values above `base^(index - 1)` up to
 * `base^index`, with base = 2^(2^-schema): https://prometheus.io/docs/specs/native_histograms/.
 */
export interface NativeBuckets {
  readonly schema: number;
  /** Index of the first of `counts`. */
  readonly offset: number;
  /** Sums of weights; neither the first nor the last is 0. */
  readonly counts: Float64Array;
  readonly zeroCount: number;
  /** The sum of all counts, in the order in which a reader adds them up: a reader refuses less than that. */
  readonly total: number;
}

/**
 * Exponential histograms by slot. Each keeps one window of neighbouring buckets, which grows to either side as values come;
 * when it would become wider than MAX_BUCKETS, neighbours are merged in pairs and the schema is one less.
 */
export class NativeHistograms {
  readonly #windows: Window[] = [];

  /** Kept short, so that it is inlined. */
  observe(slot: number, value: number, weight: number): void {
    const fine = fineIndexOf(value);
    if (slot < this.#windows.length) {
      const { counts, first, merges } = this.#windows[slot];
      const at = merged(fine, merges) - first;
      if (at >= 0 && at < counts.length) {
        counts[at] += weight;
        return;
      }
    }
    this.#observeOutside(slot, fine, value, weight);
  }

  at(slot: number): NativeBuckets {
    const { counts: room, first, merges, zeroCount } = this.#windows[slot] ?? emptyWindow();
    const { start, end } = usedOf(room);
    const counts = room.subarray(start, end);
    let total = 0;
    for (const count of counts) {
      total += count;
    }
    return {
      schema: FIRST_SCHEMA - merges,
      offset: counts.length === 0 ? 0 : first + start,
      counts,
      zeroCount,
      total: total + zeroCount,
    };
  }

  clear(slot: number): void {
    if (slot < this.#windows.length) {
      this.#windows[slot] = emptyWindow();
    }
  }

  #observeOutside(slot: number, fine: number, value: number, weight: number): void {
    while (slot >= this.#windows.length) {
      this.#windows.push(emptyWindow());
    }
    const window = this.#windows[slot];
    if (!(value > ZERO_THRESHOLD)) {
      window.zeroCount += weight;
      return;
    }
    makeRoom(window, fine);
    window.counts[merged(fine, window.merges) - window.first] += weight;
  }
}

/** A slot's buckets. */
interface Window {
  /** Room for buckets; those in use need not begin at index 0 of it. */
  counts: Float64Array;
  /** Index of the bucket that is first in the room, at the window's schema. */
  first: number;
  /** How often neighbours were merged: what the window's schema is below the first. */
  merges: number;
  zeroCount: number;
}

const emptyWindow = (): Window => ({ counts: NONE, first: 0, merges: 0, zeroCount: 0 });

/** Moves, widens or merges buckets so that the value with this index at the first schema has one. */
function makeRoom(window: Window, fine: number): void {
  const { start, end } = usedOf(window.counts);
  const before = window.counts.subarray(start, end);
  const beforeFirst = window.first + start;
  const beforeMerges = window.merges;
  const rangeAt = (merges: number): [low: number, high: number] => {
    const index = merged(fine, merges);
    const low = merged(beforeFirst, merges - beforeMerges);
    const high = merged(beforeFirst + before.length - 1, merges - beforeMerges);
    return before.length === 0 ? [index, index] : [Math.min(index, low), Math.max(index, high)];
  };
  let merges = beforeMerges;
  let [low, high] = rangeAt(merges);
  while (high - low >= MAX_BUCKETS) {
    merges++;
    [low, high] = rangeAt(merges);
  }
  const used = high - low + 1;
  const room = Math.min(MAX_BUCKETS, Math.max(FIRST_ROOM, used + (used >> 1)));
  // What is to come lies on either side.
  const first = low - ((room - used) >> 1);
  const counts = new Float64Array(room);
  for (let at = 0; at < before.length; at++) {
    counts[merged(beforeFirst + at, merges - beforeMerges) - first] += before[at];
  }
  window.counts = counts;
  window.first = first;
  window.merges = merges;
}

/** A double by its bits. Which half of `words` is the upper one differs by machine. */
const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
double[0] = 1;
const UPPER = words[0] === 0 ? 1 : 0;
const ONE_EXPONENT = 1023;
const STEPS = 2 ** FIRST_SCHEMA;
/** 2^(step / 8), the bounds from 1 to 2, and the bits of their mantissas; those of 2 are above all others. */
const BOUNDS = Array.from({ length: STEPS + 1 }, (_, step) => 2 ** (step / STEPS));
const UPPER_BITS = Int32Array.from(BOUNDS, (bound) => (bound === 2 ? 0x10_0000 : bitsOf(bound).upper & 0xf_ffff));
const LOWER_BITS = Float64Array.from(BOUNDS, (bound) => bitsOf(bound).lower);
/** By the first four bits of a mantissa: the first bound that is not below the smallest number that begins with them. */
const FIRST_BOUNDS = Uint8Array.from({ length: 16 }, (_, bits) => BOUNDS.findIndex((bound) => bound >= 1 + bits / 16));

function bitsOf(value: number): { upper: number; lower: number } {
  double[0] = value;
  return { upper: words[UPPER], lower: words[1 - UPPER] };
}

/**
 * The bucket of a normal number at the first schema: log2(value) in eighths, rounded up. From the bits of the number, in a
 * fraction of the time that Math.log2 takes, and exact at powers of two.
 */
function fineIndexOf(value: number): number {
  double[0] = value;
  const upper = words[UPPER];
  const mantissa = upper & 0xf_ffff;
  const step = FIRST_BOUNDS[mantissa >>> 16];
  const bound = UPPER_BITS[step];
  // Bounds are further apart than sixteenths, so there is no second one before the number.
  const isAbove = mantissa > bound || (mantissa === bound && words[1 - UPPER] > LOWER_BITS[step]);
  return ((upper >>> 20) - ONE_EXPONENT) * STEPS + step + (isAbove ? 1 : 0);
}

/** The bucket that takes in bucket `index` when neighbours have been merged so many times: index / 2^merges, rounded up. */
const merged = (index: number, merges: number): number => (index + (1 << merges) - 1) >> merges;

/** From the first to the last bucket that is not empty. */
function usedOf(counts: Float64Array): { start: number; end: number } {
  let start = 0;
  let end = counts.length;
  while (end > 0 && counts[end - 1] === 0) {
    end--;
  }
  while (start < end && counts[start] === 0) {
    start++;
  }
  return { start, end };
}
