import type { FastifyInstance } from 'fastify';

import { cancellable } from '../cancellable-engine.ts';
import { tenantOf, type QueryServerDependencies } from '../dependencies.ts';
import { SEARCH_RESPONSE } from '../grpc/tempopb.ts';
import { Parameters } from '../parameters.ts';
import { answerSearch, readSearch } from '../search-answer.ts';

/**
 * GET /api/search: tempopb.SearchResponse. Grafana's Tempo datasource refuses fields that it does not know:
 * `nextCursor` is only there for who gave `sort` or `cursor`.
 */
export function searchRoute(server: FastifyInstance, { engine, tenants }: QueryServerDependencies): void {
  server.get('/api/search', { config: { protobuf: SEARCH_RESPONSE } }, async (request) => {
    const query = readSearch(new Parameters(request.query));
    const tenant = tenantOf(request, tenants);
    const { nextCursor, ...answer } = await answerSearch(cancellable(engine, request.signal), tenant, query);
    return query.isPaged ? { ...answer, nextCursor } : answer;
  });
}
