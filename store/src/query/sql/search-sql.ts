import type { SqlQuery } from '../../engine/engine.ts';
import { RESOURCES, SPANS } from '../../schema/tables.ts';
import type { AttributeScope, Condition, Operand, SearchPlan, SpanIntrinsic } from '../plan/plan.ts';
import { AttributeSql } from './attribute-sql.ts';
import { ConditionSql, traceIdsSql, type SpanScope } from './condition-sql.ts';
import type { KnownKeys } from './known-keys.ts';
import { IS_ROOT, SPAN_END, spanIntrinsicText } from './intrinsic-sql.ts';
import { SqlParameters } from './sql-text.ts';

/** A trace that has a matching span; `matchedStart` is the start of the first of them, in ns. */
export interface CandidateRow {
  readonly id: string;
  readonly matchedStart: string;
}

/** The traces whose first matching span starts last. */
export function candidatesSql(condition: Condition, scope: SpanScope, keys: KnownKeys, limit: number): SqlQuery {
  const params = new SqlParameters();
  const where = new ConditionSql(params, scope, keys).where(condition);
  return params.query(`SELECT lower(hex(trace_id)) AS id, min(start_ns) AS matchedStart
FROM ${SPANS.name}
WHERE ${where}
GROUP BY trace_id
ORDER BY matchedStart DESC, trace_id
LIMIT ${params.value('UInt32', limit)}`);
}

/** A service's part in a trace. Times in ns; `root` and `earliest` are [start, span id, name]. */
export interface SummaryRow {
  readonly id: string;
  readonly service: string;
  readonly start: string;
  readonly end: string;
  readonly spans: string;
  readonly errors: string;
  readonly roots: string;
  readonly root: readonly [string, string, string];
  readonly earliest: readonly [string, string, string];
}

/** Whole traces in a row per service. A span that was delivered twice counts once. */
export function summariesSql(tenant: string, traceIds: readonly string[]): SqlQuery {
  const params = new SqlParameters();
  const span = '(start_ns, lower(hex(span_id)), toString(name))';
  return params.query(`SELECT lower(hex(trace_id)) AS id, service, min(start_ns) AS start, max(${SPAN_END}) AS end,
  uniqExact(span_id, kind, start_ns) AS spans, uniqExactIf((span_id, kind, start_ns), status_code = 2) AS errors,
  countIf(${IS_ROOT}) AS roots, minIf(${span}, ${IS_ROOT}) AS root, min(${span}) AS earliest
FROM ${SPANS.name}
WHERE tenant = ${params.value('String', tenant)} AND trace_id IN ${traceIdsSql(params, traceIds)}
GROUP BY trace_id, service
ORDER BY trace_id, service`);
}

/** Values of one attribute by type, each an array: strings, ints (as text), floats (NaN and infinities as text), bools. */
export type AttributeValues = readonly [
  readonly string[],
  readonly string[],
  ReadonlyArray<number | string>,
  readonly boolean[],
];

/** A matching span. `v0`, `v1`… are the mentioned operands, in the plan's order, where they are on the span. */
export interface MatchRow {
  readonly id: string;
  readonly spanId: string;
  readonly name: string;
  readonly start: string;
  readonly duration: string;
  readonly resourceId: string;
  readonly matched: string;
  readonly [value: `v${number}`]: AttributeValues | string | readonly string[];
}

/** Up to `spansPerTrace` matching spans of each trace, by start, and how many there are. */
export function matchesSql(plan: SearchPlan, scope: SpanScope, keys: KnownKeys, spansPerTrace: number): SqlQuery {
  const params = new SqlParameters();
  const where = new ConditionSql(params, scope, keys).where(plan.condition);
  const values = plan.mentioned.flatMap((operand, index) => {
    const sql = spanValueSql(operand, params);
    return sql === undefined ? [] : [`${sql} AS v${index}`];
  });
  const columns = ['trace_id', 'span_id', 'kind', 'name', 'start_ns', 'duration_ns', 'resource_id', ...values];
  const valueNames = values.map((value) => value.slice(value.lastIndexOf(' ') + 1));
  return params.query(`SELECT lower(hex(trace_id)) AS id, lower(hex(span_id)) AS spanId, name, start_ns AS start,
  duration_ns AS duration, toString(resource_id) AS resourceId, ${['matched', ...valueNames].join(', ')}
FROM (
  SELECT *, count() OVER (PARTITION BY trace_id) AS matched
  FROM (
    SELECT ${columns.join(', ')}
    FROM ${SPANS.name}
    WHERE ${where}
    LIMIT 1 BY trace_id, span_id, kind, start_ns
  )
)
ORDER BY trace_id, start_ns, span_id
LIMIT ${params.value('UInt32', spansPerTrace)} BY trace_id`);
}

/** Mentioned operands that a span's resource and instrumentation scope have: `v0`, `v1`… in the plan's order. */
export interface ResourceRow {
  readonly resourceId: string;
  readonly [value: `v${number}`]: AttributeValues | string;
}

/** Undefined when the query mentions nothing that is kept with resources. */
export function resourceValuesSql(
  plan: SearchPlan,
  tenant: string,
  resourceIds: readonly string[]
): SqlQuery | undefined {
  const params = new SqlParameters();
  const values = plan.mentioned.flatMap((operand, index) => {
    const sql = resourceValueSql(operand, params);
    return sql === undefined ? [] : [`${sql} AS v${index}`];
  });
  if (values.length === 0 || resourceIds.length === 0) {
    return undefined;
  }
  return params.query(`SELECT toString(resource_id) AS resourceId, ${values.join(', ')}
FROM ${RESOURCES.name}
WHERE tenant = ${params.value('String', tenant)} AND resource_id IN ${params.value('Array(UInt64)', resourceIds.map(BigInt))}
LIMIT 1 BY resource_id`);
}

function spanValueSql(operand: Operand, params: SqlParameters): string | undefined {
  if (operand.kind === 'intrinsic') {
    return spanIntrinsicText(operand.name as SpanIntrinsic);
  }
  const { scope, name } = operand;
  const of = (place: AttributeScope) => new AttributeSql(place, name, params).values();
  if (scope === 'any') {
    // What the span itself lacks may be on its resource; `resourceValuesSql` answers that.
    return of('span');
  }
  return scope === 'resource' || scope === 'instrumentation' ? undefined : of(scope);
}

function resourceValueSql(operand: Operand, params: SqlParameters): string | undefined {
  if (operand.kind === 'intrinsic') {
    switch (operand.name) {
      case 'instrumentation:name':
        return 'scope_name';
      case 'instrumentation:version':
        return 'scope_version';
      default:
        return undefined;
    }
  }
  const { scope, name } = operand;
  if (scope === 'instrumentation') {
    return new AttributeSql('instrumentation', name, params).values();
  }
  return scope === 'resource' || scope === 'any' ? new AttributeSql('resource', name, params).values() : undefined;
}
