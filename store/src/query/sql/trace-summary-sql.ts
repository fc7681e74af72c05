import type { SqlQuery } from '../../engine/engine.ts';
import { SPANS } from '../../schema/tables.ts';
import { IS_ROOT, SPAN_END } from './intrinsic-sql.ts';
import { traceCondition } from './trace-sql.ts';

export interface TraceSummaryRow {
  readonly spans: string;
  readonly start: string;
  readonly duration: string;
  readonly services: string;
  readonly errors: string;
  readonly roots: string;
  readonly rootName: string;
  readonly rootService: string;
}

/** One row, of zeros for a trace of which nothing is stored. The root is the first span without a parent, else the first span. */
export function traceSummarySql(tenant: string, traceId: string): SqlQuery {
  const trace = traceCondition(tenant, traceId);
  const ofRoot = (column: string) => `argMin(${column}, (NOT ${IS_ROOT}, start_ns, span_id))`;
  return {
    sql: `SELECT toString(count()) AS spans, toString(min(start_ns)) AS start,
  toString(if(spans = '0', 0, toInt64(max(${SPAN_END}) - min(start_ns)))) AS duration,
  toString(uniqExact(service)) AS services, toString(countIf(status_code = 2)) AS errors,
  toString(countIf(${IS_ROOT})) AS roots, ${ofRoot('name')} AS rootName, ${ofRoot('service')} AS rootService
FROM ${SPANS.name}
WHERE ${trace.sql}`,
    params: trace.params,
    traces: trace.traces,
  };
}
