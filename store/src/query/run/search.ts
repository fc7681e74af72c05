import type { Engine } from '../../engine/engine.ts';
import type { SearchPlan, SpanTimeRange } from '../plan/plan.ts';
import {
  candidatesSql,
  matchesSql,
  resourceValuesSql,
  startsSql,
  summariesSql,
  type CandidateRow,
  type MatchRow,
  type ResourceRow,
  type StartRow,
  type SummaryRow,
} from '../sql/search-sql.ts';
import type { KnownKeys } from '../sql/known-keys.ts';
import { probeKeys } from './key-probe.ts';
import { assembleTraces, type FoundTrace } from './search-result.ts';

export interface SearchRequest {
  readonly plan: SearchPlan;
  readonly tenant: string;
  readonly range: SpanTimeRange;
  /** Traces in the answer. */
  readonly limit: number;
  /** Matching spans shown of each trace. */
  readonly spansPerTrace: number;
}

/**
 * The newest traces that have a matching span: by start of the trace, then by id. Exact, and the same each time.
 * Rejects with EngineError.
 */
export async function search(engine: Engine, request: SearchRequest): Promise<FoundTrace[]> {
  const { plan, tenant, range, spansPerTrace } = request;
  const keys = await probeKeys(engine, plan.condition, { tenant, range });
  const traceIds = await newestTraces(engine, request, keys);
  if (traceIds.length === 0) {
    return [];
  }
  const [summaries, matches] = await Promise.all([
    inChunks(traceIds, (ids) => engine.rows<SummaryRow>(summariesSql(tenant, ids))),
    inChunks(traceIds, (ids) =>
      engine.rows<MatchRow>(matchesSql(plan, { tenant, range, traceIds: ids }, keys, spansPerTrace))
    ),
  ]);
  const resourceIds = [...new Set(matches.map(({ resourceId }) => resourceId))];
  const resources = await inChunks(resourceIds, async (ids) => {
    const query = resourceValuesSql(plan, tenant, ids);
    return query ? engine.rows<ResourceRow>(query) : [];
  });
  return assembleTraces(plan, traceIds, summaries, matches, resources);
}

/**
 * A trace begins at or before its first matching span, so candidates in order of their matching spans are in order of an
 * upper bound: once the last trace of the answer began no earlier than the bound of every candidate that has not been
 * looked at, no other can come before it.
 */
async function newestTraces(
  engine: Engine,
  { plan, tenant, range, limit }: SearchRequest,
  keys: KnownKeys
): Promise<string[]> {
  for (let wanted = limit * 2 + 10; ; wanted *= 4) {
    const candidates = await engine.rows<CandidateRow>(candidatesSql(plan.condition, { tenant, range }, keys, wanted));
    if (candidates.length === 0) {
      return [];
    }
    const ids = candidates.map(({ id }) => id);
    const starts = await inChunks(ids, (chunk) => engine.rows<StartRow>(startsSql(tenant, chunk)));
    const newest = starts
      .map(({ id, start }) => ({ id, start: BigInt(start) }))
      .sort((a, b) => (a.start > b.start ? -1 : a.start < b.start ? 1 : a.id < b.id ? -1 : 1))
      .slice(0, limit);
    const bound = BigInt(candidates[candidates.length - 1].matchedStart);
    const last = newest.at(-1);
    if (candidates.length < wanted || !last || last.start > bound) {
      return newest.map(({ id }) => id);
    }
  }
}

/** Ids in one statement: a remote engine gets them in its URL, which may have a megabyte. */
const CHUNK = 2000;

async function inChunks<Row>(ids: readonly string[], read: (ids: readonly string[]) => Promise<Row[]>): Promise<Row[]> {
  const rows: Row[] = [];
  for (let at = 0; at < ids.length; at += CHUNK) {
    for (const row of await read(ids.slice(at, at + CHUNK))) {
      rows.push(row);
    }
  }
  return rows;
}
