import { parse } from '@clew/traceql';
import { filterOf, isOneOf, literal } from './traceqlText';

const NAMES = [
  'checkout',
  'say "hi" } | rate() {',
  'back\\slash',
  '${ds}',
  '$__interval and [[ds]]',
  'line\nbreak',
  'ünïcödé ✓',
  '',
  '` || true',
];

test.each(NAMES)('%j stays one value of the attribute', (name) => {
  const { body } = parse(filterOf(`resource.service.name = ${literal(name)}`, 'kind = server || kind = consumer'));
  const [stage, ...others] = body.kind === 'pipeline' ? body.stages : [];
  expect(others).toEqual([]);
  expect(JSON.stringify(stage)).toContain(JSON.stringify(name));
});

test('Grafana finds no variable in it', () => {
  expect(literal('$a ${b} [[c]]')).not.toMatch(/\$|\[\[/);
});

test('conditions are joined so that each holds', () => {
  expect(filterOf()).toBe('{ }');
  expect(filterOf(undefined, '')).toBe('{ }');
  expect(filterOf('a = 1 || b = 2')).toBe('{ a = 1 || b = 2 }');
  expect(filterOf('a = 1 || b = 2', 'c = 3')).toBe('{ (a = 1 || b = 2) && c = 3 }');
  expect(isOneOf('name', ['a', 'b"'])).toBe('name = "a" || name = "b\\""');
});
