import type { AnalysisInput } from '../input.ts';
import { CLIENT, CONSUMER, PRODUCER, SERVER } from './spans.ts';

interface Window {
  readonly node: number;
  readonly start: number;
  readonly end: number;
}

/**
 * The critical path as somebody finds it who goes back through time one nanosecond at a time: by instant from the root's start on, the
 * node that it belongs to, `~node` for a wait. Times are integers and durations shorter than 100. Shares no code with the fast one.
 */
export function ownersBackwards(input: AnalysisInput, root: number, wholeTrace: boolean): string[] {
  const { parents, order, positions, subtreeSizes, starts, ends } = input.tree;
  const below = [...order.slice(positions[root], positions[root] + subtreeSizes[positions[root]])];
  const last = wholeTrace ? Math.max(...below.map((node) => ends[node])) : ends[root];
  const from = starts[root];
  let chain = below.find((node) => ends[node] === last) ?? root;
  if (!wholeTrace) {
    chain = root;
  }
  const owners: string[] = [];
  let inside: Window[] = [{ node: chain, start: Math.max(starts[chain], from), end: ends[chain] }];
  for (let instant = last; instant > from; instant--) {
    // Whoever began at this instant hands back to who called it.
    while (inside.length > 0 && inside[inside.length - 1].start >= instant) {
      inside.pop();
    }
    while (inside.length === 0) {
      const parent = parents[chain];
      if (Math.max(ends[parent], from) < instant) {
        break;
      }
      chain = parent;
      inside = starts[chain] < instant ? [{ node: chain, start: Math.max(starts[chain], from), end: ends[chain] }] : [];
    }
    if (inside.length === 0) {
      owners.unshift(`~${chain}`);
      continue;
    }
    // Into who ended at this instant, as deep as it goes.
    for (;;) {
      const { node, start, end } = inside[inside.length - 1];
      const ended = below
        .filter((child) => parents[child] === node && didBlock(input, node, child))
        .map((child) => ({
          node: child,
          start: Math.max(starts[child], start),
          end: Math.min(ends[child], end),
          realEnd: ends[child],
        }))
        .filter((child) => child.end === instant && child.start < instant)
        .sort((a, b) => b.realEnd - a.realEnd || starts[a.node] - starts[b.node] || a.node - b.node);
      if (ended.length === 0) {
        break;
      }
      inside.push(ended[0]);
    }
    owners.unshift(String(inside[inside.length - 1].node));
  }
  return owners;
}

function didBlock({ tree, columns: { kinds, resources } }: AnalysisInput, parent: number, child: number): boolean {
  if (parent >= tree.rows) {
    return true;
  }
  const isCall = kinds[parent] === CLIENT && kinds[child] === SERVER;
  const isBatch = kinds[parent] === CONSUMER && kinds[child] === CONSUMER && resources[parent] === resources[child];
  const isQueue = kinds[parent] === PRODUCER || (kinds[child] === CONSUMER && !isBatch);
  return !isQueue && (isCall || tree.ends[child] <= tree.ends[parent]);
}
