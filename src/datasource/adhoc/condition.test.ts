import { formatExpression } from '@clew/traceql';
import { type FilterValueType } from '../query/form/searchForm';
import { cellCondition, conditionOf } from './condition';

const TYPES: Readonly<Record<string, FilterValueType[]>> = {
  'span.code': ['int'],
  'span.ratio': ['float'],
  'span.ok': ['bool'],
  'span.id': ['string'],
  'span.mixed': ['int', 'string'],
};
const typesOf = (attribute: string) => new Set(TYPES[attribute] ?? []);

test.each([
  ['span.code', '=', '500', 'span.code = 500'],
  ['span.code', '!=', '500', 'span.code != 500'],
  ['span.code', '>', '-1', 'span.code > -1'],
  // No int has this text: as a string it finds nothing, and says nothing wrong.
  ['span.code', '=', 'teapot', 'span.code = "teapot"'],
  ['span.ratio', '<', '0.5', 'span.ratio < 0.5'],
  ['span.ok', '=', 'true', 'span.ok = true'],
  ['span.id', '=', '42', 'span.id = "42"'],
  ['span.mixed', '=', '42', 'span.mixed = 42 || span.mixed = "42"'],
  ['span.mixed', '!=', 'x', 'span.mixed != "x"'],
  ['span.unknown', '=', '42', 'span.unknown = 42'],
  ['span.unknown', '=', 'a "quoted" \\', 'span.unknown = "a \\"quoted\\" \\\\"'],
  ['span.code', '=~', '5..', 'span.code =~ "5.."'],
  ['name', '!~', 'GET.*', 'name !~ "GET.*"'],
  ['status', '=', 'error', 'status = error'],
  ['kind', '!=', 'server', 'kind != server'],
  ['duration', '>', '100ms', 'duration > 100ms'],
  ['duration', '>', '100', 'duration > 100'],
  ['rootName', '=', '7', 'rootName = "7"'],
  ['traceService', '=', 'shop', 'rootServiceName = "shop"'],
  ['foo', '=', 'bar', '.foo = "bar"'],
  ['span.with space', '=', 'bar', 'span."with space" = "bar"'],
])('%s %s %s', (key, operator, value, expected) => {
  const condition = conditionOf({ key, operator, value }, typesOf);
  expect(condition && formatExpression(condition)).toBe(expected);
});

test.each([
  ['=|', 'span.code = 500 || span.code = 404'],
  ['!=|', 'span.code != 500 && span.code != 404'],
])('several values, %s', (operator, expected) => {
  const filter = { key: 'span.code', operator, value: '500', values: ['500', '404'] };
  const condition = conditionOf(filter, typesOf);
  expect(condition && formatExpression(condition)).toBe(expected);
});

test.each([
  { key: '', operator: '=', value: 'x' },
  { key: 'name', operator: '=', value: '' },
  { key: 'name', operator: '~~', value: 'x' },
])('not filled in yet: %j', (filter) => {
  expect(conditionOf(filter, typesOf)).toBeUndefined();
});

test.each([
  ['span.code', '500', '=', 'span.code = 500'],
  ['span.code', '', '=', 'span.code = nil'],
  ['span.code', '', '!=', 'span.code != nil'],
  ['Name', '', '=', 'name = ""'],
  ['resource.service.name', '', '!=', 'resource.service.name != ""'],
] as const)('a cell of %s with "%s", %s', (key, value, operator, expected) => {
  const condition = cellCondition(key, value, operator, typesOf);
  expect(condition && formatExpression(condition)).toBe(expected);
});
