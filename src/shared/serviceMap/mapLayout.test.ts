import { crossings, layering, type Arrow } from './layering';
import { curveOf, mapLayout, NODE_HEIGHT, NODE_WIDTH, pointOn, spread, type Point } from './mapLayout';

const arrows = (...pairs: Array<readonly [from: number, to: number]>): Arrow[] =>
  pairs.map(([from, to]) => ({ from, to }));

/** Places of nodes that touch each other. */
function overlaps(nodes: readonly Point[]): string[] {
  return nodes.flatMap((left, at) =>
    nodes
      .slice(at + 1)
      .flatMap((right, more) =>
        Math.abs(left.x - right.x) < NODE_WIDTH && Math.abs(left.y - right.y) < NODE_HEIGHT
          ? [`${at} and ${at + 1 + more}`]
          : []
      )
  );
}

test('callers stand left of whom they call', () => {
  const { layerOf } = layering(4, arrows([0, 1], [1, 2], [0, 2], [3, 2]));
  // What nothing calls stands next to what it calls.
  expect(layerOf.slice(0, 4)).toEqual([0, 1, 2, 1]);
});

test('an arrow past a layer has a bend in it', () => {
  const { ways, layerOf } = layering(3, arrows([0, 1], [1, 2], [0, 2]));
  expect(ways[2]).toEqual([0, 3, 2]);
  expect(layerOf[3]).toBe(1);
});

test('circles are opened where they come back, and their arrows keep their ends', () => {
  const { layerOf, ways } = layering(3, arrows([0, 1], [1, 2], [2, 0]));
  expect(layerOf.slice(0, 3)).toEqual([0, 1, 2]);
  expect(ways[2]).toEqual([2, 3, 0]);
  const layout = mapLayout(3, arrows([0, 1], [1, 2], [2, 0]));
  const [begin, end] = [layout.ways[2][0], layout.ways[2][layout.ways[2].length - 1]];
  expect(begin.x).toBe(layout.nodes[2].x);
  expect(end.x).toBe(layout.nodes[0].x + NODE_WIDTH);
});

test('crossings are counted, and taken away where that can be', () => {
  expect(
    crossings(
      [
        [0, 1],
        [2, 3],
      ],
      4,
      [[3], [2], [], []]
    )
  ).toBe(1);
  expect(
    crossings(
      [
        [0, 1],
        [2, 3],
      ],
      4,
      [[2, 3], [2, 3], [], []]
    )
  ).toBe(1);
  expect(
    crossings(
      [
        [0, 1],
        [2, 3],
      ],
      4,
      [[2], [3], [], []]
    )
  ).toBe(0);
  const { layers, layerOf, after } = layering(6, arrows([0, 5], [1, 4], [2, 3]));
  expect(crossings(layers, layerOf.length, after)).toBe(0);
});

test.each([
  ['nothing', 0, []],
  ['one', 1, []],
  ['some without calls', 5, []],
  ['a fan', 40, Array.from({ length: 39 }, (_, at) => [0, at + 1] as const)],
  ['a chain of chains', 30, Array.from({ length: 29 }, (_, at) => [Math.floor(at / 2), at + 1] as const)],
  [
    'everyone calls everyone',
    30,
    Array.from({ length: 900 }, (_, at) => [at % 30, Math.floor(at / 30)] as const).filter(([from, to]) => from !== to),
  ],
])('%s: no service covers another, all are within the sheet', (_, nodes, pairs) => {
  const layout = mapLayout(nodes, arrows(...pairs));
  expect(overlaps(layout.nodes)).toEqual([]);
  for (const { x, y } of layout.nodes) {
    expect(x).toBeGreaterThanOrEqual(0);
    expect(y).toBeGreaterThanOrEqual(0);
    expect(x + NODE_WIDTH).toBeLessThanOrEqual(layout.width);
    expect(y + NODE_HEIGHT).toBeLessThanOrEqual(layout.height + 1e-6);
  }
  expect(layout.ways.every((way) => way.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y)))).toBe(true);
});

test('a hundred services that all call each other are laid out at once, and not in a line', () => {
  const pairs: Arrow[] = [];
  for (let from = 0; from < 100; from++) {
    for (let to = 0; to < 100; to++) {
      if (from !== to) {
        pairs.push({ from, to });
      }
    }
  }
  const began = performance.now();
  const layout = mapLayout(100, pairs);
  expect(performance.now() - began).toBeLessThan(1000);
  expect(new Set(layout.nodes.map(({ x }) => x)).size).toBe(2);
  expect(overlaps(layout.nodes)).toEqual([]);
});

test('places keep their distance, and are as near as can be to those wanted', () => {
  expect(spread([0, 0, 0], () => 10)).toEqual([-10, 0, 10]);
  expect(spread([0, 100, 105], () => 10)).toEqual([0, 97.5, 107.5]);
  expect(spread([], () => 10)).toEqual([]);
});

test('curves', () => {
  expect(
    curveOf([
      { x: 0, y: 5 },
      { x: 10, y: 5 },
      { x: 20, y: 9 },
    ])
  ).toBe('M 0 5 L 10 5 C 15 5 15 9 20 9');
  expect(pointOn({ x: 0, y: 0 }, { x: 10, y: 20 }, 0.5)).toEqual({ x: 5, y: 10 });
});
