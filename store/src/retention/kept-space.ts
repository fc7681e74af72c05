import type { Engine } from '../engine/engine.ts';
import { textSql } from '../pins/sql-text.ts';
import { KEPT_LOSSES, KEPT_RESOURCES, KEPT_SPANS, PINS } from '../schema/kept-tables.ts';
import { DATABASE } from '../schema/tables.ts';

/** What is kept, of all tenants. */
export interface KeptSize {
  readonly bytes: number;
  readonly spans: number;
  /** Days of receipt, of whichever tenant. */
  readonly days: number;
  readonly oldestDay: string | undefined;
}

interface SizeRow {
  readonly bytes: string;
  readonly spans: string;
  readonly days: string;
  readonly oldestDay: string;
}

interface DayRow {
  readonly tenant: string;
  readonly day: string;
}

const TABLES = [KEPT_SPANS, KEPT_RESOURCES, KEPT_LOSSES];
/** Replicated tables want to be told that a subquery is meant. */
const AT_ONCE = 'SETTINGS mutations_sync = 2, allow_nondeterministic_mutations = 1';
const PINNED = `SELECT tenant, trace_id FROM ${PINS.name} FINAL`;
/** A mutation that finds nothing leaves a part alone, and one that takes all leaves none. */
const SWEEPS: readonly string[] = [
  ...[KEPT_SPANS, KEPT_LOSSES].map(
    ({ name }) => `ALTER TABLE ${name} DELETE WHERE (tenant, trace_id) NOT IN (${PINNED}) ${AT_ONCE}`
  ),
  `ALTER TABLE ${KEPT_RESOURCES.name} DELETE WHERE (tenant, received_day, resource_id) NOT IN (SELECT tenant, received_day, resource_id FROM ${KEPT_SPANS.name}) ${AT_ONCE}`,
];

/** Of one tenant, or of all. */
export async function keptSize(engine: Engine, tenant?: string): Promise<KeptSize> {
  const [row] = await engine.rows<SizeRow>({
    sql: `SELECT toString(sum(bytes_on_disk)) AS bytes, toString(sumIf(rows, concat(database, '.', table) = {spans:String})) AS spans,
  toString(uniqExact(substring(partition, length(partition) - 11, 10))) AS days,
  min(substring(partition, length(partition) - 11, 10)) AS oldestDay
FROM system.parts
WHERE active AND rows > 0 AND database = {database:String} AND concat(database, '.', table) IN {tables:Array(String)}${
      tenant === undefined ? '' : ' AND substring(partition, 3, length(partition) - 17) = {tenant:String}'
    }`,
    params: {
      database: DATABASE,
      tables: TABLES.map(({ name }) => name),
      spans: KEPT_SPANS.name,
      // As a partition's name has it.
      ...(tenant !== undefined && { tenant: tenant.replaceAll("'", "\\'") }),
    },
  });
  return {
    bytes: Number(row.bytes),
    spans: Number(row.spans),
    days: Number(row.days),
    oldestDay: row.oldestDay || undefined,
  };
}

/** Traces that are kept and that nothing pins. */
export async function unpinnedCount(engine: Engine): Promise<number> {
  const [{ traces }] = await engine.rows<{ traces: string }>({
    sql: `SELECT toString(uniqExact(tenant, trace_id)) AS traces FROM ${KEPT_SPANS.name} WHERE (tenant, trace_id) NOT IN (${PINNED})`,
    params: {},
  });
  return Number(traces);
}

/** Removes what nothing pins. */
export async function sweep(engine: Engine): Promise<void> {
  for (const statement of SWEEPS) {
    await engine.command(statement);
  }
}

/**
 * Unpins what the oldest kept day has: what was pinned automatically, and, where no day has such, what was pinned by hand.
 * False where nothing is kept.
 */
export async function unpinOldestDay(engine: Engine): Promise<boolean> {
  const byHand = `SELECT tenant, trace_id FROM ${PINS.name} FINAL WHERE kind = 'hand'`;
  const oldest = (where: string) =>
    engine.rows<DayRow>({
      sql: `SELECT tenant, toString(received_day) AS day FROM ${KEPT_SPANS.name}${where} ORDER BY received_day, tenant LIMIT 1`,
      params: {},
    });
  const [automatic] = await oldest(` WHERE (tenant, trace_id) NOT IN (${byHand})`);
  const [day] = automatic ? [automatic] : await oldest('');
  if (!day) {
    return false;
  }
  const tenant = textSql(day.tenant);
  await engine.command(
    `ALTER TABLE ${PINS.name} DELETE WHERE ${automatic ? "kind != 'hand' AND " : ''}tenant = ${tenant} AND trace_id IN (SELECT trace_id FROM ${KEPT_SPANS.name} WHERE tenant = ${tenant} AND received_day = '${day.day}') ${AT_ONCE}`
  );
  return true;
}

/** Drops the oldest kept day, whoever pinned what is in it. The day, or undefined where nothing is kept. */
export async function dropOldestDay(engine: Engine): Promise<DayRow | undefined> {
  const [oldest] = await engine.rows<DayRow & { partitionId: string; tables: string[] }>({
    sql: `SELECT substring(partition, 3, length(partition) - 17) AS tenant, substring(partition, length(partition) - 11, 10) AS day,
  partition_id AS partitionId, groupUniqArray(concat(database, '.', table)) AS tables
FROM system.parts
WHERE active AND rows > 0 AND database = {database:String} AND concat(database, '.', table) IN {tables:Array(String)}
GROUP BY tenant, day, partitionId ORDER BY day, tenant LIMIT 1`,
    params: { database: DATABASE, tables: TABLES.map(({ name }) => name) },
  });
  for (const table of oldest?.tables ?? []) {
    await engine.command(`ALTER TABLE ${table} DROP PARTITION ID '${oldest.partitionId}'`);
  }
  return oldest;
}
