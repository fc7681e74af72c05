import type { Steps } from '../tree/steps.ts';
import type { Cause, ComparedPath } from './compared-path.ts';
import type { Step } from './path-index.ts';
import type { PathEntries, PathSet } from './path-set.ts';
import { onPathOfAll } from './path-values.ts';
import { falseDiscoveryRates } from './tests-of-difference.ts';
import { LEVEL, placeAmong, testTails, testTimes, type ComparisonKind } from './verdict.ts';

export interface ComparedSets {
  readonly kind: ComparisonKind;
  readonly a: PathSet;
  readonly b: PathSet;
  readonly entriesA: PathEntries;
  readonly entriesB: PathEntries;
  /** In the order of the compared paths: their numbers in the index. */
  readonly numbers: readonly number[];
}

/** A list that is longer is no answer to "why". */
const MOST_CAUSES = 10;
/** A part that is smaller explains nothing. */
const LEAST_SHARE = 0.05;
/** Once so much is explained, the rest is not worth reading. */
const ENOUGH = 0.9;
/** Steps of a cause's path that are told, the last ones of more. */
const MOST_STEPS = 200;

/**
 * The paths that explain why the roots took `deltaNs` longer (or, negative, less long). A root's duration is the sum of what all paths
 * have of its critical path, and so the difference of two means is the sum of the paths' differences: a parent that only waited longer
 * for a child has none. In sets, what is not sure is no cause.
 */
export function* causesOf(sets: ComparedSets, paths: readonly ComparedPath[], deltaNs: number): Steps<Cause[]> {
  const shareOf = (at: number) => paths[at].deltaOnPathNs / deltaNs;
  const candidates = Array.from(paths.keys())
    .filter((at) => shareOf(at) >= LEAST_SHARE)
    .sort((one, other) => shareOf(other) - shareOf(one) || one - other);
  const sure = yield* sureness(sets, candidates);
  const causes: Cause[] = [];
  let explained = 0;
  for (const [rank, at] of candidates.entries()) {
    if (causes.length === MOST_CAUSES || explained >= ENOUGH) {
      break;
    }
    if (sets.kind === 'test' && (sure[rank] ?? 0) <= 1 - LEVEL) {
      continue;
    }
    const { service, name, state, deltaOnPathNs } = paths[at];
    explained += shareOf(at);
    causes.push({
      ...{ at, path: wayTo(paths, at), service, name, state },
      deltaNs: deltaOnPathNs,
      shareOfDelta: shareOf(at),
      sure: sure[rank],
    });
  }
  return causes;
}

/**
 * That the time on the critical path differs: of sets by test, of one trace among others by its place. The candidates were chosen among
 * all paths, so all count as tested.
 */
function* sureness(
  { kind, a, b, entriesA, entriesB, numbers }: ComparedSets,
  candidates: readonly number[]
): Steps<Array<number | undefined>> {
  if (kind === 'difference') {
    return candidates.map(() => undefined);
  }
  const pValues = new Float64Array(candidates.length);
  const placed: Array<number | undefined> = [];
  for (const [rank, at] of candidates.entries()) {
    const [ofA, ofB] = [onPathOfAll(a, entriesA, numbers[at]), onPathOfAll(b, entriesB, numbers[at])];
    if (kind === 'place') {
      placed.push((ofB.length === 1 ? placeAmong(ofA, ofB[0]) : placeAmong(ofB, ofA[0])).sure);
    } else {
      const [shift, tail] = [testTimes(ofA, ofB) ?? 1, testTails(ofA, ofB)?.p ?? 1];
      pValues[rank] = Math.min(1, 2 * Math.min(shift, tail));
    }
    yield;
  }
  return kind === 'place' ? placed : Array.from(falseDiscoveryRates(pValues, numbers.length), (rate) => 1 - rate);
}

/** The steps from the root to a path, of which those before it hold the parents. */
function wayTo(paths: readonly ComparedPath[], at: number): Step[] {
  const way: Step[] = [];
  for (let before = at, depth = paths[at].depth; before >= 0 && way.length < MOST_STEPS; before--) {
    if (paths[before].depth === depth) {
      way.unshift({ service: paths[before].service, name: paths[before].name });
      depth -= 1;
    }
  }
  return way;
}
