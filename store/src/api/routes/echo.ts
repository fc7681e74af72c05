import type { FastifyInstance } from 'fastify';

/** GET /api/echo: what Grafana's Tempo datasource calls to see whether a store is there. Needs no token. */
export function echoRoute(server: FastifyInstance): void {
  server.get('/api/echo', (_request, reply) => reply.type('text/plain; charset=utf-8').send('echo'));
}
