import { check, parse } from '@clew/traceql';
import { type MapNodeJson } from '../../shared/serviceMap/serviceMapJson';
import { edgeQuery, narrowed, nodeQuery, queryProblem } from './mapQuery';

const node = (kind: MapNodeJson['kind'], service: string, address?: string): MapNodeJson => ({
  ...{ id: `${kind}:${service}`, kind, service, address },
  ...{ spans: 0, errors: 0, selfNs: 0, requests: 0, failedRequests: 0, p50Ns: 0, p95Ns: 0 },
});

const [shop, bank] = [node('service', 'shop'), node('service', 'the "bank"')];

test('a query is narrowed once, whatever it is', () => {
  const condition = '{ resource.service.name = "shop" }';
  expect(narrowed('{}', condition)).toBe(condition);
  expect(narrowed('{ status = error }', condition)).toBe(`{ status = error } && ${condition}`);
  expect(narrowed(`{ status = error } && ${condition}`, condition)).toBe(`{ status = error } && ${condition}`);
  const structure = narrowed('{ name = "a" } >> { name = "b" }', condition);
  expect(narrowed(structure, condition)).toBe(structure);
  for (const query of ['{ } | count() > 2', '{ name = "a" } || { name = "b" }', '{ } | by(name) | count() > 1']) {
    const once = narrowed(query, condition);
    expect(queryProblem(once)).toBeUndefined();
    expect(once).toContain(`&& ${condition}`);
  }
});

test('nodes and edges become queries that the language takes', () => {
  const queue = node('queue', 'orders');
  const texts = [
    nodeQuery(bank),
    nodeQuery(node('service', '')),
    nodeQuery(node('database', 'postgresql', 'orders-db')),
    nodeQuery(node('database', 'redis')),
    nodeQuery(node('external', '${ds}')),
    nodeQuery(queue),
    edgeQuery(shop, bank, { unanswered: 0 }),
    edgeQuery(shop, bank, { unanswered: 1 }),
    edgeQuery(shop, shop, { unanswered: 0 }),
    edgeQuery(shop, node('database', 'redis'), { unanswered: 3 }),
    edgeQuery(shop, queue, { unanswered: 3 }),
    edgeQuery(queue, shop, { unanswered: 0 }),
  ];
  texts.forEach((text) => check(parse(text)));
  expect(texts[2]).toBe(
    '{ kind = client && (span.db.system.name = "postgresql" || span.db.system = "postgresql" || span.peer.service = "postgresql") && span.server.address = "orders-db" }'
  );
  expect(texts[6]).toBe('{ resource.service.name = "shop" } > { resource.service.name = "the \\"bank\\"" }');
  expect(texts.join()).not.toContain('${');
});

test('what is wrong with a query is said in a sentence', () => {
  expect(queryProblem('{ }')).toBeUndefined();
  expect(queryProblem('{ foo = 1 }')).toMatch(/^Column 3: .*\. .*\.$/);
  expect(queryProblem('{ } | rate()')).toMatch(/metric/);
});
