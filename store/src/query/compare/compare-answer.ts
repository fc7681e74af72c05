import {
  summarizeComparison,
  type Cause,
  type ComparedPath,
  type Comparison,
  type PathSide,
  type PathState,
  type SideTotals,
  type Step,
  type SummaryNames,
} from '@clew/trace-model';

import type { AttributeDifference } from './attribute-differences.ts';

/** Paths in an answer; of more those with the largest differences. */
const MOST_PATHS_TOLD = 2000;

/** What a side is, as JSON has it. */
export type SideName =
  | { readonly kind: 'trace'; readonly traceId: string }
  | { readonly kind: 'query'; readonly q: string }
  | { readonly kind: 'usual' };

/** Which traces are the usual ones. Unix seconds. */
export interface UsualAnswer {
  readonly traces: number;
  readonly from: number;
  readonly to: number;
}

export type SideAnswer = SideName &
  SideTotals & {
    /** Traces that were found and left out for their size. */
    readonly skippedTraces: number;
  };

export interface PathAnswer extends Step {
  readonly depth: number;
  readonly state: PathState;
  readonly a: PathSide;
  readonly b: PathSide;
  readonly deltaNs: number;
  readonly deltaSelfNs: number;
  readonly deltaOnPathNs: number;
  readonly sure?: number | undefined;
  readonly sureOfErrors?: number | undefined;
  readonly percentile?: number | undefined;
}

/** docs/api.md */
export interface CompareAnswer {
  readonly a: SideAnswer;
  readonly b: SideAnswer;
  readonly usual?: UsualAnswer | undefined;
  readonly kind: Comparison['kind'];
  readonly summary: string;
  readonly state: PathState;
  readonly deltaNs: number;
  readonly sure?: number | undefined;
  readonly sureOfErrors?: number | undefined;
  readonly percentile?: number | undefined;
  readonly causes: readonly Cause[];
  readonly paths: readonly PathAnswer[];
  readonly attributes?: readonly AttributeDifference[] | undefined;
  /** Whether there are paths that are not in the answer. */
  readonly truncated: boolean;
}

export interface AnswerParts {
  readonly a: SideName;
  readonly b: SideName;
  readonly comparison: Comparison;
  readonly skipped: { readonly a: number; readonly b: number };
  /** Why a side has no traces. */
  readonly emptiness: string | undefined;
  readonly usual: UsualAnswer | undefined;
  readonly attributes: readonly AttributeDifference[] | undefined;
}

export function compareAnswer({ a, b, comparison, skipped, emptiness, usual, attributes }: AnswerParts): CompareAnswer {
  const { kind, state, deltaNs, sure, sureOfErrors, percentile } = comparison;
  const kept = keptPaths(comparison);
  // Where an index went, for causes.
  const places = new Map(kept.map((at, place) => [at, place]));
  const isCut = kept.length < comparison.paths.length;
  const side = (name: SideName, totals: SideTotals, skippedTraces: number): SideAnswer => ({
    ...name,
    ...totals,
    skippedTraces,
  });
  return {
    a: side(a, comparison.a, skipped.a),
    b: side(b, comparison.b, skipped.b),
    usual,
    kind,
    summary: emptiness ?? summarizeComparison(comparison, namesOf(a, b)),
    ...{ state, deltaNs, sure, sureOfErrors, percentile },
    causes: comparison.causes.map((cause) => ({ ...cause, at: places.get(cause.at) ?? -1 })),
    paths: kept.map((at) => pathAnswer(comparison.paths[at])),
    attributes,
    truncated: isCut || comparison.a.leftOutSpans + comparison.b.leftOutSpans > 0,
  };
}

function namesOf(a: SideName, b: SideName): SummaryNames {
  if (a.kind === 'usual') {
    return { than: 'usual', there: 'usually' };
  }
  const isAlike = a.kind === b.kind;
  const there =
    a.kind === 'trace'
      ? `in the ${isAlike ? 'first ' : ''}trace`
      : `in the traces of the ${isAlike ? 'first ' : ''}query`;
  return { than: there, there };
}

const pathAnswer = ({ subtreeSize: _, harmNs: __, ...path }: ComparedPath): PathAnswer => path;

/** Indexes of paths, ascending. A parent has at least its child's harm, so that it is kept where a child is. */
function keptPaths({ paths, causes }: Comparison): number[] {
  const all = Array.from(paths.keys());
  if (paths.length <= MOST_PATHS_TOLD) {
    return all;
  }
  const named = new Set<number>();
  for (const { at } of causes) {
    for (let before = at, depth = paths[at].depth; before >= 0; before--) {
      if (paths[before].depth === depth) {
        named.add(before);
        depth -= 1;
      }
    }
  }
  const harm = (at: number) => (named.has(at) ? Infinity : paths[at].harmNs);
  return all
    .sort((one, other) => (harm(one) === harm(other) ? one - other : harm(other) - harm(one)))
    .slice(0, MOST_PATHS_TOLD)
    .sort((one, other) => one - other);
}
