import type { FastifyInstance } from 'fastify';

import type { Engine } from '../../engine/engine.ts';
import { ApiError } from '../../errors.ts';
import { attributeDifferences } from '../../query/compare/attribute-differences.ts';
import {
  compareAnswer,
  type CompareAnswer,
  type SideName,
  type UsualAnswer,
} from '../../query/compare/compare-answer.ts';
import { compareTraces, type ComparedTraces } from '../../query/compare/compare-traces.ts';
import { readUsual } from '../../query/compare/usual-traces.ts';
import type { SpanTimeRange } from '../../query/plan/plan.ts';
import type { SearchPlan } from '../../query/plan/search-plan.ts';
import { readTraceSummary, type TraceSummary } from '../../query/run/trace-summary.ts';
import { cancellable } from '../cancellable-engine.ts';
import { tenantOf, type RouteDependencies } from '../dependencies.ts';
import { invalid, Parameters, shortened } from '../parameters.ts';
import { answerSearch } from '../search-answer.ts';
import { readTraceql } from '../traceql.ts';

/** Traces of a side. */
const LIMIT = { fallback: 200, min: 1, max: 1000 };
/** Rows of a single trace: more would take gigabytes. */
const MOST_ROWS = 1_000_000;
const MAX_SECONDS = 2 ** 32 - 1;
const SECOND_NS = 1_000_000_000n;

type Asked =
  | { readonly kind: 'trace'; readonly traceId: string }
  | { readonly kind: 'query'; readonly q: string; readonly plan: SearchPlan; readonly range: SpanTimeRange }
  | { readonly kind: 'usual' };

/** A side as it was found, and why it has no traces, if it has none. */
interface Found {
  readonly traces: ComparedTraces;
  readonly emptiness?: string;
  readonly usual?: UsualAnswer;
}

/**
 * GET /clew/v1/compare?a=&b=: two traces, or the traces of two queries, or a trace and its usual like, path by path: docs/api.md.
 */
export function compareRoute(server: FastifyInstance, { engine, tenants }: RouteDependencies): void {
  server.get('/clew/v1/compare', async (request): Promise<CompareAnswer> => {
    const parameters = new Parameters(request.query);
    const [a, b] = [readSide(parameters, 'a'), readSide(parameters, 'b')];
    if (b.kind === 'usual') {
      throw invalid('b', 'is "usual", which is for a: give a=usual and the trace as b');
    }
    const limit = parameters.integer('limit', LIMIT);
    const reading = cancellable(engine, request.signal);
    const finder = new SideFinder(reading, tenantOf(request, tenants), limit);
    const foundB = await finder.find('b', b);
    const foundA = a.kind === 'usual' ? await finder.usualOf(b) : await finder.find('a', a);
    const answer = await compareTraces(reading, {
      tenant: finder.tenant,
      a: foundA.traces,
      b: foundB.traces,
      signal: request.signal,
    });
    return compareAnswer({
      ...answer,
      a: nameOf(a),
      b: nameOf(b),
      emptiness: emptinessOf(answer, foundA, foundB),
      usual: foundA.usual,
      attributes:
        a.kind === 'query' && b.kind === 'query'
          ? await attributeDifferences(reading, finder.tenant, a, b, nowNs())
          : undefined,
    });
  });
}

const nowNs = (): bigint => BigInt(Date.now()) * 1_000_000n;

function nameOf(asked: Asked): SideName {
  return asked.kind === 'query' ? { kind: 'query', q: asked.q } : asked;
}

function emptinessOf(
  { comparison, skipped }: Awaited<ReturnType<typeof compareTraces>>,
  a: Found,
  b: Found
): string | undefined {
  const reasons = [['a', a] as const, ['b', b] as const].flatMap(([side, found]) =>
    comparison[side].traces > 0
      ? []
      : [
          found.emptiness ??
            (skipped[side] > 0
              ? `All ${skipped[side]} traces of ${side} have too many spans to be compared together; give one by its id.`
              : `The traces of ${side} are gone.`),
        ]
  );
  return reasons.length === 0 ? undefined : `There is nothing to compare. ${reasons.join(' ')}`;
}

/** Throws ApiError. */
function readSide(parameters: Parameters, name: 'a' | 'b'): Asked {
  const text = parameters.traceql(name)?.trim();
  const choices = `a trace id of 32 hexadecimal digits, or a TraceQL query like { status = error }${name === 'a' ? ', or usual' : ''}`;
  if (text === undefined || text === '') {
    throw invalid(name, `is missing; give ${choices}`);
  }
  if (/^[0-9a-f]{32}$/i.test(text)) {
    return { kind: 'trace', traceId: text.toLowerCase() };
  }
  if (text === 'usual') {
    return { kind: 'usual' };
  }
  if (!text.includes('{')) {
    throw invalid(name, `is "${shortened(text)}"; give ${choices}`);
  }
  return { kind: 'query', q: text, plan: planOf(name, text), range: readRange(parameters, name) };
}

