import type { FastifyInstance } from 'fastify';

import { ApiError } from '../../errors.ts';
import { readTraceState } from '../../query/run/trace-state.ts';
import { planMatches, type MatchPlan } from '../../query/trace/match-plan.ts';
import { traceMatches } from '../../query/trace/trace-matches.ts';
import { cancellable } from '../cancellable-engine.ts';
import { sendChunks } from '../chunked-answer.ts';
import { tenantOf, type QueryServerDependencies } from '../dependencies.ts';
import { invalid, Parameters } from '../parameters.ts';
import { sendIfKnown } from '../trace-cache.ts';
import { readTraceId } from '../trace-id.ts';
import { checkPatterns, refusing } from '../traceql.ts';

const ROW_BITS = 'application/vnd.clew.row-bits';

interface ById {
  Params: { id: string };
}

/**
 * GET /clew/v1/traces/{id}/matches?q={…}: which spans of a trace a TraceQL query yields, a bit for each row of the trace's
 * frame (docs/adr/0005-wire-frame.md).
 */
export function traceMatchesRoute(server: FastifyInstance, { engine, tenants, log }: QueryServerDependencies): void {
  server.get<ById>('/clew/v1/traces/:id/matches', async (request, reply) => {
    const traceId = readTraceId(request.params.id);
    const plan = readPlan(new Parameters(request.query));
    const tenant = tenantOf(request, tenants);
    const reading = cancellable(engine, request.signal);
    const state = await readTraceState(reading, tenant, traceId);
    if (!state) {
      throw new ApiError('trace_not_found', `There is no trace ${traceId}.`);
    }
    if (sendIfKnown(request, reply, 'matches', state)) {
      return reply;
    }
    await checkPatterns(reading, plan.kind === 'condition' ? [plan.condition] : plan.search.bits);
    const chunks = traceMatches(reading, { tenant, traceId, plan, rows: state.rows });
    return sendChunks(request, reply, log, state, { form: 'matches', type: ROW_BITS, chunks });
  });
}

function readPlan(parameters: Parameters): MatchPlan {
  const query = parameters.traceql();
  if (query === undefined) {
    throw invalid('q', 'is missing; give a TraceQL query like { status = error }');
  }
  return refusing(() => planMatches(query));
}
