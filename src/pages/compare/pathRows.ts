import { type ComparedPathJson } from '../../shared/storeAnalysisTypes';

/** Paths with a difference, and all above them, so that a tree stays a tree. Depth-first, as they came. */
export function differingPaths(paths: readonly ComparedPathJson[]): ComparedPathJson[] {
  const kept: ComparedPathJson[] = [];
  // From behind, so that it is known of each path whether something below it is kept.
  let wantedDepth = -1;
  for (let at = paths.length - 1; at >= 0; at--) {
    const path = paths[at];
    if (path.state !== 'same' || path.depth === wantedDepth) {
      kept.push(path);
      wantedDepth = path.depth - 1;
    } else if (path.depth < wantedDepth) {
      wantedDepth = -1;
    }
  }
  return kept.reverse();
}
