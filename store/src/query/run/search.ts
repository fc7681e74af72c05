import { readAttribute, SearchEvaluator, type Value } from '@clew/traceql';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { EngineError, type Engine, TIMEOUT_EXCEEDED } from '../../engine/engine.ts';
import { conjuncts, needsTrace, operandsOf, type Condition, type SpanTimeRange } from '../plan/plan.ts';
import type { SearchPlan } from '../plan/search-plan.ts';
import { anySpanSql, candidatesSql, slowestSql, type CandidateRow, type SlowRow } from '../sql/search-sql.ts';
import { ANY_KEYS } from '../sql/known-keys.ts';
import { readPlanKeys } from './read-known-keys.ts';
import { TraceLoader, type LoadedTrace } from './loaded-traces.ts';
import { foundTrace, type FoundTrace } from './search-result.ts';
import { SearchWindows } from './search-windows.ts';

/** `start`: the newest first, by the start of the trace. `duration`: the slowest first. By id where two are equal. */
export type SearchOrder = 'start' | 'duration';

/** The place of a trace in an order: its start or its duration in nanoseconds, and its id. */
export interface SearchPosition {
  readonly value: bigint;
  readonly id: string;
}

export interface SearchRequest {
  readonly plan: SearchPlan;
  readonly tenant: string;
  readonly range: SpanTimeRange;
  /** Traces in the answer. */
  readonly limit: number;
  /** Matching spans shown of each spanset. */
  readonly spansPerSpanset: number;
  readonly order?: SearchOrder;
  /** Only traces behind this one. */
  readonly after?: SearchPosition;
  /** Gets the answer as far as it is known, whenever more of the range has been looked at. */
  readonly onProgress?: (progress: SearchProgress) => void;
}

export interface SearchProgress {
  /** In order; later ones may come between them. */
  readonly traces: readonly FoundTrace[];
  /** All spans that start later have been looked at; undefined while nothing is said about time. */
  readonly downToNs: bigint | undefined;
  readonly inspectedTraces: number;
}

export interface SearchAnswer {
  readonly traces: readonly FoundTrace[];
  /** Of the last trace, where there may be more. */
  readonly next: SearchPosition | undefined;
  readonly inspectedTraces: number;
}

/**
 * The first traces, in the order, that the query yields spans of. Exact, and the same each time. Rejects with EngineError,
 * and with TraceqlError for what only the data brings to light.
 */
export async function search(engine: Engine, request: SearchRequest): Promise<SearchAnswer> {
  const run = new SearchRun(engine, request);
  return request.order === 'duration' ? run.slowest() : run.newest();
}

/** A condition with more takes longer to be read than the spans of some hours. */
const MAX_OPERANDS = 12;
/**
 * Where fewer than one of so many candidates are found to match, SQL is asked to look at whole traces. Traces of one hour
 * lie together, so that a thousand of them are read in little more time than ten.
 */
const MAX_REFUSED = 150;
const LEAST_SEEN = 1000;
/** Candidates in one statement, at most. */
const MAX_BATCH = 2000;
/** A search ends after so many milliseconds, whatever it has found: each statement has a bound of its own. */
const MAX_MS = 60_000;

interface Found extends SearchPosition {
  readonly trace: FoundTrace;
}

class SearchRun {
  readonly #engine: Engine;
  readonly #request: SearchRequest;
  readonly #evaluator: SearchEvaluator;
  readonly #deadline = performance.now() + MAX_MS;
  #keys = ANY_KEYS;
  #loader: TraceLoader;
  #found: Found[] = [];
  #inspected = 0;

  constructor(engine: Engine, request: SearchRequest) {
    this.#engine = engine;
    this.#request = request;
    this.#loader = new TraceLoader(engine, request.tenant, request.plan, ANY_KEYS);
    this.#evaluator = new SearchEvaluator(request.plan.query);
  }

