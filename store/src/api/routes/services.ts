import type { FastifyInstance } from 'fastify';

import { listServices } from '../../query/run/services.ts';
import { tenantOf, type QueryServerDependencies } from '../dependencies.ts';
import { Parameters } from '../parameters.ts';

/** GET /clew/v1/services?start&end: services that sent spans in the range, by name. */
export function servicesRoute(server: FastifyInstance, { engine, tenants }: QueryServerDependencies): void {
  server.get('/clew/v1/services', async (request) => ({
    services: await listServices(engine, tenantOf(request, tenants), new Parameters(request.query).timeRange()),
  }));
}
