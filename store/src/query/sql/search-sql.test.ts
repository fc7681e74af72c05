import type { AttributeOperand, Comparison, Condition, IntrinsicOperand, Literal } from '../plan/plan.ts';
import { ConditionSql, type SpanScope } from './condition-sql.ts';
import { ANY_KEYS, type KnownKeys } from './known-keys.ts';
import { candidatesSql, slowestSql } from './search-sql.ts';
import { floatText, SqlParameters, StatementTooLong } from './sql-text.ts';
import { resourceValuesSql, traceColumnsSql } from './trace-columns-sql.ts';

const OPEN: SpanScope = { tenant: 'acme', range: { startNs: undefined, endNs: undefined } };

function where(condition: Condition, keys: KnownKeys = ANY_KEYS, scope = OPEN) {
  const params = new SqlParameters();
  const sql = new ConditionSql(params, scope, keys).where(condition);
  return { sql, params: Object.values(params.query('').params) };
}

const attribute = (scope: AttributeOperand['scope'], name: string): AttributeOperand => ({
  kind: 'attribute',
  scope,
  name,
});
const intrinsic = (name: IntrinsicOperand['name']): IntrinsicOperand => ({ kind: 'intrinsic', name });
const compare = (
  operand: AttributeOperand | IntrinsicOperand,
  comparison: Comparison,
  literal: Literal
): Condition => ({
  kind: 'compare',
  operand,
  comparison,
  literal,
});
const text = (value: string): Literal => ({ type: 'string', value });

test('candidates, whole', () => {
  const query = candidatesSql(
    {
      kind: 'and',
      operands: [
        compare(intrinsic('span:name'), '=', text("x' OR 1")),
        compare(intrinsic('span:status'), '!=', { type: 'status', value: 'error' }),
      ],
    },
    { tenant: 'acme', range: { startNs: 3_600_000_000_005n, endNs: 7_200_000_000_000n } },
    ANY_KEYS,
    50
  );
  expect(query.sql).toBe(`SELECT lower(hex(trace_id)) AS id, min(start_ns) AS matchedStart
FROM clew.spans
WHERE tenant = {p1:String} AND intDiv(start_ns, 3600000000000) >= {p2:UInt64} AND start_ns >= {p3:UInt64} AND intDiv(start_ns, 3600000000000) <= {p4:UInt64} AND start_ns <= {p5:UInt64} AND name = {p0:String} AND status_code != 2
GROUP BY trace_id
ORDER BY matchedStart DESC, trace_id
LIMIT {p6:UInt32}`);
  expect(query.params).toEqual({
    p0: "x' OR 1",
    p1: 'acme',
    p2: 1n,
    p3: 3_600_000_000_005n,
    p4: 2n,
    p5: 7_200_000_000_000n,
    p6: 50,
  });
});

test('a string attribute of a span asks the index, then the pairs', () => {
  expect(where(compare(attribute('span', 'a'), '=', text('v')))).toEqual({
    sql: 'tenant = {p2:String} AND (has(mapValues(attrs_str), {p0:String}) AND arrayExists((k, v) -> k = {p1:String} AND v = {p0:String}, mapKeys(attrs_str), mapValues(attrs_str)))',
    params: ['v', 'a', 'acme'],
  });
});

test('a pattern is anchored, and `.` does not match a line break', () => {
  expect(where(compare(attribute('span', 'a'), '!~', text('a|b')))).toEqual({
    sql: 'tenant = {p2:String} AND (mapContains(attrs_str, {p1:String}) AND NOT arrayExists((k, v) -> k = {p1:String} AND match(v, {p0:String}), mapKeys(attrs_str), mapValues(attrs_str)))',
    params: ['^(?-s:a|b)$', 'a', 'acme'],
  });
});

test('a number is looked for in both maps of numbers', () => {
  const { sql, params } = where(compare(attribute('span', 'a'), '>', { type: 'float', value: 1.5 }));
  expect(sql).toContain('mapValues(attrs_int)');
  expect(sql).toContain('mapValues(attrs_float)');
  expect(sql).not.toContain('attrs_str');
  expect(params).toContain('1.5');
});

test('maps that lack the key are not read', () => {
  const none: KnownKeys = { mayHave: () => false };
  expect(where(compare(attribute('span', 'a'), '=', text('v')), none).sql).toMatch(/ AND false$/);
  expect(where(compare(attribute('any', 'a'), '!=', text('v')), none).sql).toMatch(/ AND false$/);
  expect(where({ kind: 'exists', operand: attribute('any', 'a') }, none).sql).toMatch(/ AND false$/);
  expect(where(compare(attribute('span', 'http.status_code'), '>', { type: 'int', value: 1n }), none).sql).toMatch(
    / AND ifNull\(p_http_status_code > \{p0:Int64\}, false\)$/
  );
  const onSpan: KnownKeys = { mayHave: (scope, _name, suffix) => scope === 'span' && suffix === 'str' };
  expect(where(compare(attribute('any', 'a'), '=~', text('v')), onSpan).sql).not.toMatch(/nested|resource|float/);
});

