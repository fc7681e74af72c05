import { emptyColumns, type FrameColumns } from '../wire-frame/columns.ts';
import { buildTree, type TreeOptions } from './build-tree.ts';
import { runNow, runSliced } from './steps.ts';
import { CYCLE, DUPLICATE_ID, ORPHAN, PHANTOM, SKEWED, type TraceTree } from './trace-tree.ts';

interface Span {
  readonly id: number;
  /** 0 for none. */
  readonly parent?: number;
  readonly start?: number;
  readonly duration?: number;
  readonly kind?: number;
  readonly resource?: number;
}

const [SERVER, CLIENT, PRODUCER, CONSUMER] = [2, 3, 4, 5];

function columnsOf(spans: readonly Span[]): FrameColumns {
  const columns = emptyColumns(spans.length, 0);
  const ids = new DataView(columns.spanIds.buffer);
  const parents = new DataView(columns.parentSpanIds.buffer);
  spans.forEach(({ id, parent = 0, start = 0, duration = 0, kind = 0, resource = 0 }, row) => {
    ids.setBigUint64(row * 8, BigInt(id));
    parents.setBigUint64(row * 8, BigInt(parent));
    columns.startOffsets[row] = BigInt(start);
    columns.durations[row] = BigInt(duration);
    columns.kinds[row] = kind;
    columns.resources[row] = resource;
  });
  return columns;
}

const treeOf = (spans: readonly Span[], options?: TreeOptions): TraceTree =>
  runNow(buildTree(columnsOf(spans), options));

/** The tree as nested lists of ids. */
function nested(tree: TraceTree, spans: readonly Span[]): unknown[] {
  const name = (node: number) =>
    node < tree.rows ? spans[node].id : `?${tree.phantomIds[(node - tree.rows) * 8 + 7]}`;
  const from = (start: number, end: number): unknown[] => {
    const found: unknown[] = [];
    for (let at = start; at < end; at += tree.subtreeSizes[at]) {
      const below = from(at + 1, at + tree.subtreeSizes[at]);
      found.push(below.length === 0 ? name(tree.order[at]) : [name(tree.order[at]), ...below]);
    }
    return found;
  };
  return from(0, tree.nodes);
}

function expectForest(tree: TraceTree): void {
  const { nodes, order, positions, depths, subtreeSizes, parents, starts, ends } = tree;
  expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: nodes }, (_, node) => node));
  const sizes = new Uint32Array(nodes).fill(1);
  for (let position = nodes - 1; position >= 0; position--) {
    const node = order[position];
    const parent = parents[node];
    expect(positions[node]).toBe(position);
    expect(sizes[position]).toBe(subtreeSizes[position]);
    expect(ends[node]).toBeGreaterThanOrEqual(starts[node]);
    expect(depths[position]).toBe(parent === -1 ? 0 : depths[positions[parent]] + 1);
    if (parent !== -1) {
      const above = positions[parent];
      expect(above).toBeLessThan(position);
      expect(position).toBeLessThan(above + subtreeSizes[above]);
      sizes[above] += sizes[position];
    }
  }
  for (let position = 0; position < nodes; position++) {
    const sibling = position + subtreeSizes[position];
    if (sibling < nodes && parents[order[sibling]] === parents[order[position]]) {
      expect(starts[order[position]]).toBeLessThanOrEqual(starts[order[sibling]]);
    }
  }
}

test('children stand below their parents, by start', () => {
  const spans = [
    { id: 1, start: 0, duration: 100 },
    { id: 4, parent: 1, start: 50, duration: 10 },
    { id: 2, parent: 1, start: 10, duration: 5 },
    { id: 3, parent: 2, start: 11 },
  ];
  const tree = treeOf(spans);
  expect(nested(tree, spans)).toEqual([[1, [2, 3], 4]]);
  expect(tree).toMatchObject({ firstStart: 0, lastEnd: 100, maxDepth: 2, maxSkewNs: 0 });
});

test('nothing at all', () => {
  expect(treeOf([])).toMatchObject({ nodes: 0, firstStart: 0, lastEnd: 0 });
});

