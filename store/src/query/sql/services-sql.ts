import type { SqlQuery } from '../../engine/engine.ts';
import { SPANS } from '../../schema/tables.ts';
import { ALWAYS } from '../plan/plan.ts';
import { ConditionSql, type SpanScope } from './condition-sql.ts';
import { SqlParameters } from './sql-text.ts';

/** Services in one answer. More means that somebody puts ids into `service.name`. */
const MAX_SERVICES = 1000;

export interface ServiceRow {
  readonly service: string;
  readonly spans: string;
  readonly errors: string;
  readonly p95: number;
  readonly first: string;
  readonly last: string;
}

/** Services by name. The percentile is of span durations in ns, approximate (t-digest). */
export function servicesSql(scope: SpanScope): SqlQuery {
  const params = new SqlParameters();
  const where = new ConditionSql(params, scope).where(ALWAYS);
  return params.query(`SELECT service, count() AS spans, countIf(status_code = 2) AS errors,
  quantileTDigest(0.95)(duration_ns) AS p95, min(start_ns) AS first, max(start_ns) AS last
FROM ${SPANS.name}
WHERE ${where}
GROUP BY service
ORDER BY service
LIMIT ${MAX_SERVICES}`);
}
