import type { Engine, ReadLimits, SqlQuery } from '../engine/engine.ts';
import { KEPT_LOSSES, KEPT_RESOURCES, KEPT_SPANS } from '../schema/kept-tables.ts';
import { LOSSES, RESOURCES, SPANS, type Table } from '../schema/tables.ts';
import type { KeptTraces } from './kept-traces.ts';

const KEPT: ReadonlyArray<readonly [from: Table, kept: Table]> = [
  [SPANS, KEPT_SPANS],
  [RESOURCES, KEPT_RESOURCES],
  [LOSSES, KEPT_LOSSES],
];
const FROM = new RegExp(`\\bFROM (${KEPT.map(([{ name }]) => name.replace('.', '\\.')).join('|')})\\b`, 'g');

const IDS = (name: string) => `(SELECT toFixedString(unhex(arrayJoin({${name}:Array(String)})), 16))`;

/** Equal for rows that are equal in every column. */
export const identityOf = ({ columns }: Table): string =>
  `sipHash64(tuple(${columns.map(({ name }) => name).join(', ')}))`;

/**
 * The engine for those who ask for traces by id: what retention has kept of them is read as if it had never left. A statement
 * about other traces goes on as it is. Between a copy and the end of its original a row is in both places: then the original
 * counts.
 */
export class KeptEngine implements Engine {
  readonly #engine: Engine;
  readonly #kept: KeptTraces;

  constructor(engine: Engine, kept: KeptTraces) {
    this.#engine = engine;
    this.#kept = kept;
  }

  rows<Row>(query: SqlQuery, limits?: ReadLimits): Promise<Row[]> {
    return this.#engine.rows<Row>(this.#withKept(query), limits);
  }

  bytes(query: SqlQuery, format: 'RowBinary' | 'Native', limits?: ReadLimits): Promise<Buffer> {
    return this.#engine.bytes(this.#withKept(query), format, limits);
  }

  command(sql: string): Promise<void> {
    return this.#engine.command(sql);
  }

  insertNative(table: string, columns: readonly string[], block: Uint8Array, token: string): Promise<void> {
    return this.#engine.insertNative(table, columns, block, token);
  }

  close(): Promise<void> {
    return this.#engine.close();
  }

  #withKept(query: SqlQuery): SqlQuery {
    const { traces } = query;
    if (!traces) {
      return query;
    }
    const ids = traces.ids && this.#kept.among(traces.tenant, traces.ids);
    if (ids ? ids.length === 0 : !this.#kept.any(traces.tenant)) {
      return query;
    }
    return {
      sql: query.sql.replaceAll(FROM, (_, name: string) => `FROM ${bothSql(name, ids !== undefined)}`),
      params: {
        ...query.params,
        kept_tenant: traces.tenant,
        ...(ids && { kept_ids: ids, asked_ids: traces.ids ?? [] }),
      },
    };
  }
}

/** Live rows and kept ones as a subquery. `byId`: of the traces asked for, where the table has an id. */
function bothSql(name: string, byId: boolean): string {
  const [from, kept] = KEPT.find(([table]) => table.name === name) ?? KEPT[0];
  const tenantIs = 'tenant = {kept_tenant:String}';
  if (from === RESOURCES) {
    // Who reads them takes one row of each id.
    return `(SELECT * FROM ${from.name} WHERE ${tenantIs} UNION ALL SELECT * FROM ${kept.name} WHERE ${tenantIs})`;
  }
  const live = `${tenantIs}${byId ? ` AND trace_id IN ${IDS('asked_ids')}` : ''}`;
  const those = `${tenantIs}${byId ? ` AND trace_id IN ${IDS('kept_ids')}` : ''}`;
  const identity = identityOf(from);
  return `(SELECT * FROM ${from.name} WHERE ${live} UNION ALL SELECT * FROM ${kept.name} WHERE ${those} AND ${identity} NOT IN (SELECT ${identity} FROM ${from.name} WHERE ${those}))`;
}
