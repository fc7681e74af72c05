import { check, INTRINSIC_SPELLINGS, intrinsicFromSpelling, parse, TraceqlError } from '@clew/traceql';

import type { Engine } from '../engine/engine.ts';
import { ApiError } from '../errors.ts';
import { ALWAYS, type Condition } from '../query/plan/plan.ts';
import { SUPPORTED_INTRINSICS } from '../query/plan/filter-plan.ts';
import { planQuery } from '../query/plan/traceql-plan.ts';
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
 * A query narrows the answer. Editors send it while it is being typed, so one that cannot be read, or not run, narrows
 * nothing: as with Tempo, the answer is then everything.
 */
async function readFilter(engine: Engine, parameters: Parameters): Promise<Condition> {
  const text = parameters.traceql();
  if (text === undefined) {
    return ALWAYS;
  }
  try {
    const query = parse(text);
    check(query);
    const plan = planQuery(query);
    await checkPatterns(engine, [plan.condition]);
    return plan.condition;
  } catch (error) {
    if (error instanceof TraceqlError || (error instanceof ApiError && error.code === 'query_regex')) {
      return ALWAYS;
    }
    throw error;
  }
}
