import { errorShare, type RedRow } from './red';

export type ChangeKind = 'p95' | 'errors' | 'rate';

export interface Change {
  readonly kind: ChangeKind;
  /** How much it counts, from 0. */
  readonly score: number;
  /** A factor for p95 and rate (`Infinity`: there was nothing before), a difference of shares for errors. */
  readonly by: number;
}

/** So many doublings are as much as there is: what is new would else be infinitely more. */
const MOST = 4;
/** A difference of the error share that weighs as much as twice the latency. */
const ERROR_POINT = 0.05;
/** Traffic comes and goes by the hour: twice the rate weighs as much as 1.4 times the latency. */
const RATE_WEIGHT = 0.5;
/** Requests with which a change weighs half. */
const HALF_SURE = 30;

export const SCORE_EXPLAINED =
  'The largest of three changes against the period before: of p95 (each doubling or halving is 1), of the share of errors (5 points are 1) ' +
  'and of the rate (each doubling or halving is ½), 4 at most. It is weighted with n / (n + 30) for n requests, so that a handful of requests does not top the list.';

/**
 * What changed of a service or an operation, the most telling first; undefined while what it takes is not known.
 *
 * p95 and errors compare two sets of requests, so that the smaller one says how sure they are; a rate is as sure as the larger one.
 */
export function changesOf({ now, before }: RedRow): Change[] | undefined {
  if (now.requests === undefined || before.requests === undefined) {
    return undefined;
  }
  const fewer = Math.min(now.requests, before.requests);
  const more = Math.max(now.requests, before.requests);
  const changes: Change[] = [];
  if (more > 0) {
    const by = now.requests / before.requests;
    changes.push({ kind: 'rate', by, score: doublings(by) * RATE_WEIGHT * evidence(more) });
  }
  if (now.p95 !== undefined && before.p95 !== undefined && before.p95 > 0) {
    const by = now.p95 / before.p95;
    changes.push({ kind: 'p95', by, score: doublings(by) * evidence(fewer) });
  }
  const [share, shareBefore] = [errorShare(now), errorShare(before)];
  if (share !== undefined && shareBefore !== undefined) {
    const by = share - shareBefore;
    changes.push({ kind: 'errors', by, score: Math.min(MOST, Math.abs(by) / ERROR_POINT) * evidence(fewer) });
  }
  return changes.sort((a, b) => b.score - a.score);
}

/** 0 while nothing is known. */
export const changeScore = (row: RedRow): number => changesOf(row)?.[0]?.score ?? 0;

const doublings = (factor: number): number => Math.min(MOST, Math.abs(Math.log2(factor)));
const evidence = (requests: number): number => requests / (requests + HALF_SURE);
