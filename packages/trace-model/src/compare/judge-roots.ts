import type { PathSet } from './path-set.ts';
import { fisherExact } from './tests-of-difference.ts';
import {
  differs,
  directionOf,
  kindOf,
  LEVEL,
  meanOf,
  median,
  placeAmong,
  rounded,
  SWAPPED,
  testTails,
  testTimes,
  type Verdict,
} from './verdict.ts';

/** How the durations of the roots differ. */
export function judgeRoots(a: PathSet, b: PathSet): Verdict & { readonly deltaNs: number } {
  const [ofA, ofB] = [a.durations().sort(), b.durations().sort()];
  const [meanA, meanB] = [meanDuration(a), meanDuration(b)];
  const deltaNs = rounded(meanB - meanA);
  const none: Verdict = { state: 'same', sure: undefined };
  if (ofA.length === 0 || ofB.length === 0) {
    return { ...none, deltaNs: 0 };
  }
  switch (kindOf(ofA.length, ofB.length)) {
    case 'difference':
      return { state: differs(meanA, meanB) ? directionOf(deltaNs) : 'same', sure: undefined, deltaNs };
    case 'place': {
      const isSwapped = ofB.length !== 1;
      const place = isSwapped ? placeAmong(ofB, ofA[0]) : placeAmong(ofA, ofB[0]);
      // A mean beyond the single trace comes of a few that took far longer: then there is nothing to explain.
      const state = isSwapped ? SWAPPED[place.state] : place.state;
      return { ...place, state: state === directionOf(deltaNs) ? state : 'same', deltaNs };
    }
    case 'test': {
      const shift = testTimes(ofA, ofB) ?? 1;
      const tail = testTails(ofA, ofB) ?? { p: 1, delta: 0 };
      // Two tests were made of one question.
      const p = Math.min(1, 2 * Math.min(shift, tail.p));
      const middles = [median(ofA), median(ofB)] as const;
      const seen = tail.p < shift ? tail.delta : differs(...middles) ? middles[1] - middles[0] : deltaNs;
      const isDifferent = p < LEVEL && differs(meanA, meanB) && directionOf(seen) === directionOf(deltaNs);
      return {
        state: isDifferent ? directionOf(deltaNs) : 'same',
        sure: 1 - p,
        sureOfErrors: 1 - fisherExact(a.failedTraces, a.traces, b.failedTraces, b.traces),
        deltaNs,
      };
    }
  }
}

/** Of the first roots. */
export function meanDuration(set: PathSet): number {
  return meanOf(
    set.durations().reduce((sum, ns) => sum + ns, 0),
    set.traces
  );
}