test('a parent that is missing stands for itself, once, as long as its children', () => {
  const spans = [
    { id: 1, start: 0 },
    { id: 2, parent: 9, start: 5, duration: 5 },
    { id: 3, parent: 9, start: 7, duration: 50 },
    { id: 4, parent: 8, start: 1 },
  ];
  const tree = treeOf(spans);
  expect(nested(tree, spans)).toEqual([1, ['?8', 4], ['?9', 2, 3]]);
  expect([...tree.flags]).toEqual([0, ORPHAN, ORPHAN, ORPHAN, PHANTOM, PHANTOM]);
  expect([tree.starts[4], tree.ends[4]]).toEqual([5, 57]);
});

test('a circle is cut at its first span', () => {
  const spans = [
    { id: 1, parent: 3, start: 5 },
    { id: 2, parent: 1, start: 2 },
    { id: 3, parent: 2, start: 7 },
    { id: 4, parent: 3, start: 8 },
    { id: 5, parent: 5, start: 9 },
  ];
  const tree = treeOf(spans);
  expect(nested(tree, spans)).toEqual([[2, [3, 1, 4]], 5]);
  expect([...tree.flags]).toEqual([0, CYCLE, 0, 0, CYCLE]);
});

describe('spans of one id', () => {
  test('children go to the one that was under way', () => {
    const spans = [
      { id: 1, start: 0, duration: 10 },
      { id: 1, start: 20, duration: 10 },
      { id: 2, parent: 1, start: 25 },
      { id: 3, parent: 1, start: 5 },
      { id: 4, parent: 1, start: 90 },
    ];
    expect(nested(treeOf(spans), spans)).toEqual([
      [1, 3, 4],
      [1, 2],
    ]);
    expect([...treeOf(spans).flags]).toEqual([DUPLICATE_ID, DUPLICATE_ID, 0, 0, 0]);
  });

  test('the server that shares a client id is called by it, and makes the calls', () => {
    const spans = [
      { id: 1, start: 0, duration: 100 },
      { id: 2, parent: 1, start: 10, duration: 50, kind: CLIENT },
      { id: 2, parent: 1, start: 12, duration: 40, kind: SERVER },
      { id: 3, parent: 2, start: 20, duration: 5, kind: CLIENT },
    ];
    expect(nested(treeOf(spans), spans)).toEqual([[1, [2, [2, 3]]]]);
  });
});

describe('clock skew', () => {
  const MS = 1_000_000;
  /** All in milliseconds. */
  const inMs = (span: Span): Span => ({ ...span, start: (span.start ?? 0) * MS, duration: (span.duration ?? 0) * MS });
  const skewed = (child: Omit<Span, 'id'>, parent: Partial<Span> = {}) => {
    const spans = [
      inMs({ id: 1, start: 1000, duration: 100, resource: 1, ...parent }),
      inMs({ id: 2, parent: 1, resource: 2, ...child }),
    ];
    const tree = treeOf(spans, { correctSkew: true });
    const length = tree.ends[1] - tree.starts[1];
    return [tree.starts[1] / MS, length / MS, tree.flags[1] === SKEWED, tree.maxSkewNs / MS];
  };

  test('what begins before its parent goes into the middle of it', () => {
    expect(skewed({ start: 0, duration: 60 })).toEqual([1020, 60, true, 1020]);
  });

  test('what is longer than its parent begins with it', () => {
    expect(skewed({ start: 0, duration: 600 })).toEqual([1000, 600, true, 1000]);
  });

  test('a server that begins after the client that waited has ended', () => {
    expect(skewed({ start: 5000, duration: 60, kind: SERVER }, { kind: CLIENT })).toEqual([1020, 60, true, 3980]);
    expect(skewed({ start: 5000, duration: 60 })).toEqual([5000, 60, false, 0]);
  });

  test('a server may end after its client has the answer', () => {
    expect(skewed({ start: 1090, duration: 60, kind: SERVER }, { kind: CLIENT })).toEqual([1090, 60, false, 0]);
  });

  test('less than a millisecond is nothing', () => {
    expect(skewed({ start: 999.1, duration: 60 })).toEqual([999.1, 60, false, 0]);
  });

  test('one clock, and what a queue delivers, stay', () => {
    expect(skewed({ start: 0, duration: 60, resource: 1 })).toEqual([0, 60, false, 0]);
    expect(skewed({ start: 0, duration: 60, kind: CONSUMER })).toEqual([0, 60, false, 0]);
    expect(skewed({ start: 0, duration: 60 }, { kind: PRODUCER })).toEqual([0, 60, false, 0]);
  });

  test('what the process did below moves along; without asking nothing moves', () => {
    const spans = [
      { id: 1, start: 1000, duration: 100, resource: 1 },
      { id: 2, parent: 1, start: 0, duration: 60, resource: 2 },
      { id: 3, parent: 2, start: 10, duration: 5, resource: 2 },
    ].map(inMs);
    expect([...treeOf(spans, { correctSkew: true }).starts].map((ns) => ns / MS)).toEqual([1000, 1020, 1030]);
    expect([...treeOf(spans).starts].map((ns) => ns / MS)).toEqual([1000, 0, 10]);
  });
});

