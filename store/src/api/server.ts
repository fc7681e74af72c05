import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';

import { ApiError } from '../errors.ts';
import { EmitterCache } from '../query/run/emitter-cache.ts';
import { LossReader } from '../query/run/losses.ts';
import { bearerCheck } from './auth.ts';
import { compressReplies } from './compress.ts';
import type { QueryServerDependencies } from './dependencies.ts';
import { toApiError } from './error-reply.ts';
import { echoRoute } from './routes/echo.ts';
import { homeRoute } from './routes/home.ts';
import { searchRoute } from './routes/search.ts';
import { servicesRoute } from './routes/services.ts';
import { buildInfoRoute, statusRoute } from './routes/status.ts';
import { tagNamesRoutes } from './routes/tag-names.ts';
import { tagValuesRoutes } from './routes/tag-values.ts';
import { traceFramesRoutes, traceLossesRoute } from './routes/trace-frames.ts';
import { tracesRoutes } from './routes/traces.ts';

/** Bytes of a request's first line and headers: a TraceQL text of 128 KiB, URL-encoded, and room. */
const MAX_HEADER_BYTES = 512 * 1024;

/** Characters of a path's segment: names of attributes have no limit of their own. */
const MAX_SEGMENT_LENGTH = 16 * 1024;

/**
 * The listener for queries, the one that Grafana's proxy reaches: it only ever reads, because every Viewer can call any
 * path of it. Errors are `{"error": {"code", "message", "line"?, "column"?, "hint"?}}`.
 */
export function createQueryServer(dependencies: QueryServerDependencies): FastifyInstance {
  const { token, log, observe } = dependencies;
  const server = fastify({
    logger: false,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: MAX_SEGMENT_LENGTH },
    http: { maxHeaderSize: MAX_HEADER_BYTES },
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

  compressReplies(server);

  server.addHook('onResponse', async (request, reply) => {
    observe?.(request.routeOptions.url ?? 'none', reply.statusCode, reply.elapsedTime / 1000);
  });

  server.setErrorHandler(fail);
  server.setNotFoundHandler((request, reply) =>
    fail(
      new ApiError(
        'route_not_found',
        `${request.method} ${pathOf(request).slice(0, 200)} is not here. This is Clew's query listener: it answers GET requests of Tempo's API and of /clew/v1; GET / lists them. Spans go to the OTLP listeners.`
      ),
      request,
      reply
    )
  );

  const { engine } = dependencies;
  const routeDependencies = { ...dependencies, emitters: new EmitterCache(engine), losses: new LossReader(engine) };
  for (const route of [
    homeRoute,
    echoRoute,
    buildInfoRoute,
    tracesRoutes,
    traceFramesRoutes,
    traceLossesRoute,
    searchRoute,
    tagNamesRoutes,
    tagValuesRoutes,
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
