import { buildTree } from '@clew/trace-model';
import { type TraceSkeleton } from './traceFeed';
import { type TraceTable } from './traceTable';

export interface TreeOptions {
  /** Spans whose clock cannot have been right are moved to where their parent allows it. */
  readonly correctSkew: boolean;
}

/** In steps of some milliseconds. */
export function* buildTable(skeleton: TraceSkeleton, options: TreeOptions): Generator<void, TraceTable> {
  const tree = yield* buildTree(skeleton.columns, options);
  return { ...skeleton, tree };
}
