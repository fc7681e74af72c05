import type { Engine, SqlQuery } from '../../engine/engine.ts';
import { SPANS } from '../../schema/tables.ts';
import { ALWAYS, type SpanTimeRange } from '../plan/plan.ts';
import { ConditionSql } from '../sql/condition-sql.ts';
import { SqlParameters } from '../sql/sql-text.ts';
import { traceShareSql } from './sampled-spans.ts';

/** A service that calls another one, or is called by it, by spans whose parent is of the other service. */
export interface Dependency {
  readonly service: string;
  /** In the range, estimated where only a share of the traces was read. */
  readonly calls: number;
  /** Of the calls, how many have status error, on the side of `service`. */
  readonly errors: number;
  /** On the side of `service`. */
  readonly p95DurationNs: number;
}

export interface Dependencies {
  readonly callers: readonly Dependency[];
  readonly callees: readonly Dependency[];
  /** Of the traces, how many were read. */
  readonly share: number;
}

export interface DependenciesRequest {
  readonly tenant: string;
  readonly service: string;
  readonly range: SpanTimeRange;
}

interface SizeRow {
  readonly spans: string;
  readonly own: string;
}

interface DependencyRow {
  readonly service: string;
  readonly calls: string;
  readonly errors: string;
  readonly p95: number;
}

/** Spans of all services in the traces that are read. */
const READ_ROWS = 2_000_000;
/** Spans of the service itself: what its neighbours are looked up among. */
const OWN_SPANS = 100_000;
const MAX_SERVICES = 200;

/** Who calls a service and whom it calls: of all traces, or of a share of them where there are many. Rejects with EngineError. */
export async function dependencies(engine: Engine, request: DependenciesRequest): Promise<Dependencies> {
  const [size] = await engine.rows<SizeRow>(sizeSql(request));
  const [spans, own] = [Number(size.spans), Number(size.own)];
  if (own === 0) {
    return { callers: [], callees: [], share: 1 };
  }
  const share = Math.min(1, READ_ROWS / spans, OWN_SPANS / own);
  const read = async (query: SqlQuery) =>
    (await engine.rows<DependencyRow>(query)).map(({ service, calls, errors, p95 }) => ({
      service,
      calls: Number(calls) / share,
      errors: Number(errors) / share,
      p95DurationNs: Math.round(p95),
    }));
  const [callers, callees] = await Promise.all([
    read(neighboursSql(request, share, 'span_id', 'parent_span_id')),
    read(neighboursSql(request, share, 'parent_span_id', 'span_id')),
  ]);
  return { callers, callees, share };
}

function sizeSql({ tenant, service, range }: DependenciesRequest): SqlQuery {
  const params = new SqlParameters();
  const where = new ConditionSql(params, { tenant, range }).where(ALWAYS);
  return params.query(
    `SELECT count() AS spans, countIf(service = ${params.value('String', service)}) AS own FROM ${SPANS.name} WHERE ${where}`
  );
}

/** Spans of other services whose `theirs` is the `ours` of a span of the service. */
function neighboursSql(
  { tenant, service, range }: DependenciesRequest,
  share: number,
  theirs: 'span_id' | 'parent_span_id',
  ours: 'span_id' | 'parent_span_id'
): SqlQuery {
  const params = new SqlParameters();
  const where = `${new ConditionSql(params, { tenant, range }).where(ALWAYS)} AND ${traceShareSql(share)}`;
  const name = params.value('String', service);
  const own = `SELECT trace_id, ${ours} FROM ${SPANS.name} WHERE ${where} AND service = ${name}`;
  return params.query(`SELECT service, count() AS calls, countIf(status_code = 2) AS errors, quantileTDigest(0.95)(duration_ns) AS p95
FROM ${SPANS.name}
WHERE ${where} AND service != ${name} AND (trace_id, ${theirs}) IN (${own})
GROUP BY service
ORDER BY calls DESC, service
LIMIT ${MAX_SERVICES}`);
}
