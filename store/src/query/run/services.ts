import type { Engine } from '../../engine/engine.ts';
import type { SpanTimeRange } from '../plan/plan.ts';
import { servicesSql, type ServiceRow } from '../sql/services-sql.ts';

export interface ServiceSummary {
  readonly service: string;
  readonly spans: number;
  /** Over the asked range; where it is open, from the first to the last span of any service. */
  readonly spansPerMinute: number;
  readonly errors: number;
  readonly p95DurationNs: number;
  /** Start of its last span. */
  readonly lastSeenUnixNano: string;
}

const MINUTE_NS = 60e9;

/** Rejects with EngineError. */
export async function listServices(engine: Engine, tenant: string, range: SpanTimeRange): Promise<ServiceSummary[]> {
  const rows = await engine.rows<ServiceRow>(servicesSql({ tenant, range }));
  const minutes = rangeMinutes(range, rows);
  return rows.map(({ service, spans, errors, p95, last }) => ({
    service,
    spans: Number(spans),
    spansPerMinute: Number(spans) / minutes,
    errors: Number(errors),
    p95DurationNs: Math.round(p95),
    lastSeenUnixNano: last,
  }));
}

/** At least one minute: a rate over less would promise more than was seen. */
function rangeMinutes({ startNs, endNs }: SpanTimeRange, rows: readonly ServiceRow[]): number {
  const first = startNs ?? rows.map((row) => BigInt(row.first)).reduce((a, b) => (a < b ? a : b), 2n ** 64n);
  const last = endNs ?? rows.map((row) => BigInt(row.last)).reduce((a, b) => (a > b ? a : b), 0n);
  return Math.max(Number(last - first) / MINUTE_NS, 1);
}
