import type { ReadyKey } from '@clew/trace-model';
import { TraceqlError } from '@clew/traceql';
import type { FastifyInstance } from 'fastify';

import { ApiError } from '../../errors.ts';
import { traceAnalysis, type AnalysisRequest, type GroupBy } from '../../query/analysis/trace-analysis.ts';
import { readTraceState } from '../../query/run/trace-state.ts';
import { planColumn } from '../../query/trace/column-plan.ts';
import { cancellable } from '../cancellable-engine.ts';
import { tenantOf, type RouteDependencies } from '../dependencies.ts';
import { invalid, Parameters, shortened } from '../parameters.ts';
import { readTraceId } from '../trace-id.ts';

const LIMIT = { fallback: 1000, min: 1, max: 10_000 };
const READY_KEYS: readonly ReadyKey[] = ['service', 'name', 'kind', 'status'];
const BY_HELP = 'service, name, kind, status, or an attribute as TraceQL writes it, like span.http.route';

/**
 * GET /clew/v1/traces/{id}/analysis: where a trace's time goes: its critical path, its spans by group, how much ran side by side, and its
 * services with the calls between them.
 */
export function traceAnalysisRoute(server: FastifyInstance, { engine, tenants }: RouteDependencies): void {
  server.get<{ Params: { id: string } }>('/clew/v1/traces/:id/analysis', async (request) => {
    const traceId = readTraceId(request.params.id);
    const parameters = new Parameters(request.query);
    const by = readBy(parameters.text('by') ?? 'service,name');
    const spanId = readSpan(parameters.text('span'));
    const wholeTrace = readWholeTrace(parameters);
    const limit = parameters.integer('limit', LIMIT);
    const tenant = tenantOf(request, tenants);
    const reading = cancellable(engine, request.signal);
    const state = await readTraceState(reading, tenant, traceId);
    if (!state) {
      throw new ApiError('trace_not_found', `There is no trace ${traceId}.`);
    }
    const answer = await traceAnalysis(reading, { tenant, traceId, rows: state.rows, by, spanId, wholeTrace, limit });
    switch (answer) {
      case 'no such span':
        throw new ApiError('trace_not_found', `There is no span ${spanId} in trace ${traceId}.`);
      case 'growing':
        throw new ApiError(
          'engine_unavailable',
          `Spans of trace ${traceId} came in while it was read. Ask again in a moment.`
        );
      default:
        return answer;
    }
  });
}

/** Whether a critical path goes on to the last end below its root. */
export function readWholeTrace(parameters: Parameters): boolean {
  const text = parameters.text('wholeTrace') ?? 'false';
  if (text !== 'true' && text !== 'false') {
    throw invalid('wholeTrace', `is "${shortened(text)}"; give true or false`);
  }
  return text === 'true';
}

function readBy(text: string): AnalysisRequest['by'] {
  const keys = splitAtCommas(text);
  const [first, second] = keys;
  if (keys.length > 2 || keys.includes('')) {
    throw invalid('by', `is "${shortened(text)}"; give one or two of ${BY_HELP}, with a comma between them`);
  }
  if (first === second) {
    throw invalid('by', `names ${shortened(first)} twice; give it once`);
  }
  return keys.length === 1 ? [readKey(first)] : [readKey(first), readKey(second)];
}

/** A name in quotes may have a comma. */
function splitAtCommas(text: string): string[] {
  const parts = [''];
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === ',' && !isQuoted) {
      parts.push('');
      continue;
    }
    const isEscape = isQuoted && text[at] === '\\';
    isQuoted = text[at] === '"' ? !isQuoted : isQuoted;
    parts[parts.length - 1] += isEscape ? text.slice(at, at + 2) : text[at];
    at += isEscape ? 1 : 0;
  }
  return parts.map((part) => part.trim());
}

function readKey(text: string): GroupBy {
  const ready = READY_KEYS.find((key) => key === text);
  if (ready) {
    return { kind: 'ready', text: ready };
  }
  try {
    return { kind: 'attribute', text, plan: planColumn(text) };
  } catch (error) {
    if (error instanceof TraceqlError) {
      throw invalid('by', `has "${shortened(text)}" (${error.message}); give ${BY_HELP}`);
    }
    throw error;
  }
}

function readSpan(text: string | undefined): string | undefined {
  if (text !== undefined && !/^[0-9a-f]{16}$/i.test(text)) {
    throw invalid('span', `is "${shortened(text)}"; give the 16 hexadecimal digits of a span's id`);
  }
  return text?.toLowerCase();
}
