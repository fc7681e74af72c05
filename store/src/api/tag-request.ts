import { INTRINSIC_SPELLINGS, intrinsicFromSpelling, lenientQuery, TraceqlError } from '@clew/traceql';

import type { Engine } from '../engine/engine.ts';
import { ApiError } from '../errors.ts';
import { ALWAYS, type Condition } from '../query/plan/plan.ts';
import { SUPPORTED_INTRINSICS } from '../query/plan/filter-plan.ts';
import { planSearch } from '../query/plan/search-plan.ts';
import type { TagsRequest } from '../query/run/tags.ts';
import type { Parameters } from './parameters.ts';
import { checkPatterns } from './traceql.ts';

/** Grafana asks for 5000. */
const LIMIT = { fallback: 5000, min: 1, max: 100_000 };

/** What one may type and search by, without the positions in a tree, which nobody types. */
export const LISTED_INTRINSICS: readonly string[] = INTRINSIC_SPELLINGS.filter((spelling) => {
  const intrinsic = intrinsicFromSpelling(spelling);
  return intrinsic !== undefined && SUPPORTED_INTRINSICS.has(intrinsic) && intrinsic !== 'nestedSetParent';
});

/** `start`, `end`, `limit` and `q` of the tag endpoints. */
export async function readTagsRequest(engine: Engine, tenant: string, parameters: Parameters): Promise<TagsRequest> {
  const limit = parameters.integer('limit', LIMIT);
  const range = parameters.timeRange();
  return { tenant, range, limit, condition: await readFilter(engine, parameters) };
}

/**
 * A query narrows the answer: to spans that it may yield, which of a plain filter are those that it yields. Editors send it
 * while it is being typed, so of one that cannot be read the part counts that can, and a pattern that is no pattern counts
 * for nothing, as with Tempo.
 */
async function readFilter(engine: Engine, parameters: Parameters): Promise<Condition> {
  const text = parameters.traceql();
  if (text === undefined) {
    return ALWAYS;
  }
  const candidates = candidatesOf(text) ?? candidatesOf(lenientQuery(text)) ?? ALWAYS;
  try {
    await checkPatterns(engine, [candidates]);
    return candidates;
  } catch (error) {
    if (error instanceof ApiError && error.code === 'query_regex') {
      return ALWAYS;
    }
    throw error;
  }
}

function candidatesOf(text: string): Condition | undefined {
  try {
    return planSearch(text).candidates;
  } catch (error) {
    if (error instanceof TraceqlError) {
      return undefined;
    }
    throw error;
  }
}
