import { CLIENT, CONSUMER, PRODUCER, SERVER } from '../tree/parents.ts';
import type { AnalysisInput } from './input.ts';

/**
 * The share of a span's duration by which its end may be wrong. Clocks of one trace differ a little, and spans are closed in an order
 * that is not always that of the work; CRISP (Zhang et al., ATC '22, "overlap allowance") tolerates the same.
 */
export const END_SLACK = 0.01;

/**
 * Whether a parent waited for its child. It did not for what a queue delivers (a consumer, or any child of a producer), nor for what
 * is still at work after the parent's end. A client did wait for its server, however long that one goes on after the answer.
 * A consumer below a consumer of its own resource is one message of a batch that it received, and handled before it went on. What a
 * missing parent did is not known; it spans its children, and counts as waiting for them.
 */
export function isBlocking({ tree, columns }: AnalysisInput, parent: number, child: number): boolean {
  if (parent >= tree.rows) {
    return true;
  }
  const { kinds, resources } = columns;
  const isOfBatch = kinds[parent] === CONSUMER && resources[parent] === resources[child];
  if ((kinds[child] === CONSUMER && !isOfBatch) || kinds[parent] === PRODUCER) {
    return false;
  }
  const overrun = tree.ends[child] - tree.ends[parent];
  return (
    overrun <= 0 ||
    (kinds[parent] === CLIENT && kinds[child] === SERVER) ||
    overrun <= (tree.ends[child] - tree.starts[child]) * END_SLACK
  );
}
