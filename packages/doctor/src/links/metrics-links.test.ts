import type { SpanSample } from '../samples/store.ts';
import { contextOf, datasource, json, store, success, type Answers } from '../testing/recorded-answers.ts';
import { expand, tryQueries } from './metrics-links.ts';

const SPAN: SpanSample = {
  service: 'cart',
  traceId: 'aa',
  spanId: 'bb',
  name: 'GET /',
  durationNs: 5_000_000,
  tags: { 'service.name': 'cart', 'k8s.pod.name': 'cart-1', pod: 'p' },
};

test.each([
  ['the tags of the span', 'm{$__tags}', [{ key: 'service.name', value: 'service' }], 'm{service="cart"}'],
  ['in all forms', 'm{${__tags}, n{[[__tags]]}', [{ key: 'pod' }], 'm{pod="p", n{pod="p"}'],
  ['not those that it lacks', 'm{$__tags, a="b"}', [{ key: 'region' }], 'm{, a="b"}'],
  ['Grafana’s own where none are set', 'm{$__tags}', [], 'm{pod="p", service_name="cart"}'],
  ['the span and the trace', '${__span.tags["k8s.pod.name"]} ${__span.spanId} ${__trace.traceId}', [], 'cart-1 bb aa'],
  ['not what the span lacks', '${__span.tags["region"]}', [], '${__span.tags["region"]}'],
  ['a default', undefined, [], /latency_bucket\{service="cart"\}/],
])('puts in %s', (_name, query, tags, expected) => {
  const expr = expand({ query }, tags, SPAN);
  expect(expr).toEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected));
});

const prometheus = datasource('p', 'prometheus');
const vector = (...rows: object[]) => success({ resultType: 'vector', result: rows });

function answers(found: object, has: (query: string) => boolean): Answers {
  const span = {
    spanID: 'bb',
    name: 'GET /',
    durationNanos: '5',
    attributes: [{ key: 'service.name', value: { stringValue: 'cart' } }],
  };
  return {
    'clew/clew/v1/services': json({ services: [{ service: 'cart', spans: 1, lastSeenUnixNano: '1' }] }),
    'clew/api/search': json({ traces: [{ traceID: 'aa', spanSet: { spans: [span] } }] }),
    '/api/ds/query': json({ results: { Q0: found } }),
    'p/api/v1/query': ({ params }) => (has(String(params?.query)) ? vector({ metric: {}, value: [0, '1'] }) : vector()),
    'p/api/v1/labels': success(['__name__', 'service', 'status']),
  };
}

const QUERY = { name: 'Errors', query: 'sum(rate(requests_total{$__tags, status=~"5.."}[5m]))' };
const frame = (...values: unknown[]) => ({ frames: [{ data: { values: [[1, 2], values] } }] });
const tried = async (found: object, has: (query: string) => boolean, query = QUERY.query) =>
  (
    await tryQueries(contextOf([store, prometheus], answers(found, has)), store, prometheus, {
      queries: [{ ...QUERY, query }],
      tags: [{ key: 'service.name', value: 'service' }],
    })
  )[0];

test('data is data; nothing but gaps is none', async () => {
  expect((await tried(frame(1, 2), () => true)).state).toBe('data');
  expect((await tried(frame(null, null), () => true)).state).toBe('quiet');
});

test('a query without data is taken apart', async () => {
  expect((await tried({ frames: [] }, () => false)).why).toBe('there is no metric requests_total');
  expect((await tried({ frames: [] }, (query) => !query.includes('{'))).why).toBe(
    'requests_total has no series with service="cart"'
  );
  const other = QUERY.query.replace('status', 'code');
  expect(await tried({ frames: [] }, () => true, other)).toMatchObject({
    state: 'empty',
    why: 'requests_total has no label code',
  });
});

test('an error is told as it is', async () => {
  expect(await tried({ error: 'parse error' }, () => true)).toMatchObject({ state: 'error', why: 'parse error' });
});
