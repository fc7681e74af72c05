import { protobufToJson, TRACES_DATA_MESSAGE } from '@clew/trace-model';
import type { FastifyInstance, FastifyReply } from 'fastify';

import { ApiError } from '../../errors.ts';
import { traceById } from '../../query/run/trace-by-id.ts';
import { traceFrame } from '../../query/run/trace-frame.ts';
import { readTraceState } from '../../query/run/trace-state.ts';
import { sendChunks } from '../chunked-answer.ts';
import { tenantOf, type RouteDependencies } from '../dependencies.ts';
import { invalid, shortened } from '../parameters.ts';
import { isRevalidation, sendIfKnown, setCacheHeaders } from '../trace-cache.ts';
import { readTraceId } from '../trace-id.ts';

const FRAME = 'application/vnd.clew.trace-frame';
const PROTOBUF = 'application/protobuf';

/** What a screen shows several times over. */
const MAX_SPANS = 200;

interface ById {
  Params: { id: string };
}

/**
 * A trace for a viewer that draws before it knows everything: GET /clew/v1/traces/{id}/frame is the skeleton of all of its
 * spans (docs/adr/0005-wire-frame.md), GET /clew/v1/traces/{id}/spans?span=… all there is to know about some of them, as an
 * OTLP TracesData in protobuf or proto3 JSON.
 */
export function traceFramesRoutes(
  server: FastifyInstance,
  { engine, emitters, tenants, log }: RouteDependencies
): void {
  server.get<ById>('/clew/v1/traces/:id/frame', async (request, reply) => {
    const traceId = readTraceId(request.params.id);
    const tenant = tenantOf(request, tenants);
    const state = await readTraceState(engine, tenant, traceId);
    if (!state) {
      throw new ApiError('trace_not_found', `There is no trace ${traceId}.`);
    }
    if (sendIfKnown(request, reply, 'frame', state)) {
      return reply;
    }
    const chunks = traceFrame(engine, tenant, traceId, state.rows);
    return sendChunks(request, reply, log, state, { form: 'frame', type: FRAME, chunks });
  });

  server.get<ById>('/clew/v1/traces/:id/spans', async (request, reply) => {
    const traceId = readTraceId(request.params.id);
    const spanIds = readSpanIds(request.query);
    const tenant = tenantOf(request, tenants);
    const form = String(request.headers.accept ?? '').includes(PROTOBUF) ? 'protobuf' : 'json';
    if (isRevalidation(request)) {
      const state = await readTraceState(engine, tenant, traceId, spanIds);
      if (state && sendIfKnown(request, reply, form, state, spanIds.length)) {
        return reply;
      }
    }
    const answer = await traceById(engine, emitters, tenant, traceId, spanIds);
    if (!answer) {
      throw new ApiError('trace_not_found', `There is no trace ${traceId} with a span of those ids.`);
    }
    setCacheHeaders(reply, form, answer.state, spanIds.length);
    return form === 'protobuf'
      ? sendBytes(reply, PROTOBUF, answer.bytes)
      : sendBytes(reply, 'application/json; charset=utf-8', protobufToJson(answer.bytes, TRACES_DATA_MESSAGE));
  });
}

/** GET /clew/v1/traces/{id}/losses: what of the trace was refused or cut, in sentences. Empty when it is all there. */
export function traceLossesRoute(server: FastifyInstance, { losses, tenants }: RouteDependencies): void {
  server.get<ById>('/clew/v1/traces/:id/losses', async (request) => {
    const { count, sentences } = await losses.ofTrace(tenantOf(request, tenants), readTraceId(request.params.id));
    return { count, losses: sentences };
  });
}

/** Distinct ids of 16 lower-case hex digits, in the order of the request. Throws ApiError. */
function readSpanIds(query: unknown): string[] {
  const given: unknown = typeof query === 'object' && query !== null && 'span' in query ? query.span : [];
  const texts = (Array.isArray(given) ? given : [given]).map(String);
  const hint = `give the 16 hexadecimal digits of a span id, up to ${MAX_SPANS} times`;
  if (texts.length === 0) {
    throw invalid('span', `is missing; ${hint}`);
  }
  if (texts.length > MAX_SPANS) {
    throw invalid('span', `is given ${texts.length} times, ${MAX_SPANS} are allowed; ask in several requests`);
  }
  for (const text of texts) {
    if (!/^[0-9a-f]{16}$/i.test(text)) {
      throw invalid('span', `is "${shortened(text)}"; ${hint}`);
    }
  }
  return [...new Set(texts.map((text) => text.toLowerCase()))];
}

function sendBytes(reply: FastifyReply, type: string, { buffer, byteOffset, byteLength }: Uint8Array): FastifyReply {
  return reply.type(type).send(Buffer.from(buffer, byteOffset, byteLength));
}
