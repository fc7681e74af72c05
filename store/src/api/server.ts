import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';

import { ApiError } from '../errors.ts';
import { KeptEngine } from '../pins/kept-engine.ts';
import { EmitterCache } from '../query/run/emitter-cache.ts';
import { LossReader } from '../query/run/losses.ts';
import { bearerCheck } from './auth.ts';
import { compressReplies } from './compress.ts';
import type { QueryServerDependencies } from './dependencies.ts';
import { toApiError } from './error-reply.ts';
import { SharedPort } from './grpc/shared-port.ts';
import { StreamingQuerier } from './grpc/streaming-querier.ts';
import { protobufAnswers } from './protobuf-answers.ts';
import { compareRoute } from './routes/compare.ts';
import { criticalPathRoute } from './routes/critical-path.ts';
import { dependenciesRoute } from './routes/dependencies.ts';
import { echoRoute } from './routes/echo.ts';
import { exemplarsRoute } from './routes/exemplars.ts';
import { homeRoute } from './routes/home.ts';
import { metricsRoutes } from './routes/metrics.ts';
import { pinsRoute } from './routes/pins.ts';
import { searchRoute } from './routes/search.ts';
import { searchStreamRoute } from './routes/search-stream.ts';
import { serviceMapRoute } from './routes/service-map.ts';
import { servicesRoute } from './routes/services.ts';
import { spanDifferencesRoute } from './routes/span-differences.ts';
import { buildInfoRoute, statusRoute } from './routes/status.ts';
import { tagNamesRoutes } from './routes/tag-names.ts';
import { tagValuesRoutes } from './routes/tag-values.ts';
import { traceAnalysisRoute } from './routes/trace-analysis.ts';
import { traceFindingsRoute } from './routes/trace-findings.ts';
import { tracePinRoute } from './routes/trace-pin.ts';
import { traceSummaryRoute } from './routes/trace-summary.ts';
import { traceColumnRoute } from './routes/trace-column.ts';
import { traceFramesRoutes, traceLossesRoute } from './routes/trace-frames.ts';
import { traceKeysRoute } from './routes/trace-keys.ts';
import { traceMatchesRoute } from './routes/trace-matches.ts';
import { tracesRoutes } from './routes/traces.ts';

/** Bytes of a request's first line and headers: a TraceQL text of 128 KiB, URL-encoded, and room. */
const MAX_HEADER_BYTES = 512 * 1024;

/** Characters of a path's segment: names of attributes have no limit of their own. */
const MAX_SEGMENT_LENGTH = 16 * 1024;

/** Longer than proxies keep a connection that is idle, so that they are the ones to close it. */
const KEEP_ALIVE_MS = 72_000;

/** How long calls of gRPC that are under way may go on once the server is told to close. */
const CALL_GRACE_MS = 4_000;

/**
 * The listener for queries, over HTTP and over gRPC, the one that Grafana's proxy reaches. It reads, because Viewers can call paths
 * of it; what it writes is which traces are kept (routes/trace-pin.ts), and the proxy lets only Editors do that. Errors are `{"error": {"code", "message", "line"?, "column"?, "hint"?}}`.
 */
export function createQueryServer(dependencies: QueryServerDependencies): FastifyInstance {
  const { token, log, observe } = dependencies;
  const engine = new KeptEngine(dependencies.engine, dependencies.pinning.kept);
  const routeDependencies = {
    ...dependencies,
    engine,
    emitters: new EmitterCache(engine),
    losses: new LossReader(engine),
  };
  const querier = new StreamingQuerier(routeDependencies);
  const port = new SharedPort((socket) => querier.accept(socket));
  const server = fastify({
    logger: false,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: MAX_SEGMENT_LENGTH },
    serverFactory: (handler) =>
      port.createServer({ maxHeaderSize: MAX_HEADER_BYTES, keepAliveTimeout: KEEP_ALIVE_MS }, handler),
    frameworkErrors: (error, request, reply) => fail(error, request, reply),
  });

  const fail = (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const apiError = toApiError(error);
    if (apiError.status >= 500) {
      log.error({ err: apiError.cause ?? apiError, code: apiError.code, path: pathOf(request) }, 'query failed');
    }
    return reply.code(apiError.status).header('Cache-Control', 'no-store').send(apiError.toJSON());
  };

  const checkToken = token === undefined ? undefined : bearerCheck(token);
  server.addHook('onRequest', async (request, reply) => {
    refuseTricks(pathOf(request));
    if (request.routeOptions.url !== '/api/echo') {
      checkToken?.(request.headers.authorization);
    }
    reply.header('Cache-Control', 'no-store');
  });

  protobufAnswers(server);
  compressReplies(server);

  let closing = false;
  server.addHook('preClose', async () => {
    closing = true;
    port.closeUndecided();
    querier.close(CALL_GRACE_MS);
  });
  server.addHook('onSend', async (_request, reply) => {
    if (closing) {
      reply.header('Connection', 'close');
    }
  });

  server.addHook('onResponse', async (request, reply) => {
    observe?.(request.routeOptions.url ?? 'none', reply.statusCode, reply.elapsedTime / 1000);
  });

  server.setErrorHandler(fail);
  server.setNotFoundHandler((request, reply) =>
    fail(
      new ApiError(
        'route_not_found',
        `${request.method} ${pathOf(request).slice(0, 200)} is not here. This is Clew's query listener: it answers requests of Tempo's API and of /clew/v1; GET / lists them. Spans go to the OTLP listeners.`
      ),
      request,
      reply
    )
  );

  for (const route of [
    homeRoute,
    echoRoute,
    buildInfoRoute,
    tracesRoutes,
    traceSummaryRoute,
    traceFindingsRoute,
    traceAnalysisRoute,
    traceFramesRoutes,
    traceLossesRoute,
    traceMatchesRoute,
    traceColumnRoute,
    traceKeysRoute,
    tracePinRoute,
    pinsRoute,
    exemplarsRoute,
    searchRoute,
    searchStreamRoute,
    metricsRoutes,
    tagNamesRoutes,
    tagValuesRoutes,
    criticalPathRoute,
    compareRoute,
    serviceMapRoute,
    spanDifferencesRoute,
    dependenciesRoute,
    servicesRoute,
    statusRoute,
  ]) {
    route(server, routeDependencies);
  }
  return server;
}

const pathOf = (request: FastifyRequest): string => request.raw.url?.split('?', 1)[0] ?? '';

/**
 * Grafana compares a path with its list of routes while it is still escaped (pkg/api/pluginproxy), so a path that means
 * something else once it is unescaped is refused.
 */
function refuseTricks(path: string): void {
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    throw new ApiError('path_invalid', 'The path has a % that is not followed by two hexadecimal digits.');
  }
  if (decoded.split(/[/\\]/).some((segment) => segment === '..' || segment === '.') || decoded.includes('\0')) {
    throw new ApiError('path_invalid', 'The path has a ".." or "." segment.');
  }
}
