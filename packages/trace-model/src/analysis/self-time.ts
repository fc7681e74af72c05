import type { Steps } from '../tree/steps.ts';
import { eachGap } from './gaps.ts';
import type { AnalysisInput } from './input.ts';

/** By node, nanoseconds. Zero for missing parents. */
export interface SelfTime {
  /** The duration without the time in which a child was under way: duration = selfNs + coveredNs. Never negative. */
  readonly selfNs: Float64Array;
  /** The union of the children's time within the span; what goes on after its end counts as far as it overlaps. */
  readonly coveredNs: Float64Array;
  /** The longest stretch that no child covers, the first one of several: the whole span if it has no children. Equal where none. */
  readonly gapStarts: Float64Array;
  readonly gapEnds: Float64Array;
}

export function* selfTime({ tree }: Pick<AnalysisInput, 'tree'>): Steps<SelfTime> {
  const { nodes, rows, starts, ends } = tree;
  const selfNs = new Float64Array(nodes);
  const coveredNs = new Float64Array(nodes);
  yield;
  const gapStarts = starts.slice();
  yield;
  const gapEnds = starts.slice();
  yield;
  yield* eachGap(tree, (node, start, end) => {
    selfNs[node] += end - start;
    if (end - start > gapEnds[node] - gapStarts[node]) {
      gapStarts[node] = start;
      gapEnds[node] = end;
    }
  });
  for (let node = 0; node < rows; node++) {
    coveredNs[node] = ends[node] - starts[node] - selfNs[node];
  }
  return { selfNs, coveredNs, gapStarts, gapEnds };
}
