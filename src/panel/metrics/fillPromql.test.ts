import { fillPromql, labelValues, matchers, UnfilledQuery } from './fillPromql';
import { EVIL_NAMES, spanOf } from './testing/spans';

const SERVICE = [{ key: 'service.name', label: 'service' }];

test('$__tags stands for the labels that the settings map attributes to', () => {
  const tags = [...SERVICE, { key: 'http.route', label: undefined }, { key: 'gone', label: 'gone' }];
  const span = spanOf('checkout', {}, { 'http.route': '/orders', 'service.name': 'the resource counts more' });
  const filled = 'sum(rate(a{service="checkout", http_route="/orders", status=~"5.."}[$__rate_interval]))';
  expect(fillPromql('sum(rate(a{$__tags, status=~"5.."}[$__rate_interval]))', tags, span)).toBe(filled);
  expect(fillPromql('sum(rate(a{${__tags}, status=~"5.."}[$__rate_interval]))', tags, span)).toBe(filled);
});

test('values that are no text are written as one, and names that are no plain ones stand in quotes', () => {
  const tags = [
    { key: 'port', label: 'port' },
    { key: 'on', label: 'my.label' },
  ];
  expect(fillPromql('a{$__tags}', tags, spanOf('x', {}, { port: 80n, on: true }))).toBe(
    'a{port="80", "my.label"="true"}'
  );
});

test('no name leaves its string, or is taken for a variable of Grafana', () => {
  for (const name of EVIL_NAMES) {
    const text = matchers(labelValues(SERVICE, spanOf(name)));
    expect(text).toMatch(/^service="(?:[^"\\\n$[]|\\["\\]|\\x[0-9a-f]{2})+"$/);
    expect(fillPromql('up{$__tags}', SERVICE, spanOf(name))).toBe(`up{${text}}`);
  }
});

test('variables of the span, in quotes of all kinds', () => {
  const span = spanOf('shop', { name: `GET "it's" \\ .*` }, { 'http.route': '/a' });
  const fill = (expr: string) => fillPromql(expr, SERVICE, span);
  expect(fill('a{op="${__span.name}"}')).toBe(String.raw`a{op="GET \x22it\x27s\x22 \\ .*"}`);
  expect(fill("a{op='${__span.name}'}")).toBe(String.raw`a{op='GET \x22it\x27s\x22 \\ .*'}`);
  expect(fill('a{op=~"${__span.name}"}')).toBe(String.raw`a{op=~"GET \\x22it\x27s\\x22 \\x5c \\.\\x2a"}`);
  expect(fill('a{r="${__span.tags["http.route"]}"}'.replaceAll('["http.route"]', "['http.route']"))).toBe('a{r="/a"}');
  expect(fill('a{r="${__span.tags.http.route}", t="${__trace.traceId}"}')).toBe(`a{r="/a", t="${span.traceId}"}`);
  expect(fill('a > ${__span.duration}')).toBe('a > 185000');
  expect(fill('a{b="$__tags"} / $__interval')).toBe('a{b="$__tags"} / $__interval');
});

test.each([
  ['a{$__tags}', [], 'map no attribute to a label'],
  ['a{$__tags}', [{ key: 'cluster', label: 'c' }], 'This span has no cluster'],
  ['a{x="${__span.tags.gone}"}', SERVICE, 'This span has no ${__span.tags.gone}'],
  ['a + ${__span.name}', SERVICE, 'stands outside of quotes'],
  ['a{x=`${__span.name}`}', SERVICE, 'cannot stand in backquotes'],
])('%s, which cannot be filled, says why', (expr, tags, why) => {
  const fill = () => fillPromql(expr, tags, spanOf('shop', { name: 'a`b' }));
  expect(fill).toThrow(UnfilledQuery);
  expect(fill).toThrow(why);
});
