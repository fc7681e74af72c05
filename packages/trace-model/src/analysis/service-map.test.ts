import { runNow } from '../tree/steps.ts';
import { selfTime } from './self-time.ts';
import { serviceMap } from './service-map.ts';
import { CLIENT, CONSUMER, ERROR, inputOf, INTERNAL, PRODUCER, SERVER, soup, type TestSpan } from './testing/spans.ts';

function mapOf(spans: readonly TestSpan[]) {
  const input = inputOf(spans);
  const map = runNow(serviceMap(input, runNow(selfTime(input))));
  const name = (place: number) => input.services.get(map.services[place]);
  const { from, to, isAsync, calls, errors, totalNs, waitNs } = map.edges;
  return {
    services: Array.from(map.services, (_, at) => [name(at), map.spans[at], map.errors[at], map.selfNs[at]]),
    edges: Array.from(
      from,
      (_, at) =>
        `${name(from[at])} ${isAsync[at] === 1 ? '~>' : '->'} ${name(to[at])}: ${calls[at]} calls, ` +
        `${errors[at]} errors, ${totalNs[at]} ns, waited ${waitNs[at]}`
    ),
  };
}

test('calls between services, and through queues', () => {
  const spans: TestSpan[] = [
    { id: 1, start: 0, end: 100, service: 'shop', kind: SERVER },
    { id: 2, parent: 1, start: 10, end: 40, service: 'shop', kind: CLIENT, status: ERROR },
    // The server went on, and knows of no error: the client gave up.
    { id: 3, parent: 2, start: 15, end: 60, service: 'bank', kind: SERVER },
    { id: 4, parent: 1, start: 50, end: 70, service: 'shop', kind: CLIENT },
    { id: 5, parent: 4, start: 55, end: 65, service: 'bank', kind: SERVER },
    { id: 6, parent: 1, start: 80, end: 90, service: 'shop', kind: PRODUCER },
    { id: 7, parent: 6, start: 290, end: 300, service: 'mail', kind: CONSUMER, status: ERROR },
    // Within one service no call, unless client and server say so.
    { id: 8, parent: 7, start: 291, end: 292, service: 'mail', kind: INTERNAL },
    { id: 9, parent: 8, start: 291, end: 292, service: 'mail', kind: CLIENT },
    { id: 10, parent: 9, start: 291, end: 292, service: 'mail', kind: SERVER },
    // An inner span of another service counts without a kind.
    { id: 11, parent: 5, start: 56, end: 57, service: 'ledger' },
  ];
  expect(mapOf(spans)).toEqual({
    services: [
      ['shop', 4, 1, 40 + 5 + 10 + 10],
      ['bank', 2, 0, 45 + 9],
      ['mail', 4, 1, 9 + 0 + 0 + 1],
      ['ledger', 1, 0, 1],
    ],
    edges: [
      'shop -> bank: 2 calls, 1 errors, 55 ns, waited 0',
      'bank -> ledger: 1 calls, 0 errors, 1 ns, waited 0',
      'shop ~> mail: 1 calls, 1 errors, 10 ns, waited 200',
      'mail -> mail: 1 calls, 0 errors, 1 ns, waited 0',
    ],
  });
});

test('a queue and a call between two services are two edges; a missing parent calls nobody', () => {
  const { services, edges } = mapOf([
    { id: 1, start: 0, end: 10, service: 'a', kind: PRODUCER },
    { id: 2, parent: 1, start: 5, end: 30, service: 'b', kind: CONSUMER },
    { id: 3, start: 0, end: 10, service: 'a', kind: CLIENT },
    { id: 4, parent: 3, start: 1, end: 9, service: 'b', kind: SERVER },
    { id: 5, parent: 99, start: 1, end: 9, service: 'c', kind: SERVER },
  ]);
  expect(edges).toEqual(['a ~> b: 1 calls, 0 errors, 25 ns, waited 0', 'a -> b: 1 calls, 0 errors, 8 ns, waited 0']);
  expect(services).toHaveLength(3);
});

test.each(Array.from({ length: 100 }, (_, seed) => seed + 1))('soup %i: every crossing is a call, once', (seed) => {
  const spans = soup(seed);
  const input = inputOf(spans);
  const { tree, columns } = input;
  const self = runNow(selfTime(input));
  const { edges, spans: counts, selfNs } = runNow(serviceMap(input, self));
  const crossings = Array.from(tree.parents.subarray(0, tree.rows)).filter((parent, row) => {
    if (parent === -1 || parent >= tree.rows) {
      return false;
    }
    const kinds = `${columns.kinds[parent]}${columns.kinds[row]}`;
    return columns.services[parent] !== columns.services[row] || kinds === '32' || kinds === '45';
  });
  const sum = (column: Iterable<number>) => [...column].reduce((total, each) => total + each, 0);
  expect(sum(edges.calls)).toBe(crossings.length);
  expect(sum(counts)).toBe(spans.length);
  expect(sum(selfNs)).toBe(sum(self.selfNs));
});
