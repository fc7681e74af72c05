import type { SqlQuery } from '../../engine/engine.ts';
import { PROMOTED } from '../../schema/promoted.ts';
import { RESOURCES, SPANS } from '../../schema/tables.ts';
import { ALWAYS } from '../plan/plan.ts';
import { ConditionSql } from '../sql/condition-sql.ts';
import type { KnownKeys } from '../sql/known-keys.ts';
import { SqlParameters } from '../sql/sql-text.ts';
import { traceShareSql, twoSetsSql, type TwoSets } from './sampled-spans.ts';

/** A number for each set. */
export interface PerSet {
  readonly selected: number;
  readonly others: number;
}

/** Shares of the traces that are looked at, for each set, and the spans that are then expected. */
export interface SamplePlan {
  readonly shares: PerSet;
  readonly expected: PerSet;
}

export interface CountRow {
  readonly selected: string;
  readonly others: string;
}

/** How many spans each set has. */
export function setSizesSql(sets: TwoSets, keys: KnownKeys): SqlQuery {
  const params = new SqlParameters();
  const { where, isSelected } = twoSetsSql(sets, params, keys);
  return params.query(
    `SELECT countIf(${isSelected}) AS selected, count() - selected AS others FROM ${SPANS.name} WHERE ${where}`
  );
}

/** How many spans there are in the range, in either set or not. */
export function rangeSizeSql({ tenant, range }: TwoSets): SqlQuery {
  const params = new SqlParameters();
  const where = new ConditionSql(params, { tenant, range }).where(ALWAYS);
  return params.query(`SELECT count() AS spans FROM ${SPANS.name} WHERE ${where}`);
}

export type ValueType = 'string' | 'int' | 'float' | 'bool' | 'keyword';

/** A value of an attribute, and the spans of the sample that have it. */
export interface ValueRow {
  readonly attribute: string;
  readonly type: ValueType;
  readonly value: string;
  readonly selected: string;
  readonly others: string;
}

/** Values in one answer: those whose counts differ most. Values that one span alone has say nothing. */
const MAX_VALUES = 2000;
/** Longer texts are cut: they are shown in a table. */
const MAX_TEXT = 200;

const STATUS = "['unset', 'ok', 'error']";
const KINDS = "['unspecified', 'internal', 'server', 'client', 'producer', 'consumer']";

/** The spans' own attributes. The first row, without an attribute, has the spans of the sample. */
export function spanValuesSql(sets: TwoSets, plan: SamplePlan, keys: KnownKeys): SqlQuery {
  const params = new SqlParameters();
  const triple = (attribute: string, type: ValueType, value: string) => `('${attribute}', '${type}', ${value})`;
  const map = (suffix: string, type: ValueType, value: string) =>
    `arrayMap((k, v) -> (concat('span.', k), '${type}', ${value}), mapKeys(attrs_${suffix}), mapValues(attrs_${suffix}))`;
  const always = [
    triple('', 'string', "''"),
    triple('name', 'string', 'toString(name)'),
    triple('status', 'keyword', `${STATUS}[status_code + 1]`),
    triple('kind', 'keyword', `${KINDS}[kind + 1]`),
    triple('statusMessage', 'string', `substring(status_message, 1, ${MAX_TEXT})`),
    triple('resource.service.name', 'string', 'toString(service)'),
    ...PROMOTED.map(({ key, type, column }) => triple(`span.${key}`, type, `ifNull(toString(${column}), '')`)),
  ];
  const lists = [
    `[${always.join(', ')}]`,
    map('str', 'string', `substring(v, 1, ${MAX_TEXT})`),
    map('int', 'int', 'toString(v)'),
    map('float', 'float', 'toString(v)'),
    map('bool', 'bool', "if(v, 'true', 'false')"),
    `arrayMap(v -> ('event:name', 'string', toString(v)), event_names)`,
  ];
  const rows = sampleSql(sets, plan, params, keys, `arrayDistinct(arrayConcat(${lists.join(', ')})) AS pairs`);
  return params.query(`SELECT pair.1 AS attribute, pair.2 AS type, pair.3 AS value, countIf(isSelected) AS selected, count() - selected AS others
FROM (${rows}) ARRAY JOIN pairs AS pair
WHERE attribute = '' OR value != ''
GROUP BY attribute, type, value
HAVING count() > 1 OR attribute = ''
ORDER BY attribute = '' DESC, ${differenceSql(plan)} DESC
LIMIT ${MAX_VALUES}`);
}

/** What emitted the spans: attributes of the resource, and the instrumentation's name and version. */
export function emitterValuesSql(sets: TwoSets, plan: SamplePlan, keys: KnownKeys): SqlQuery {
  const params = new SqlParameters();
  const rows = sampleSql(sets, plan, params, keys, 'resource_id');
  const counted = `SELECT resource_id, countIf(isSelected) AS s, count() - s AS o FROM (${rows}) GROUP BY resource_id`;
  const map = (suffix: string, type: ValueType, value: string) =>
    `arrayMap((k, v) -> (concat('resource.', k), '${type}', ${value}), mapKeys(resource_${suffix}), mapValues(resource_${suffix}))`;
  const lists = [
    "[('instrumentation:name', 'string', scope_name), ('instrumentation:version', 'string', scope_version)]",
    map('str', 'string', `substring(v, 1, ${MAX_TEXT})`),
    map('int', 'int', 'toString(v)'),
    map('float', 'float', 'toString(v)'),
    map('bool', 'bool', "if(v, 'true', 'false')"),
  ];
  const emitters = `SELECT resource_id, arrayDistinct(arrayConcat(${lists.join(', ')})) AS pairs FROM ${RESOURCES.name} WHERE tenant = ${params.value('String', sets.tenant)} LIMIT 1 BY resource_id`;
  return params.query(`SELECT pair.1 AS attribute, pair.2 AS type, pair.3 AS value, sum(s) AS selected, sum(o) AS others
FROM (${emitters}) AS emitters INNER JOIN (${counted}) AS spans USING (resource_id) ARRAY JOIN pairs AS pair
WHERE value != '' AND attribute != 'resource.service.name'
GROUP BY attribute, type, value
ORDER BY ${differenceSql(plan)} DESC
LIMIT ${MAX_VALUES}`);
}

/** Rows of the sample, with `isSelected`. */
function sampleSql(sets: TwoSets, plan: SamplePlan, params: SqlParameters, keys: KnownKeys, columns: string): string {
  const { where, isSelected } = twoSetsSql(sets, params, keys);
  const { selected, others } = plan.shares;
  const most = traceShareSql(Math.max(selected, others));
  const each = `if(isSelected, ${traceShareSql(selected)}, ${traceShareSql(others)})`;
  return `SELECT ${isSelected} AS isSelected, ${columns} FROM ${SPANS.name} WHERE ${where} AND ${most} AND ${each}`;
}

/** How far apart the shares of the sets are; sizes of the samples are not known yet where this orders rows. */
const differenceSql = ({ expected }: SamplePlan): string =>
  `abs(selected / ${Math.max(1, expected.selected)} - others / ${Math.max(1, expected.others)})`;
