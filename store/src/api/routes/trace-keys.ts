import type { FastifyInstance } from 'fastify';

import { ApiError } from '../../errors.ts';
import { readTraceState } from '../../query/run/trace-state.ts';
import { traceKeys } from '../../query/trace/trace-keys.ts';
import { cancellable } from '../cancellable-engine.ts';
import { tenantOf, type QueryServerDependencies } from '../dependencies.ts';
import { sendIfKnown, setCacheHeaders } from '../trace-cache.ts';
import { readTraceId } from '../trace-id.ts';

interface ById {
  Params: { id: string };
}

/** GET /clew/v1/traces/{id}/keys: which attributes the spans of a trace have, and how many spans each. */
export function traceKeysRoute(server: FastifyInstance, { engine, tenants }: QueryServerDependencies): void {
  server.get<ById>('/clew/v1/traces/:id/keys', async (request, reply) => {
    const traceId = readTraceId(request.params.id);
    const tenant = tenantOf(request, tenants);
    const reading = cancellable(engine, request.signal);
    const state = await readTraceState(reading, tenant, traceId);
    if (!state) {
      throw new ApiError('trace_not_found', `There is no trace ${traceId}.`);
    }
    if (sendIfKnown(request, reply, 'keys', state)) {
      return reply;
    }
    const keys = await traceKeys(reading, tenant, traceId);
    setCacheHeaders(reply, 'keys', state);
    return keys;
  });
}
