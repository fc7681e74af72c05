import { runNow } from '../tree/steps.ts';
import { callersGraph, flameGraph, type CallersOptions, type FlameGraph } from './flame.ts';
import type { AnalysisInput } from './input.ts';
import { selfTime } from './self-time.ts';
import { ERROR, inputOf, soup, type TestSpan } from './testing/spans.ts';

const flameOf = (input: AnalysisInput) => runNow(flameGraph(input, runNow(selfTime(input))));

/** A line a node, indented by depth: service, name, count, total, self, value. */
function drawn(input: AnalysisInput, flame: FlameGraph): string[] {
  return Array.from({ length: flame.nodes }, (_, node) => {
    const label =
      flame.services[node] === -1
        ? '?'
        : `${input.services.get(flame.services[node])}/${input.names.get(flame.names[node])}`;
    const failed = flame.errors[node] === 0 ? '' : ` !${flame.errors[node]}`;
    return `${'  '.repeat(flame.depths[node])}${label} ×${flame.counts[node]} ${flame.totalNs[node]} self ${flame.selfNs[node]} value ${flame.valueNs[node]}${failed}`;
  });
}

const spans: TestSpan[] = [
  { id: 1, start: 0, end: 100, service: 'shop', name: 'checkout' },
  { id: 2, parent: 1, start: 10, end: 30, service: 'shop', name: 'query' },
  { id: 3, parent: 1, start: 30, end: 40, service: 'shop', name: 'query', status: ERROR },
  { id: 4, parent: 1, start: 40, end: 90, service: 'bank', name: 'pay' },
  { id: 5, parent: 4, start: 50, end: 60, service: 'shop', name: 'query' },
];

test('spans that came the same way are one node', () => {
  const input = inputOf(spans);
  expect(drawn(input, flameOf(input))).toEqual([
    'shop/checkout ×1 100 self 20 value 100',
    '  bank/pay ×1 50 self 40 value 50',
    '    shop/query ×1 10 self 10 value 10',
    '  shop/query ×2 30 self 30 value 30 !1',
  ]);
});

test('the other way round: who called', () => {
  const input = inputOf(spans);
  expect(drawn(input, runNow(callersGraph(flameOf(input))))).toEqual([
    'bank/pay ×1 50 self 40 value 40',
    '  shop/checkout ×1 50 self 40 value 40',
    'shop/query ×3 40 self 40 value 40 !1',
    '  shop/checkout ×2 30 self 30 value 30 !1',
    '  bank/pay ×1 10 self 10 value 10',
    '    shop/checkout ×1 10 self 10 value 10',
    'shop/checkout ×1 100 self 20 value 20',
  ]);
});

test('missing parents stand at the root, together', () => {
  const input = inputOf([
    { id: 1, parent: 8, start: 0, end: 10 },
    { id: 2, parent: 9, start: 5, end: 20 },
    { id: 3, start: 0, end: 1 },
  ]);
  const flame = flameOf(input);
  expect(drawn(input, flame)).toEqual([
    '? ×2 25 self 0 value 25',
    '  s/n ×2 25 self 25 value 25',
    's/n ×1 1 self 1 value 1',
  ]);
  expect(drawn(input, runNow(callersGraph(flame)))).toEqual([
    's/n ×3 26 self 26 value 26',
    '  ? ×2 25 self 25 value 25',
    '? ×2 25 self 0 value 0',
  ]);
});

test('what called itself', () => {
  const input = inputOf(Array.from({ length: 3 }, (_, n) => ({ id: n + 1, parent: n, start: n, end: 10 - n })));
  const flame = flameOf(input);
  expect(drawn(input, flame)).toEqual([
    's/n ×1 10 self 2 value 10',
    '  s/n ×1 8 self 2 value 8',
    '    s/n ×1 6 self 6 value 6',
  ]);
  expect(drawn(input, runNow(callersGraph(flame)))).toEqual([
    's/n ×3 24 self 10 value 10',
    '  s/n ×2 14 self 8 value 8',
    '    s/n ×1 6 self 6 value 6',
  ]);
});