function planOf(name: string, text: string): SearchPlan {
  try {
    return readTraceql(text);
  } catch (error) {
    throw named(name, error);
  }
}

/** A mistake in a query says which one has it. */
function named(name: string, error: unknown): unknown {
  return error instanceof ApiError && error.status === 400
    ? new ApiError(error.code, `Parameter ${name}: ${error.message}`, error.details, { cause: error })
    : error;
}

/** `aStart` and `aEnd`, else `start` and `end`: Unix seconds, 0 for none. */
function readRange(parameters: Parameters, side: 'a' | 'b'): SpanTimeRange {
  const read = (own: string, shared: string): readonly [name: string, seconds: number] => {
    const name = parameters.text(own) === undefined ? shared : own;
    return [name, parameters.integer(name, { fallback: 0, min: 0, max: MAX_SECONDS })];
  };
  const [startName, start] = read(`${side}Start`, 'start');
  const [endName, end] = read(`${side}End`, 'end');
  if (start > 0 && end > 0 && start >= end) {
    throw invalid(startName, `is ${start}, which is not before ${endName}, ${end}`);
  }
  return {
    startNs: start === 0 ? undefined : BigInt(start) * SECOND_NS,
    endNs: end === 0 ? undefined : BigInt(end) * SECOND_NS,
  };
}

class SideFinder {
  readonly tenant: string;
  readonly #engine: Engine;
  readonly #limit: number;

  constructor(engine: Engine, tenant: string, limit: number) {
    this.#engine = engine;
    this.tenant = tenant;
    this.#limit = limit;
  }

  async find(name: string, asked: Exclude<Asked, { kind: 'usual' }>): Promise<Found> {
    if (asked.kind === 'trace') {
      const { spans } = await this.#summary(asked.traceId);
      if (spans > MOST_ROWS) {
        throw new ApiError(
          'query_too_expensive',
          `The trace ${asked.traceId} of parameter ${name} has ${spans} spans; traces of up to ${MOST_ROWS} can be compared.`
        );
      }
      return { traces: { traceId: asked.traceId, rows: spans } };
    }
    const { plan, range, q } = asked;
    const { traces } = await answerSearch(this.#engine, this.tenant, {
      ...{ plan, range, limit: this.#limit, spansPerSpanset: 1 },
      ...{ order: 'start', after: undefined, isPaged: false },
    }).catch((error: unknown) => {
      throw named(name, error);
    });
    const when = range.startNs === undefined && range.endNs === undefined ? '' : ' in its time range';
    return {
      traces: { traceIds: traces.map(({ traceID }) => traceID) },
      ...(traces.length === 0 ? { emptiness: `No trace matches ${name}, ${shortened(q)}${when}.` } : {}),
    };
  }

  /** What is usual for a trace. */
  async usualOf(asked: Exclude<Asked, { kind: 'usual' }>): Promise<Found> {
    if (asked.kind === 'query') {
      throw invalid('a', 'is "usual", which is said of one trace: give a trace id of 32 hexadecimal digits as b');
    }
    const { roots, rootService, rootName, startUnixNano } = await this.#summary(asked.traceId);
    const startNs = BigInt(startUnixNano);
    if (roots === 0) {
      const at = seconds(startNs);
      return {
        traces: { traceIds: [] },
        usual: { traces: 0, from: at, to: at },
        emptiness: 'The root span of the trace is missing, so what is usual for it is not known.',
      };
    }
    const { traceIds, fromNs, toNs } = await readUsual(this.#engine, {
      ...{ tenant: this.tenant, traceId: asked.traceId, service: rootService, name: rootName, startNs },
      limit: this.#limit,
    });
    return {
      traces: { traceIds },
      usual: { traces: traceIds.length, from: seconds(fromNs), to: seconds(toNs) },
      ...(traceIds.length === 0
        ? { emptiness: `No other trace begins with ${rootService} ${rootName} within a day before the trace.` }
        : {}),
    };
  }

  async #summary(traceId: string): Promise<TraceSummary> {
    const summary = await readTraceSummary(this.#engine, this.tenant, traceId);
    if (!summary) {
      throw new ApiError('trace_not_found', `There is no trace ${traceId}.`);
    }
    return summary;
  }
}

const seconds = (ns: bigint): number => Number(ns / SECOND_NS);
