import { runNow } from '../tree/steps.ts';
import { AggregatedPath } from './aggregate.ts';
import { analyzeTrace } from './analyze-trace.ts';
import { criticalPath } from './critical-path.ts';
import { callersGraph } from './flame.ts';
import type { AnalysisInput } from './input.ts';
import { inputOf, randomNumbers, shuffled, soup, type TestSpan } from './testing/spans.ts';

/** What there is to say of a trace, by ids and texts instead of rows and indexes. */
function told(spans: readonly TestSpan[]): unknown {
  const input = inputOf(spans);
  const { tree, services, names } = input;
  const { selfTime, path, wholePath, operations, parallelism, flame, services: map } = runNow(analyzeTrace(input));
  const idOf = (node: number): string =>
    node < tree.rows ? String(spans[node].id) : `?${tree.phantomIds[(node - tree.rows) * 8 + 7]}`;
  const byId = (column: Float64Array | Uint32Array) =>
    Object.fromEntries(Array.from(column, (value, node) => [idOf(node), value]));
  const segments = ({ nodes, starts, ends, waits }: typeof path) =>
    Array.from(nodes, (node, at) => [idOf(node), starts[at], ends[at], waits[at]]);
  const { p50Ns, p95Ns, selfNs, totalNs, onPathNs } = operations;
  return {
    self: byId(selfTime.selfNs),
    gaps: [byId(selfTime.gapStarts), byId(selfTime.gapEnds)],
    path: segments(path),
    wholePath: segments(wholePath),
    parallelism: { ...parallelism, fanOut: byId(parallelism.fanOut) },
    operations: Array.from({ length: operations.groups }, (_, group) => [
      services.get(operations.first[group] - 1),
      names.get(operations.second[group] - 1),
      ...[p50Ns, p95Ns, selfNs, totalNs, onPathNs].map((column) => column[group]),
    ]).sort(),
    flame: Array.from({ length: flame.nodes }, (_, node) => [
      flame.depths[node],
      flame.services[node] === -1 ? '?' : services.get(flame.services[node]) + names.get(flame.names[node]),
      flame.totalNs[node],
      flame.valueNs[node],
      flame.counts[node],
    ]),
    map: Array.from(map.edges.from, (from, at) => [
      services.get(map.services[from]),
      services.get(map.services[map.edges.to[at]]),
      map.edges.calls[at],
      map.edges.errors[at],
      map.edges.totalNs[at],
    ]).sort(),
  };
}

test.each(Array.from({ length: 100 }, (_, seed) => seed + 1))('soup %i: the order of spans changes nothing', (seed) => {
  // Of spans that start together the order is that of their ids, in frames as in files, so here they start apart.
  const spans = soup(seed, 2 ** 28).map((span) => ({
    ...span,
    start: (span.start ?? 0) * 64 + span.id,
    end: (span.end ?? 0) * 64 + span.id,
  }));
  expect(told(shuffled(spans, seed))).toEqual(told(spans));
});

type Shape = 'bushy' | 'wide' | 'deep' | 'sequential';

function large(size: number, shape: Shape): TestSpan[] {
  const random = randomNumbers(7);
  const spans = [{ id: 1, parent: 0, start: 0, end: 2 ** 40, kind: 2, service: 's0', name: 'root' }];
  for (let n = 1; n < size; n++) {
    const above = shape === 'deep' ? n - 1 : shape === 'bushy' ? Math.max(0, n - 1 - random(Math.min(n, 60))) : 0;
    const parent = spans[above];
    const room = parent.end - parent.start;
    const start =
      shape === 'sequential' ? n * 10 : shape === 'deep' ? n : parent.start + Math.floor((room * random(9)) / 10);
    const end = shape === 'sequential' ? start + 9 : shape === 'deep' ? parent.end - 1 : start + Math.floor(room / 10);
    const kind = random(50) === 0 ? 4 + random(2) : 1 + random(3);
    spans.push({
      id: n + 1,
      parent: above + 1,
      start,
      end,
      kind: shape === 'deep' || shape === 'sequential' ? 1 : kind,
      service: `s${random(30)}`,
      name: `op${random(200)}`,
    });
  }
  return spans;
}

/** Milliseconds. */
function timeOf(input: AnalysisInput): number {
  const start = performance.now();
  const { path } = runNow(analyzeTrace(input));
  expect(path.totalNs).toBe(2 ** 40);
  return performance.now() - start;
}

test.each<Shape>(['bushy', 'wide'])(
  'a million spans, %s: about ten times the time of a hundred thousand',
  (shape) => {
    const hundredThousand = inputOf(large(100_000, shape));
    const least = Math.min(timeOf(hundredThousand), timeOf(hundredThousand));
    // Loosely: other work may be under way on the machine, and sorting is n log n.
    expect(timeOf(inputOf(large(1_000_000, shape)))).toBeLessThan(Math.max(least, 20) * 60);
  },
  60_000
);

test.each<Shape>(['deep', 'sequential'])('200,000 spans, %s', (shape) => {
  expect(timeOf(inputOf(large(200_000, shape)))).toBeLessThan(5000);
});

test('no step is long', () => {
  const input = inputOf(large(300_000, 'bushy'));
  let [steps, longest] = [0, 0];
  const analysis = analyzeTrace(input);
  for (let last = performance.now(), done = false; !done; steps++) {
    done = analysis.next().done === true;
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }
  expect(steps).toBeGreaterThan(100);
  // A few milliseconds; a pause of the garbage collector or of a busy machine falls into one.
  expect(longest).toBeLessThan(500);
});

test('callers of a chain of 200,000 are cut, and soon', () => {
  const { flame } = runNow(analyzeTrace(inputOf(large(200_000, 'deep'))));
  const start = performance.now();
  expect(runNow(callersGraph(flame))).toMatchObject({ isCut: true });
  expect(performance.now() - start).toBeLessThan(5000);
});

test('paths of ten thousand traces of fifty spans', () => {
  const spans = large(50, 'bushy');
  const inputs = Array.from({ length: 10_000 }, () => inputOf(spans));
  const start = performance.now();
  const sum = new AggregatedPath();
  for (const input of inputs) {
    sum.add(input, runNow(criticalPath(input, { wholeTrace: true })));
  }
  // Half a second where nothing else is under way.
  expect(performance.now() - start).toBeLessThan(10_000);
  expect(sum.traces).toBe(10_000);
}, 60_000);
