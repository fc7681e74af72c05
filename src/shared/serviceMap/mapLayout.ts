import { layering, type Arrow, type Layering } from './layering';

/** CSS pixels, before zooming. */
export const NODE_WIDTH = 168;
export const NODE_HEIGHT = 50;
const LAYER_GAP = 96;
const NODE_GAP = 22;
/** Between an arrow that passes and what it passes. */
const BEND_GAP = 14;
/** The same where there are many: no one follows each of them. */
const NARROW_BEND_GAP = 4;
/** Arrows that are many. */
export const MANY_ARROWS = 60;
const MARGIN = 16;
const ROUNDS = 16;

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface MapLayout {
  readonly width: number;
  readonly height: number;
  /** By node: its left upper corner. */
  readonly nodes: readonly Point[];
  /** By arrow: where it begins, bends and ends. */
  readonly ways: ReadonlyArray<readonly Point[]>;
}

/** Places for nodes of one size, in layers from left to right, with so much between them. */
export function mapLayout(nodes: number, arrows: readonly Arrow[], layerGap = LAYER_GAP): MapLayout {
  const layers = layering(nodes, arrows);
  const middles = middlesOf(layers, nodes, arrows.length > MANY_ARROWS ? NARROW_BEND_GAP : BEND_GAP);
  const sizeOf = (item: number): number => (item < nodes ? NODE_HEIGHT : 0);
  let top = Infinity;
  let bottom = -Infinity;
  middles.forEach((middle, item) => {
    top = Math.min(top, middle - sizeOf(item) / 2);
    bottom = Math.max(bottom, middle + sizeOf(item) / 2);
  });
  const y = (item: number): number => middles[item] - top + MARGIN;
  const x = (item: number): number => MARGIN + layers.layerOf[item] * (NODE_WIDTH + layerGap);
  const columns = layers.layers.length;
  return {
    width: columns * NODE_WIDTH + Math.max(0, columns - 1) * layerGap + 2 * MARGIN,
    height: nodes === 0 ? 2 * MARGIN : bottom - top + 2 * MARGIN,
    nodes: Array.from({ length: nodes }, (_, node) => ({ x: x(node), y: y(node) - NODE_HEIGHT / 2 })),
    ways: layers.ways.map((way) => wayOf(way, layers, x, y)),
  };
}

/** Arrows forth leave on the right and come in on the left; those back the other way round, a little lower; within a layer on the right. */
function wayOf(
  way: readonly number[],
  { layerOf }: Layering,
  x: (item: number) => number,
  y: (item: number) => number
): Point[] {
  const [first, last] = [way[0], way[way.length - 1]];
  if (layerOf[first] === layerOf[last]) {
    return [first, last].map((item) => ({ x: x(item) + NODE_WIDTH, y: y(item) }));
  }
  const isForth = layerOf[first] < layerOf[last];
  const shift = isForth ? 0 : 10;
  return way.flatMap((item) => {
    const left = { x: x(item), y: y(item) + shift };
    const right = { x: x(item) + NODE_WIDTH, y: y(item) + shift };
    switch (item) {
      case first:
        return isForth ? right : left;
      case last:
        return isForth ? left : right;
      default:
        return isForth ? [left, right] : [right, left];
    }
  });
}

/** By item, along its layer: as near to the middle of its neighbours as the others of the layer let it. */
function middlesOf({ layers, before, after, layerOf }: Layering, nodes: number, bendGap: number): number[] {
  const middles = layerOf.map(() => 0);
  const apart = (upper: number, lower: number): number =>
    ((upper < nodes ? NODE_HEIGHT : 0) + (lower < nodes ? NODE_HEIGHT : 0)) / 2 +
    (upper < nodes && lower < nodes ? NODE_GAP : bendGap);
  for (const layer of layers) {
    let at = 0;
    layer.forEach((item, position) => {
      at += position === 0 ? 0 : apart(layer[position - 1], item);
      middles[item] = at;
    });
    layer.forEach((item) => (middles[item] -= at / 2));
  }
  for (let round = 0; round < ROUNDS; round++) {
    const isDown = round % 2 === 0;
    for (let step = 0; step < layers.length; step++) {
      const layer = layers[isDown ? step : layers.length - 1 - step];
      const wanted = layer.map((item) => {
        const sides = [before[item], after[item]].filter((links) => links.length > 0);
        const means = sides.map((links) => links.reduce((sum, other) => sum + middles[other], 0) / links.length);
        return means.length === 0 ? middles[item] : means.reduce((sum, mean) => sum + mean, 0) / means.length;
      });
      spread(wanted, (position) => apart(layer[position - 1], layer[position])).forEach(
        (middle, position) => (middles[layer[position]] = middle)
      );
    }
  }
  return middles;
}

/**
 * The places in this order that are nearest to those wanted, by squares, with each at least `apart(position)` behind the one before:
 * pooled adjacent violators.
 */
export function spread(wanted: readonly number[], apart: (position: number) => number): number[] {
  const offsets: number[] = [];
  const pools: Array<{ sum: number; count: number }> = [];
  wanted.forEach((place, position) => {
    offsets[position] = position === 0 ? 0 : offsets[position - 1] + apart(position);
    let pool = { sum: place - offsets[position], count: 1 };
    for (
      let last = pools[pools.length - 1];
      last !== undefined && last.sum / last.count > pool.sum / pool.count;
      last = pools[pools.length - 1]
    ) {
      pools.pop();
      pool = { sum: last.sum + pool.sum, count: last.count + pool.count };
    }
    pools.push(pool);
  });
  return pools
    .flatMap(({ sum, count }) => new Array<number>(count).fill(sum / count))
    .map((base, position) => base + offsets[position]);
}

/** How far arrows within a layer go out of it. */
const BOW = 44;

/** Control points of the curve between two points of a way, level at both ends. */
function controlsOf(from: Point, to: Point): readonly [first: Point, second: Point] {
  const middle = from.x === to.x ? from.x + BOW : (from.x + to.x) / 2;
  return [
    { x: middle, y: from.y },
    { x: middle, y: to.y },
  ];
}

export function curveOf(way: readonly Point[]): string {
  const parts = [`M ${way[0].x} ${way[0].y}`];
  for (let at = 1; at < way.length; at++) {
    const [from, to] = [way[at - 1], way[at]];
    const [first, second] = controlsOf(from, to);
    parts.push(
      from.y === to.y ? `L ${to.x} ${to.y}` : `C ${first.x} ${first.y} ${second.x} ${second.y} ${to.x} ${to.y}`
    );
  }
  return parts.join(' ');
}

/** A point of the curve between two points of a way, at a share of it. */
export function pointOn(from: Point, to: Point, share: number): Point {
  const [first, second] = controlsOf(from, to);
  const rest = 1 - share;
  const mix = (a: number, b: number, c: number, d: number): number =>
    rest ** 3 * a + 3 * rest ** 2 * share * b + 3 * rest * share ** 2 * c + share ** 3 * d;
  return { x: mix(from.x, first.x, second.x, to.x), y: mix(from.y, first.y, second.y, to.y) };
}
