import { type NodeMap } from './carryOver';
import { type FoldBook } from './foldBook';
import { EMPTY_FOREST, type Forest } from './forest';
import { type MatchList } from './matchList';
import { type RowId } from './types';

/** What was closed in a forest, to be found again in another one. */
export interface Closed {
  readonly nodes: number;
  /** By node. */
  readonly closed: Uint8Array;
  /** As it was before a search opened some. */
  readonly before: Uint8Array | undefined;
  /** First members of the folds that are open. */
  readonly openFolds: readonly number[];
}

/** Which rows are closed. Nodes begin open, or closed from some depth on; folds begin closed. */
export class CollapseState {
  #forest: Forest = EMPTY_FOREST;
  /** By row id. */
  #closed = new Uint8Array(0);
  #before: Uint8Array<ArrayBuffer> | undefined;
  /** In spans that come later, too. */
  #depth = Infinity;

  /** By row id: not 0 where what is below is hidden. */
  get closed(): Uint8Array {
    return this.#closed;
  }

  set(id: RowId, closed: boolean): void {
    this.#closed[id] = closed ? 1 : 0;
  }

  /** A forest of which nothing is known. Nodes from `firstNew` on are as deep as was last asked for. */
  take(forest: Forest, firstNew = 0): void {
    this.#forest = forest;
    this.#before = undefined;
    this.#closed = new Uint8Array(forest.count).fill(1, forest.nodes);
    if (this.#depth !== Infinity) {
      for (let node = firstNew; node < forest.nodes; node++) {
        this.#closed[node] = forest.depths[forest.positions[node]] >= this.#depth ? 1 : 0;
      }
    }
  }

  /** Closes what is `depth` below `top` or deeper, and opens the rest. Folds stay as they are. */
  toDepth(depth: number, top: number): void {
    const { order, depths, nodes, count } = this.#forest;
    this.#depth = depth;
    this.#before = undefined;
    for (let at = 0; at < count; at++) {
      if (order[at] < nodes) {
        this.#closed[order[at]] = depths[at] - top >= depth ? 1 : 0;
      }
    }
  }

  /** The whole subtree, itself included, and its folds. */
  setSubtree(id: RowId, closed: boolean): void {
    const { order, positions, sizes } = this.#forest;
    const begin = positions[id];
    for (let at = begin; at < begin + sizes[begin]; at++) {
      this.#closed[order[at]] = closed ? 1 : 0;
    }
  }

  /** Opens what a row is in. True if something was closed. */
  openAbove(id: RowId, folds: FoldBook): boolean {
    let opened = false;
    for (let above = folds.parentOf(id); above >= 0; above = folds.parentOf(above)) {
      opened ||= this.#closed[above] !== 0;
      this.#closed[above] = 0;
    }
    return opened;
  }

  /** Opens the nodes that matches are in; folds say themselves that they hold some. */
  openMatches({ positions }: MatchList, folds: FoldBook): void {
    const { order, nodes } = this.#forest;
    const first = this.#closed.indexOf(1);
    if (first < 0 || first >= nodes) {
      return;
    }
    const seen = new Uint8Array(this.#closed.length);
    for (const position of positions) {
      for (let above = folds.parentOf(order[position]); above >= 0 && !seen[above]; above = folds.parentOf(above)) {
        seen[above] = 1;
        if (above < nodes) {
          this.#closed[above] = 0;
        }
      }
    }
  }

  remember(): void {
    this.#before = this.#closed.slice();
  }

  /** As it was when it was remembered. */
  restore(): void {
    this.#closed = this.#before ?? this.#closed;
    this.#before = undefined;
  }

  save(folds: FoldBook): Closed {
    return {
      nodes: this.#forest.nodes,
      closed: this.#closed,
      before: this.#before,
      openFolds: folds.firstNodesWhere((id) => this.#closed[id] === 0),
    };
  }

  /** Into a forest that was just taken. */
  load({ nodes, closed, before, openFolds }: Closed, map: NodeMap, folds: FoldBook): void {
    if (before) {
      this.#before = this.#closed.slice();
      moveFlags(before, this.#before, nodes, map);
    }
    moveFlags(closed, this.#closed, nodes, map);
    for (const node of openFolds) {
      const id = folds.foldOfNode(map.of(node));
      if (id !== undefined) {
        this.#closed[id] = 0;
      }
    }
  }
}

function moveFlags(from: Uint8Array, to: Uint8Array, nodes: number, map: NodeMap): void {
  to.set(from.subarray(0, map.kept));
  for (let node = map.kept; node < nodes; node++) {
    const next = from[node] ? map.of(node) : -1;
    if (next >= 0) {
      to[next] = 1;
    }
  }
}
