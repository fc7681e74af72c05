import type { FastifyInstance } from 'fastify';

import { dependencies } from '../../query/pages/dependencies.ts';
import { cancellable } from '../cancellable-engine.ts';
import { tenantOf, type RouteDependencies } from '../dependencies.ts';
import { invalid, Parameters } from '../parameters.ts';

/** GET /clew/v1/dependencies?service=&start&end: services that call a service, and services that it calls. */
export function dependenciesRoute(server: FastifyInstance, { engine, tenants }: RouteDependencies): void {
  server.get('/clew/v1/dependencies', (request) => {
    const parameters = new Parameters(request.query);
    const service = parameters.text('service');
    if (service === undefined) {
      throw invalid('service', 'is missing; give the name of a service');
    }
    const range = parameters.timeRange();
    return dependencies(cancellable(engine, request.signal), { tenant: tenantOf(request, tenants), service, range });
  });
}
