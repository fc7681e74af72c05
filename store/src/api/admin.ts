import { Readable } from 'node:stream';

import fastify, { type FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';

import { formatFor } from '../span-metrics/formats.ts';
import type { SpanMetrics } from '../span-metrics/span-metrics.ts';

export interface AdminOptions {
  readonly registry: Registry;
  /** Why the store is not ready; undefined when it is. */
  readonly notReady: () => string | undefined;
  /** Absent where they are switched off. */
  readonly spanMetrics: SpanMetrics | undefined;
}

/** The admin listener: never the one that Grafana proxies to, because every Viewer reaches that. */
export function createAdminServer({ registry, notReady, spanMetrics }: AdminOptions): FastifyInstance {
  const server = fastify({ logger: false, forceCloseConnections: true });

  server.get('/ready', (_request, reply) => {
    const reason = notReady();
    return reply
      .code(reason ? 503 : 200)
      .type('text/plain')
      .send(`${reason ?? 'ready'}\n`);
  });

  server.get('/metrics', async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()));

  server.get('/metrics/spans', (request, reply) => {
    if (!spanMetrics) {
      return reply.code(404).type('text/plain').send('Span metrics are switched off: CLEW_SPAN_METRICS=on has them\n');
    }
    const { contentType, pieces } = spanMetrics.expose(formatFor(request.headers.accept));
    return reply.type(contentType).send(Readable.from(pieces, { objectMode: false }));
  });

  server.setNotFoundHandler((_request, reply) =>
    reply
      .code(404)
      .type('text/plain')
      .send("This is Clew's admin listener: GET /ready, GET /metrics, GET /metrics/spans\n")
  );
  return server;
}
