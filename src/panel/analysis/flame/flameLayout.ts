import { type FlameGraph } from '@clew/trace-model';

/** In place of a node: the row above several roots, which stands for all of them. */
export const WHOLE = -1;

/** Where the nodes of a graph begin, in the units of their widths (nanoseconds). */
export interface FlamePlaces {
  readonly graph: FlameGraph;
  readonly starts: Float64Array;
  /** Where the last child of a node ends: what is behind it is the node's own. */
  readonly childEnds: Float64Array;
  /** The sum of the roots. */
  readonly total: number;
  readonly roots: number;
  /** Rows above depth 0: one for all roots together, where there are several. */
  readonly topRows: 0 | 1;
}

/** Linear. */
export function placesOf(graph: FlameGraph): FlamePlaces {
  const { nodes, parents, valueNs } = graph;
  const starts = new Float64Array(nodes);
  const childEnds = new Float64Array(nodes);
  let total = 0;
  let roots = 0;
  for (let node = 0; node < nodes; node++) {
    const parent = parents[node];
    const start = parent === WHOLE ? total : childEnds[parent];
    starts[node] = start;
    childEnds[node] = start;
    if (parent === WHOLE) {
      total += valueNs[node];
      roots += 1;
    } else {
      childEnds[parent] += valueNs[node];
    }
  }
  return { graph, starts, childEnds, total, roots, topRows: roots > 1 ? 1 : 0 };
}

export const rowOf = ({ graph, topRows }: FlamePlaces, node: number): number =>
  node === WHOLE ? 0 : graph.depths[node] + topRows;

/** A node is itself or below the other. Everything is below WHOLE. */
export const isWithin = ({ subtreeSizes }: FlameGraph, node: number, other: number): boolean =>
  other === WHOLE || (node >= other && node < other + subtreeSizes[other]);

/** The same zoom where the node is in its picture, else to the node's parent. */
export const zoomShowing = (graph: FlameGraph, zoom: number, node: number): number =>
  isWithin(graph, node, zoom) || isWithin(graph, zoom, node) ? zoom : graph.parents[node];

/** What a box is. */
export const NODE = 0;
/** The node that is zoomed to, and what it is below of: as wide as the picture. */
export const ANCESTOR = 1;
/** Siblings that are too narrow each: from `nodes` on, the first of them. */
export const REST = 2;

/** What is to be drawn, row by row in the depth-first order of the nodes. Lengths are CSS pixels. */
export interface FlameBoxes {
  readonly count: number;
  readonly nodes: Int32Array;
  readonly kinds: Uint8Array;
  readonly rows: Int32Array;
  readonly x: Float64Array;
  readonly widths: Float64Array;
}

export interface FlameWindow {
  /** The node that is as wide as the picture, or WHOLE. */
  readonly zoom: number;
  /** CSS pixels. */
  readonly width: number;
  readonly firstRow: number;
  /** The last one that is in sight. */
  readonly lastRow: number;
  /** Pixels that a node needs to be drawn on its own. */
  readonly minWidth?: number;
}

export const MIN_WIDTH = 0.5;

/**
 * The boxes in sight. Costs what is wide enough down to the last row in sight, not the graph: siblings are the widest first, so the
 * first that is too narrow ends its row of siblings.
 */
export function boxesIn(places: FlamePlaces, window: FlameWindow): FlameBoxes {
  const { graph, starts, childEnds, total, topRows } = places;
  const { parents, subtreeSizes, valueNs, depths } = graph;
  const { zoom, width, firstRow, lastRow, minWidth = MIN_WIDTH } = window;
  const boxes = new GrowingBoxes();
  const whole = zoom === WHOLE ? total : valueNs[zoom];
  if (graph.nodes === 0 || whole <= 0 || width <= 0) {
    return boxes;
  }
  for (const node of ancestorsOf(places, zoom)) {
    const row = rowOf(places, node);
    if (row >= firstRow && row <= lastRow) {
      boxes.add(node, ANCESTOR, row, 0, width);
    }
  }
  const scale = width / whole;
  const left = zoom === WHOLE ? 0 : starts[zoom];
  const end = zoom === WHOLE ? graph.nodes : zoom + subtreeSizes[zoom];
  let node = zoom + 1;
  while (node < end) {
    const row = depths[node] + topRows;
    if (row > lastRow) {
      // Its siblings are as deep.
      node = endOf(graph, parents[node]);
      continue;
    }
    const x = (starts[node] - left) * scale;
    const nodeWidth = valueNs[node] * scale;
    if (nodeWidth < minWidth) {
      const parent = parents[node];
      const restEnd = parent === WHOLE ? total : childEnds[parent];
      const restWidth = (restEnd - starts[node]) * scale;
      if (row >= firstRow && restWidth >= minWidth) {
        boxes.add(node, REST, row, x, restWidth);
      }
      node = endOf(graph, parent);
      continue;
    }
    if (row >= firstRow) {
      boxes.add(node, NODE, row, x, nodeWidth);
    }
    node += 1;
  }
  return boxes;
}

