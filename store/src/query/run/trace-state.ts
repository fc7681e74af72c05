import type { Engine } from '../../engine/engine.ts';
import { traceStateSql, type TraceStateRow } from '../sql/trace-frame-sql.ts';

/** What changes whenever spans of a trace come or go. */
export interface TraceState {
  /** Rows stored, twins included. */
  readonly rows: number;
  /** When the newest of them was received, in Unix milliseconds. */
  readonly newestMs: number;
  /** Distinct span ids, where somebody counted them. */
  readonly spanIds?: number;
  /** `count` of its TraceLosses, where the answer tells of them. */
  readonly lost?: number;
}

/**
 * Of a trace, or of those of its spans that are named; undefined when nothing of it is stored. Reads a number a row.
 * Rejects with EngineError.
 */
export async function readTraceState(
  engine: Engine,
  tenant: string,
  traceId: string,
  spanIds?: readonly string[]
): Promise<TraceState | undefined> {
  const [row] = await engine.rows<TraceStateRow>(traceStateSql(tenant, traceId, spanIds));
  const rows = Number(row.rows);
  return rows === 0
    ? undefined
    : { rows, newestMs: Number(row.newest_ms), ...(spanIds && { spanIds: Number(row.span_ids) }) };
}
