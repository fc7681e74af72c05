import { type TraceTable } from '../../trace/traceTable';
import { STATUS_ERROR } from './colouring';
import { type Forest } from './forest';
import { type Fold, type RowId } from './types';

const NONE = new Uint32Array(0);

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
    return this.isFold(id) ? this.#members(id)[0] : id;
  }

  /** Members of a fold; 1 for a node. */
  count(id: RowId): number {
    return this.isFold(id) ? this.#members(id).length : 1;
  }

  /** Spans below, at any depth; of a fold its members and all below them. */
  descendants(id: RowId): number {
    const tree = this.#table?.tree;
    if (!tree) {
      return 0;
    }
    const size = (node: number): number => tree.subtreeSizes[tree.positions[node]];
    return this.isFold(id) ? this.#members(id).reduce((sum, node) => sum + size(node), 0) : size(id) - 1;
  }

  /** The fold that a node is a member of. */
  foldOfNode(node: number): RowId | undefined {
    const group = this.#forest.groups?.groupOf[node] ?? -1;
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
    const { count, nodes } = this.#forest;
    const found: number[] = [];
    for (let id = nodes; id < count; id++) {
      if (test(id)) {
        found.push(this.firstNode(id));
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

  #members(fold: RowId): Uint32Array {
    const { groups, nodes } = this.#forest;
    return groups ? groups.members.subarray(groups.offsets[fold - nodes], groups.offsets[fold - nodes + 1]) : NONE;
  }

  #sumUp(id: RowId, { tree, columns }: TraceTable): Fold {
    const nodes = this.#members(id);
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
