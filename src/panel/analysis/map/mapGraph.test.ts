import { analyzeTrace, runNow } from '@clew/trace-model';
import { type TraceTable } from '../../trace/traceTable';
import { tableOf } from '../../timeline/testing/syntheticTable';
import { mapGraph, matchesByService } from './mapGraph';
import { placeLabels } from '../../../shared/serviceMap/mapLabels';
import { mapLayout } from '../../../shared/serviceMap/mapLayout';
import { callsLabel, callsText, serviceQuery } from '../../../shared/serviceMap/mapTexts';

const [SERVER, CLIENT, PRODUCER, CONSUMER] = [2, 3, 4, 5];

const table = tableOf([
  { id: 1, service: 'web', name: 'GET /', start: 0, duration: 1000, kind: SERVER },
  { id: 2, parent: 1, service: 'shop', name: 'buy', start: 10, duration: 500, kind: SERVER },
  { id: 3, parent: 1, service: 'shop', name: 'buy', start: 520, duration: 100, kind: SERVER, error: true },
  { id: 4, parent: 2, service: 'shop', name: 'self', start: 20, duration: 50, kind: CLIENT },
  { id: 5, parent: 4, service: 'shop', name: 'self', start: 20, duration: 50, kind: SERVER },
  { id: 6, parent: 2, service: 'shop', name: 'send', start: 100, duration: 10, kind: PRODUCER },
  { id: 7, parent: 6, service: 'mail', name: 'deliver', start: 200, duration: 10, kind: CONSUMER },
  { id: 8, parent: 2, service: 'mail', name: 'ask', start: 300, duration: 10, kind: SERVER },
]);

const servicesOf = (of: TraceTable) => runNow(analyzeTrace(of)).services;

test('one edge each way, calls of a service to itself apart', () => {
  const map = servicesOf(table);
  const graph = mapGraph(map);
  expect(graph.services.map((service) => table.services.get(map.services[service]))).toEqual(['web', 'shop', 'mail']);
  expect(graph.edges).toEqual([
    { from: 0, to: 1, calls: 2, errors: 1, totalNs: 600_000, queued: 0, waitNs: 0 },
    { from: 1, to: 2, calls: 2, errors: 0, totalNs: 20_000, queued: 1, waitNs: 90_000 },
  ]);
  expect(graph.ownCalls).toEqual([
    undefined,
    { calls: 1, errors: 0, totalNs: 50_000, queued: 0, waitNs: 0 },
    undefined,
  ]);
  expect(graph.leftOut).toBe(0);
  expect(callsText(graph.edges[1])).toBe('2 calls, 20 µs in sum, 1 through a queue (waited 90 µs)');
});

test('of too many services those with the most time', () => {
  const map = servicesOf(table);
  const graph = mapGraph(map, 2);
  expect(graph.services.map((service) => table.services.get(map.services[service]))).toEqual(['web', 'shop']);
  expect(graph.leftOut).toBe(1);
  expect(graph.edges).toHaveLength(1);
});

test('nothing', () => {
  expect(mapGraph(servicesOf(tableOf([])))).toEqual({ services: [], leftOut: 0, totalNs: 0, edges: [], ownCalls: [] });
});

test('what a search finds, by service', () => {
  const bits = Uint32Array.of((1 << 0) | (1 << 3) | (1 << 7) | (1 << 6));
  expect([...matchesByService(servicesOf(table), table.columns.services, bits)]).toEqual([1, 1, 2]);
});

test('a query for a service, whatever its name', () => {
  expect(serviceQuery('a "quoted" \\ name')).toBe('{ resource.service.name = "a \\"quoted\\" \\\\ name" }');
});

test('labels do not cover each other', () => {
  const fan = Array.from({ length: 20 }, (_, at) => ({
    from: 0,
    to: at + 1,
    calls: at + 1,
    errors: at % 3,
    totalNs: 0,
    queued: 0,
    waitNs: 0,
  }));
  const { ways } = mapLayout(21, fan);
  const labels = placeLabels(fan, ways, callsLabel, undefined);
  expect(labels.length).toBeGreaterThan(10);
  const [width, height] = [40, 12];
  labels.forEach((label, at) =>
    labels
      .slice(at + 1)
      .forEach((other) =>
        expect(Math.abs(label.x - other.x) >= width / 2 || Math.abs(label.y - other.y) >= height).toBe(true)
      )
  );
  expect(placeLabels(fan, ways, callsLabel, 3).map(({ text }) => text)).toEqual(['×3, 2 failed']);
});
