import type { FastifyInstance } from 'fastify';

import { readStoredStatus } from '../../query/run/status.ts';
import { tenantOf, type QueryServerDependencies } from '../dependencies.ts';

/** GET /clew/v1/status: what is stored, what happened since the start, and what time it is for the store. */
export function statusRoute(
  server: FastifyInstance,
  { engine, tenants, version, status }: QueryServerDependencies
): void {
  server.get('/clew/v1/status', async (request) => {
    const stored = await readStoredStatus(engine, tenantOf(request, tenants));
    const { ready, uptimeSeconds, receivedSpans, refused, lastRefusedMs, otlp } = status();
    const live = { ready, uptimeSeconds, nowMs: Date.now() };
    return { version, ...live, ...stored, received: { spans: receivedSpans }, refused, lastRefusedMs, otlp };
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
