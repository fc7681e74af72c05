import { type FlameGraph, type Steps } from '@clew/trace-model';
import { type TraceTable } from '../../trace/traceTable';

const STRIDE = 1 << 14;

/** Which spans the nodes of a graph stand for. */
export interface NodeSpans {
  readonly graph: FlameGraph;
  /** By node: the row of its longest span, the first one of them; -1 where no span was sent. */
  readonly slowest: Int32Array;
}

export interface PathSpans extends NodeSpans {
  /** By row: its node. */
  readonly nodeOfRow: Uint32Array;
}

/** The spans of the graph that `flameGraph` made of the table: the tree is gone through once more, in the same order. Linear. */
export function* pathSpans({ tree, columns }: TraceTable, graph: FlameGraph): Steps<PathSpans> {
  const { rows, nodes, order, parents, starts, ends } = tree;
  const { services, names } = columns;
  const index = yield* childIndex(graph);
  const nodeOf = new Uint32Array(nodes);
  const slowest = new Int32Array(graph.nodes).fill(-1);
  for (let position = 0; position < nodes; position++) {
    const row = order[position];
    const parent = parents[row] === -1 ? -1 : nodeOf[parents[row]];
    const isSpan = row < rows;
    const node = index.find(parent, isSpan ? services[row] : -1, isSpan ? names[row] : -1);
    nodeOf[row] = node;
    if (isSpan) {
      const best = slowest[node];
      const more = best === -1 ? 1 : ends[row] - starts[row] - (ends[best] - starts[best]);
      if (more > 0 || (more === 0 && row < best)) {
        slowest[node] = row;
      }
    }
    if (position % STRIDE === STRIDE - 1) {
      yield;
    }
  }
  return { graph, slowest, nodeOfRow: nodeOf.subarray(0, rows) };
}

/**
 * By node: how many of its spans match.
 * @param bits one a row, `bits[row >> 5] & (1 << (row & 31))`.
 */
export function* matchesByNode({ graph, nodeOfRow }: PathSpans, bits: Uint32Array): Steps<Uint32Array> {
  const counts = new Uint32Array(graph.nodes);
  for (let word = 0; word < bits.length; word++) {
    for (let rest = bits[word]; rest !== 0; rest &= rest - 1) {
      const row = word * 32 + 31 - Math.clz32(rest & -rest);
      if (row < nodeOfRow.length) {
        counts[nodeOfRow[row]] += 1;
      }
    }
    if (word % STRIDE === STRIDE - 1) {
      yield;
    }
  }
  return counts;
}

/**
 * The spans of the graph that `callersGraph` made of the one by path: a node stands for the spans of its root that were called that
 * way. As long as `callersGraph` takes.
 */
export function* callerSpans(table: TraceTable, paths: NodeSpans, graph: FlameGraph): Steps<NodeSpans> {
  const { starts, ends } = table.tree;
  const slowest = new Int32Array(graph.nodes).fill(-1);
  yield* liftToCallers(paths.graph, graph, (node, caller) => {
    const row = paths.slowest[node];
    const best = slowest[caller];
    if (row === -1) {
      return;
    }
    const more = best === -1 ? 1 : ends[row] - starts[row] - (ends[best] - starts[best]);
    if (more > 0 || (more === 0 && row < best)) {
      slowest[caller] = row;
    }
  });
  return { graph, slowest };
}

/** What `matchesByNode` counts, for the nodes of the graph by caller. */
export function* callerMatches(paths: FlameGraph, callers: FlameGraph, counts: Uint32Array): Steps<Uint32Array> {
  const result = new Uint32Array(callers.nodes);
  yield* liftToCallers(paths, callers, (node, caller) => {
    result[caller] += counts[node];
  });
  return result;
}

/** Says of each node by path, to which nodes by caller its spans belong. */
function* liftToCallers(
  paths: FlameGraph,
  callers: FlameGraph,
  visit: (node: number, caller: number) => void
): Steps<void> {
  const index = yield* childIndex(callers);
  let steps = 0;
  for (let node = 0; node < paths.nodes; node++) {
    let caller = -1;
    for (let at = node; at !== -1; at = paths.parents[at]) {
      // The graph may have left out callers far up.
      caller = index.find(caller, paths.services[at], paths.names[at]);
      if (caller === -1) {
        break;
      }
      visit(node, caller);
      if (++steps % STRIDE === 0) {
        yield;
      }
    }
  }
}

interface ChildIndex {
  /** The child of a node (-1: a root) with this service and name; -1 where there is none. */
  find(parent: number, service: number, name: number): number;
}

/** Open addressing over the graph's own columns: no two siblings have the same service and name. */
function* childIndex({ nodes, parents, services, names }: FlameGraph): Steps<ChildIndex> {
  let size = 64;
  while (size < nodes * 2) {
    size *= 2;
  }
  const mask = size - 1;
  /** 1 + the node, 0 where free. */
  const slots = new Uint32Array(size);
  const slotOf = (parent: number, service: number, name: number): number => {
    let slot = hash(parent, service, name) & mask;
    for (let known = slots[slot]; known !== 0; known = slots[slot]) {
      if (parents[known - 1] === parent && services[known - 1] === service && names[known - 1] === name) {
        return slot;
      }
      slot = (slot + 1) & mask;
    }
    return slot;
  };
  for (let node = 0; node < nodes; node++) {
    slots[slotOf(parents[node], services[node], names[node])] = node + 1;
    if (node % STRIDE === STRIDE - 1) {
      yield;
    }
  }
  return { find: (parent, service, name) => slots[slotOf(parent, service, name)] - 1 };
}

function hash(parent: number, service: number, name: number): number {
  let value = Math.imul(parent, 0x9e3779b1) ^ Math.imul(service, 0x85ebca6b) ^ Math.imul(name, 0xc2b2ae35);
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  return (value ^ (value >>> 13)) >>> 0;
}
