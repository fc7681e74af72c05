import { emptyColumns, wordsOf, type FrameColumns } from '../wire-frame/columns.ts';
import { buildTree } from './build-tree.ts';
import { repeatedSiblings } from './repeated-siblings.ts';
import { runNow } from './steps.ts';
import { randomNumbers } from './testing/spans.ts';
import type { TraceTree } from './trace-tree.ts';

interface Shape {
  /** The row of a row's parent; -1 for none, -2 for one that is missing. */
  readonly parent: (row: number, rows: number, random: (below: number) => number) => number;
  readonly start?: (row: number, rows: number, random: (below: number) => number) => number;
  /** Rows of one id. */
  readonly namesakes?: number;
}

/** Columns without an object for each span. */
function columnsOf(rows: number, { parent, start = (row) => row, namesakes = 1 }: Shape): FrameColumns {
  const random = randomNumbers(3);
  const columns = emptyColumns(rows, 0);
  const ids = wordsOf(columns.spanIds);
  const parents = wordsOf(columns.parentSpanIds);
  const startWords = wordsOf(columns.startOffsets);
  const durationWords = wordsOf(columns.durations);
  const lowOf = (row: number) => Math.floor(row / namesakes) + 1;
  for (let row = 0; row < rows; row++) {
    const above = parent(row, rows, random);
    ids[row * 2] = lowOf(row);
    parents[row * 2] = above === -1 ? 0 : above === -2 ? row + 1 : lowOf(above);
    parents[row * 2 + 1] = above === -2 ? 1 : 0;
    startWords[row * 2] = start(row, rows, random);
    durationWords[row * 2] = random(1_000_000);
    columns.kinds[row] = random(6);
    columns.resources[row] = random(8);
    columns.names[row] = random(20);
  }
  return columns;
}

/** Throws where the arrays do not make one forest in depth-first order. An expectation for each node would take minutes. */
function checkForest({ nodes, order, positions, depths, subtreeSizes, parents, starts }: TraceTree): void {
  const check = (holds: boolean, what: string, node: number) => {
    if (!holds) {
      throw new Error(`${what} of node ${node}`);
    }
  };
  const sizes = new Uint32Array(nodes).fill(1);
  for (let position = nodes - 1; position >= 0; position--) {
    const node = order[position];
    const parent = parents[node];
    const above = parent === -1 ? -1 : positions[parent];
    check(positions[node] === position, 'position', node);
    check(sizes[position] === subtreeSizes[position], 'subtree', node);
    check(depths[position] === (parent === -1 ? 0 : depths[above] + 1), 'depth', node);
    check(above < position, 'parent', node);
    if (parent !== -1) {
      check(position < above + subtreeSizes[above], 'place', node);
      sizes[above] += sizes[position];
    }
    const sibling = position + subtreeSizes[position];
    if (sibling < nodes && parents[order[sibling]] === parent) {
      check(starts[node] <= starts[order[sibling]], 'order', node);
    }
  }
}

const shapes: Array<[string, number, Shape, Partial<TraceTree>]> = [
  ['children of one span', 200_001, { parent: (row) => (row === 0 ? -1 : 0) }, { nodes: 200_001, maxDepth: 1 }],
  [
    'children of one span, backwards',
    200_001,
    { parent: (row) => (row === 0 ? -1 : 0), start: (row, rows) => (row === 0 ? 0 : rows - row) },
    { nodes: 200_001 },
  ],
  ['deep', 10_000, { parent: (row) => row - 1 }, { nodes: 10_000, maxDepth: 9_999 }],
  ['deep', 200_000, { parent: (row) => row - 1 }, { nodes: 200_000, maxDepth: 199_999 }],
  [
    'deep, the last span first',
    200_000,
    { parent: (row, rows) => (row === rows - 1 ? -1 : row + 1) },
    { nodes: 200_000, maxDepth: 199_999 },
  ],
  [
    'in one circle',
    200_000,
    { parent: (row, rows) => (row === 0 ? rows - 1 : row - 1) },
    { nodes: 200_000, maxDepth: 199_999 },
  ],
  ['in circles of their own', 200_000, { parent: (row) => row }, { nodes: 200_000, maxDepth: 0 }],
  ['roots', 200_000, { parent: () => -1 }, { nodes: 200_000, maxDepth: 0 }],
  ['of missing parents', 200_000, { parent: () => -2 }, { nodes: 400_000, maxDepth: 1 }],
  ['of one id', 200_000, { parent: () => 0, namesakes: 200_000 }, { nodes: 200_000 }],
  ['of ids that 40 have', 200_000, { parent: (row, _, random) => random(row + 1), namesakes: 40 }, { nodes: 200_000 }],
  [
    'with any parent at any time',
    1_000_000,
    { parent: (_, rows, random) => random(rows), start: (_row, _rows, random) => random(2 ** 32) },
    { nodes: 1_000_000 },
  ],
];
test.each(shapes)('spans %s: %i', (_, rows, shape, expected) => {
  const tree = runNow(buildTree(columnsOf(rows, shape), { correctSkew: true }));
  expect(tree).toMatchObject({ rows, ...expected });
  checkForest(tree);
});

const BUSHY: Shape = { parent: (row, _, random) => (row === 0 ? -1 : Math.max(0, row - 1 - random(20))) };

/** Milliseconds of the processor, the least of some runs: others may be at work on the machine. */
function leastMs(run: () => void, rounds: number): number {
  let least = Infinity;
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}

// Ten times as many take ten times as long, and as much again because they leave the processor's cache. Square growth takes 100.
test('the time grows as the spans do', () => {
  const [small, large] = [100_000, 1_000_000].map((rows) => columnsOf(rows, BUSHY));
  const build = (columns: FrameColumns) => {
    const tree = runNow(buildTree(columns, { correctSkew: true }));
    runNow(repeatedSiblings(tree, columns, 4));
  };
  const smallMs = leastMs(() => build(small), 6);
  expect(leastMs(() => build(large), 2)).toBeLessThan(smallMs * 40);
});

// Each step is of so many elements at most, so their number grows with the work.
test('a million spans are built in many steps', () => {
  const steps = buildTree(columnsOf(1_000_000, BUSHY), { correctSkew: true });
  let count = 0;
  while (!steps.next().done) {
    count += 1;
  }
  expect(count).toBeGreaterThan(400);
});
