import { type TraceTable } from '../../trace/traceTable';
import { STATUS_ERROR } from './colouring';
import { type Forest } from './forest';
import { type Fold, type RowId } from './types';

/** Folds and how they stand to nodes. Sums are made when they are asked for, and kept. */
export class FoldBook {
  readonly #forest: Forest;
  readonly #table: TraceTable | undefined;
  readonly #known = new Map<RowId, Fold>();

  constructor(forest: Forest, table: TraceTable | undefined) {
    this.#forest = forest;
    this.#table = table;
  }

  isFold(id: RowId): boolean {
    return id >= this.#forest.nodes;
  }

  /** Of a fold its first member, of a node itself. */
  firstNode(id: RowId): number {
    const { groups, nodes } = this.#forest;
    return id < nodes ? id : groups.members[groups.offsets[id - nodes]];
  }

  /** Members of a fold; 1 for a node. */
  count(id: RowId): number {
    const { groups, nodes } = this.#forest;
    return id < nodes ? 1 : groups.offsets[id - nodes + 1] - groups.offsets[id - nodes];
  }

  /** The fold that a node is a member of. */
  foldOfNode(node: number): RowId | undefined {
    const group = this.#forest.groupOf?.[node] ?? -1;
    return group < 0 ? undefined : this.#forest.nodes + group;
  }

  parentOf(id: RowId): RowId {
    const parents = this.#table?.tree.parents;
    if (!parents) {
      return -1;
    }
    return this.isFold(id) ? parents[this.firstNode(id)] : (this.foldOfNode(id) ?? parents[id]);
  }

  /** First members of the folds for which `test` says so. */
  firstNodesWhere(test: (id: RowId) => boolean): number[] {
    const { groups, nodes } = this.#forest;
    const found: number[] = [];
    for (let group = 0; group < groups.count; group++) {
      if (test(nodes + group)) {
        found.push(groups.members[groups.offsets[group]]);
      }
    }
    return found;
  }

  startOf(id: RowId): number {
    return this.isFold(id) ? (this.get(id)?.startNs ?? 0) : (this.#table?.tree.starts[id] ?? 0);
  }

  endOf(id: RowId): number {
    return this.isFold(id) ? (this.get(id)?.endNs ?? 0) : (this.#table?.tree.ends[id] ?? 0);
  }

  get(id: RowId): Fold | undefined {
    if (!this.#table || !this.isFold(id)) {
      return undefined;
    }
    let fold = this.#known.get(id);
    if (!fold) {
      fold = this.#sumUp(id, this.#table);
      this.#known.set(id, fold);
    }
    return fold;
  }

  #sumUp(id: RowId, { tree, columns }: TraceTable): Fold {
    const { groups, nodes: first } = this.#forest;
    const nodes = groups.members.subarray(groups.offsets[id - first], groups.offsets[id - first + 1]);
    const durations = new Float64Array(nodes.length);
    let sumNs = 0;
    let errors = 0;
    let startNs = Infinity;
    let endNs = -Infinity;
    for (let at = 0; at < nodes.length; at++) {
      const node = nodes[at];
      durations[at] = tree.ends[node] - tree.starts[node];
      sumNs += durations[at];
      errors += columns.statuses[node] === STATUS_ERROR ? 1 : 0;
      startNs = Math.min(startNs, tree.starts[node]);
      endNs = Math.max(endNs, tree.ends[node]);
    }
    durations.sort();
    return {
      id,
      firstNode: nodes[0],
      parent: tree.parents[nodes[0]],
      nodes,
      count: nodes.length,
      sumNs,
      // The nearest rank.
      p95Ns: durations[Math.ceil(durations.length * 0.95) - 1],
      errors,
      startNs,
      endNs,
    };
  }
}
