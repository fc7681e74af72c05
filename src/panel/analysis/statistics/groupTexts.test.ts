import { parse } from '@clew/traceql';
import { csvOf, groupQuery, valueText, type ShownKey } from './groupTexts';

const key = (name: string, texts: readonly string[], isPlain = false): ShownKey => ({
  key: name,
  group: { values: new Uint32Array(0), text: (index) => texts[index] },
  isPlain,
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
])('a group as TraceQL: %#', (keys, values, expected) => {
  expect(groupQuery(keys, values)).toBe(expected);
  expect(parse(expected).body.kind).toBe('pipeline');
});

test('a kind that nobody knows has no words', () => {
  expect(groupQuery([key('kind', ['17'])], [1])).toBeUndefined();
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
