/** A layered drawing from left to right, after Sugiyama, Tagawa and Toda: layers, then the order in them, then places. */

export interface Arrow {
  /** Numbers of nodes, two different ones. */
  readonly from: number;
  readonly to: number;
}

/** An arrow as the layers know it: never to an earlier layer, turned round where it closed a circle. */
interface Forward extends Arrow {
  readonly isTurned: boolean;
}

/** What stands in a layer: nodes, and behind them the bends of arrows that pass the layer. */
export interface Layering {
  /** By item: its layer. */
  readonly layerOf: readonly number[];
  readonly layers: ReadonlyArray<readonly number[]>;
  /** Between items of neighbouring layers. */
  readonly before: ReadonlyArray<readonly number[]>;
  readonly after: ReadonlyArray<readonly number[]>;
  /** By arrow: the items that it passes, from its tail to its head. */
  readonly ways: ReadonlyArray<readonly number[]>;
}

/** Beyond so many bends arrows go straight: ordering them would take long, and no one could follow them. */
const MOST_BENDS = 3000;
const MOST_LAYERS = 24;
const SWEEPS = 12;

/** Layers of `nodes` nodes, and their order. `arrows`: no two alike. */
export function layering(nodes: number, arrows: readonly Arrow[]): Layering {
  const { forward, layerOf } = directed(nodes, arrows);
  const bends = forward.reduce((sum, { from, to }) => sum + Math.max(0, layerOf[to] - layerOf[from] - 1), 0);
  const before: number[][] = layerOf.map(() => []);
  const after: number[][] = layerOf.map(() => []);
  const link = (from: number, to: number): void => {
    after[from].push(to);
    before[to].push(from);
  };
  const ways = forward.map(({ from, to, isTurned }) => {
    const way = [from];
    for (let layer = layerOf[from] + 1; bends <= MOST_BENDS && layer < layerOf[to]; layer++) {
      const bend = layerOf.push(layer) - 1;
      before.push([]);
      after.push([]);
      link(way[way.length - 1], bend);
      way.push(bend);
    }
    if (layerOf[to] - layerOf[way[way.length - 1]] === 1) {
      link(way[way.length - 1], to);
    }
    way.push(to);
    return isTurned ? way.reverse() : way;
  });
  const layers: number[][] = [];
  layerOf.forEach((layer, item) => (layers[layer] ??= []).push(item));
  return { layerOf, layers: ordered(layers, layerOf.length, before, after), before, after, ways };
}

/** The longest ways make the layers; where everyone calls everyone, and that were a long thin line, the shortest. */
function directed(nodes: number, arrows: readonly Arrow[]): { forward: Forward[]; layerOf: number[] } {
  const acyclic = withoutCircles(nodes, arrows);
  const longest = layersOf(nodes, acyclic);
  if (longest.every((layer) => layer < MOST_LAYERS)) {
    return { forward: acyclic, layerOf: longest };
  }
  const layerOf = distances(nodes, arrows);
  const forward = arrows.map(({ from, to }) =>
    layerOf[from] > layerOf[to] ? { from: to, to: from, isTurned: true } : { from, to, isTurned: false }
  );
  return { forward, layerOf };
}

/** By node: arrows from where nothing leads to, or from the first node. */
function distances(nodes: number, arrows: readonly Arrow[]): number[] {
  const outgoing: number[][] = Array.from({ length: nodes }, () => []);
  const isCalled = new Uint8Array(nodes);
  arrows.forEach(({ from, to }) => {
    outgoing[from].push(to);
    isCalled[to] = 1;
  });
  const found = new Array<number>(nodes).fill(-1);
  const all = Array.from({ length: nodes }, (_, node) => node);
  const search = (starts: readonly number[]): void => {
    const queue = starts.filter((node) => found[node] === -1);
    queue.forEach((node) => (found[node] = 0));
    for (let at = 0; at < queue.length; at++) {
      for (const to of outgoing[queue[at]]) {
        if (found[to] === -1) {
          found[to] = found[queue[at]] + 1;
          queue.push(to);
        }
      }
    }
  };
  search(all.filter((node) => !isCalled[node]));
  all.forEach((node) => search([node]));
  return found;
}

