import { STRIDE, type Steps } from '../tree/steps.ts';
import type { PathValues } from './path-values.ts';
import { falseDiscoveryRates, fisherExact } from './tests-of-difference.ts';
import {
  differs,
  directionOf,
  isEnoughToPlace,
  isRare,
  LEVEL,
  meanOf,
  median,
  placeAmong,
  SWAPPED,
  testTails,
  testTimes,
  type ComparisonKind,
  type PathState,
  type Sizes,
  type Verdict,
} from './verdict.ts';

/** What two sides have on one path. */
export interface Pair {
  readonly path: number;
  readonly a: PathValues;
  readonly b: PathValues;
}

/** How paths differ, one verdict each. */
export function* judgePaths(kind: ComparisonKind, pairs: readonly Pair[], sizes: Sizes): Steps<Verdict[]> {
  if (kind === 'test') {
    return yield* tested(pairs, sizes);
  }
  const judge = kind === 'place' ? placed : told;
  const verdicts: Verdict[] = [];
  for (const pair of pairs) {
    verdicts.push(judge(pair, sizes));
    if (verdicts.length % PATHS_AT_ONCE === 0) {
      yield;
    }
  }
  return verdicts;
}

const PATHS_AT_ONCE = 256;

/** Where the p-values of a path's tests are, -1 for tests that were none; and how much larger B's share of the longest times is. */
interface PathTests {
  readonly time: number;
  readonly tail: number;
  readonly more: number;
  readonly presence: number;
  readonly errors: number;
}

/** All tests at once, because their number counts. */
function* tested(pairs: readonly Pair[], [sizeA, sizeB]: Sizes): Steps<Verdict[]> {
  const pValues: number[] = [];
  const add = (p: number | undefined): number => (p === undefined ? -1 : pValues.push(p) - 1);
  const tests: PathTests[] = [];
  let work = 0;
  for (const { a, b } of pairs) {
    // Where all traces or none are what is asked for, there is nothing that could differ: that is no test.
    const isAsked = a.traces + b.traces < sizeA + sizeB;
    const failed = a.failedTraces + b.failedTraces;
    const tails = testTails(a.selfs, b.selfs);
    tests.push({
      time: add(testTimes(a.selfs, b.selfs)),
      tail: add(tails?.p),
      more: tails?.delta ?? 0,
      presence: add(isAsked ? fisherExact(a.traces, sizeA, b.traces, sizeB) : undefined),
      errors: add(
        failed > 0 && failed < a.traces + b.traces && a.traces > 0 && b.traces > 0
          ? fisherExact(a.failedTraces, a.traces, b.failedTraces, b.traces)
          : undefined
      ),
    });
    work += 16 + a.traces + b.traces;
    if (work >= STRIDE / 8) {
      work = 0;
      yield;
    }
  }
  const rates = falseDiscoveryRates(Float64Array.from(pValues));
  yield;
  return pairs.map(({ a, b }, at) => {
    const { time, tail, more, presence, errors } = tests[at];
    const rateOf = (test: number) => (test === -1 ? 1 : rates[test]);
    const isTimeSure = rateOf(time) < LEVEL && differs(median(a.selfs), median(b.selfs));
    const isPresenceSure = rateOf(presence) < LEVEL;
    // Over the traces that have the path, and over all.
    const [meanA, meanB] = [meanOf(a.selfNs, a.traces), meanOf(b.selfNs, b.traces)];
    const [overallA, overallB] = [a.selfNs / sizeA, b.selfNs / sizeB];
    const isTailSure = rateOf(tail) < LEVEL && differs(meanA, meanB) && more > 0 === meanB > meanA;
    const state = isTimeSure
      ? directionOf(median(b.selfs) - median(a.selfs))
      : isTailSure
        ? directionOf(meanB - meanA)
        : isPresenceSure
          ? presenceState(a.traces, b.traces, overallA, overallB)
          : 'same';
    const deciding = isTimeSure ? [time] : isTailSure ? [tail] : [time, tail, presence];
    return {
      state,
      sure: 1 - Math.min(...deciding.map(rateOf)),
      sureOfErrors: errors === -1 ? undefined : 1 - rates[errors],
    };
  });
}

function presenceState(tracesA: number, tracesB: number, meanA: number, meanB: number): PathState {
  if (tracesA === 0 || tracesB === 0) {
    return tracesA === 0 ? 'added' : 'removed';
  }
  return differs(meanA, meanB) ? directionOf(meanB - meanA) : 'same';
}

/** One side is a single trace. */
function placed({ a, b }: Pair, [sizeA, sizeB]: Sizes): Verdict {
  const isSwapped = sizeB !== 1;
  const [many, size, one] = isSwapped ? [b, sizeB, a] : [a, sizeA, b];
  const seen = (state: PathState): PathState => (isSwapped ? SWAPPED[state] : state);
  const alike = one.traces === 0 ? size - many.traces : many.traces;
  const sure = isEnoughToPlace(size) ? 1 - (alike + 1) / (size + 1) : undefined;
  if (one.traces === 0) {
    return isRare(size - many.traces, size) ? { state: seen('removed'), sure } : { state: 'same', sure };
  }
  if (isRare(many.traces, size)) {
    return { state: seen('added'), sure };
  }
  const place = placeAmong(many.selfs, one.selfs[0]);
  return { ...place, state: seen(place.state) };
}

/** Nothing but the difference itself. */
function told({ a, b }: Pair): Verdict {
  const [selfA, selfB] = [median(a.selfs), median(b.selfs)];
  const state =
    a.traces === 0 ? 'added' : b.traces === 0 ? 'removed' : differs(selfA, selfB) ? directionOf(selfB - selfA) : 'same';
  return { state, sure: undefined };
}
