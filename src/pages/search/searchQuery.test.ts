import { parse } from '@clew/traceql';
import { EVERYTHING, fromUrl, histogramOf, kindOf, toUrl } from './searchQuery';

test('a query goes into the URL and comes back', () => {
  const query = { refId: 'A', query: '{ name = "a b" }', tableType: 'spans', sort: 'duration', limit: 50 };
  expect(fromUrl(EVERYTHING, toUrl(query))).toEqual(query);
  expect(fromUrl(query, { q: '{ status = error }' })).toEqual({ ...query, query: '{ status = error }' });
});

test('a URL of which nothing can be made means everything', () => {
  const { query, limit, tableType } = fromUrl(EVERYTHING, { q: '', limit: 'many', rows: ['a', 'b'] });
  expect({ query, limit, tableType }).toEqual({ query: '{ }', limit: undefined, tableType: undefined });
});

test('what is a search has a histogram, which is a metric', () => {
  for (const text of ['{ }', '{ status = error } >> { name = "a" } | count() > 2', '{ } && !{ name = "b" }']) {
    expect(kindOf(text)).toBe('search');
    expect(parse(histogramOf(text) ?? '').body.kind).toBe('metricsPipeline');
  }
  expect(kindOf('{ } | rate()')).toBe('metric');
  expect(histogramOf('{ } | rate()')).toBeUndefined();
  expect(kindOf('{ name == ')).toBe('broken');
});
