import { analyzeTrace, callersGraph, runNow, type FlameGraph } from '@clew/trace-model';
import { syntheticTable, tableOf } from '../../timeline/testing/syntheticTable';
import { type TraceTable } from '../../trace/traceTable';
import { callerMatches, callerSpans, matchesByNode, pathSpans } from './nodeSpans';
import { factsOf, queryOf } from './flameFacts';
import { placesOf, WHOLE } from './flameLayout';

const table = tableOf([
  { id: 1, service: 'web', name: 'GET /', start: 0, duration: 100 },
  { id: 2, parent: 1, service: 'db', name: 'select', start: 0, duration: 10 },
  { id: 3, parent: 1, service: 'db', name: 'select', start: 10, duration: 30, error: true },
  { id: 4, parent: 1, service: 'shop', name: 'buy', start: 40, duration: 50 },
  { id: 5, parent: 4, service: 'db', name: 'select', start: 40, duration: 40 },
  { id: 6, parent: 99, service: 'lost', name: 'x', start: 0, duration: 5 },
]);
const flame = runNow(analyzeTrace(table)).flame;

const bitsOf = (...rows: number[]): Uint32Array => {
  const bits = new Uint32Array(4);
  rows.forEach((row) => (bits[row >>> 5] |= 1 << (row & 31)));
  return bits;
};

/** `GET / > select`: the names on the way to each node. */
function ways(of: TraceTable, graph: FlameGraph): string[] {
  const result: string[] = [];
  for (let node = 0; node < graph.nodes; node++) {
    const name = graph.names[node] === -1 ? '?' : of.names.get(graph.names[node]);
    result.push(graph.parents[node] === -1 ? name : `${result[graph.parents[node]]} > ${name}`);
  }
  return result;
}

const byWay = (graph: FlameGraph, values: ArrayLike<number>) =>
  Object.fromEntries(ways(table, graph).map((way, node) => [way, values[node]]));

test('rows find their nodes, nodes their longest spans', () => {
  const spans = runNow(pathSpans(table, flame));
  const names = ways(table, flame);
  expect(Array.from(spans.nodeOfRow, (node) => names[node])).toEqual([
    'GET /',
    'GET / > select',
    'GET / > select',
    'GET / > buy',
    'GET / > buy > select',
    '? > x',
  ]);
  expect(byWay(flame, spans.slowest)).toEqual({
    'GET /': 0,
    'GET / > select': 2,
    'GET / > buy': 3,
    'GET / > buy > select': 4,
    '?': -1,
    '? > x': 5,
  });
});

test('matches by node', () => {
  const spans = runNow(pathSpans(table, flame));
  expect(byWay(flame, runNow(matchesByNode(spans, bitsOf(0, 1, 2, 5, 77))))).toEqual({
    'GET /': 1,
    'GET / > select': 2,
    'GET / > buy': 0,
    'GET / > buy > select': 0,
    '?': 0,
    '? > x': 1,
  });
  expect(runNow(matchesByNode({ ...spans, nodeOfRow: new Uint32Array(32) }, Uint32Array.of(0x8000_0001)))[0]).toBe(2);
});

test('callers have the spans of what they call', () => {
  const callers = runNow(callersGraph(flame));
  const spans = runNow(pathSpans(table, flame));
  expect(byWay(callers, runNow(callerSpans(table, spans, callers)).slowest)).toMatchObject({
    select: 4,
    'select > GET /': 2,
    'select > buy': 4,
    'select > buy > GET /': 4,
    'GET /': 0,
  });
  const counts = runNow(matchesByNode(spans, bitsOf(1, 2, 4)));
  expect(byWay(callers, runNow(callerMatches(flame, callers, counts)))).toMatchObject({
    select: 3,
    'select > GET /': 2,
    'select > buy': 1,
    buy: 0,
    'GET /': 0,
  });
});

test.each([1, 2, 3])('all spans of a large trace are found, seed %i', (seed) => {
  const large = syntheticTable(3000, seed);
  const graph = runNow(analyzeTrace(large)).flame;
  const spans = runNow(pathSpans(large, graph));
  const counts = new Uint32Array(graph.nodes);
  const longest = new Float64Array(graph.nodes);
  spans.nodeOfRow.forEach((node, row) => {
    counts[node] += 1;
    longest[node] = Math.max(longest[node], large.tree.ends[row] - large.tree.starts[row]);
    expect([graph.services[node], graph.names[node]]).toEqual([large.columns.services[row], large.columns.names[row]]);
  });
  const all = new Uint32Array((large.tree.rows + 31) >>> 5).fill(0xffff_ffff);
  expect(runNow(matchesByNode(spans, all))).toEqual(counts);
  expect(counts).toEqual(graph.counts);
  const durations = Float64Array.from(spans.slowest, (row) => large.tree.ends[row] - large.tree.starts[row]);
  expect(durations).toEqual(longest);
  const callers = runNow(callersGraph(graph));
  expect(runNow(callerMatches(graph, callers, counts))).toEqual(callers.counts);
  // Of callers that were left out nothing is said.
  const cut = runNow(callersGraph(graph, { maxDepth: 1 }));
  expect(runNow(callerMatches(graph, cut, counts))).toEqual(cut.counts);
});

test('what is said of a node', () => {
  const places = placesOf(flame);
  const node = ways(table, flame).indexOf('GET / > select');
  expect(factsOf(table, places, node, 'paths')).toEqual({
    service: 'db',
    name: 'select',
    count: 2,
    errors: 1,
    isSpans: true,
    lines: [
      ['Spans', '2'],
      ['Total', '40 µs (20 µs each)'],
      ['Self', '40 µs'],
      ['Share of the trace', '38.1%'],
      ['Errors', '1'],
    ],
  });
  const missing = ways(table, flame).indexOf('?');
  expect(factsOf(table, places, missing, 'paths')).toMatchObject({
    service: '',
    name: 'Missing parent',
    isSpans: false,
  });
  expect(queryOf(table, flame, missing)).toBeUndefined();
  expect(queryOf(table, flame, WHOLE)).toBeUndefined();
  const callers = runNow(callersGraph(flame));
  const caller = ways(table, callers).indexOf('select > buy');
  expect(factsOf(table, placesOf(callers), caller, 'callers').lines.slice(0, 2)).toEqual([
    ['Caller of', 'db select'],
    ['Calls this way', '1'],
  ]);
});

test('a query for an operation, whatever its name', () => {
  const odd = tableOf([{ id: 1, service: 'a "b" \\ c', name: 'say "hi"\n{ }', start: 0, duration: 1 }]);
  expect(queryOf(odd, runNow(analyzeTrace(odd)).flame, 0)).toBe(
    '{ resource.service.name = "a \\"b\\" \\\\ c" && name = "say \\"hi\\"\\n{ }" }'
  );
  const unnamed = tableOf([{ id: 1, service: '', name: 'n', start: 0, duration: 1 }]);
  expect(queryOf(unnamed, runNow(analyzeTrace(unnamed)).flame, 0)).toBe('{ name = "n" }');
});
