import { parse } from '@clew/traceql';
import { filterOf } from '../../scenes/red/traceqlText';
import { differenceCondition } from './differenceCondition';
import { comparisonQuery, readRegion, regionText } from './region';

const region = { fromMs: 1_700_000_000_000, toMs: 1_700_000_060_000, minNs: 2 ** 25, maxNs: 2 ** 29 };

test('a region goes into the URL and comes back', () => {
  expect(readRegion(regionText(region))).toEqual(region);
  for (const text of ['', '1,2,3', '1,2,3,x', '2,1,3,4', '1,2,4,3', '-1,2,3,4', undefined, ['1', '2']]) {
    expect(readRegion(text)).toBeUndefined();
  }
});

test('a region is a comparison in TraceQL', () => {
  const query = comparisonQuery('{ kind = server }', region);
  expect(query).toBe(
    '{ kind = server } | compare({ duration > 33.554432ms && duration <= 536.870912ms }, 10, 1700000000000000000, 1700000060000000000)'
  );
  expect(parse(query).body.kind).toBe('metricsPipeline');
});

test.each([
  [{ attribute: 'span.http.route', type: 'string', value: '/a"b' } as const, 'span.http.route = "/a\\"b"'],
  [{ attribute: 'span.code', type: 'int', value: '500' } as const, 'span.code = 500'],
  [{ attribute: 'status', type: 'keyword', value: 'error' } as const, 'status = error'],
  [{ attribute: 'span.odd key', type: 'bool', value: 'true' } as const, 'span."odd key" = true'],
])('%j is a condition', (difference, condition) => {
  expect(differenceCondition(difference)).toBe(condition);
  expect(() => parse(filterOf(condition))).not.toThrow();
});

test('a text that was cut is none', () => {
  expect(differenceCondition({ attribute: 'name', type: 'string', value: 'x'.repeat(200) })).toBeUndefined();
});