/** How many rows the picture has, without those where nothing is wide enough. */
export function rowsOf(places: FlamePlaces, zoom: number, width: number, minWidth = MIN_WIDTH): number {
  const { graph, total } = places;
  const { parents, subtreeSizes, valueNs } = graph;
  let last = rowOf(places, zoom === WHOLE && places.topRows === 0 ? 0 : zoom);
  const whole = zoom === WHOLE ? total : valueNs[zoom];
  const end = zoom === WHOLE ? graph.nodes : zoom + subtreeSizes[zoom];
  let node = zoom + 1;
  while (node < end) {
    last = Math.max(last, rowOf(places, node));
    node = valueNs[node] * width < minWidth * whole ? endOf(graph, parents[node]) : node + 1;
  }
  return graph.nodes === 0 ? 0 : last + 1;
}

/** The box at a place, -1 where there is none. `slack`: CSS pixels that a narrow box may be missed by. */
export function boxAt(boxes: FlameBoxes, row: number, x: number, slack = 2): number {
  let nearest = -1;
  let distance = slack;
  for (let at = 0; at < boxes.count; at++) {
    if (boxes.rows[at] !== row) {
      continue;
    }
    const away = Math.max(boxes.x[at] - x, x - boxes.x[at] - boxes.widths[at]);
    if (away < 0) {
      return at;
    }
    if (away < distance) {
      distance = away;
      nearest = at;
    }
  }
  return nearest;
}

/** From the top: what a node is below of, the node itself last. */
export function ancestorsOf({ graph, topRows }: FlamePlaces, node: number): number[] {
  const way: number[] = [];
  for (let at = node; at !== WHOLE; at = graph.parents[at]) {
    way.push(at);
  }
  if (topRows > 0) {
    way.push(WHOLE);
  }
  return way.reverse();
}

/** What a REST box stands for: a sibling and all behind it. */
export function restOf({ graph, starts, childEnds, total }: FlamePlaces, node: number) {
  const parent = graph.parents[node];
  const end = endOf(graph, parent);
  let count = 0;
  for (let sibling = node; sibling < end; sibling += graph.subtreeSizes[sibling]) {
    count += 1;
  }
  return { count, valueNs: (parent === WHOLE ? total : childEnds[parent]) - starts[node] };
}

/** The position behind the subtree. */
const endOf = ({ nodes, subtreeSizes }: FlameGraph, node: number): number =>
  node === WHOLE ? nodes : node + subtreeSizes[node];

class GrowingBoxes implements FlameBoxes {
  count = 0;
  nodes = new Int32Array(1024);
  kinds = new Uint8Array(1024);
  rows = new Int32Array(1024);
  x = new Float64Array(1024);
  widths = new Float64Array(1024);

  add(node: number, kind: number, row: number, x: number, width: number): void {
    if (this.count === this.nodes.length) {
      this.#grow();
    }
    const at = this.count++;
    this.nodes[at] = node;
    this.kinds[at] = kind;
    this.rows[at] = row;
    this.x[at] = x;
    this.widths[at] = width;
  }

  #grow(): void {
    const grown = <Column extends Int32Array | Uint8Array | Float64Array>(column: Column, into: Column): Column => {
      into.set(column);
      return into;
    };
    const size = this.count * 2;
    this.nodes = grown(this.nodes, new Int32Array(size));
    this.kinds = grown(this.kinds, new Uint8Array(size));
    this.rows = grown(this.rows, new Int32Array(size));
    this.x = grown(this.x, new Float64Array(size));
    this.widths = grown(this.widths, new Float64Array(size));
  }
}
