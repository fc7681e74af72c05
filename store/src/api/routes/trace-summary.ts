import type { FastifyInstance } from 'fastify';

import { ApiError } from '../../errors.ts';
import { readTraceSummary } from '../../query/run/trace-summary.ts';
import { tenantOf, type RouteDependencies } from '../dependencies.ts';
import { readTraceId } from '../trace-id.ts';

/** GET /clew/v1/traces/{id}: how large a trace is and what it begins with, for who decides how to show it. */
export function traceSummaryRoute(server: FastifyInstance, { engine, tenants }: RouteDependencies): void {
  server.get<{ Params: { id: string } }>('/clew/v1/traces/:id', async (request) => {
    const traceId = readTraceId(request.params.id);
    const summary = await readTraceSummary(engine, tenantOf(request, tenants), traceId);
    if (!summary) {
      throw new ApiError('trace_not_found', `There is no trace ${traceId}.`);
    }
    return summary;
  });
}
