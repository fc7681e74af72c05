import type { SqlQuery } from '../../engine/engine.ts';
import { PROMOTED } from '../../schema/promoted.ts';
import { ATTRIBUTE_MAPS, RESOURCES, SPANS } from '../../schema/tables.ts';
import type { AttributeScope, Condition } from '../plan/plan.ts';
import { AttributeSql, PLACES } from './attribute-sql.ts';
import { ConditionSql, type SpanScope } from './condition-sql.ts';
import { IS_ROOT } from './intrinsic-sql.ts';
import type { KnownKeys } from './known-keys.ts';
import { SqlParameters } from './sql-text.ts';

const SUFFIXES = Object.keys(ATTRIBUTE_MAPS);

/** Scopes whose attributes are on the span's own row. */
export type SpanSideScope = Exclude<AttributeScope, ResourceSideScope>;
export type ResourceSideScope = 'resource' | 'instrumentation';

export interface KeyRow {
  readonly key: string;
}

/** Names of attributes of spans, events or links. */
export function spanKeysSql(place: SpanSideScope, condition: Condition, scope: SpanScope, limit: number): SqlQuery {
  const params = new SqlParameters();
  const where = new ConditionSql(params, scope).where(condition);
  const prefix = `${place}.`;
  const columns = place === 'span' ? 'attrs' : 'nested';
  const maps = SUFFIXES.map((suffix) => `groupUniqArrayArray(mapKeys(${columns}_${suffix}))`);
  // Promoted keys are the schema's own text, letters and dots.
  const promoted = PROMOTED.map(({ key, column }) => `if(max(isNotNull(${column})), ['${key}'], [])`);
  const found = `arrayJoin(arrayDistinct(arrayConcat(${[...maps, ...(place === 'span' ? promoted : [])].join(', ')})))`;
  const key = place === 'span' ? 'found' : `substring(found, ${prefix.length + 1})`;
  const filter = place === 'span' ? '' : `\nWHERE startsWith(found, '${prefix}')`;
  return params.query(`SELECT ${key} AS key
FROM (SELECT ${found} AS found FROM ${SPANS.name} WHERE ${where})${filter}
ORDER BY key
LIMIT ${params.value('UInt32', limit)}`);
}

/** Names of attributes of the resources or instrumentation scopes that sent the spans. */
export function resourceKeysSql(
  place: ResourceSideScope,
  condition: Condition,
  scope: SpanScope,
  limit: number
): SqlQuery {
  const params = new SqlParameters();
  const columns = place === 'resource' ? 'resource' : 'scope';
  const maps = SUFFIXES.map((suffix) => `groupUniqArrayArray(mapKeys(${columns}_${suffix}))`);
  return params.query(`SELECT arrayJoin(arrayDistinct(arrayConcat(${maps.join(', ')}))) AS key
FROM ${RESOURCES.name}
WHERE ${ofSpans(params, condition, scope)}
ORDER BY key
LIMIT ${params.value('UInt32', limit)}`);
}

/** A value as text, and TraceQL's name of its type. */
export interface ValueRow {
  readonly type: 'string' | 'int' | 'float' | 'bool';
  readonly value: string;
}

/** Values of an attribute, wherever its scope is kept. */
export function attributeValuesSql(
  place: AttributeScope,
  name: string,
  condition: Condition,
  scope: SpanScope,
  keys: KnownKeys,
  limit: number
): SqlQuery {
  const params = new SqlParameters();
  const attribute = new AttributeSql(place, name, params, keys);
  const { isResourceSide } = PLACES[place];
  const where = isResourceSide ? ofSpans(params, condition, scope) : new ConditionSql(params, scope).where(condition);
  return params.query(`SELECT pair.1 AS type, pair.2 AS value
FROM (
  SELECT ${attribute.values()} AS found, arrayJoin(arrayConcat(arrayMap(v -> ('string', v), found.1), arrayMap(v -> ('int', toString(v)), found.2),
    arrayMap(v -> ('float', toString(v)), found.3), arrayMap(v -> ('bool', toString(v)), found.4))) AS pair
  FROM ${isResourceSide ? RESOURCES.name : SPANS.name}
  WHERE ${where} AND ${attribute.exists()}
)
GROUP BY type, value
ORDER BY type, value
LIMIT ${params.value('UInt32', limit)}`);
}

/** Texts that an intrinsic can be listed by. */
const SPAN_TEXTS = {
  'span:name': { sql: 'name', condition: '' },
  'span:statusMessage': { sql: 'status_message', condition: '' },
  'trace:rootName': { sql: 'name', condition: IS_ROOT },
  'trace:rootService': { sql: 'service', condition: IS_ROOT },
  'event:name': { sql: 'arrayJoin(event_names)', condition: '' },
  'resource.service.name': { sql: 'service', condition: '' },
} as const;

export type SpanTextName = keyof typeof SPAN_TEXTS;

export const isSpanTextName = (name: string): name is SpanTextName => Object.hasOwn(SPAN_TEXTS, name);

export interface TextRow {
  readonly value: string;
}

export function spanTextsSql(name: SpanTextName, condition: Condition, scope: SpanScope, limit: number): SqlQuery {
  const params = new SqlParameters();
  const { sql, condition: extra } = SPAN_TEXTS[name];
  const where = [new ConditionSql(params, scope).where(condition), ...(extra ? [extra] : [])].join(' AND ');
  return params.query(`SELECT DISTINCT toString(text) AS value
FROM (SELECT ${sql} AS text FROM ${SPANS.name} WHERE ${where})
WHERE text != ''
ORDER BY value
LIMIT ${params.value('UInt32', limit)}`);
}

/** Names or versions of instrumentation scopes. */
export function instrumentationTextsSql(
  name: 'instrumentation:name' | 'instrumentation:version',
  condition: Condition,
  scope: SpanScope,
  limit: number
): SqlQuery {
  const params = new SqlParameters();
  const column = name === 'instrumentation:name' ? 'scope_name' : 'scope_version';
  return params.query(`SELECT DISTINCT ${column} AS value
FROM ${RESOURCES.name}
WHERE ${ofSpans(params, condition, scope)} AND ${column} != ''
ORDER BY value
LIMIT ${params.value('UInt32', limit)}`);
}

/** Rows of `clew.resources` that the spans in question refer to. */
function ofSpans(params: SqlParameters, condition: Condition, scope: SpanScope): string {
  const tenant = `tenant = ${params.value('String', scope.tenant)}`;
  const { startNs, endNs } = scope.range;
  const isOpen = startNs === undefined && endNs === undefined;
  if (isOpen && condition.kind === 'constant' && condition.value) {
    return tenant;
  }
  const where = new ConditionSql(params, scope).where(condition);
  return `${tenant} AND resource_id IN (SELECT resource_id FROM ${SPANS.name} WHERE ${where})`;
}
