import { buildTree, type TreeOptions } from './build-tree.ts';
import { runNow } from './steps.ts';
import { columnsOf, type Span } from './testing/spans.ts';
import { CYCLE, DUPLICATE_ID, ORPHAN, PHANTOM, SKEWED, type TraceTree } from './trace-tree.ts';

const [SERVER, CLIENT, PRODUCER, CONSUMER] = [2, 3, 4, 5];

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

test('ids may begin anywhere in their memory', () => {
  const columns = columnsOf([{ id: 1 }, { id: 2, parent: 1 }]);
  const shifted = (ids: Uint8Array) => {
    const bytes = new Uint8Array(ids.length + 3);
    bytes.set(ids, 3);
    return bytes.subarray(3);
  };
  const input = { ...columns, spanIds: shifted(columns.spanIds), parentSpanIds: shifted(columns.parentSpanIds) };
  expect([...runNow(buildTree(input)).parents]).toEqual([-1, 0]);
});

test('columns that differ in length are told', () => {
  const columns = { ...columnsOf([{ id: 1 }, { id: 2 }]), durations: new BigInt64Array(1) };
  expect(() => runNow(buildTree(columns))).toThrow(
    new RangeError('Columns of a trace must have one length: durations has 1 rows, kinds has 2.')
  );
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

  test('of several clients and servers of one id, those that were under way', () => {
    const spans = [
      { id: 2, start: 0, duration: 10, kind: CLIENT },
      { id: 2, start: 1, duration: 8, kind: SERVER },
      { id: 2, start: 100, duration: 10, kind: CLIENT },
      { id: 2, start: 101, duration: 8, kind: SERVER },
      { id: 3, parent: 2, start: 5 },
      { id: 4, parent: 2, start: 105, kind: SERVER },
    ];
    expect([...treeOf(spans).parents]).toEqual([-1, 0, -1, 2, 1, 3]);
  });

  test('servers alone are as any other', () => {
    const spans = [
      { id: 2, start: 0, duration: 10, kind: SERVER },
      { id: 2, start: 100, duration: 10, kind: SERVER },
      { id: 3, parent: 2, start: 105 },
    ];
    expect([...treeOf(spans).parents]).toEqual([-1, -1, 1]);
  });
});

describe('clock skew', () => {
  const MS = 1_000_000;
  /** All in milliseconds. */
  const inMs = (span: Span): Span => ({
    ...span,
    start: Number(span.start ?? 0) * MS,
    duration: Number(span.duration ?? 0) * MS,
  });
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
    const tree = treeOf(spans, { correctSkew: true });
    expect([...tree.starts].map((ns) => ns / MS)).toEqual([1000, 1020, 1030]);
    expect(tree).toMatchObject({ skewedSpans: 2, maxSkewNs: 1020 * MS });
    expect(treeOf(spans)).toMatchObject({ skewedSpans: 0, maxSkewNs: 0 });
    expect([...treeOf(spans).starts].map((ns) => ns / MS)).toEqual([1000, 0, 10]);
  });
});
