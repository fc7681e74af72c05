import { type MapEdgeJson, type MapNodeJson } from '../../shared/serviceMap/serviceMapJson';
import { mapPicture } from './mapPicture';
import { edgeLabel, minutesOf, nodeLabel } from './mapTexts';

const node = (id: string, more: Partial<MapNodeJson> = {}): MapNodeJson => ({
  ...{ id, service: id, kind: 'service', spans: 10, errors: 0, selfNs: 5e6 },
  ...{ requests: 6, failedRequests: 0, p50Ns: 1e6, p95Ns: 20e6, ...more },
});

const edge = (from: string, to: string, more: Partial<MapEdgeJson> = {}): MapEdgeJson => ({
  ...{ from, to, async: false, calls: 40, errors: 0, unanswered: 0, totalNs: 4e6, waitNs: 0, p95Ns: 22.4e6, ...more },
});

const map = {
  ...{ traces: 4, truncated: false, startUnixNano: '1', nodeCount: 3 },
  nodes: [
    node('a', { failedRequests: 3 }),
    node('db', { kind: 'database', service: 'redis', address: '10.0.0.1' }),
    node('c', { kind: 'database', service: 'redis', address: 'cart-cache' }),
  ],
  edges: [
    edge('a', 'db', { errors: 3 }),
    edge('a', 'db', { async: true, calls: 2, waitNs: 7, p95Ns: 30e6 }),
    edge('a', 'a'),
    edge('c', 'a'),
  ],
};

test('one arrow between two nodes, and none of a node to itself', () => {
  const { edges, ownCalls, names, leftOut } = mapPicture(map);
  expect(edges).toEqual([
    {
      ...{ id: 'a > db', from: 0, to: 1, calls: 42, errors: 3, totalNs: 8e6 },
      ...{ queued: 2, waitNs: 7, p95Ns: 30e6, unanswered: 0 },
    },
    expect.objectContaining({ id: 'c > a', from: 2, to: 0, calls: 40 }),
  ]);
  expect(ownCalls.map((calls) => calls?.calls)).toEqual([40, undefined, undefined]);
  expect(names).toEqual(['a', 'redis 10.0.0.1', 'cart-cache']);
  expect(leftOut).toBe(0);
});

test('what is beyond the most is left out, with its arrows', () => {
  const { nodes, edges, leftOut } = mapPicture(map, 1);
  expect([nodes.length, edges.length, leftOut]).toEqual([1, 0, 2]);
});

test('rates are of the time that the traces cover', () => {
  const window = { fromMs: 0, toMs: 3_600_000 };
  expect(minutesOf({ truncated: false, startUnixNano: '3540000000000' }, window)).toBe(60);
  expect(minutesOf({ truncated: true, startUnixNano: '3540000000000' }, window)).toBe(1);
  expect(minutesOf({ truncated: false, startUnixNano: null }, { fromMs: 5, toMs: 5 })).toBe(1 / 60);
});

test('texts', () => {
  const [first] = mapPicture(map).edges;
  expect(edgeLabel(first, 2)).toBe('21/min · 30 ms · 7.1%');
  expect(edgeLabel({ ...first, calls: 3, errors: 3 }, 2)).toBe('1.5/min · 30 ms · 100%');
  expect(nodeLabel(map.nodes[0], 'a', 3)).toBe('a, 2/min · p95 20 ms, 50% failed');
  expect(nodeLabel(map.nodes[2], 'cart-cache', 3)).toBe('cart-cache, database, redis, 2/min · p95 20 ms');
});
