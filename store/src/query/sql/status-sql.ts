import type { SqlQuery } from '../../engine/engine.ts';
import { DATABASE, SPANS } from '../../schema/tables.ts';
import { SqlParameters } from './sql-text.ts';

export interface SizeRow {
  readonly bytes: string;
}

/** Bytes on disk of everything that is in use. */
export function storedSizeSql(): SqlQuery {
  const params = new SqlParameters();
  return params.query(
    `SELECT sum(bytes_on_disk) AS bytes FROM system.parts WHERE active AND database = ${params.value('String', DATABASE)}`
  );
}

export interface TimesRow {
  readonly spans: string;
  readonly oldest: string;
  readonly newest: string;
}

export function storedTimesSql(tenant: string): SqlQuery {
  const params = new SqlParameters();
  return params.query(
    `SELECT count() AS spans, min(start_ns) AS oldest, max(start_ns) AS newest FROM ${SPANS.name} WHERE tenant = ${params.value('String', tenant)}`
  );
}
