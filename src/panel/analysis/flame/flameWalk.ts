import { type FlameGraph } from '@clew/trace-model';
import { WHOLE, type FlamePlaces } from './flameLayout';

export type FlameStep = 'up' | 'down' | 'left' | 'right' | 'first' | 'last';

const STEPS: Readonly<Record<string, FlameStep>> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  ArrowLeft: 'left',
  ArrowRight: 'right',
  Home: 'first',
  End: 'last',
};

export const stepOfKey = (key: string): FlameStep | undefined => STEPS[key];

/** The node that a step leads to: its parent, its widest child, or a sibling. Itself where there is none. */
export function stepFrom({ graph, topRows }: FlamePlaces, node: number, step: FlameStep): number {
  const { nodes, parents, subtreeSizes } = graph;
  if (nodes === 0) {
    return WHOLE;
  }
  if (node === WHOLE) {
    return step === 'down' || topRows === 0 ? 0 : WHOLE;
  }
  const parent = parents[node];
  const end = parent === WHOLE ? nodes : parent + subtreeSizes[parent];
  switch (step) {
    case 'up':
      return parent === WHOLE && topRows === 0 ? node : parent;
    case 'down':
      return subtreeSizes[node] > 1 ? node + 1 : node;
    case 'right':
      return node + subtreeSizes[node] < end ? node + subtreeSizes[node] : node;
    case 'left':
      return before(graph, parent + 1, node);
    case 'first':
      return parent + 1;
    case 'last':
      return before(graph, parent + 1, end);
  }
}

/** Of the siblings from `first` on, the one that ends where `end` begins; `end` itself where it is the first. */
function before({ subtreeSizes }: FlameGraph, first: number, end: number): number {
  let sibling = first;
  while (sibling < end && sibling + subtreeSizes[sibling] < end) {
    sibling += subtreeSizes[sibling];
  }
  return sibling;
}