test('nothing', () => {
  const flame = flameOf(inputOf([]));
  expect(flame).toMatchObject({ nodes: 0, maxDepth: 0 });
  expect(runNow(callersGraph(flame))).toMatchObject({ nodes: 0, isCut: false });
});

test('callers far up are left out, and that is said', () => {
  const input = inputOf(
    Array.from({ length: 300 }, (_, n) => ({ id: n + 1, parent: n, start: n, end: 1000 - n, name: `n${n}` }))
  );
  const flame = flameOf(input);
  const cut = (options?: CallersOptions) => {
    const { nodes, maxDepth, isCut } = runNow(callersGraph(flame, options));
    return { nodes, maxDepth, isCut };
  };
  expect(cut({ maxDepth: 300 })).toEqual({ nodes: (300 * 301) / 2, maxDepth: 299, isCut: false });
  expect(cut({ maxDepth: 299 })).toEqual({ nodes: (300 * 301) / 2, maxDepth: 299, isCut: false });
  expect(cut({ maxDepth: 1 })).toEqual({ nodes: 300 + 299, maxDepth: 1, isCut: true });
  expect(cut({ maxNodes: 300 })).toEqual({ nodes: 300 + 299, maxDepth: 1, isCut: true });
  expect(cut()).toMatchObject({ maxDepth: 64, isCut: true });
});

/** Sums by path, the steps of a path told apart by service and name. */
function byPath(input: AnalysisInput, isReversed: boolean): Map<string, number[]> {
  const { tree, columns } = input;
  const self = runNow(selfTime(input)).selfNs;
  const sums = new Map<string, number[]>();
  const add = (path: readonly string[], numbers: readonly number[]) => {
    const key = path.join(' > ');
    const known = sums.get(key) ?? numbers.map(() => 0);
    sums.set(
      key,
      known.map((sum, at) => sum + numbers[at])
    );
  };
  for (let node = 0; node < tree.nodes; node++) {
    const way: string[] = [];
    for (let at = node; at !== -1; at = tree.parents[at]) {
      way.push(at < tree.rows ? `${columns.services[at]}/${columns.names[at]}` : '-1/-1');
    }
    const failed = node < tree.rows && columns.statuses[node] === ERROR ? 1 : 0;
    const numbers = [1, failed, tree.ends[node] - tree.starts[node], self[node]];
    if (isReversed) {
      way.forEach((_, steps) => add(way.slice(0, steps + 1), [...numbers, self[node]]));
    } else {
      way.reverse();
      way.forEach((_, steps) =>
        add(way.slice(0, steps + 1), steps === way.length - 1 ? [...numbers, self[node]] : [0, 0, 0, 0, self[node]])
      );
    }
  }
  return sums;
}

function expectSums(flame: FlameGraph, sums: Map<string, number[]>): void {
  const paths: string[] = [];
  const found = new Map<string, number[]>();
  let sizes = 0;
  for (let node = 0; node < flame.nodes; node++) {
    const parent = flame.parents[node];
    const label = `${flame.services[node]}/${flame.names[node]}`;
    paths.push(parent === -1 ? label : `${paths[parent]} > ${label}`);
    found.set(paths[node], [
      flame.counts[node],
      flame.errors[node],
      flame.totalNs[node],
      flame.selfNs[node],
      flame.valueNs[node],
    ]);
    const sibling = node + flame.subtreeSizes[node];
    if (sibling < flame.nodes && flame.parents[sibling] === parent) {
      expect(flame.valueNs[node]).toBeGreaterThanOrEqual(flame.valueNs[sibling]);
    }
    expect(flame.depths[node]).toBe(parent === -1 ? 0 : flame.depths[parent] + 1);
    sizes += parent === -1 ? flame.subtreeSizes[node] : 0;
  }
  expect(sizes).toBe(flame.nodes);
  expect([...found].sort()).toEqual([...sums].sort());
}

test.each(Array.from({ length: 100 }, (_, seed) => seed + 1))('soup %i: as summed path by path', (seed) => {
  const input = inputOf(soup(seed, 2 ** 30));
  const flame = flameOf(input);
  expectSums(flame, byPath(input, false));
  expectSums(runNow(callersGraph(flame)), byPath(input, true));
});
