import { interpolateTraceql, type ReplaceVariables } from './interpolate';

interface Variable {
  readonly value: unknown;
  readonly multi?: boolean;
  readonly includeAll?: boolean;
}

/** As Grafana's template service does: `$name` and `${name}`; unknown names stay. */
function replacing(variables: Record<string, Variable>): ReplaceVariables {
  return (text, format) =>
    text.replace(/\$(?:\{(\w+)\}|(\w+))/g, (match, braced: string | undefined, bare: string | undefined) => {
      const variable = variables[braced ?? bare ?? ''];
      return variable ? format(variable.value, variable) : match;
    });
}

function fill(text: string, variables: Record<string, unknown>, multi = true): string {
  const entries = Object.entries(variables).map(([name, value]) => [name, { value, multi }] as const);
  return interpolateTraceql(text, replacing(Object.fromEntries(entries)));
}

test('inside a string a value is text, whatever it holds', () => {
  expect(fill('{ name = "$op" }', { op: 'a"b\\c' })).toBe('{ name = "a\\"b\\\\c" }');
  expect(fill('{ name = "$op" }', { op: '" || true || name = "' })).toBe('{ name = "\\" || true || name = \\"" }');
  expect(fill('{ name = "$op" }', { op: 'a\nb' })).toBe('{ name = "a\\nb" }');
  expect(fill('{ name = `$op` }', { op: 'a`b\\' })).toBe('{ name = `ab\\` }');
});

test('after =~ several values are an alternation of literal texts', () => {
  expect(fill('{ name =~ "$op" }', { op: ['GET /a.b', 'x|y'] })).toBe('{ name =~ "(GET /a\\\\.b|x\\\\|y)" }');
  expect(fill('{ name !~ `$op` }', { op: ['a.b', 'c'] })).toBe('{ name !~ `(a\\.b|c)` }');
  expect(fill('{ name =~ "$op.*" }', { op: ['a', 'b'] })).toBe('{ name =~ "(a|b).*" }');
  expect(fill('{ name =~ "$op" }', { op: ['a+'] })).toBe('{ name =~ "a\\\\+" }');
});

test('a variable of one value may be a regular expression on purpose', () => {
  expect(fill('{ name =~ "$op" }', { op: 'a.*' }, false)).toBe('{ name =~ "a.*" }');
  expect(fill('{ name =~ "$op" }', { op: 'a.*' }, true)).toBe('{ name =~ "a\\\\.\\\\*" }');
});

test('several values after = and != become regular expressions', () => {
  expect(fill('{ name = "$op" }', { op: ['a', 'b'] })).toBe('{ name =~ "(a|b)" }');
  expect(fill('{ name != "${op}" }', { op: ['a', 'b'] })).toBe('{ name !~ "(a|b)" }');
  expect(fill('{ name = "$op" }', { op: ['a'] })).toBe('{ name = "a" }');
  expect(fill('{ span.v >= "$op" }', { op: ['a', 'b'] })).toBe('{ span.v >= "a|b" }');
});

test('outside strings a value stands as it is', () => {
  expect(fill('{ duration > $min && span.n = ${n} }', { min: '100ms', n: 5 })).toBe(
    '{ duration > 100ms && span.n = 5 }'
  );
  expect(fill('$traceId', { traceId: '4bf92f3577b34da6a3ce929d0e0e4736' })).toBe('4bf92f3577b34da6a3ce929d0e0e4736');
  expect(fill('{ name = "a" && $more }', { more: 'status = error' })).toBe('{ name = "a" && status = error }');
});

test('what is no variable stays', () => {
  expect(fill('{ name = "$5" && span.a = "\\"$x\\"" }', {})).toBe('{ name = "$5" && span.a = "\\"$x\\"" }');
  expect(fill('{ name = "unfinished $op', { op: 'a"' })).toBe('{ name = "unfinished a\\"');
  expect(fill('', {})).toBe('');
});
