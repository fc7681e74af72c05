import type { StructuralOperator } from '../ast.ts';
import { randomNumbers } from '../../corpus/random-query.ts';
import { ObjectTrace, type SpanRecord } from './object-trace.ts';
import { Relations, union } from './relate.ts';
import { buildTree, ROOT, UNCONNECTED, type TraceTree } from './tree.ts';

const NONE = new Map<string, never>();

function span(id: string, parent: string, kindCode = 0): SpanRecord {
  return {
    traceId: '1'.padStart(32, '0'),
    spanId: id,
    parentSpanId: parent,
    name: id,
    statusCode: 0,
    statusMessage: '',
    kindCode,
    startNs: 0n,
    durationNs: 0n,
    attributes: NONE,
    resource: NONE,
    scopeName: '',
    scopeVersion: '',
    scopeAttributes: NONE,
    events: [],
    links: [],
  };
}

/** Left, right and the parent's left bound (-1 for roots, 0 for none) of each span, in the order of the spans. */
function nestedSet(spans: readonly SpanRecord[]): number[][] {
  const { positions, left, right, parent } = buildTree(new ObjectTrace(spans));
  return spans.map((_, index) => {
    const position = positions[index];
    const above = parent[position];
    return [left[position], right[position], above === UNCONNECTED ? 0 : above === ROOT ? -1 : left[above]];
  });
}

describe('the tree', () => {
  // As Tempo numbers them: nested_set_model_test.go.
  test('numbers spans depth first, children in the order of the source', () => {
    const spans = [span('b', 'a'), span('a', ''), span('d', 'b'), span('c', 'a'), span('e', 'b')];
    expect(nestedSet(spans)).toEqual([
      [2, 7, 1],
      [1, 10, -1],
      [3, 4, 2],
      [8, 9, 1],
      [5, 6, 2],
    ]);
  });

  test('has several roots, one after the other', () => {
    expect(nestedSet([span('a', ''), span('b', ''), span('c', 'b')])).toEqual([
      [1, 2, -1],
      [3, 6, -1],
      [4, 5, 3],
    ]);
  });

  test('has no place for what hangs on no root', () => {
    const spans = [span('a', ''), span('b', 'x'), span('c', 'b'), span('d', 'e'), span('e', 'd'), span('f', 'f')];
    expect(nestedSet(spans)).toEqual([[1, 2, -1], ...Array.from({ length: 5 }, () => [0, 0, 0])]);
  });

  test('tells client and server of one id apart', () => {
    const [server, client] = [2, 3];
    const spans = [
      span('a', ''),
      span('b', 'a', client),
      span('b', 'b', server),
      span('c', 'b'),
      span('d', 'b', server),
    ];
    expect(nestedSet(spans)).toEqual([
      [1, 10, -1],
      [2, 9, 1],
      [3, 6, 2],
      [4, 5, 3],
      [7, 8, 2],
    ]);
  });

  test('knows nobody by an id that occurs three times, and everybody else', () => {
    const spans = [span('a', ''), span('b', 'a'), span('b', 'a'), span('b', 'a'), span('b', 'a'), span('c', 'b')];
    expect(nestedSet([...spans, span('d', 'a')])).toEqual([
      [1, 4, -1],
      ...Array.from({ length: 5 }, () => [0, 0, 0]),
      [2, 3, 1],
    ]);
  });

  test('of nothing is nothing', () => {
    expect(nestedSet([])).toEqual([]);
    expect(nestedSet([span('a', 'x')])).toEqual([[0, 0, 0]]);
  });
});

const OPERATORS: readonly StructuralOperator[] = [
  ...(['>', '>>', '<', '<<', '~', '!>', '!>>', '!<', '!<<', '!~', '&>', '&>>', '&<', '&<<', '&~'] as const),
];

/** What an operator means, one pair at a time: whether `right` is in the relation to `left`. */
function isRelated(relation: string, { parent }: TraceTree, left: number, right: number): boolean {
  const isAbove = (above: number, below: number): boolean => {
    for (let at = parent[below]; at >= 0; at = parent[at]) {
      if (at === above) {
        return true;
      }
    }
    return false;
  };
  switch (relation) {
    case '>':
      return parent[right] === left;
    case '<':
      return parent[left] === right;
    case '>>':
      return isAbove(left, right);
    case '<<':
      return isAbove(right, left);
    default:
      return left !== right && parent[left] === parent[right] && parent[left] !== UNCONNECTED;
  }
}

function pairwise(operator: StructuralOperator, tree: TraceTree, left: Int32Array, right: Int32Array): Int32Array {
  const relation = operator.replace(/^[!&]/, '');
  const kept = right.filter(
    (position) => left.some((other) => isRelated(relation, tree, other, position)) !== operator.startsWith('!')
  );
  const above = operator.startsWith('&')
    ? left.filter((position) => right.some((other) => isRelated(relation, tree, position, other)))
    : kept;
  return new Int32Array(new Set([...kept, ...above])).sort();
}

/** A trace with several roots, lost parents, circles, and ids that occur twice and more. */
function randomTrace(next: () => number): ObjectTrace {
  const size = 1 + Math.floor(next() * 25);
  const id = () => String(Math.floor(next() * size * 1.1));
  return new ObjectTrace(
    Array.from({ length: size }, (_, index) =>
      span(
        next() < 0.1 ? id() : String(index),
        next() < 0.1 ? '' : next() < 0.8 ? String(Math.floor(next() * index)) : id(),
        Math.floor(next() * 6)
      )
    )
  );
}

describe('structural operators', () => {
  test.each(OPERATORS)('%s keeps what comparing each pair keeps', (operator) => {
    const next = randomNumbers(OPERATORS.indexOf(operator) + 1);
    let kept = 0;
    for (let count = 0; count < 400; count++) {
      const trace = randomTrace(next);
      const tree = buildTree(trace);
      const relations = new Relations(tree);
      const some = () => Int32Array.from({ length: trace.size }, (_, at) => at).filter(() => next() < 0.4);
      for (let pairs = 0; pairs < 3; pairs++) {
        const [left, right] = [some(), some()];
        const found = relations.relate(operator, left, right);
        expect([...found]).toEqual([...pairwise(operator, tree, left, right)]);
        kept += found.length;
      }
    }
    expect(kept).toBeGreaterThan(100);
  });

  test.each<[string, (index: number) => string]>([
    ['a chain', (index) => (index === 0 ? '' : String(index - 1))],
    ['a star', (index) => (index === 0 ? '' : '0')],
    ['all roots', () => ''],
    ['a circle', (index) => String((index + 1) % 100_000)],
  ])('take linear time: %s', (_, parentOf) => {
    const trace = new ObjectTrace(Array.from({ length: 100_000 }, (__, index) => span(String(index), parentOf(index))));
    const started = performance.now();
    const relations = new Relations(buildTree(trace));
    const all = Int32Array.from({ length: trace.size }, (__, at) => at);
    for (const operator of OPERATORS) {
      expect(relations.relate(operator, all, all).length).toBeLessThanOrEqual(trace.size);
    }
    // Squared it would be ten thousand million steps for each.
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

test('a union has each position once', () => {
  const of = (...positions: number[]) => Int32Array.from(positions);
  expect([...union(of(1, 3, 5), of(1, 2, 5, 6))]).toEqual([1, 2, 3, 5, 6]);
  expect([...union(of(), of(4))]).toEqual([4]);
  expect([...union(of(4), of())]).toEqual([4]);
});
