import { TraceqlError } from '@clew/traceql';

import type { Engine } from '../engine/engine.ts';
import type { SpanTimeRange } from '../query/plan/plan.ts';
import type { SearchPlan } from '../query/plan/search-plan.ts';
import { planTags } from '../query/plan/tags-plan.ts';
import type { FoundTrace } from '../query/run/search-result.ts';
import { search, type SearchOrder, type SearchPosition } from '../query/run/search.ts';
import { LogfmtError, readLogfmt } from './logfmt.ts';
import { invalid, shortened, type Parameters } from './parameters.ts';
import { readCursor, writeCursor } from './search-cursor.ts';
import { checkPatterns, queryError, readTraceql } from './traceql.ts';

const LIMIT = { fallback: 20, min: 1, max: 10_000 };
/** Tempo's upper bound too. */
const SPANS_PER_SPANSET = { fallback: 3, min: 1, max: 100 };

/** A search as it was asked for, in whatever form. */
export interface SearchQuery {
  readonly plan: SearchPlan;
  readonly range: SpanTimeRange;
  readonly limit: number;
  readonly spansPerSpanset: number;
  readonly order: SearchOrder;
  readonly after: SearchPosition | undefined;
  /** Whether the client asked in pages, and so knows more of an answer than Tempo's clients do. */
  readonly isPaged: boolean;
}

/** tempopb.SearchResponse in proto3 JSON, and where the next page begins, if there may be one. */
export interface SearchAnswer {
  readonly traces: readonly FoundTrace[];
  readonly metrics: { readonly inspectedTraces: number; readonly completedJobs: number; readonly totalJobs: number };
  readonly nextCursor?: string;
}

export interface PartialSearch {
  /** The first traces of what has been looked at, in order. */
  readonly traces: readonly FoundTrace[];
  /** How many of them are the first of the whole answer too, for certain. */
  readonly settled: number;
  readonly inspectedTraces: number;
  /** Nanoseconds of the range that have been looked at, and that it has; undefined where it has no beginning. */
  readonly doneNs: bigint;
  readonly totalNs: bigint | undefined;
}

/**
 * `q` (TraceQL), or `tags`, `minDuration` and `maxDuration`, which Tempo had before; `limit`, `spss`, `start`, `end`; and
 * Clew's own `sort` and `cursor`. Throws ApiError.
 */
export function readSearch(parameters: Parameters): SearchQuery {
  const plan = readPlan(parameters);
  const sort = parameters.text('sort');
  const cursor = parameters.text('cursor');
  const order = readOrder(sort);
  return {
    plan,
    limit: parameters.integer('limit', LIMIT),
    spansPerSpanset: parameters.integer('spss', SPANS_PER_SPANSET),
    range: parameters.timeRange(),
    order,
    after: cursor === undefined ? undefined : readCursor(cursor, order),
    isPaged: sort !== undefined || cursor !== undefined,
  };
}

/** Answers a search; `onPartial` hears of it before, and ends it by throwing. Rejects with ApiError and EngineError. */
export async function answerSearch(
  engine: Engine,
  tenant: string,
  query: SearchQuery,
  onPartial?: (partial: PartialSearch) => void
): Promise<SearchAnswer> {
  const { plan, range, limit, spansPerSpanset, order, after } = query;
  const endNs = range.endNs ?? BigInt(Date.now()) * 1_000_000n;
  await checkPatterns(engine, [plan.candidates, ...plan.bits]);
  const { traces, next, inspectedTraces } = await search(engine, {
    plan,
    tenant,
    range,
    limit,
    spansPerSpanset,
    order,
    after,
    onProgress:
      onPartial &&
      ((progress) => {
        const { downToNs } = progress;
        // A trace that began before the bound may make room for one of which no span has been seen.
        const isSettled = ({ startTimeUnixNano }: FoundTrace) =>
          order === 'start' && downToNs !== undefined && BigInt(startTimeUnixNano) > downToNs;
        const unsettled = progress.traces.findIndex((trace) => !isSettled(trace));
        onPartial({
          traces: progress.traces,
          settled: unsettled < 0 ? progress.traces.length : unsettled,
          inspectedTraces: progress.inspectedTraces,
          doneNs: downToNs === undefined || downToNs > endNs ? 0n : endNs - downToNs,
          totalNs: range.startNs === undefined ? undefined : endNs - range.startNs,
        });
      }),
  }).catch((error: unknown) => {
    // Some mistakes only the data brings to light.
    throw error instanceof TraceqlError ? queryError(error) : error;
  });
  return {
    traces,
    metrics: { inspectedTraces, completedJobs: 1, totalJobs: 1 },
    ...(next ? { nextCursor: writeCursor(next, order) } : {}),
  };
}

function readOrder(sort: string | undefined): SearchOrder {
  if (sort === undefined || sort === 'start' || sort === 'duration') {
    return sort ?? 'start';
  }
  throw invalid('sort', `is "${shortened(sort)}"; give start or duration`);
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
  return planTags({ tags: readTags(tags ?? ''), minDurationNs, maxDurationNs });
}

function readTags(text: string): Map<string, string> {
  try {
    return readLogfmt(text);
  } catch (error) {
    throw error instanceof LogfmtError ? invalid('tags', error.message) : error;
  }
}