/** xorshift32. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed * 2654435761 + 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

test.each(Array.from({ length: 60 }, (_, seed) => seed + 1))('soup %i: every span is in the forest, once', (seed) => {
  const random = randomNumbers(seed);
  const size = 1 + random(120);
  const spans = Array.from({ length: size }, () => ({
    id: 1 + random(random(3) === 0 ? 8 : size * 2),
    parent: random(4) === 0 ? 0 : 1 + random(size * 2),
    start: random(5) === 0 ? random(3) : random(2 ** 31) * 2 ** 20,
    duration: random(3) === 0 ? -random(1000) : random(2 ** 31),
    kind: random(6),
    resource: random(4),
  }));
  expectForest(treeOf(spans));
  expectForest(treeOf(spans, { correctSkew: true }));
});

const wide: Array<[string, Span[]]> = [
  ['200,000 children', Array.from({ length: 200_001 }, (_, n) => ({ id: n + 1, parent: n === 0 ? 0 : 1, start: n }))],
  ['200,000 deep', Array.from({ length: 200_000 }, (_, n) => ({ id: n + 1, parent: n, start: n }))],
  ['one circle of 200,000', Array.from({ length: 200_000 }, (_, n) => ({ id: n + 1, parent: n === 0 ? 200_000 : n }))],
  ['200,000 of one id', Array.from({ length: 200_000 }, (_, n) => ({ id: 1, parent: n === 0 ? 0 : 1, start: n }))],
  ['200,000 missing parents', Array.from({ length: 200_000 }, (_, n) => ({ id: n + 1, parent: n + 500_000 }))],
  ['200,000 backwards', Array.from({ length: 200_000 }, (_, n) => ({ id: n + 2, parent: 1, start: 200_000 - n }))],
];
test.each(wide)('%s', (_, spans) => {
  const tree = treeOf(spans, { correctSkew: true });
  const seen = new Uint8Array(tree.nodes);
  tree.order.forEach((node) => (seen[node] += 1));
  expect(seen.every((times) => times === 1)).toBe(true);
  expect(tree.rows).toBe(spans.length);
});

test('runs between other work, and stops when it is told to', async () => {
  const columns = columnsOf(wide[0][1]);
  let [pauses, clock] = [0, 0];
  const options = {
    budgetMs: 3,
    now: () => clock++,
    pause: () => {
      pauses += 1;
      return Promise.resolve();
    },
  };
  const tree = await runSliced(buildTree(columns), options);
  expect(pauses).toBeGreaterThan(5);
  expect(Buffer.compare(Buffer.from(tree.order.buffer), Buffer.from(runNow(buildTree(columns)).order.buffer))).toBe(0);
  const signal = { aborted: true, reason: new Error('enough') };
  await expect(runSliced(buildTree(columns), { ...options, signal })).rejects.toThrow('enough');
});
