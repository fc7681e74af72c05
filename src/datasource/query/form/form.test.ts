import { format, parse } from '@clew/traceql';
import { formLimit } from './formLimit';
import { fromTraceql } from './fromTraceql';
import { readTag } from './readTag';
import { EMPTY_FORM, type AttributeFilter, type SearchForm } from './searchForm';
import { toTraceql } from './toTraceql';
import { guessValueType } from './valueType';

const filter = (
  tag: string,
  operator: AttributeFilter['operator'],
  value: string,
  valueType: AttributeFilter['valueType'] = 'string'
) => ({ tag, operator, value, valueType }) satisfies AttributeFilter;

const FULL: SearchForm = {
  service: 'check "out" \\ $service',
  operation: 'POST /orders',
  status: 'error',
  minDuration: '100ms',
  maxDuration: '1.5s',
  filters: [
    filter('span.http.route', '=', '/a'),
    filter('span.http.response.status_code', '>=', '500', 'int'),
    filter('span.delta', '<', '-5', 'int'),
    filter('span.share', '!=', '0.5', 'float'),
    filter('span.vip', '=', 'true', 'bool'),
    filter('resource.k8s.pod', '=~', 'a.*|b'),
    filter('.foo', '!~', 'x'),
    filter('span."foo bar"', 'exists', ''),
    filter('event:name', 'is missing', ''),
    filter('kind', '=', 'server', 'keyword'),
    filter('traceDuration', '>', '2s', 'duration'),
    filter('resource.service.name', '!=', 'b'),
  ],
};

function fail(text: string): never {
  throw new Error(`the form cannot show ${text}`);
}

test('a form comes back from the text that it makes', () => {
  expect(fromTraceql(toTraceql(FULL))).toEqual(FULL);
  expect(fromTraceql(toTraceql(EMPTY_FORM))).toEqual(EMPTY_FORM);
});

test('the text that a form makes', () => {
  expect(toTraceql(EMPTY_FORM)).toBe('{ }');
  expect(toTraceql({ ...EMPTY_FORM, service: 'shop', status: 'error', minDuration: '50ms' })).toBe(
    '{ resource.service.name = "shop" && status = error && duration >= 50ms }'
  );
});

test('half-filled filters are left out', () => {
  const filters = [filter('', '=', 'x'), filter('span.a', '=', ''), filter('span.b', 'exists', '')];
  expect(toTraceql({ ...EMPTY_FORM, filters })).toBe('{ span.b != nil }');
});

test.each([
  '',
  '{}',
  '{ status = error }',
  '{ name = "a" && (status = error && duration > 1s) }',
  '{ duration >= 10ms && duration >= 20ms && duration <= 1m }',
  '{ resource.service.name = "a" && resource.service.name = "b" }',
  '{ span:name = "a" && name = "b" }',
  '{ span.a = -5 && span.b = -1.5 && span.c > 1h30m }',
])('%s keeps its meaning', (text) => {
  const form = fromTraceql(text) ?? fail(text);
  const again = fromTraceql(toTraceql(form));
  expect(again).toEqual(form);
  const conditions = (query: string) =>
    format(parse(query))
      .replace(/[{}()]/g, '')
      .split('&&')
      .map((part) => part.trim())
      .sort();
  const spelled = conditions(text || '{}').map((part) => part.replace('span:name', 'name'));
  expect(conditions(toTraceql(form)).map((part) => part.replace('span:name', 'name'))).toEqual(spelled.sort());
});

test.each([
  '{ true && status = error }',
  '{ status = error || status = ok }',
  '{ name = "a" && (status = error || status = ok) }',
  '{ status = error } | count() > 2',
  '{ status = error } >> { name = "a" }',
  '{ status = error } | rate()',
  '{ status = error } with (most_recent=true)',
  '{ span.a = span.b }',
  '{ 5 = span.a }',
  '{ span.a + 1 = 2 }',
  '{ !(span.a = 1) }',
  '{ span.a }',
  '{ parent.span.a = 1 }',
  '{ status = ',
  'no query',
])('%s is more than the form can show', (text) => {
  expect(fromTraceql(text)).toBeUndefined();
});

test('a chain as long as anybody writes does not end the stack', () => {
  const text = `{ ${Array.from({ length: 5000 }, (_, index) => `span.a${index} = 1`).join(' && ')} }`;
  expect(fromTraceql(text)?.filters).toHaveLength(5000);
});

test('what is typed as an attribute', () => {
  expect(['span.a', ' name ', 'foo', 'http.route', 'foo bar', '.x', 'event:name'].map(readTag)).toEqual([
    'span.a',
    'name',
    '.foo',
    '.http.route',
    '."foo bar"',
    '.x',
    'event:name',
  ]);
});

test('the type of what is typed as a value', () => {
  const guess = (tag: string, value: string) => guessValueType(tag, value, new Set());
  expect(guess('span.a', '5')).toBe('int');
  expect(guess('span.a', '-0.5')).toBe('float');
  expect(guess('span.a', 'true')).toBe('bool');
  expect(guess('span.a', '5 apples')).toBe('string');
  expect(guess('name', '5')).toBe('string');
  expect(guess('status', 'error')).toBe('keyword');
  expect(guess('duration', '5ms')).toBe('duration');
  expect(guessValueType('span.a', '5', new Set(['string']))).toBe('string');
  expect(guessValueType('span.a', 'x', new Set(['int']))).toBe('string');
});

test.each([
  ['{ status = error }', undefined],
  ['', undefined],
  ['{ status = error || status = ok }', 'it has no field for status = error || status = ok'],
  ['{ name = "a" && (status = error || status = ok) }', 'it has no field for status = error || status = ok'],
  ['{ status = error } | count() > 2', 'it has no field for stages after a |'],
  ['{ status = error } >> { name = "a" }', 'it has one filter, and here >> joins several'],
  ['{ status = error } | rate()', 'it finds traces, and this is a metric'],
  ['{ status = error } with (most_recent=true)', 'it has no field for with(…)'],
  ['{ status = error } // the bad ones', 'it has no field for comments'],
  ['{ status = ', undefined],
])('of %s it is said why the form cannot show it', (text, expected) => {
  expect(formLimit(text)).toBe(expected);
});
