import { parse } from '@clew/traceql';
import { DATASOURCE_TYPE } from '../shared/pluginIds';
import { destinationOf, pathOf } from './destination';
import { rangeAround } from './ranges';
import { tempoFilters } from './tempoFilters';

const ID = '0123456789abcdef0123456789abcdef';

test.each([
  [{ query: '{ status = error } | rate()' }, DATASOURCE_TYPE, { kind: 'search', query: '{ status = error }' }],
  [{ query: ` ${ID.toUpperCase()} `, queryType: 'traceql' }, DATASOURCE_TYPE, { kind: 'trace', traceId: ID }],
  [{ query: 'abc' }, 'tempo', { kind: 'trace', traceId: 'abc'.padStart(32, '0') }],
  [{ query: '{ }', queryType: 'traceql' }, 'tempo', { kind: 'search', query: '{ }' }],
  [{ query: 'ignored', queryType: 'traceqlSearch', filters: [] }, 'tempo', { kind: 'search', query: '{ }' }],
  [{ query: '{ }', queryType: 'serviceMap' }, 'tempo', undefined],
  [{ query: '  ' }, DATASOURCE_TYPE, undefined],
  [{ query: 7 }, DATASOURCE_TYPE, undefined],
  [undefined, 'tempo', undefined],
])('%j of %s', (query, type, expected) => {
  expect(destinationOf(query, type)).toEqual(expected);
});

test('a path has the store and the range', () => {
  const range = { from: 'now-6h', to: 'now' };
  expect(pathOf({ kind: 'search', query: '{ .a = "&" }' }, { datasourceUid: 'x y' }, range)).toBe(
    '/a/clew-correlation-app/search?var-ds=x+y&from=now-6h&to=now&q=%7B+.a+%3D+%22%26%22+%7D'
  );
  expect(pathOf({ kind: 'trace', traceId: ID }, {}, range)).toBe(`/a/clew-correlation-app/trace/${ID}`);
});

test('a trace of a while ago is in the middle of its range', () => {
  const now = Date.UTC(2026, 0, 2);
  expect(rangeAround(now - 60_000, now, now)).toEqual({ from: 'now-1h', to: 'now' });
  const start = Date.UTC(2026, 0, 1);
  expect(rangeAround(start, start + 1.5, now)).toEqual({
    from: String(start - 1_800_000),
    to: String(start + 1_800_002),
  });
});

test.each([
  [[], '{ }'],
  [
    [
      {
        id: 'service-name',
        tag: 'service.name',
        scope: 'resource',
        operator: '=',
        value: 'a "b" }',
        valueType: 'string',
      },
    ],
    '{ resource.service.name = "a \\"b\\" }" }',
  ],
  [
    [{ id: '1', tag: 'name', operator: '!=', value: ['a', 'b'], valueType: 'string' }],
    '{ (name != "a" && name != "b") }',
  ],
  [
    [{ id: '1', tag: 'http.route', scope: 'span', operator: '=~', value: ['/a.b', '/c'], valueType: 'string' }],
    '{ span.http.route =~ "/a\\\\.b|/c" }',
  ],
  [
    [
      { id: 'status', tag: 'status', scope: 'intrinsic', operator: '=', value: 'error', valueType: 'keyword' },
      { id: 'min-duration', tag: 'duration', operator: '>', value: '1.5s', valueType: 'duration' },
      { id: 'duration-type', value: 'trace' },
      { id: 'empty', tag: 'x', operator: '=', value: [] },
    ],
    '{ status = error && traceDuration > 1.5s }',
  ],
  [
    [{ id: '1', tag: 'http.status_code', scope: 'unscoped', operator: '>=', value: '500', valueType: 'int' }],
    '{ .http.status_code >= 500 }',
  ],
])('filters %j are TraceQL', (filters, expected) => {
  expect(tempoFilters(filters)).toBe(expected);
  expect(() => parse(expected)).not.toThrow();
});