/** Depth first from where nothing leads to: arrows back to what is still open close circles. */
function withoutCircles(nodes: number, arrows: readonly Arrow[]): Forward[] {
  const outgoing: number[][] = Array.from({ length: nodes }, () => []);
  const isCalled = new Uint8Array(nodes);
  arrows.forEach(({ from, to }, arrow) => {
    outgoing[from].push(arrow);
    isCalled[to] = 1;
  });
  const [unseen, open, done] = [0, 1, 2];
  const states = new Uint8Array(nodes);
  const isTurned = new Uint8Array(arrows.length);
  const visit = (node: number): void => {
    states[node] = open;
    for (const arrow of outgoing[node]) {
      const { to } = arrows[arrow];
      if (states[to] === open) {
        isTurned[arrow] = 1;
      } else if (states[to] === unseen) {
        visit(to);
      }
    }
    states[node] = done;
  };
  const all = Array.from({ length: nodes }, (_, node) => node);
  for (const node of [...all.filter((each) => !isCalled[each]), ...all]) {
    if (states[node] === unseen) {
      visit(node);
    }
  }
  return arrows.map(({ from, to }, arrow) =>
    isTurned[arrow] ? { from: to, to: from, isTurned: true } : { from, to, isTurned: false }
  );
}

/** The longest way to each node; what nothing leads to moves up to what it leads to. */
function layersOf(nodes: number, arrows: readonly Forward[]): number[] {
  const layers = new Array<number>(nodes).fill(0);
  const outgoing: number[][] = Array.from({ length: nodes }, () => []);
  const waiting = new Uint32Array(nodes);
  arrows.forEach(({ from, to }) => {
    outgoing[from].push(to);
    waiting[to] += 1;
  });
  const isFirst = Array.from(waiting, (count) => count === 0);
  const ready = isFirst.flatMap((isReady, node) => (isReady ? [node] : []));
  for (let at = 0; at < ready.length; at++) {
    for (const to of outgoing[ready[at]]) {
      layers[to] = Math.max(layers[to], layers[ready[at]] + 1);
      waiting[to] -= 1;
      if (waiting[to] === 0) {
        ready.push(to);
      }
    }
  }
  isFirst.forEach((isReady, node) => {
    if (isReady && outgoing[node].length > 0) {
      layers[node] = Math.min(...outgoing[node].map((to) => layers[to])) - 1;
    }
  });
  return layers;
}

type Links = ReadonlyArray<readonly number[]>;

/** Each layer by the middle of its neighbours, to and fro; the order with the fewest crossings wins. */
function ordered(layers: readonly number[][], items: number, before: Links, after: Links): number[][] {
  let current = layers.map((layer) => layer.slice());
  let best = current;
  let fewest = crossings(current, items, after);
  for (let sweep = 0; sweep < SWEEPS && fewest > 0; sweep++) {
    const isDown = sweep % 2 === 0;
    const positions = positionsOf(current, items);
    const next = current.map((layer) => layer.slice());
    for (let step = 1; step < next.length; step++) {
      const at = isDown ? step : next.length - 1 - step;
      const links = isDown ? before : after;
      const middles = new Map(next[at].map((item) => [item, middleOf(links[item], positions) ?? positions[item]]));
      next[at].sort(
        (left, right) => (middles.get(left) ?? 0) - (middles.get(right) ?? 0) || positions[left] - positions[right]
      );
      next[at].forEach((item, position) => (positions[item] = position));
    }
    current = next;
    const found = crossings(current, items, after);
    if (found < fewest) {
      fewest = found;
      best = current;
    }
  }
  return best;
}

function middleOf(neighbours: readonly number[], positions: Float64Array): number | undefined {
  return neighbours.length === 0
    ? undefined
    : neighbours.reduce((sum, item) => sum + positions[item], 0) / neighbours.length;
}

function positionsOf(layers: Links, items: number): Float64Array {
  const positions = new Float64Array(items);
  layers.forEach((layer) => layer.forEach((item, position) => (positions[item] = position)));
  return positions;
}

/** How often arrows between neighbouring layers cross, in this order. */
export function crossings(layers: Links, items: number, after: Links): number {
  const positions = positionsOf(layers, items);
  let sum = 0;
  layers.forEach((layer, at) => {
    // Pairs of which the second begins below the first and ends above it: counted in a tree of sums.
    const counts = new Uint32Array((layers[at + 1]?.length ?? 0) + 1);
    let all = 0;
    for (const item of layer) {
      const ends = after[item].map((to) => positions[to]).sort((left, right) => left - right);
      for (const end of ends) {
        let notAbove = 0;
        for (let slot = end + 1; slot > 0; slot -= slot & -slot) {
          notAbove += counts[slot];
        }
        sum += all - notAbove;
      }
      for (const end of ends) {
        all += 1;
        for (let slot = end + 1; slot < counts.length; slot += slot & -slot) {
          counts[slot] += 1;
        }
      }
    }
  });
  return sum;
}
