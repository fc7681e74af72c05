import type { FastifyInstance } from 'fastify';

import { ALWAYS, type SearchPlan } from '../../query/plan/plan.ts';
import { planTags } from '../../query/plan/tags-plan.ts';
import { search } from '../../query/run/search.ts';
import { tenantOf, type QueryServerDependencies } from '../dependencies.ts';
import { LogfmtError, readLogfmt } from '../logfmt.ts';
import { invalid, Parameters } from '../parameters.ts';
import { checkPatterns, readTraceql } from '../traceql.ts';

const LIMIT = { fallback: 20, min: 1, max: 10_000 };
/** Tempo's upper bound too. */
const SPANS_PER_SPANSET = { fallback: 3, min: 1, max: 100 };

/**
 * GET /api/search: tempopb.SearchResponse in proto3 JSON. `q` is TraceQL; `tags`, `minDuration` and `maxDuration` are what
 * Tempo had before.
 */
export function searchRoute(server: FastifyInstance, { engine, tenants }: QueryServerDependencies): void {
  server.get('/api/search', async (request) => {
    const parameters = new Parameters(request.query);
    const plan = readPlan(parameters);
    const limit = parameters.integer('limit', LIMIT);
    const spansPerTrace = parameters.integer('spss', SPANS_PER_SPANSET);
    const range = parameters.timeRange();
    await checkPatterns(engine, plan);
    const traces = await search(engine, { plan, tenant: tenantOf(request, tenants), range, limit, spansPerTrace });
    return { traces, metrics: { inspectedTraces: traces.length, completedJobs: 1, totalJobs: 1 } };
  });
}

function readPlan(parameters: Parameters): SearchPlan {
  const query = parameters.traceql();
  const tags = parameters.text('tags');
  const minDurationNs = parameters.duration('minDuration');
  const maxDurationNs = parameters.duration('maxDuration');
  if (minDurationNs !== undefined && maxDurationNs !== undefined && minDurationNs > maxDurationNs) {
    throw invalid('maxDuration', 'is less than minDuration');
  }
  if (query !== undefined) {
    const other = tags === undefined ? (minDurationNs ?? maxDurationNs) : tags;
    if (other !== undefined) {
      throw invalid('q', 'excludes tags, minDuration and maxDuration: write them into the query');
    }
    return readTraceql(query);
  }
  if (tags === undefined && minDurationNs === undefined && maxDurationNs === undefined) {
    return { condition: ALWAYS, mentioned: [] };
  }
  return planTags({ tags: readTags(tags ?? ''), minDurationNs, maxDurationNs });
}

function readTags(text: string): Map<string, string> {
  try {
    return readLogfmt(text);
  } catch (error) {
    throw error instanceof LogfmtError ? invalid('tags', error.message) : error;
  }
}
