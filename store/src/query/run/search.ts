import type { Engine } from '../../engine/engine.ts';
import { looksElsewhere, operandsOf, type SearchPlan, type SpanTimeRange } from '../plan/plan.ts';
import {
  candidatesSql,
  matchesSql,
  resourceValuesSql,
  summariesSql,
  type CandidateRow,
  type MatchRow,
  type ResourceRow,
  type SummaryRow,
} from '../sql/search-sql.ts';
import { ANY_KEYS } from '../sql/known-keys.ts';
import { probeKeys } from './key-probe.ts';
import { assembleTraces, type FoundTrace } from './search-result.ts';
import { SearchWindows } from './search-windows.ts';

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
  const newest = await newestTraces(engine, request);
  if (newest.length === 0) {
    return [];
  }
  const traceIds = newest.map(({ id }) => id);
  const summaries = newest.flatMap(({ services }) => services);
  const matches = await inChunks(traceIds, (ids) =>
    engine.rows<MatchRow>(matchesSql(plan, { tenant, range, traceIds: ids }, ANY_KEYS, spansPerTrace))
  );
  const resourceIds = [...new Set(matches.map(({ resourceId }) => resourceId))];
  const resources = await inChunks(resourceIds, async (ids) => {
    const query = resourceValuesSql(plan, tenant, ids);
    return query ? engine.rows<ResourceRow>(query) : [];
  });
  return assembleTraces(plan, traceIds, summaries, matches, resources);
}

/** A trace that has a matching span, as it is as a whole. */
interface SummarisedTrace {
  readonly id: string;
  start: bigint;
  readonly services: SummaryRow[];
}

/** A condition with more takes longer to be read than the spans of some hours. */
const MAX_OPERANDS = 12;

/**
 * Looks from the newest hours back until the answer is certain. A trace begins at or before its first matching span, so no
 * trace that has not been seen began after the bound down to which all matching spans have been looked at: once the last
 * trace of the answer began no earlier than that, no other can come before it.
 */
async function newestTraces(engine: Engine, { plan, tenant, range, limit }: SearchRequest): Promise<SummarisedTrace[]> {
  const wanted = limit * 2 + 10;
  const isLong = [...operandsOf(plan.condition)].length > MAX_OPERANDS;
  const windows = new SearchWindows(range, BigInt(Date.now()) * 1_000_000n, isLong);
  const hasOthers = looksElsewhere(plan.condition);
  const seen = new Map<string, SummarisedTrace>();
  let newest: SummarisedTrace[] = [];
  let lastEnd: bigint | undefined;
  let more = wanted;
  for (let window = windows.next(); window; window = windows.next()) {
    const scope = { tenant, range, window };
    // Attributes of other spans of the trace may be anywhere in the range.
    const keys = await probeKeys(engine, plan.condition, hasOthers ? { tenant, range } : scope);
    const candidates = await engine.rows<CandidateRow>(candidatesSql(plan.condition, scope, keys, more));
    const unseen = candidates.map(({ id }) => id).filter((id) => !seen.has(id));
    for (const row of await inChunks(unseen, (ids) => engine.rows<SummaryRow>(summariesSql(tenant, ids)))) {
      const start = BigInt(row.start);
      const trace = seen.get(row.id);
      if (trace) {
        trace.services.push(row);
        trace.start = start < trace.start ? start : trace.start;
      } else {
        seen.set(row.id, { id: row.id, start, services: [row] });
      }
    }
    newest = [...seen.values()]
      .sort((a, b) => (a.start > b.start ? -1 : a.start < b.start ? 1 : a.id < b.id ? -1 : 1))
      .slice(0, limit);
    const isRead = candidates.length < more;
    const bound = isRead ? window.startNs : BigInt(candidates[candidates.length - 1].matchedStart);
    const last = newest.at(-1);
    if (bound !== undefined && newest.length === limit && last && last.start > bound) {
      break;
    }
    if (isRead || bound === undefined) {
      windows.grow(seen.size, wanted);
      more = wanted;
    } else {
      // More spans than were asked for share one start: they have to come in one answer.
      more = bound === lastEnd ? more * 4 : wanted;
      lastEnd = bound;
      windows.resumeAt(bound);
    }
  }
  return newest;
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
