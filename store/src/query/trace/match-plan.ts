import { check, format, parse, TraceqlError, writeOutNilAsValue, type Query } from '@clew/traceql';

import { FilterPlanner } from '../plan/filter-plan.ts';
import type { Condition } from '../plan/plan.ts';
import { planSearchQuery, type SearchPlan } from '../plan/search-plan.ts';
import { planQuery } from '../plan/traceql-plan.ts';

/** How it is found out which spans of one trace a query yields. */
export type MatchPlan =
  /** The spans that meet the condition. */
  | { readonly kind: 'condition'; readonly condition: Condition }
  /** What `search` says, with the bits that SQL decides: it takes the tree, groups or arithmetic. */
  | { readonly kind: 'evaluation'; readonly search: SearchPlan };

/** The plan for a query's text. Throws TraceqlError. */
export function planMatches(text: string): MatchPlan {
  const query = parse(text);
  check(query);
  if (query.body.kind !== 'pipeline') {
    throw new FilterPlanner(text).unsupported(
      query.body.span,
      'A metric counts spans, and here some are to be chosen',
      query.body.kind === 'metricsPipeline'
        ? `Write ${shortened(format({ ...query, body: query.body.pipeline, hints: [] }))}`
        : 'Write { … } alone, without a function of metrics.'
    );
  }
  return planMatchesQuery(writeOutNilAsValue(query));
}

function planMatchesQuery(query: Query): MatchPlan {
  try {
    return { kind: 'condition', condition: planQuery(query).condition };
  } catch (error) {
    if (error instanceof TraceqlError && error.kind === 'unsupported') {
      return { kind: 'evaluation', search: planSearchQuery(query) };
    }
    throw error;
  }
}

const shortened = (text: string): string => (text.length > 200 ? `${text.slice(0, 199)}…` : `${text}.`);
