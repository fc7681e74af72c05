import { fisherExact, mannWhitney } from './tests-of-difference.ts';

/** Of B as seen from A. */
export type PathState = 'added' | 'removed' | 'slower' | 'faster' | 'same';

/**
 * How two sets are compared. `test`: both have traces enough for a test. `place`: one side is a single trace, which is placed within
 * the other one's traces. `difference`: there is nothing to measure the difference by but itself.
 */
export type ComparisonKind = 'test' | 'place' | 'difference';

/** The normal approximation of the U test holds from here on; below, no difference of times can be sure after correction either. */
const LEAST_TESTED = 5;
/** Of fewer traces the 95th percentile is the slowest one, which says nothing of what is unusual. */
const LEAST_PLACED = 20;
/** The usual level: of what is called different, 5 % may be so by chance. */
export const LEVEL = 0.05;
/** Less is within what the same code does from one hour to the next. */
const LEAST_SHARE = 0.1;
/** Less is not noticed by who waits, and is what a scheduler or a clock adds. */
const LEAST_NS = 1_000_000;

export function kindOf(tracesA: number, tracesB: number): ComparisonKind {
  const [fewer, more] = [Math.min(tracesA, tracesB), Math.max(tracesA, tracesB)];
  return fewer >= LEAST_TESTED ? 'test' : fewer === 1 && more >= LEAST_TESTED ? 'place' : 'difference';
}

/** Whether two times differ by as much as is worth a word. The same with sides swapped: the share is of the smaller one. */
export function differs(a: number, b: number): boolean {
  const by = Math.abs(b - a);
  return by > LEAST_NS && by > Math.min(a, b) * LEAST_SHARE;
}

export const directionOf = (delta: number): PathState => (delta > 0 ? 'slower' : delta < 0 ? 'faster' : 'same');

/** The p-value of a difference of times, both ascending; undefined where there are too few for a test. */
export function testTimes(a: Float64Array, b: Float64Array): number | undefined {
  return Math.min(a.length, b.length) < LEAST_TESTED ? undefined : mannWhitney(a, b);
}

/** What only one call in ten meets, a lock or a retry, moves no median. */
const TAIL = 0.1;

/**
 * Whether one of two samples, both ascending, has more of the tenth that is longest in both together: by Fisher's exact test. Undefined
 * where there are too few for a test.
 */
export function testTails(
  a: Float64Array,
  b: Float64Array
): { readonly p: number; readonly delta: number } | undefined {
  if (Math.min(a.length, b.length) < LEAST_TESTED) {
    return undefined;
  }
  const both = new Float64Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  const longest = quantile(both.sort(), 1 - TAIL);
  const above = (values: Float64Array) => values.length - countUpTo(values, longest);
  const [ofA, ofB] = [above(a), above(b)];
  return { p: fisherExact(ofA, a.length, ofB, b.length), delta: ofB / b.length - ofA / a.length };
}

function countUpTo(ascending: Float64Array, value: number): number {
  let [from, to] = [0, ascending.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    [from, to] = ascending[middle] <= value ? [middle + 1, to] : [from, middle];
  }
  return from;
}

/** The shortest value that a share of all do not exceed; 0 of none. `ascending` as it says. */
export function quantile(ascending: Float64Array, share: number): number {
  return ascending.length === 0 ? 0 : ascending[Math.max(0, Math.ceil(ascending.length * share) - 1)];
}

/** Of an even number the mean of the two in the middle; 0 of none. */
export function median(ascending: Float64Array): number {
  const middle = ascending.length >>> 1;
  return ascending.length === 0
    ? 0
    : ascending.length % 2 === 1
      ? ascending[middle]
      : (ascending[middle - 1] + ascending[middle]) / 2;
}

export interface Place {
  /** Share of the values that the one exceeds, those equal to it counted half: 0 to 1. */
  readonly percentile: number;
  /** As it is named for the single one against the others: never added or removed. */
  readonly state: PathState;
  /** 1 less the share of values at least as far out on either side; undefined where there are too few. */
  readonly sure: number | undefined;
}

/** Where one value stands among others, which ascend. */
export function placeAmong(others: Float64Array, value: number): Place {
  let below = 0;
  let equal = 0;
  for (const other of others) {
    below += other < value ? 1 : 0;
    equal += other === value ? 1 : 0;
  }
  const size = others.length;
  const above = size - below - equal;
  const isOut = value > quantile(others, 1 - LEVEL) || value < quantile(others, LEVEL);
  const middle = median(others);
  // With the value itself among those that are as far out, as in any test by permutation.
  const tail = (Math.min(above, below) + equal + 1) / (size + 1);
  return {
    percentile: size === 0 ? 0.5 : (below + equal / 2) / size,
    state: isOut && differs(middle, value) ? directionOf(value - middle) : 'same',
    sure: size < LEAST_PLACED ? undefined : Math.max(0, 1 - 2 * tail),
  };
}

/** A step is unusual where fewer traces than this have it, or lack it. */
export const isRare = (traces: number, of: number): boolean => traces < of * LEVEL;

export const isEnoughToPlace = (traces: number): boolean => traces >= LEAST_PLACED;

export interface Verdict {
  readonly state: PathState;
  readonly sure: number | undefined;
  readonly sureOfErrors?: number | undefined;
  readonly percentile?: number | undefined;
}

/** Of B as seen from A, where it was judged the other way round. */
export const SWAPPED: Readonly<Record<PathState, PathState>> = {
  added: 'removed',
  removed: 'added',
  slower: 'faster',
  faster: 'slower',
  same: 'same',
};

/** Traces of A and of B. */
export type Sizes = readonly [a: number, b: number];

/** 0 of none. */
export const meanOf = (sum: number, of: number): number => (of === 0 ? 0 : sum / of);

/** To whole nanoseconds, the same but for the sign with sides swapped. */
export const rounded = (ns: number): number => Math.sign(ns) * Math.round(Math.abs(ns)) + 0;
