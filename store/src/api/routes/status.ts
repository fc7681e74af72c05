import type { FastifyInstance } from 'fastify';

import { readStoredStatus } from '../../query/run/status.ts';
import { tenantOf, type QueryServerDependencies } from '../dependencies.ts';

/** GET /clew/v1/status: what is stored, and what happened since the start. */
export function statusRoute(
  server: FastifyInstance,
  { engine, tenants, version, status }: QueryServerDependencies
): void {
  server.get('/clew/v1/status', async (request) => {
    const stored = await readStoredStatus(engine, tenantOf(request, tenants));
    const { ready, uptimeSeconds, receivedSpans, refused, otlp } = status();
    return { version, ready, uptimeSeconds, ...stored, received: { spans: receivedSpans }, refused, otlp };
  });
}

/** GET /api/status/buildinfo, in the shape that Prometheus and Tempo give it. */
export function buildInfoRoute(server: FastifyInstance, { version }: QueryServerDependencies): void {
  server.get('/api/status/buildinfo', () => ({
    version,
    revision: '',
    branch: '',
    buildUser: '',
    buildDate: '',
    goVersion: '',
  }));
}
