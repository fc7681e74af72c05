import type { Engine } from '../engine/engine.ts';
import { IS_ROOT } from '../query/sql/intrinsic-sql.ts';
import { KEPT_SPANS } from '../schema/kept-tables.ts';
import { SPANS } from '../schema/tables.ts';

/** `live`: within retention; `kept`: retention has copied it; `both`: parts of it in each. */
export type StoredWhere = 'live' | 'kept' | 'both' | 'none';

export interface StoredTrace {
  readonly stored: StoredWhere;
  /** Rows. */
  readonly spans: number;
  /** Of the first span; null where nothing is stored. */
  readonly startMs: number | null;
  readonly rootService: string;
  readonly rootName: string;
}

interface StoredRow {
  readonly id: string;
  readonly live: string;
  readonly kept: string;
  readonly startMs: string;
  readonly rootService: string;
  readonly rootName: string;
}

export const NOT_STORED: StoredTrace = { stored: 'none', spans: 0, startMs: null, rootService: '', rootName: '' };

/** What there is of some traces, in one query. `traceIds`: 32 hex digits each. Those that are nowhere are missing. Rejects with EngineError. */
export async function storedTraces(
  engine: Engine,
  tenant: string,
  traceIds: readonly string[]
): Promise<ReadonlyMap<string, StoredTrace>> {
  if (traceIds.length === 0) {
    return new Map();
  }
  const columns = 'trace_id, parent_span_id, start_ns, span_id, service, name';
  const where =
    'tenant = {tenant:String} AND trace_id IN (SELECT toFixedString(unhex(arrayJoin({ids:Array(String)})), 16))';
  const ofRoot = (column: string) => `argMin(${column}, (NOT ${IS_ROOT}, start_ns, span_id))`;
  const rows = await engine.rows<StoredRow>({
    sql: `SELECT lower(hex(trace_id)) AS id, toString(countIf(NOT isKept)) AS live, toString(countIf(isKept)) AS kept,
  toString(intDiv(min(start_ns), 1000000)) AS startMs, ${ofRoot('service')} AS rootService, ${ofRoot('name')} AS rootName
FROM (
  SELECT ${columns}, false AS isKept FROM ${SPANS.name} WHERE ${where}
  UNION ALL
  SELECT ${columns}, true AS isKept FROM ${KEPT_SPANS.name} WHERE ${where}
)
GROUP BY trace_id`,
    params: { tenant, ids: traceIds },
  });
  return new Map(
    rows.map(({ id, live, kept, startMs, rootService, rootName }) => [
      id,
      {
        stored: kept === '0' ? 'live' : live === '0' ? 'kept' : 'both',
        spans: Number(live) + Number(kept),
        startMs: Number(startMs),
        rootService,
        rootName,
      },
    ])
  );
}
