import fastify, { type FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';

export interface AdminOptions {
  readonly registry: Registry;
  /** Why the store is not ready; undefined when it is. */
  readonly notReady: () => string | undefined;
}

/** The admin listener: never the one that Grafana proxies to, because every Viewer reaches that. */
export function createAdminServer({ registry, notReady }: AdminOptions): FastifyInstance {
  const server = fastify({ logger: false, forceCloseConnections: true });

  server.get('/ready', (_request, reply) => {
    const reason = notReady();
    return reply
      .code(reason ? 503 : 200)
      .type('text/plain')
      .send(`${reason ?? 'ready'}\n`);
  });

  server.get('/metrics', async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()));

  server.setNotFoundHandler((_request, reply) =>
    reply.code(404).type('text/plain').send("This is Clew's admin listener: GET /ready, GET /metrics\n")
  );
  return server;
}
