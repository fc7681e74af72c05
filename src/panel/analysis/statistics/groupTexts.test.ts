import { attributeKey } from '@clew/trace-model';
import { parse } from '@clew/traceql';
import { feedOf, rowsOf } from '../../testing/traces';
import { csvOf, groupQuery, valueText, type ShownKey } from './groupTexts';

const key = (name: string, texts: readonly string[], isNumeric = false): ShownKey => ({
  key: name,
  group: { values: new Uint32Array(0), text: (index) => texts[index] },
  isNumeric,
});

test.each([
  [
    [key('service', ['cart']), key('name', ['GET "all"'])],
    [1, 1],
    '{ resource.service.name = "cart" && name = "GET \\"all\\"" }',
  ],
  [[key('kind', ['server'])], [1], '{ kind = server }'],
  [
    [key('status', ['error']), key('span.http.route', ['/a\\b'])],
    [1, 1],
    '{ status = error && span.http.route = "/a\\\\b" }',
  ],
  [[key('span.http.response.status_code', ['500'], true)], [1], '{ span.http.response.status_code = 500 }'],
  [[key('span.user', [])], [0], '{ span.user = nil }'],
  [[key('span.ratio', ['-1e-7'], true)], [1], '{ span.ratio = -1e-7 }'],
  [[key('span.user', ['12'])], [1], '{ (span.user = 12 || span.user = "12") }'],
  [[key('span.ok', ['true'])], [1], '{ (span.ok = true || span.ok = "true") }'],
  [[key('name', ['404'])], [1], '{ name = "404" }'],
  [[key('service', [''])], [1], '{ resource.service.name = "" }'],
  [[key('resource.service.name', [])], [0], '{ resource.service.name = "" }'],
])('a group as TraceQL: %#', (keys, values, expected) => {
  expect(groupQuery(keys, values)).toBe(expected);
  expect(parse(expected).body.kind).toBe('pipeline');
});

test('a kind that nobody knows has no words, nor has a number that is none', () => {
  expect(groupQuery([key('kind', ['17'])], [1])).toBeUndefined();
  expect(groupQuery([key('span.ratio', ['NaN'], true)], [1])).toBeUndefined();
});

test('a group of an attribute finds the spans that it has', async () => {
  const { source } = feedOf([
    { id: 1, attributes: { user: '12', ok: true, size: 5n, mixed: '7' } },
    { id: 2, parent: 1, startNs: 1, attributes: { user: '13', ok: 'true', size: 6n, mixed: 7n } },
    { id: 3, parent: 1, startNs: 2, service: '', attributes: { user: 'say "x"\\', size: 5n } },
  ]);
  const { signal } = new AbortController();
  for (const name of ['span.user', 'span.ok', 'span.size', 'span.mixed', 'resource.service.name']) {
    const column = await source.column(name, signal);
    const shown = { key: name, group: attributeKey(column), isNumeric: column.numeric };
    for (const value of new Set(column.values)) {
      const bits = await source.matches(groupQuery([shown], [value]) ?? '', signal);
      const expected = [0, 1, 2].filter((row) => column.values[row] === value);
      expect([name, value, rowsOf(bits, 3)]).toEqual([name, value, expected]);
    }
  }
});

test('what people read', () => {
  expect(valueText(key('service', ['']), 1)).toBe('No service');
  expect(valueText(key('span.a', []), 0)).toBe('none');
});

test('CSV with commas, quotes and lines', () => {
  expect(
    csvOf([
      ['a,b', 'say "x"'],
      ['1\n2', 3],
    ])
  ).toBe('"a,b","say ""x"""\r\n"1\n2",3\r\n');
});