  /**
   * Looks from the newest hours back until the answer is certain. A trace begins at or before its first matching span, so
   * no trace that has not been seen began after the bound down to which all matching spans have been looked at: once the
   * last trace of the answer began no earlier than that, no other can come before it.
   */
  async newest(): Promise<SearchAnswer> {
    const { plan, tenant, range, limit, onProgress } = this.#request;
    await this.#readKeys();
    const wanted = Math.min(limit * 2 + 10, MAX_BATCH);
    const isLong = [...operandsOf(plan.candidates)].length > MAX_OPERANDS;
    let acceptedInAll = 0;
    let isProbed = false;
    let candidates = ofSpansAlone(plan.candidates);
    const windows = new SearchWindows(range, BigInt(Date.now()) * 1_000_000n, isLong);
    const seen = new Set<string>();
    let lastEnd: bigint | undefined;
    let batch = wanted;
    for (let window = windows.next(); window; window = windows.next()) {
      const scope = { tenant, range, window };
      const rows = await this.#engine.rows<CandidateRow>(candidatesSql(candidates, scope, this.#keys, batch));
      const unseen = rows.filter(({ id }) => !seen.has(id));
      unseen.forEach(({ id }) => seen.add(id));
      // Candidates that are hours apart take a read each: the first ones may do.
      let accepted = await this.#evaluate(unseen.slice(0, limit));
      if (unseen.length > limit && !this.#isCertain(BigInt(unseen[limit].matchedStart))) {
        accepted += await this.#evaluate(unseen.slice(limit));
      }
      acceptedInAll += accepted;
      const isVain = accepted * 4 < unseen.length;
      if (!isProbed && seen.size > 0 && acceptedInAll === 0) {
        isProbed = true;
        if (await this.#isImpossible()) {
          break;
        }
      }
      if (seen.size > LEAST_SEEN && acceptedInAll * MAX_REFUSED < seen.size) {
        ({ candidates } = plan);
      }
      const isRead = rows.length < batch;
      const bound = isRead ? window.startNs : BigInt(rows[rows.length - 1].matchedStart);
      onProgress?.({ traces: this.#traces(), downToNs: bound, inspectedTraces: this.#inspected });
      if (bound !== undefined && this.#isCertain(bound)) {
        break;
      }
      if (isRead || bound === undefined) {
        windows.grow(unseen.length, batch);
      } else {
        windows.resumeAt(bound);
      }
      // More spans than were asked for share one start: they have to come in one answer. And where most candidates turn out
      // to be none, more of them at once cost less.
      const isStuck = !isRead && bound === lastEnd;
      batch = isStuck ? batch * 4 : isVain ? Math.min(batch * 4, MAX_BATCH) : wanted;
      lastEnd = bound;
    }
    return this.#answer();
  }

  /** Whether no trace that begins at `boundNs` or before it can come into the answer. */
  #isCertain(boundNs: bigint): boolean {
    const { limit } = this.#request;
    return this.#found.length === limit && this.#found[limit - 1].value > boundNs;
  }

  async slowest(): Promise<SearchAnswer> {
    const { plan, tenant, range, limit, onProgress } = this.#request;
    await this.#readKeys();
    let { after } = this.#request;
    for (let batch = Math.min(limit, MAX_BATCH); this.#found.length < limit; batch = Math.min(batch * 2, MAX_BATCH)) {
      const query = slowestSql(plan.candidates, { tenant, range }, this.#keys, after, batch);
      const rows = await this.#engine.rows<SlowRow>(query);
      await this.#evaluate(rows);
      onProgress?.({ traces: this.#traces(), downToNs: undefined, inspectedTraces: this.#inspected });
      const last = rows.at(-1);
      if (!last || rows.length < batch) {
        break;
      }
      after = { value: BigInt(last.duration), id: last.id };
    }
    return this.#answer();
  }

  /** Of all that is read; the same for every part of the range. */
  async #readKeys(): Promise<void> {
    const { plan, tenant } = this.#request;
    this.#keys = await readPlanKeys(this.#engine, tenant, plan);
    this.#loader = new TraceLoader(this.#engine, tenant, plan, this.#keys);
  }

  #answer(): SearchAnswer {
    const last = this.#found.length === this.#request.limit ? this.#found.at(-1) : undefined;
    return {
      traces: this.#traces(),
      next: last && { value: last.value, id: last.id },
      inspectedTraces: this.#inspected,
    };
  }

  #traces(): FoundTrace[] {
    return this.#found.map(({ trace }) => trace);
  }

  /** Whether something that other spans of the trace must be is in no span of the range at all. */
  async #isImpossible(): Promise<boolean> {
    const { plan, tenant, range } = this.#request;
    for (const part of conjuncts(plan.candidates)) {
      if (part.kind === 'inTrace') {
        const rows = await this.#engine.rows(anySpanSql(part.condition, { tenant, range }, this.#keys));
        if (rows.length === 0) {
          return true;
        }
      }
    }
    return false;
  }

  /** How many of the traces the query yields spans of. */
  async #evaluate(candidates: ReadonlyArray<{ readonly id: string }>): Promise<number> {
    const { range, spansPerSpanset, order = 'start', after, plan, limit } = this.#request;
    let accepted = 0;
    for await (const trace of this.#loader.load(candidates.map(({ id }) => id))) {
      this.#inspected += 1;
      const spansets = this.#evaluator.evaluate(trace, range);
      if (spansets.length > 0) {
        accepted += 1;
        const position = positionOf(trace, order);
        if (!after || isBefore(after, position)) {
          const read = plan.mentioned.map((attribute) => readAttribute(trace, attribute));
          const values = (span: number): Value[] => read.map((reader) => reader(span));
          this.#found.push({
            ...position,
            trace: foundTrace(trace, spansets, plan.mentioned, values, spansPerSpanset),
          });
        }
      }
      if (this.#inspected % 100 === 0) {
        await this.#pause();
      }
    }
    await this.#pause();
    this.#found = this.#found.sort((a, b) => (isBefore(a, b) ? -1 : 1)).slice(0, limit);
    return accepted;
  }

  async #pause(): Promise<void> {
    if (performance.now() > this.#deadline) {
      throw new EngineError('A search took too long', TIMEOUT_EXCEEDED);
    }
    await nextTurn();
  }
}

/**
 * What is asked of other spans of the trace is left out: they may be anywhere in the range, and to look for them there costs
 * more than to read some traces in vain.
 */
function ofSpansAlone(condition: Condition): Condition {
  return { kind: 'and', operands: conjuncts(condition).filter((part) => !needsTrace(part)) };
}

function positionOf(trace: LoadedTrace, order: SearchOrder): SearchPosition {
  const start = trace.startNs(0);
  return { value: order === 'start' ? start : endOf(trace) - start, id: trace.traceId };
}

export function endOf(trace: LoadedTrace): bigint {
  let end = 0n;
  for (let span = 0; span < trace.size; span++) {
    const duration = trace.durationNs(span);
    const spanEnd = trace.startNs(span) + (duration > 0n ? duration : 0n);
    end = spanEnd > end ? spanEnd : end;
  }
  return end;
}

const isBefore = (a: SearchPosition, b: SearchPosition): boolean =>
  a.value === b.value ? a.id < b.id : a.value > b.value;
