import type { FastifyInstance } from 'fastify';

import { ApiError } from '../../errors.ts';
import { traceFindings } from '../../query/findings/trace-findings.ts';
import { readTraceState } from '../../query/run/trace-state.ts';
import { cancellable } from '../cancellable-engine.ts';
import { tenantOf, type RouteDependencies } from '../dependencies.ts';
import { readTraceId } from '../trace-id.ts';

/** GET /clew/v1/traces/{id}/findings: what is wrong with a trace, each with its proof, the first to read at the front. */
export function traceFindingsRoute(server: FastifyInstance, { engine, tenants }: RouteDependencies): void {
  server.get<{ Params: { id: string } }>('/clew/v1/traces/:id/findings', async (request) => {
    const traceId = readTraceId(request.params.id);
    const tenant = tenantOf(request, tenants);
    const reading = cancellable(engine, request.signal);
    const state = await readTraceState(reading, tenant, traceId);
    if (!state) {
      throw new ApiError('trace_not_found', `There is no trace ${traceId}.`);
    }
    const nowNs = BigInt(Date.now()) * 1_000_000n;
    const findings = await traceFindings(reading, { tenant, traceId, rows: state.rows, nowNs });
    return { traceId, spans: state.rows, findings };
  });
}
