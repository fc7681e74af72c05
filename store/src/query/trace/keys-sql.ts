import type { SqlQuery } from '../../engine/engine.ts';
import { PROMOTED } from '../../schema/promoted.ts';
import { ATTRIBUTE_MAPS, RESOURCES, SPANS, type AttributeMapSuffix } from '../../schema/tables.ts';
import { SqlParameters } from '../sql/sql-text.ts';
import { rowsSql } from '../sql/trace-frame-sql.ts';
import { traceCondition } from '../sql/trace-sql.ts';

/** Which columns' keys: those of spans, of their events and links, of their resources, of their instrumentation scopes. */
export type KeyColumns = 'attrs' | 'nested' | 'resource' | 'scope';
export type KeySide = 'spans' | 'emitters';

/** Where a key was found: `keySources(side)[source]`: the maps, then of spans the promoted ones. */
export interface KeySource {
  readonly columns: KeyColumns;
  readonly suffix: AttributeMapSuffix;
}

const SUFFIXES = Object.keys(ATTRIBUTE_MAPS) as AttributeMapSuffix[];
const mapsOf = (columns: KeyColumns): KeySource[] => SUFFIXES.map((suffix) => ({ columns, suffix }));

const mapSources = (side: KeySide): KeySource[] =>
  side === 'spans' ? [...mapsOf('attrs'), ...mapsOf('nested')] : [...mapsOf('resource'), ...mapsOf('scope')];

const SOURCES: Readonly<Record<KeySide, readonly KeySource[]>> = {
  spans: [
    ...mapSources('spans'),
    ...PROMOTED.map(({ type }): KeySource => ({ columns: 'attrs', suffix: type === 'string' ? 'str' : 'int' })),
  ],
  emitters: mapSources('emitters'),
};

export const keySources = (side: KeySide): readonly KeySource[] => SOURCES[side];

/** `source` is an index into `keySources`. In the second statement it is the first one of the same columns. */
export interface KeyCountRow {
  readonly source: number;
  readonly key: string;
  readonly spans: string;
}

export interface KeysRequest {
  readonly tenant: string;
  /** 32 hex digits. */
  readonly traceId: string;
  /** The trace has rows that may be one span: they are compared. */
  readonly distinct: boolean;
  readonly limit: number;
}

/**
 * How many spans of a trace have each key, by the map that it is in; promoted ones are not among them. With `only` the same for some keys, whichever map they
 * are in: of a key that is in several, some spans may have it twice.
 */
export function keyCountsSql(side: KeySide, request: KeysRequest, only?: readonly string[]): SqlQuery {
  return side === 'spans' ? spanKeysSql(request, only) : emitterKeysSql(request, only);
}

/** How many spans have each promoted attribute: `c0`, `c1`… in the order of PROMOTED. They cost less apart from the maps. */
export function promotedCountsSql({ tenant, traceId, distinct }: KeysRequest): SqlQuery {
  const { sql, params, traces } = traceCondition(tenant, traceId);
  const columns = PROMOTED.map(({ column }) => column);
  const counts = columns.map((column, index) => `count(${column}) AS c${index}`);
  return { sql: `SELECT ${counts.join(', ')} FROM ${rowsSql(columns, sql, distinct)}`, params, traces };
}

/** Pairs of a source and a key, each once a row. */
function pairsSql(side: KeySide, params: SqlParameters, only: readonly string[] | undefined): string {
  const maps = mapSources(side).map(
    ({ columns, suffix }, index) => `arrayMap(k -> (toUInt8(${index}), k), arrayDistinct(${columns}_${suffix}_keys))`
  );
  if (!only) {
    return `arrayConcat(${maps.join(', ')})`;
  }
  // Promoted keys are the schema's own text, letters and dots.
  const promoted =
    side === 'emitters'
      ? []
      : PROMOTED.flatMap(({ key, column }, index) =>
          only.includes(key)
            ? [`if(isNull(${column}), [], [(toUInt8(${maps.length + index}), toLowCardinality('${key}'))])`]
            : []
        );
  const first = SOURCES[side].map(({ columns }) => SOURCES[side].findIndex((source) => source.columns === columns));
  const asked = params.value('Array(String)', only);
  const pairs = `arrayConcat(${[...maps, ...promoted].join(', ')})`;
  return `arrayDistinct(arrayMap(p -> (toUInt8([${first.join(', ')}][p.1 + 1]), p.2), arrayFilter(p -> has(${asked}, toString(p.2)), ${pairs})))`;
}

const keyColumns = (side: KeySide): string[] =>
  mapSources(side).map(({ columns, suffix }) => `${columns}_${suffix}.keys AS ${columns}_${suffix}_keys`);

function spanKeysSql({ tenant, traceId, distinct, limit }: KeysRequest, only: readonly string[] | undefined): SqlQuery {
  const params = new SqlParameters();
  const trace = traceCondition(tenant, traceId);
  const columns = [...keyColumns('spans'), ...(only ? PROMOTED.map(({ column }) => column) : [])];
  const { sql, params: values } = params.query(`SELECT pair.1 AS source, toString(pair.2) AS key, count() AS spans
FROM (SELECT arrayJoin(${pairsSql('spans', params, only)}) AS pair FROM ${rowsSql(columns, trace.sql, distinct)})
GROUP BY pair
ORDER BY spans DESC, key, source
LIMIT ${Math.trunc(limit)}`);
  return { sql, params: { ...values, ...trace.params }, traces: trace.traces };
}

function emitterKeysSql(
  { tenant, traceId, distinct, limit }: KeysRequest,
  only: readonly string[] | undefined
): SqlQuery {
  const params = new SqlParameters();
  const trace = traceCondition(tenant, traceId);
  const ids = `SELECT resource_id FROM ${SPANS.name} WHERE ${trace.sql}`;
  const emitters = `SELECT ${['resource_id', ...keyColumns('emitters')].join(', ')} FROM ${RESOURCES.name}
  WHERE tenant = {tenant:String} AND resource_id IN (${ids}) LIMIT 1 BY resource_id`;
  const { sql, params: values } = params.query(`SELECT pair.1 AS source, toString(pair.2) AS key, sum(rows) AS spans
FROM (SELECT resource_id, count() AS rows FROM ${rowsSql(['resource_id'], trace.sql, distinct)} GROUP BY resource_id) AS counts
INNER JOIN (SELECT resource_id, arrayJoin(${pairsSql('emitters', params, only)}) AS pair FROM (${emitters})) AS emitters USING (resource_id)
GROUP BY pair
ORDER BY spans DESC, key, source
LIMIT ${Math.trunc(limit)}`);
  return { sql, params: { ...values, ...trace.params }, traces: trace.traces };
}
