import { check, parse, type Attribute } from '@clew/traceql';

import { FilterPlanner } from '../plan/filter-plan.ts';
import type { Operand } from '../plan/plan.ts';
import { planQuery } from '../plan/traceql-plan.ts';
import { ANY_KEYS, type KnownKeys } from '../sql/known-keys.ts';
import { canBeDense, seriesSql, type Measurement, type SeriesRequest } from './series-sql.ts';

const POINTS = { startNs: 1_000n, endNs: 4_000n, stepNs: 1_000n, size: 3 };

function operand(text: string): Operand {
  const { body } = parse(`{ } | select(${text})`);
  const stage = body.kind === 'pipeline' ? body.stages[1] : undefined;
  const [attribute]: readonly Attribute[] = stage?.kind === 'select' ? stage.attributes : [];
  return new FilterPlanner('').operand(attribute);
}

function request(measurement: Measurement, by: readonly string[] = [], filter = '{ }'): SeriesRequest {
  const query = parse(filter);
  check(query);
  const { condition } = planQuery(query);
  return { tenant: 't', condition, measurement, by: by.map(operand), points: POINTS, maxGroups: 11 };
}

/** The statement in one line, with values in place of their names. */
function sqlOf(series: SeriesRequest, isDense = true, keys: KnownKeys = ANY_KEYS): string | undefined {
  const statement = seriesSql(series, keys, isDense);
  return statement?.query.sql
    .replace(/\{(p\d+):[^}]*\}/g, (_, name: string) => String(statement.query.params[name]))
    .replaceAll(/\s+/g, ' ');
}

const only = (...known: readonly string[]): KnownKeys => ({
  mayHave: (scope, name, suffix) => known.includes(`${scope} ${name} ${suffix}`),
});

const COUNT: Measurement = { kind: 'count' };

describe('groups', () => {
  test('one array per group where the group is in the row of the span', () => {
    const sql = sqlOf(request(COUNT, ['resource.service.name']));
    expect(sql).toContain('countResample(0, 3, 1)(cell)');
    expect(sql).toContain('service AS g0_0');
    expect(sql).toContain('GROUP BY l0');
    expect(sql).toMatch(/ORDER BY spanCount DESC, l0 LIMIT 11$/);
  });

  test('spans after the start of the range, and at its end', () => {
    const sql = sqlOf(request(COUNT));
    expect(sql).toContain('start_ns >= 1001');
    expect(sql).toContain('start_ns <= 4000');
    expect(sql).toContain('intDiv(start_ns - 1001, 1000)');
  });

  test('cells of a group as rows where there would be too many in memory', () => {
    expect(sqlOf(request(COUNT, ['name']), false)).not.toContain('Resample');
    expect(canBeDense({ ...request(COUNT), points: { ...POINTS, size: 70_000 } })).toBe(false);
    expect(canBeDense(request({ kind: 'quantiles', operand: operand('duration'), quantiles: [0.5] }))).toBe(false);
  });

  test('spans are counted by emitter before what is known of the emitter is joined', () => {
    const sql = sqlOf(request(COUNT, ['resource.version']));
    expect(sql).toContain('count() AS n FROM (SELECT resource_id');
    expect(sql).toContain('ANY LEFT JOIN');
    expect(sql).toContain('sum(spans.n) AS n');
  });

  test('roots are looked for in all spans of the traces', () => {
    const sql = sqlOf(request(COUNT, ['rootName'], '{ status = error }'));
    expect(sql).toContain('argMin(name, (start_ns, span_id))');
    expect(sql).toMatch(/trace_id IN \(SELECT trace_id FROM clew\.spans WHERE .* status_code = 2\) GROUP BY trace_id/);
  });

  test('a label that no span has is none', () => {
    const statement = seriesSql(request(COUNT, ['span.x', 'name']), only(), true);
    expect(statement?.encodings).toEqual([undefined, 'string']);
  });
});

describe('values of labels', () => {
  const encodings = (by: string, keys: KnownKeys) => seriesSql(request(COUNT, [by]), keys, true)?.encodings;

  test.each<[string, KnownKeys, string]>([
    ['name', ANY_KEYS, 'string'],
    ['status', ANY_KEYS, 'status'],
    ['kind', ANY_KEYS, 'kind'],
    ['duration', ANY_KEYS, 'duration'],
    ['rootServiceName', ANY_KEYS, 'strings'],
    ['event:name', ANY_KEYS, 'strings'],
    ['span.http.method', only(), 'string'],
    ['span.http.status_code', only(), 'int'],
    ['span.http.status_code', only('span http.status_code str'), 'text'],
    ['span.x', only('span x int'), 'ints'],
    ['span.x', only('span x int', 'span x str'), 'text'],
    ['.x', only('event x bool'), 'bools'],
    ['.x', only('event x bool', 'span x bool'), 'text'],
    ['.service.name', only(), 'string'],
    ['.service.name', only('span service.name str'), 'text'],
  ])('%s', (by, keys, encoding) => {
    expect(encodings(by, keys)).toEqual([encoding]);
  });

  test('the span comes before its emitter, and nothing after the name of the service', () => {
    const keys = only('span service.name str', 'event service.name str');
    const sql = sqlOf(request(COUNT, ['.service.name']), true, keys) ?? '';
    expect(sql).toMatch(/multiIf\(g0_0 NOT IN \('', '\[\[\],\[\],\[\],\[\]\]'\), g0_0, g0_1 NOT IN/);
    expect(sql).not.toContain('nested_str');
  });
});

describe('what is measured', () => {
  test('durations by powers of two, from two nanoseconds up', () => {
    const sql = sqlOf(request({ kind: 'buckets', operand: operand('duration') }, ['name']));
    expect(sql).toContain('duration_ns >= 2');
    expect(sql).toContain('toUInt32(point * 64 + ');
    expect(sql).toContain('countResample(0, 192, 1)(cell)');
  });

  test('a promoted number from its column alone, where no map has it', () => {
    const sql = sqlOf(request({ kind: 'max', operand: operand('span.http.status_code') }), true, only());
    expect(sql).toContain('isNotNull(p_http_status_code)');
    expect(sql).not.toContain('attrs_int');
  });

  test('nothing where it is a number on no span', () => {
    expect(sqlOf(request({ kind: 'sum', operand: operand('name') }))).toBeUndefined();
    expect(sqlOf(request({ kind: 'sum', operand: operand('span.x') }), true, only('span x str'))).toBeUndefined();
  });

  test('exact quantiles by state, so that groups can be merged', () => {
    const sql = sqlOf(
      request({ kind: 'quantiles', operand: operand('duration'), quantiles: [0.5, 0.99] }, ['resource.x'])
    );
    expect(sql).toContain('quantilesExactState(0.5, 0.99)');
    expect(sql).toContain('quantilesExactMergeState(0.5, 0.99)(spans.state)');
  });
});
