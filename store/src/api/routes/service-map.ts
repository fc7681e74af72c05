import type { FastifyInstance } from 'fastify';

import { summedMap } from '../../query/service-map/summed-map.ts';
import { planMatches } from '../../query/trace/match-plan.ts';
import { cancellable } from '../cancellable-engine.ts';
import { tenantOf, type RouteDependencies } from '../dependencies.ts';
import { invalid, Parameters } from '../parameters.ts';
import { checkPatterns, refusing } from '../traceql.ts';

/** Of traces. */
const LIMIT = { fallback: 2000, min: 1, max: 20_000 };

/** GET /clew/v1/service-map?q={…}: who calls whom in the traces that a query finds. */
export function serviceMapRoute(server: FastifyInstance, { engine, tenants }: RouteDependencies): void {
  server.get('/clew/v1/service-map', async (request) => {
    const parameters = new Parameters(request.query);
    const query = parameters.traceql('q');
    if (query === undefined) {
      throw invalid(
        'q',
        'is missing; give a TraceQL query like { resource.service.name = "checkout" }, or { } for all traces'
      );
    }
    const plan = refusing(() => planMatches(query));
    const range = parameters.timeRange();
    const limit = parameters.integer('limit', LIMIT);
    const tenant = tenantOf(request, tenants);
    const reading = cancellable(engine, request.signal);
    await checkPatterns(
      reading,
      plan.kind === 'condition' ? [plan.condition] : [plan.search.candidates, ...plan.search.bits]
    );
    return summedMap(reading, { tenant, plan, range, limit });
  });
}
