import type { FrameColumns } from '../wire-frame/columns.ts';
import type { Children } from './children.ts';
import { CLIENT, CONSUMER, PRODUCER, SERVER } from './parents.ts';
import { STRIDE, type Steps } from './steps.ts';
import { SKEWED, type TraceTree } from './trace-tree.ts';

/** Clocks of processes on one machine differ by as much, and nobody would see it. */
const LEAST_NS = 1_000_000;

/**
 * Moves spans whose clock cannot have been right, with all that their process did below them. `starts` and `ends` are changed in
 * place; how long a span took stays.
 *
 * A clock is at fault where a span of another resource begins before its parent, or where a server span begins after the client
 * span that waited for it has ended, in both cases by a millisecond or more. It is then put into the middle of its parent, half of
 * the difference for the way there and half for the way back, or to the parent's start if it is longer than that: Jaeger's rule
 * (adjuster/clockskew.go). Jaeger also moves what begins in time and ends late, and what a queue delivered. Servers do end after
 * their clients, which have their answer by then, and work goes on in the background: that stays. So does what stands below a
 * parent that is missing.
 */
export function* correctSkew(
  columns: Pick<FrameColumns, 'kinds' | 'resources'>,
  { offsets, nodes }: Children,
  { parents, starts, ends, flags }: Pick<TraceTree, 'parents' | 'starts' | 'ends' | 'flags'>
): Steps<Pick<TraceTree, 'maxSkewNs' | 'skewedSpans'>> {
  const { kinds, resources } = columns;
  const rows = kinds.length;
  const shifts = new Float64Array(starts.length);
  // Parents before children: each level is queued behind the one before.
  const queue = new Uint32Array(nodes.length);
  const roots = nodes.subarray(offsets[starts.length]);
  queue.set(roots);
  let filled = roots.length;
  let [maxSkewNs, skewedSpans] = [0, 0];
  for (let at = 0; at < filled; at++) {
    const node = queue[at];
    const parent = parents[node];
    if (parent !== -1 && parent < rows) {
      const shift =
        resources[node] === resources[parent] ? shifts[parent] : shiftInto(parent, node, kinds, starts, ends);
      if (shift !== 0) {
        shifts[node] = shift;
        starts[node] += shift;
        ends[node] += shift;
        flags[node] |= SKEWED;
        skewedSpans += 1;
        maxSkewNs = Math.max(maxSkewNs, Math.abs(shift));
      }
    }
    if (at % STRIDE === STRIDE - 1) {
      yield;
    }
    for (let child = offsets[node]; child < offsets[node + 1]; child++) {
      queue[filled++] = nodes[child];
    }
  }
  return { maxSkewNs, skewedSpans };
}

function shiftInto(parent: number, child: number, kinds: Uint8Array, starts: Float64Array, ends: Float64Array): number {
  if (kinds[child] === CONSUMER || kinds[parent] === PRODUCER) {
    return 0;
  }
  const isCall = kinds[parent] === CLIENT && kinds[child] === SERVER;
  const isEarly = starts[parent] - starts[child] >= LEAST_NS;
  const isLate = isCall && starts[child] - ends[parent] >= LEAST_NS;
  if (!isEarly && !isLate) {
    return 0;
  }
  const spare = ends[parent] - starts[parent] - (ends[child] - starts[child]);
  return starts[parent] - starts[child] + (spare > 0 ? Math.floor(spare / 2) : 0);
}