test('the service name is a column', () => {
  expect(where(compare(attribute('resource', 'service.name'), '=', text('x'))).sql).toBe(
    'tenant = {p1:String} AND service = {p0:String}'
  );
});

test('resources and scopes are looked up in their table', () => {
  expect(where(compare(attribute('resource', 'a'), '=', { type: 'bool', value: true })).sql).toBe(
    'tenant = {p2:String} AND resource_id IN (SELECT resource_id FROM clew.resources WHERE tenant = {p2:String} AND arrayExists((k, v) -> k = {p1:String} AND v = {p0:Bool}, mapKeys(resource_bool), mapValues(resource_bool)))'
  );
  expect(where(compare(intrinsic('instrumentation:name'), '=', text('x'))).sql).toContain(
    'AND scope_name = {p0:String})'
  );
});

test('facts of a trace are asked of traces that meet the rest', () => {
  const { sql, params } = where({
    kind: 'and',
    operands: [
      compare(intrinsic('trace:duration'), '>', { type: 'duration', value: 5n }),
      compare(intrinsic('span:kind'), '=', { type: 'kind', value: 'server' }),
    ],
  });
  expect(sql).toBe(
    'tenant = {p1:String} AND trace_id IN (SELECT trace_id FROM clew.spans WHERE tenant = {p1:String} AND trace_id IN (SELECT trace_id FROM clew.spans WHERE tenant = {p1:String} AND kind = 2) GROUP BY trace_id HAVING toInt64(max(start_ns + toUInt64(greatest(duration_ns, 0))) - min(start_ns)) > {p0:Int64}) AND kind = 2'
  );
  expect(params).toEqual([5n, 'acme']);
});

test.each<[IntrinsicOperand['name'], Comparison, Literal]>([
  ['span:name', '=', { type: 'int', value: 5n }],
  ['span:duration', '=', text('x')],
  ['span:duration', '=~', text('x')],
  ['span:status', '<', { type: 'status', value: 'ok' }],
  ['span:status', '=', text('ok')],
  ['trace:rootName', '=', { type: 'bool', value: true }],
  ['event:name', '!=', { type: 'int', value: 5n }],
  ['instrumentation:name', '=', { type: 'int', value: 5n }],
])('%s %s another type is never true', (name, comparison, literal) => {
  expect(where(compare(intrinsic(name), comparison, literal)).sql).toMatch(/ AND false$/);
});

test('what a user typed is in no statement', () => {
  const evil = "'); DROP TABLE clew.spans; -- {p0:String} `\\";
  const conditions: Condition[] = (['span', 'resource', 'event', 'link', 'instrumentation', 'any'] as const).flatMap(
    (scope) => [
      compare(attribute(scope, evil), '=', text(evil)),
      compare(attribute(scope, evil), '!~', text(evil)),
      { kind: 'missing' as const, operand: attribute(scope, evil) },
    ]
  );
  const intrinsics = (
    [
      'span:name',
      'span:id',
      'trace:id',
      'trace:rootName',
      'event:name',
      'link:traceID',
      'instrumentation:name',
    ] as const
  ).map((name) => compare(intrinsic(name), '=', text(evil)));
  const condition: Condition = { kind: 'or', operands: [...conditions, ...intrinsics] };
  const scope = { tenant: evil, range: OPEN.range, traceIds: [evil] };
  const columns = {
    ...{ tenant: evil, traceIds: [evil], bits: [condition], extras: [], maxRows: 1 },
    attributes: (['span', 'event', 'link'] as const).map((place) => ({ scope: place, name: evil })),
  };
  for (const query of [
    candidatesSql(condition, scope, ANY_KEYS, 1),
    slowestSql(condition, scope, ANY_KEYS, { value: 1n, id: evil }, 1),
    traceColumnsSql(columns, ANY_KEYS).query,
    resourceValuesSql(evil, [{ scope: 'resource', name: evil }], [5n]),
  ]) {
    expect(query.sql).not.toMatch(/DROP|--|`|\\/);
  }
});

test('a statement that ClickHouse would not read is refused', () => {
  const operands = Array.from({ length: 300 }, () => compare(attribute('any', 'a'), '=', text('v')));
  expect(() => candidatesSql({ kind: 'or', operands }, OPEN, ANY_KEYS, 1)).toThrow(StatementTooLong);
});

test.each([
  [1.5, '1.5'],
  [1e300, '1e+300'],
  [NaN, 'nan'],
  [Infinity, 'inf'],
  [-Infinity, '-inf'],
])('the float %d is %s for ClickHouse', (value, expected) => {
  expect(floatText(value)).toBe(expected);
});
