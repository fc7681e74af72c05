import type { SqlQuery } from '../../engine/engine.ts';
import { TAGS } from '../../schema/tables.ts';
import type { AttributeScope, SpanTimeRange } from '../plan/plan.ts';
import { SqlParameters } from './sql-text.ts';

/** Where a tag is in `clew.tags`. */
export type TagPlace = AttributeScope | 'intrinsic';

const DAY_NS = 86_400_000_000_000n;

/** Attributes of spans stand under two names: those in maps, and promoted ones. */
const placesOf = (place: TagPlace): readonly string[] => (place === 'span' ? ['span', 'column'] : [place]);

export interface TagNameRow {
  readonly key: string;
}

/** The names of a scope's attributes, in the alphabet's order. */
export function tagNamesSql(tenant: string, place: TagPlace, range: SpanTimeRange, limit: number): SqlQuery {
  const params = new SqlParameters();
  return params.query(`SELECT toString(key) AS key
FROM ${TAGS.name}
WHERE ${where(params, tenant, 0, range)} AND scope IN ${params.value('Array(String)', placesOf(place))}
GROUP BY key
ORDER BY key
LIMIT ${params.value('UInt32', limit)}`);
}

export interface TagValueRow {
  readonly type: 'string' | 'int' | 'float' | 'bool';
  readonly value: string;
}

/** The values of an attribute in these scopes, the most frequent first. */
export function tagValuesSql(
  tenant: string,
  places: readonly TagPlace[],
  name: string,
  range: SpanTimeRange,
  limit: number
): SqlQuery {
  const params = new SqlParameters();
  return params.query(`SELECT toString(type) AS type, value
FROM ${TAGS.name}
WHERE ${where(params, tenant, 1, range)} AND scope IN ${params.value('Array(String)', places.flatMap(placesOf))}
  AND key = ${params.value('String', name)}
GROUP BY type, value
ORDER BY sum(count) DESC, type, value
LIMIT ${params.value('UInt32', limit)}`);
}

export interface KnownKeyRow {
  readonly scope: string;
  readonly key: string;
  readonly type: 'string' | 'int' | 'float' | 'bool';
}

/** Where attributes of these names are, and whether there are more keys than are kept. */
export function knownKeysSql(tenant: string, names: readonly string[]): SqlQuery {
  const params = new SqlParameters();
  const isAny = { startNs: undefined, endNs: undefined };
  return params.query(`SELECT toString(scope) AS scope, toString(key) AS key, toString(type) AS type
FROM ${TAGS.name}
WHERE ${where(params, tenant, 0, isAny)} AND (key IN ${params.value('Array(String)', names)} OR scope = 'overflow')
GROUP BY scope, key, type`);
}

export interface ComparedKeyRow {
  /** `overflow`: there are more keys than are kept. */
  readonly scope: AttributeScope | 'column' | 'overflow';
  readonly key: string;
}

/** The keys of all attributes, the most frequent first. */
export function comparedKeysSql(tenant: string, limit: number): SqlQuery {
  const params = new SqlParameters();
  const isAny = { startNs: undefined, endNs: undefined };
  return params.query(`SELECT toString(scope) AS scope, toString(key) AS key
FROM ${TAGS.name}
WHERE ${where(params, tenant, 0, isAny)} AND scope != 'intrinsic'
GROUP BY scope, key
ORDER BY scope = 'overflow' DESC, sum(count) DESC, scope, key
LIMIT ${params.value('UInt32', limit)}`);
}

/** Spans may be received long after they start, and, where a clock is ahead, before: a day's grace. */
function where(params: SqlParameters, tenant: string, isValue: 0 | 1, { startNs }: SpanTimeRange): string {
  const day = startNs === undefined ? 0n : startNs / DAY_NS - 1n;
  const since = day > 0n ? ` AND received_day >= toDate(${params.value('UInt32', day)})` : '';
  return `tenant = ${params.value('String', tenant)} AND is_value = ${isValue}${since}`;
}
