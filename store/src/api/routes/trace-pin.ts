import type { FastifyInstance, FastifyRequest } from 'fastify';

import { ApiError } from '../../errors.ts';
import { NOT_STORED, storedTraces } from '../../pins/stored-traces.ts';
import { tenantOf, type RouteDependencies } from '../dependencies.ts';
import { invalid, Parameters } from '../parameters.ts';
import { readTraceId } from '../trace-id.ts';

const PATH = '/clew/v1/traces/:id/pin';
const MAX_NOTE = 500;
const MAX_NAME = 200;
const MAX_BODY = 16 * 1024;
/** Everybody who may write could fill the disk with them otherwise. */
const MAX_BY_HAND = 10_000;

interface ById {
  Params: { id: string };
}

/**
 * Keeping a trace by hand: PUT and DELETE change it, GET says what pins the trace. All three answer `{"traceId", "pins":
 * [{"kind", "source", "note", "by", "pinnedMs"}], "stored"}`. That only Editors write is for Grafana to enforce, by the routes
 * of the datasource's plugin.json.
 */
export function tracePinRoute(server: FastifyInstance, dependencies: RouteDependencies): void {
  // Apart, because only here a body is read.
  void server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'string', bodyLimit: MAX_BODY }, (_request, body, done) =>
      done(null, String(body))
    );
    pinRoutes(scope, dependencies);
  });
}

function pinRoutes(server: FastifyInstance, { engine, tenants, pinning }: RouteDependencies): void {
  const { pins } = pinning;
  const answer = async (tenant: string, traceId: string) => {
    const [found, stored] = await Promise.all([pins.ofTrace(tenant, traceId), storedTraces(engine, tenant, [traceId])]);
    return {
      traceId,
      pins: found.map(({ kind, source, note, by, pinnedMs }) => ({ kind, source, note, by, pinnedMs })),
      stored: (stored.get(traceId) ?? NOT_STORED).stored,
    };
  };

  server.get<ById>(PATH, (request) => answer(tenantOf(request, tenants), readTraceId(request.params.id)));

  server.put<ById>(PATH, async (request) => {
    const traceId = readTraceId(request.params.id);
    const note = readNote(request);
    const tenant = tenantOf(request, tenants);
    const [stored, counts] = await Promise.all([storedTraces(engine, tenant, [traceId]), pins.counts(tenant)]);
    if (!stored.has(traceId)) {
      throw new ApiError('trace_not_found', `There is no trace ${traceId}.`);
    }
    if (counts.hand >= MAX_BY_HAND) {
      throw new ApiError('request_invalid', `${MAX_BY_HAND} traces are pinned by hand already: unpin some.`);
    }
    const by = String(request.headers['x-grafana-user'] ?? '').slice(0, MAX_NAME);
    await pins.add(tenant, [{ traceId, kind: 'hand', source: '', note, by, pinnedMs: Date.now() }]);
    return answer(tenant, traceId);
  });

  server.delete<ById>(PATH, async (request) => {
    const traceId = readTraceId(request.params.id);
    const tenant = tenantOf(request, tenants);
    await pins.remove(tenant, { traceId, kind: 'hand' });
    return answer(tenant, traceId);
  });
}

/** From the body, `{"note": "…"}`, or from the parameter. Throws ApiError. */
function readNote({ body, query }: FastifyRequest): string {
  const sent = typeof body === 'string' && body.trim() !== '' ? parsed(body) : {};
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) {
    throw new ApiError('request_invalid', 'The body is no JSON object: send {"note": "…"}, or none.');
  }
  const given: unknown = 'note' in sent ? sent.note : new Parameters(query).text('note');
  const note = given ?? '';
  if (typeof note !== 'string') {
    throw invalid('note', 'is no text');
  }
  if (note.length > MAX_NOTE) {
    throw invalid('note', `has ${note.length} characters, ${MAX_NOTE} are allowed`);
  }
  return note.trim();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
