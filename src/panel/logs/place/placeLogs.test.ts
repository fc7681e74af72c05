import { BASE_NS, spanIdOf, tableOf, TRACE_ID, type TestSpan } from '../../testing/traces';
import { readLogFrames } from '../read/readLogFrames';
import { lineOf, shopLines, shopTable } from '../testing/fixtures';
import { deepestRunning } from './deepestRunning';
import { logMarks } from './logMarks';
import { PLACEMENTS, placeLogs } from './placeLogs';

const MS = 1_000_000;
const SPANS: TestSpan[] = [
  { id: 1, service: 'web', name: 'GET', startNs: 0, durationNs: 100 * MS },
  { id: 2, parent: 1, service: 'web', name: 'render', startNs: 10 * MS, durationNs: 20 * MS },
  { id: 3, parent: 1, service: 'db', name: 'SELECT', startNs: 40 * MS, durationNs: 10 * MS },
  { id: 4, parent: 1, service: 'web', name: 'part', startNs: 15 * MS, durationNs: 5 * MS },
  { id: 5, parent: 77, service: 'web', name: 'of a span that is lost', startNs: 60 * MS, durationNs: MS },
];
const at = (ns: number, changes: Parameters<typeof lineOf>[1] = {}) => lineOf(BASE_NS + BigInt(ns), changes);
const placementsOf = (placed: ReturnType<typeof placeLogs>) =>
  [...placed.nodes].map((node, line) => [PLACEMENTS[placed.placements[line]], node]);

test('by span id; else the deepest span of the service that ran then, of several the one that began last', () => {
  const table = tableOf(SPANS);
  const row = (id: number) =>
    SPANS.map(({ startNs = 0 }) => startNs)
      .sort((a, b) => a - b)
      .indexOf(SPANS[id - 1].startNs ?? 0);
  const placed = placeLogs(
    [
      at(5 * MS + 1, { spanId: spanIdOf(3) }),
      at(5 * MS + 1, { service: 'web' }),
      at(12 * MS + 1, { service: 'web' }),
      at(17 * MS + 1, { service: 'web' }),
      at(25 * MS + 1, { service: 'web' }),
      at(35 * MS + 1, { service: 'web' }),
      at(45 * MS + 1, { service: 'db' }),
      at(55 * MS + 1, { service: 'db' }),
      at(45 * MS + 1, { service: 'unknown' }),
      at(45 * MS + 1),
      at(1, { spanId: spanIdOf(77) }),
      at(45 * MS + 1, { service: 'db', spanId: spanIdOf(99) }),
      at(45 * MS + 1, { service: 'db', spanId: spanIdOf(1), traceId: 'f'.repeat(32) }),
      at(45 * MS + 1, { spanId: spanIdOf(1), traceId: TRACE_ID }),
    ],
    table
  );
  expect(placementsOf(placed)).toEqual([
    ['span', row(3)],
    ['time', row(1)],
    ['time', row(2)],
    ['time', row(4)],
    ['time', row(2)],
    ['time', row(1)],
    ['time', row(3)],
    ['none', -1],
    ['none', -1],
    ['none', -1],
    ['span', table.tree.rows],
    ['time', row(3)],
    ['time', row(3)],
    ['span', row(1)],
  ]);
});

test('times are cut to milliseconds by many loggers', () => {
  const table = tableOf([{ id: 1, service: 'db', startNs: 400_000, durationNs: 200_000 }]);
  expect(placementsOf(placeLogs([at(0, { service: 'db' }), at(1, { service: 'db' })], table))).toEqual([
    ['time', 0],
    ['none', -1],
  ]);
});

