import type { Engine } from '../engine/engine.ts';
import { DROPPED_DAYS } from '../schema/kept-tables.ts';
import { HOUR_EXPRESSION, SPANS } from '../schema/tables.ts';

interface IdRow {
  readonly id: string;
}

/** A trace, and about when it was. */
export interface WantedTrace {
  readonly traceId: string;
  readonly timeMs: number;
}

export const HOUR_MS = 3_600_000;
/** What an exemplar was written for began before it, mostly by less. */
const BEFORE_MS = HOUR_MS;
const AFTER_MS = HOUR_MS / 6;
/** In one statement. */
const MAX_IDS = 2000;
const MAX_RANGE_MS = 2 * HOUR_MS;
/** Without a time each id more lets more granules through the index: so few at once. */
const MAX_IDS_ANY_TIME = 20;
const LIMITS = { seconds: 20 };

const TRACE_IDS = 'trace_id IN (SELECT toFixedString(unhex(arrayJoin({ids:Array(String)})), 16))';

/** Those of the traces that have spans near their time: a statement for some thousand of them. Rejects with EngineError. */
export async function presentNear(
  engine: Engine,
  tenant: string,
  wanted: readonly WantedTrace[]
): Promise<Set<string>> {
  const found = new Set<string>();
  const byTime = [...wanted].sort((a, b) => a.timeMs - b.timeMs);
  for (let at = 0; at < byTime.length;) {
    const first = byTime[at];
    let end = at + 1;
    while (end < byTime.length && end - at < MAX_IDS && byTime[end].timeMs - first.timeMs <= MAX_RANGE_MS) {
      end += 1;
    }
    const part = byTime.slice(at, end);
    at = end;
    const hour = (ms: number) => Math.max(0, Math.floor(ms / HOUR_MS));
    const rows = await engine.rows<IdRow>(
      {
        sql: `SELECT lower(hex(trace_id)) AS id FROM ${SPANS.name}
WHERE tenant = {tenant:String} AND ${HOUR_EXPRESSION} >= {from:UInt64} AND ${HOUR_EXPRESSION} <= {to:UInt64} AND ${TRACE_IDS}
GROUP BY trace_id`,
        params: {
          tenant,
          from: hour(first.timeMs - BEFORE_MS),
          to: hour(part[part.length - 1].timeMs + AFTER_MS),
          ids: [...new Set(part.map(({ traceId }) => traceId))],
        },
      },
      LIMITS
    );
    rows.forEach(({ id }) => found.add(id));
  }
  return found;
}

/** Those of the traces that have spans at all; of other tenants alone where `others`. Rejects with EngineError. */
export async function presentAnyTime(
  engine: Engine,
  tenant: string,
  traceIds: readonly string[],
  others = false
): Promise<Set<string>> {
  const found = new Set<string>();
  for (let at = 0; at < traceIds.length; at += MAX_IDS_ANY_TIME) {
    const rows = await engine.rows<IdRow>(
      {
        sql: `SELECT lower(hex(trace_id)) AS id FROM ${SPANS.name}
WHERE tenant ${others ? '!=' : '='} {tenant:String} AND ${TRACE_IDS} GROUP BY trace_id`,
        params: { tenant, ids: traceIds.slice(at, at + MAX_IDS_ANY_TIME) },
      },
      LIMITS
    );
    rows.forEach(({ id }) => found.add(id));
  }
  return found;
}

/** Days that retention dropped, and why: `2026-11-22` → `bytes`. Rejects with EngineError. */
export async function droppedDays(engine: Engine, tenant: string): Promise<ReadonlyMap<string, string>> {
  const rows = await engine.rows<{ day: string; reason: string }>({
    sql: `SELECT toString(received_day) AS day, argMax(reason, dropped_ms) AS reason FROM ${DROPPED_DAYS.name} WHERE tenant = {tenant:String} GROUP BY received_day`,
    params: { tenant },
  });
  return new Map(rows.map(({ day, reason }) => [day, reason]));
}
