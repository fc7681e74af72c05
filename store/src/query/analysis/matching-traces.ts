import type { Engine } from '../../engine/engine.ts';
import { operandsOf, type Condition, type SpanTimeRange } from '../plan/plan.ts';
import { attributeNames, readKnownKeys } from '../run/read-known-keys.ts';
import { SearchWindows } from '../run/search-windows.ts';
import { search } from '../run/search.ts';
import { candidatesSql, type CandidateRow } from '../sql/search-sql.ts';
import type { MatchPlan } from '../trace/match-plan.ts';

export interface MatchingRequest {
  readonly tenant: string;
  readonly plan: MatchPlan;
  readonly range: SpanTimeRange;
  /** Traces in the answer. */
  readonly limit: number;
}

export interface MatchingTraces {
  /** 32 lower-case hex digits each, in order. */
  readonly ids: readonly string[];
  /** There are more. */
  readonly truncated: boolean;
}

/** A condition with more takes longer to be read than the spans of some hours. */
const MAX_OPERANDS = 12;

/**
 * The newest traces that a query yields spans of in the range. Where SQL alone knows which spans those are, the newest are the ones of
 * which a span began last. Rejects with EngineError, and with TraceqlError for what only the data brings to light.
 */
export async function matchingTraces(engine: Engine, request: MatchingRequest): Promise<MatchingTraces> {
  const { plan, tenant, range, limit } = request;
  if (plan.kind === 'condition') {
    return ofCondition(engine, request, plan.condition);
  }
  const { traces } = await search(engine, { plan: plan.search, tenant, range, limit: limit + 1, spansPerSpanset: 1 });
  return {
    ids: traces
      .slice(0, limit)
      .map(({ traceID }) => traceID)
      .sort(),
    truncated: traces.length > limit,
  };
}

async function ofCondition(
  engine: Engine,
  { tenant, range, limit }: MatchingRequest,
  condition: Condition
): Promise<MatchingTraces> {
  const keys = await readKnownKeys(engine, tenant, attributeNames(condition));
  const isLong = [...operandsOf(condition)].length > MAX_OPERANDS;
  const windows = new SearchWindows(range, BigInt(Date.now()) * 1_000_000n, isLong);
  const found = new Set<string>();
  for (let window = windows.next(); window && found.size <= limit; window = windows.next()) {
    const before = found.size;
    // As many as could all be found already, and one more.
    const wanted = limit + 1;
    const rows = await engine.rows<CandidateRow>(candidatesSql(condition, { tenant, range, window }, keys, wanted));
    rows.forEach(({ id }) => found.add(id));
    windows.grow(found.size - before, wanted);
  }
  return { ids: [...found].slice(0, limit).sort(), truncated: found.size > limit };
}
