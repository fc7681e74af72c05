import { STRIDE, type Steps } from '../tree/steps.ts';
import { emptySums, layOut, type FlameGraph } from './flame-layout.ts';
import { STATUS_ERROR, type AnalysisInput } from './input.ts';
import { PairIndex } from './pair-index.ts';
import type { SelfTime } from './self-time.ts';

export type { FlameGraph } from './flame-layout.ts';

/** In place of an index, for parents that are missing. */
const MISSING = 0xffff_ffff;

/** Spans that came the same way from a root, by service and name of each step, are one node. Linear but for sorting siblings. */
export function* flameGraph({ tree, columns }: AnalysisInput, { selfNs }: Pick<SelfTime, 'selfNs'>): Steps<FlameGraph> {
  const { nodes, rows, order, parents, starts, ends } = tree;
  const { services, names, statuses } = columns;
  const labels = new PairIndex();
  const groups = new PairIndex(nodes);
  const groupOf = new Uint32Array(nodes);
  yield;
  for (let position = 0; position < nodes; position++) {
    const node = order[position];
    const label = node < rows ? labels.add(services[node], names[node]) : labels.add(MISSING, MISSING);
    groupOf[node] = groups.add(parents[node] === -1 ? 0 : 1 + groupOf[parents[node]], label);
    if (position % STRIDE === STRIDE - 1) {
      yield;
    }
  }
  const sums = emptySums(groups.length);
  for (let node = 0; node < nodes; node++) {
    const group = groupOf[node];
    sums.counts[group] += 1;
    sums.errors[group] += node < rows && statuses[node] === STATUS_ERROR ? 1 : 0;
    sums.totalNs[group] += ends[node] - starts[node];
    sums.selfNs[group] += selfNs[node];
    if (node % STRIDE === STRIDE - 1) {
      yield;
    }
  }
  sums.valueNs.set(sums.selfNs);
  const shape = yield* shapeOf(groups, labels);
  for (let group = groups.length - 1; group >= 0; group--) {
    if (shape.parents[group] !== -1) {
      sums.valueNs[shape.parents[group]] += sums.valueNs[group];
    }
    if (group % STRIDE === 0) {
      yield;
    }
  }
  return yield* layOut({ ...sums, ...shape }, false);
}

export interface CallersOptions {
  /** Callers above each operation. */
  readonly maxDepth?: number;
  /** After a level with which there are more, callers further up are left out. */
  readonly maxNodes?: number;
}

/**
 * The other way round: every operation (service and name) is a root, holds all of its spans wherever they are, and its children are
 * who called it, up to the roots of the trace. Each node's sums are those of its root's spans that were called that way; an operation
 * that called itself counts its inner spans' durations again.
 */
export function* callersGraph(
  flame: FlameGraph,
  { maxDepth = 64, maxNodes = 100_000 }: CallersOptions = {}
): Steps<FlameGraph> {
  const labels = new PairIndex();
  // No level adds more than there are nodes.
  const groups = new PairIndex(Math.min(maxNodes, flame.nodes * 8) + flame.nodes);
  const labelOf = new Uint32Array(flame.nodes);
  // What is still on its way up: the node whose sums count, the caller that it has come to, and what it is merged into so far.
  const counted = new Uint32Array(flame.nodes);
  for (let node = 0; node < flame.nodes; node++) {
    labelOf[node] = labels.add(flame.services[node] >>> 0, flame.names[node] >>> 0);
    counted[node] = node;
    if (node % STRIDE === STRIDE - 1) {
      yield;
    }
  }
  const callers = counted.slice();
  const merged = new Uint32Array(flame.nodes);
  const sums = new GrowingSums(flame);
  let active = flame.nodes;
  let depth = 0;
  for (; active > 0 && depth <= maxDepth && groups.length <= maxNodes; depth++) {
    let left = 0;
    for (let at = 0; at < active; at++) {
      const group = groups.add(depth === 0 ? 0 : 1 + merged[at], labelOf[callers[at]]);
      sums.add(group, counted[at]);
      const caller = flame.parents[callers[at]];
      if (caller !== -1) {
        counted[left] = counted[at];
        merged[left] = group;
        callers[left++] = caller;
      }
      if (at % STRIDE === STRIDE - 1) {
        yield;
      }
    }
    active = left;
  }
  const shape = yield* shapeOf(groups, labels);
  return yield* layOut({ ...sums.take(groups.length), ...shape }, active > 0);
}

/** Of groups whose first number is 1 + that of the parent (0 at roots), and the second one that of a label. MISSING becomes -1. */
function* shapeOf(groups: PairIndex, labels: PairIndex): Steps<Pick<FlameGraph, 'parents' | 'services' | 'names'>> {
  const [above, labelOf] = [groups.firsts(), groups.seconds()];
  yield;
  const [serviceOf, nameOf] = [labels.firsts(), labels.seconds()];
  const parents = new Int32Array(groups.length);
  const services = new Int32Array(groups.length);
  const names = new Int32Array(groups.length);
  for (let group = 0; group < groups.length; group++) {
    parents[group] = above[group] - 1;
    services[group] = serviceOf[labelOf[group]];
    names[group] = nameOf[labelOf[group]];
    if (group % STRIDE === STRIDE - 1) {
      yield;
    }
  }
  return { parents, services, names };
}

class GrowingSums {
  readonly #flame: FlameGraph;
  #sums = emptySums(1024);

  constructor(flame: FlameGraph) {
    this.#flame = flame;
  }

  add(group: number, node: number): void {
    if (group >= this.#sums.nodes) {
      this.#resize(this.#sums.nodes * 2);
    }
    const sums = this.#sums;
    sums.counts[group] += this.#flame.counts[node];
    sums.errors[group] += this.#flame.errors[node];
    sums.totalNs[group] += this.#flame.totalNs[node];
    sums.selfNs[group] += this.#flame.selfNs[node];
    sums.valueNs[group] += this.#flame.selfNs[node];
  }

  take(nodes: number): ReturnType<typeof emptySums> {
    this.#resize(nodes);
    return this.#sums;
  }

  #resize(nodes: number): void {
    const old = this.#sums;
    const sums = emptySums(nodes);
    sums.counts.set(old.counts.subarray(0, nodes));
    sums.errors.set(old.errors.subarray(0, nodes));
    sums.totalNs.set(old.totalNs.subarray(0, nodes));
    sums.selfNs.set(old.selfNs.subarray(0, nodes));
    sums.valueNs.set(old.valueNs.subarray(0, nodes));
    this.#sums = sums;
  }
}
