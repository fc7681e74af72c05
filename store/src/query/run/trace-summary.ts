import type { Engine } from '../../engine/engine.ts';
import { traceSummarySql, type TraceSummaryRow } from '../sql/trace-summary-sql.ts';

/** What there is to say of a trace without reading its spans one by one. */
export interface TraceSummary {
  readonly traceId: string;
  /** Those that were delivered twice count twice. */
  readonly spans: number;
  /** Unix nanoseconds, as text. */
  readonly startUnixNano: string;
  /** Nanoseconds from the first start to the last end, as text. */
  readonly durationNs: string;
  readonly services: number;
  /** Spans with status error. */
  readonly errors: number;
  /** Spans without a parent. */
  readonly roots: number;
  /** Of the first root, or of the first span where there is no root. */
  readonly rootService: string;
  readonly rootName: string;
}

/** Undefined when nothing of the trace is stored. `traceId` is 32 lower-case hex digits. Rejects with EngineError. */
export async function readTraceSummary(
  engine: Engine,
  tenant: string,
  traceId: string
): Promise<TraceSummary | undefined> {
  const [row] = await engine.rows<TraceSummaryRow>(traceSummarySql(tenant, traceId));
  if (row.spans === '0') {
    return undefined;
  }
  const { start, duration, rootService, rootName } = row;
  return {
    traceId,
    spans: Number(row.spans),
    startUnixNano: start,
    durationNs: duration,
    services: Number(row.services),
    errors: Number(row.errors),
    roots: Number(row.roots),
    rootService,
    rootName,
  };
}
