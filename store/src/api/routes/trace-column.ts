import type { FastifyInstance } from 'fastify';

import { ApiError } from '../../errors.ts';
import { readTraceState } from '../../query/run/trace-state.ts';
import { planColumn, type ColumnPlan } from '../../query/trace/column-plan.ts';
import { traceColumn } from '../../query/trace/trace-column.ts';
import { cancellable } from '../cancellable-engine.ts';
import { sendChunks } from '../chunked-answer.ts';
import { tenantOf, type QueryServerDependencies } from '../dependencies.ts';
import { invalid, Parameters } from '../parameters.ts';
import { sendIfKnown } from '../trace-cache.ts';
import { readTraceId } from '../trace-id.ts';
import { refusing } from '../traceql.ts';

const ATTRIBUTE_COLUMN = 'application/vnd.clew.attribute-column';

interface ById {
  Params: { id: string };
}

/**
 * GET /clew/v1/traces/{id}/column?key=span.http.route: one attribute of each row of the trace's frame, dictionary coded
 * (docs/adr/0005-wire-frame.md).
 */
export function traceColumnRoute(server: FastifyInstance, { engine, tenants, log }: QueryServerDependencies): void {
  server.get<ById>('/clew/v1/traces/:id/column', async (request, reply) => {
    const traceId = readTraceId(request.params.id);
    const plan = readPlan(new Parameters(request.query));
    const tenant = tenantOf(request, tenants);
    const reading = cancellable(engine, request.signal);
    const state = await readTraceState(reading, tenant, traceId);
    if (!state) {
      throw new ApiError('trace_not_found', `There is no trace ${traceId}.`);
    }
    if (sendIfKnown(request, reply, 'column', state)) {
      return reply;
    }
    const chunks = traceColumn(reading, { tenant, traceId, plan, rows: state.rows });
    return sendChunks(request, reply, log, state, { form: 'column', type: ATTRIBUTE_COLUMN, chunks });
  });
}

function readPlan(parameters: Parameters): ColumnPlan {
  const key = parameters.text('key');
  if (key === undefined) {
    throw invalid('key', 'is missing; give an attribute as TraceQL writes it, like span.http.route');
  }
  return refusing(() => planColumn(key));
}
