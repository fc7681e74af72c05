import type { Engine } from '../engine/engine.ts';
import { textSql, idSql } from '../pins/sql-text.ts';
import { identityOf } from '../pins/kept-engine.ts';
import { KEPT_LOSSES, KEPT_RESOURCES, KEPT_SPANS, PINS } from '../schema/kept-tables.ts';
import { HOUR_EXPRESSION, LOSSES, RESOURCES, SPANS, type Table } from '../schema/tables.ts';

/** A pinned trace that has spans in a day. */
interface PinnedRow {
  readonly id: string;
  readonly spans: string;
  readonly firstHour: string;
  readonly lastHour: string;
}

/** A partition of the tables. */
export interface DayOfTenant {
  readonly tenant: string;
  /** `2026-11-22` */
  readonly day: string;
}

/** What copying a day would take. */
export interface PinnedOfDay {
  readonly traces: readonly PinnedRow[];
  readonly spans: number;
  /** Pinned traces that do not fit. */
  readonly left: number;
}

/** Traces in one statement: inserts of new spans wait for each. */
const TRACES_PER_COPY = 256;
/** A day has a billion rows where a store is busy, and nobody waits for this. */
const LIMITS = { seconds: 900 };

/**
 * Pinned traces with spans in the day, by the hour of their first one. `maxSpans` bounds what is taken together: traces that
 * were pinned by hand first, then those pinned last. Rejects with EngineError.
 */
export async function pinnedOfDay(
  engine: Engine,
  { tenant, day }: DayOfTenant,
  maxSpans: number
): Promise<PinnedOfDay> {
  const pins = `SELECT trace_id, max(kind = 'hand') AS byHand, max(pinned_ms) AS pinnedMs FROM ${PINS.name} FINAL WHERE tenant = {tenant:String} GROUP BY trace_id`;
  const rows = await engine.rows<PinnedRow>(
    {
      sql: `SELECT id, toString(spans) AS spans, toString(firstHour) AS firstHour, toString(lastHour) AS lastHour
FROM (
  SELECT trace_id, lower(hex(trace_id)) AS id, count() AS spans, min(${HOUR_EXPRESSION}) AS firstHour, max(${HOUR_EXPRESSION}) AS lastHour
  FROM ${SPANS.name}
  WHERE tenant = {tenant:String} AND received_day = {day:Date} AND trace_id IN (SELECT trace_id FROM (${pins}))
  GROUP BY trace_id
) AS found INNER JOIN (${pins}) AS pinned USING (trace_id)
ORDER BY byHand DESC, pinnedMs DESC, id`,
      params: { tenant, day },
    },
    LIMITS
  );
  let spans = 0;
  const traces = rows.filter((row) => {
    const fits = spans + Number(row.spans) <= maxSpans;
    spans += fits ? Number(row.spans) : 0;
    return fits;
  });
  const byHour = (a: PinnedRow, b: PinnedRow) => Number(a.firstHour) - Number(b.firstHour) || (a.id < b.id ? -1 : 1);
  return { traces: traces.sort(byHour), spans, left: rows.length - traces.length };
}

/**
 * Statements that copy traces of a day, with what their spans need to be read. Each adds only rows that are not in the kept
 * table yet, so that they can be run again after whatever interrupted them: before the day is dropped, while it is, or when
 * spans of it come late. None removes anything.
 */
export function* copyStatements({ tenant, day }: DayOfTenant, { traces }: PinnedOfDay): Generator<string> {
  const partition = `tenant = ${textSql(tenant)} AND received_day = '${day}'`;
  const missing = (from: Table, kept: Table, rows: string) =>
    `INSERT INTO ${kept.name} (${names(from)}) SELECT ${names(from)} FROM ${from.name} WHERE ${rows} AND ${identityOf(from)} NOT IN (SELECT ${identityOf(from)} FROM ${kept.name} WHERE ${rows})`;
  for (let at = 0; at < traces.length; at += TRACES_PER_COPY) {
    const part = traces.slice(at, at + TRACES_PER_COPY);
    const ids = `trace_id IN (${part.map(({ id }) => idSql(id)).join(', ')})`;
    const firstHour = BigInt(part[0].firstHour);
    const lastHour = part.reduce((last, row) => (BigInt(row.lastHour) > last ? BigInt(row.lastHour) : last), 0n);
    // The sort key begins with the hour.
    const hours = `${HOUR_EXPRESSION} >= ${firstHour} AND ${HOUR_EXPRESSION} <= ${lastHour}`;
    yield missing(SPANS, KEPT_SPANS, `${partition} AND ${ids} AND ${hours}`);
  }
  yield missing(
    LOSSES,
    KEPT_LOSSES,
    `${partition} AND trace_id IN (SELECT trace_id FROM ${PINS.name} FINAL WHERE tenant = ${textSql(tenant)})`
  );
  if (traces.length > 0) {
    yield missing(
      RESOURCES,
      KEPT_RESOURCES,
      `${partition} AND resource_id IN (SELECT resource_id FROM ${KEPT_SPANS.name} WHERE ${partition})`
    );
  }
}

const names = ({ columns }: Table): string => columns.map(({ name }) => name).join(', ');
