import type { FastifyInstance } from 'fastify';

import { cancellable } from '../cancellable-engine.ts';
import { tenantOf, type QueryServerDependencies } from '../dependencies.ts';
import { QUERY_INSTANT_RESPONSE, QUERY_RANGE_RESPONSE } from '../grpc/tempopb.ts';
import { answerQueryInstant, answerQueryRange } from '../metrics-answer.ts';
import { Parameters } from '../parameters.ts';

/**
 * GET /api/metrics/query_range and GET /api/metrics/query: tempopb.QueryRangeResponse and tempopb.QueryInstantResponse, for
 * TraceQL that ends in a metric.
 */
export function metricsRoutes(server: FastifyInstance, { engine, tenants }: QueryServerDependencies): void {
  server.get('/api/metrics/query_range', { config: { protobuf: QUERY_RANGE_RESPONSE } }, (request) =>
    answerQueryRange(cancellable(engine, request.signal), tenantOf(request, tenants), new Parameters(request.query))
  );

  server.get('/api/metrics/query', { config: { protobuf: QUERY_INSTANT_RESPONSE } }, (request) =>
    answerQueryInstant(cancellable(engine, request.signal), tenantOf(request, tenants), new Parameters(request.query))
  );
}
