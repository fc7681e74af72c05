import { classify } from './classify';

const ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const lookup = (traceId: string) => ({ kind: 'lookup', traceId });

test.each([
  ['an exemplar', { query: ID, queryType: 'traceql' }],
  ['a derived field of Loki, or a link of Elasticsearch', { query: ID }],
  ['a field that is null', { query: ID, queryType: null }],
  ['a dashboard', { query: ID, queryType: 'traceId' }],
  ['a query type of another datasource', { query: ID, queryType: 'getTrace' }],
  ['an upper-case id', { query: ID.toUpperCase() }],
  ['spaces around', { query: ` ${ID}\n` }],
  ['an id with the dashes of a UUID', { query: '4bf92f35-77b3-4da6-a3ce-929d0e0e4736' }],
])('%s is a lookup', (_, query) => {
  expect(classify(query as { query: string; queryType?: string })).toEqual(lookup(ID));
});

test('ids of 64 bits, and without their zeros', () => {
  expect(classify({ query: 'a3ce929d0e0e4736' })).toEqual(lookup('0000000000000000a3ce929d0e0e4736'));
  expect(classify({ query: '7' })).toEqual(lookup('7'.padStart(32, '0')));
});

test('everything else is TraceQL, unless an id was promised', () => {
  expect(classify({ query: ' { status = error } ' })).toEqual({ kind: 'search', traceql: '{ status = error }' });
  expect(classify({ query: `${ID}0` })).toEqual({ kind: 'search', traceql: `${ID}0` });
  expect(classify({ query: '{ }', queryType: 'traceId' })).toMatchObject({
    kind: 'invalid',
    message: expect.stringContaining('"{ }" is no trace id'),
  });
});

test('TraceQL that ends in a metric is one, and a half-written one is left to the store', () => {
  expect(classify({ query: '{ } | rate()' })).toMatchObject({
    kind: 'metrics',
    traceql: '{ } | rate()',
    metric: { kind: 'metricsPipeline' },
  });
  // Not by the look of it.
  expect(classify({ query: '{ name = "| rate()" }' })).toMatchObject({ kind: 'search' });
  expect(classify({ query: '{ } | rate(' })).toMatchObject({ kind: 'search' });
});

test('no text asks nothing, whatever a correlation puts there', () => {
  for (const query of [undefined, '', '  ', null, 5, {}]) {
    expect(classify({ query: query as string })).toEqual({ kind: 'nothing' });
  }
});
