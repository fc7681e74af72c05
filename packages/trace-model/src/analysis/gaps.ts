import { STRIDE, type Steps } from '../tree/steps.ts';
import type { TraceTree } from '../tree/trace-tree.ts';

/**
 * Calls back with each stretch of each span that none of its children covers, in order of time for one span: its self time. Children
 * count as far as they overlap their parent. Missing parents have none, spans without duration neither. Linear.
 */
export function* eachGap(
  { rows, nodes, parents, order, starts, ends }: TraceTree,
  onGap: (node: number, start: number, end: number) => void
): Steps<void> {
  // Siblings stand by start in depth-first order, so one pass over it comes upon the children of each span in that order.
  const coveredUntil = starts.slice(0, rows);
  yield;
  for (let position = 0; position < nodes; position++) {
    const child = order[position];
    const parent = parents[child];
    if (parent !== -1 && parent < rows) {
      const start = Math.min(starts[child], ends[parent]);
      const end = Math.min(ends[child], ends[parent]);
      if (start > coveredUntil[parent] && end > start) {
        onGap(parent, coveredUntil[parent], start);
      }
      if (end > start && end > coveredUntil[parent]) {
        coveredUntil[parent] = end;
      }
    }
    if (position % STRIDE === STRIDE - 1) {
      yield;
    }
  }
  for (let node = 0; node < rows; node++) {
    if (ends[node] > coveredUntil[node]) {
      onGap(node, coveredUntil[node], ends[node]);
    }
    if (node % STRIDE === STRIDE - 1) {
      yield;
    }
  }
}