test('lines move with spans whose clock is corrected', () => {
  const spans: TestSpan[] = [
    { id: 1, service: 'web', startNs: 0, durationNs: 100 * MS },
    { id: 2, parent: 1, service: 'late', startNs: -500 * MS + 1000 * MS, durationNs: 20 * MS },
    { id: 3, parent: 1, service: 'early', startNs: -700 * MS, durationNs: 20 * MS },
  ];
  const table = tableOf(spans, true);
  const early =
    [...table.tree.starts.keys()].find((row) => table.services.get(table.columns.services[row]) === 'early') ?? -1;
  const moved = table.tree.starts[early] - Number(table.columns.startOffsets[early]);
  expect(table.tree.skewedSpans).toBeGreaterThan(0);
  const lineAt = Number(table.columns.startOffsets[early]) + 7;
  const placed = placeLogs([lineOf(table.baseNs + BigInt(lineAt), { service: 'early' })], table);
  expect(placed.nodes[0]).toBe(early);
  expect(placed.offsets[0]).toBe(lineAt + moved);
  expect(placed.offsets[0]).toBe(table.tree.starts[early] + 7);
});

test('of spans that share an id, the one of the line’s service', () => {
  const table = tableOf([
    { id: 1, service: 'client', startNs: 0, durationNs: 10 * MS },
    { id: 1, service: 'server', startNs: MS, durationNs: 5 * MS },
  ]);
  const named = { spanId: spanIdOf(1) };
  const placed = placeLogs(
    [at(2 * MS, { ...named, service: 'server' }), at(2 * MS, { ...named, service: 'client' })],
    table
  );
  expect([...placed.nodes].map((row) => table.services.get(table.columns.services[row]))).toEqual(['server', 'client']);
});

test('lines of the shop stand on their spans', () => {
  const table = shopTable();
  const lines = readLogFrames(shopLines(), 'service_name');
  const placed = placeLogs(lines, table);
  expect([...placed.placements].map((how) => PLACEMENTS[how])).toEqual(['span', 'span', 'span', 'span']);
  expect([...placed.nodes].map((row) => table.services.get(table.columns.services[row]))).toEqual(
    lines.map(({ service }) => service)
  );
  // Without ids they come to spans of the same services.
  const anonymous = placeLogs(
    lines.map((line) => ({ ...line, spanId: undefined, traceId: undefined })),
    table,
    'likely'
  );
  expect([...anonymous.nodes].map((row) => table.services.get(table.columns.services[row]))).toEqual(
    lines.map(({ service }) => service)
  );
});

test('marks by node, in order of time', () => {
  const table = tableOf(SPANS);
  const placed = placeLogs(
    [
      at(30 * MS, { spanId: spanIdOf(1), level: 'error' }),
      at(20 * MS, { spanId: spanIdOf(1) }),
      at(90 * MS),
      at(41 * MS, { spanId: spanIdOf(3) }),
    ],
    table
  );
  const marks = logMarks(placed, table.tree.nodes);
  const of = (node: number) => [...marks.lines.subarray(marks.offsets[node], marks.offsets[node + 1])];
  expect(of(placed.nodes[0])).toEqual([1, 0]);
  expect(of(placed.nodes[3])).toEqual([3]);
  expect([...marks.times]).toEqual([20 * MS, 30 * MS, 41 * MS]);
  expect(marks.offsets).toHaveLength(table.tree.nodes + 1);
});

test('agrees with looking at every span for every line', () => {
  let seed = 7;
  const random = (below: number) => (seed = (seed * 48271) % 2147483647) % below;
  const spans = Array.from({ length: 200 }, (_, index): TestSpan => ({
    id: index + 1,
    parent: index === 0 ? undefined : 1 + random(index),
    service: `s${random(4)}`,
    startNs: random(1000),
    durationNs: random(300),
  }));
  const table = tableOf(spans);
  const { tree, columns } = table;
  const lines = Array.from({ length: 500 }, (_, line) => ({
    line,
    service: random(table.services.length),
    from: random(1400),
    until: 0,
  }));
  lines.forEach((line) => (line.until = line.from));
  const found = new Map([...deepestRunning(lines, table, tree)].map(({ line, node }) => [line, node]));
  for (const { line, service, from: time } of lines) {
    const running = Array.from({ length: tree.rows }, (_, row) => row).filter(
      (row) => columns.services[row] === service && tree.starts[row] <= time && time <= tree.ends[row]
    );
    const rank = (row: number) => tree.depths[tree.positions[row]] * 1e6 + tree.starts[row];
    const best = Math.max(...running.map(rank));
    expect(found.has(line) ? rank(found.get(line) ?? -1) : -Infinity).toBe(best);
  }
});
