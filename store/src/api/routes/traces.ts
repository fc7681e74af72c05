import { protobufToJson, ProtobufWriter, TRACE_BATCHES_MESSAGE, TRACES_DATA_MESSAGE } from '@clew/trace-model';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { ApiError } from '../../errors.ts';
import type { TraceLosses } from '../../query/run/losses.ts';
import { traceById } from '../../query/run/trace-by-id.ts';
import { readTraceState } from '../../query/run/trace-state.ts';
import { tenantOf, type RouteDependencies } from '../dependencies.ts';
import { Parameters } from '../parameters.ts';
import { isRevalidation, sendIfKnown, setCacheHeaders } from '../trace-cache.ts';
import { readTraceId } from '../trace-id.ts';

/** tempopb.TraceByIDResponse. Its status COMPLETE is 0, and so is left out. */
const RESPONSE_TRACE = 1;
const RESPONSE_METRICS = 2;
const RESPONSE_STATUS = 3;
const RESPONSE_MESSAGE = 4;
const STATUS_PARTIAL = 1;

const PROTOBUF = 'application/protobuf';

/**
 * GET /api/v2/traces/{id} and /api/traces/{id}, as Tempo has them: protobuf if the Accept header names it, else proto3
 * JSON. `start` and `end` are checked and otherwise ignored: a trace is found by its id alone. Where spans or attributes
 * of the trace were refused, the second form says so in Tempo's words: status PARTIAL and a message.
 */
export function tracesRoutes(server: FastifyInstance, { engine, emitters, losses, tenants }: RouteDependencies): void {
  /** Undefined when the client has been told that it knows the trace. */
  const find = async (
    request: FastifyRequest<{ Params: { id: string } }>,
    reply: FastifyReply
  ): Promise<FoundTrace | undefined> => {
    const traceId = readTraceId(request.params.id);
    new Parameters(request.query).timeRange();
    const tenant = tenantOf(request, tenants);
    const form = wantsProtobuf(request) ? 'protobuf' : 'json';
    if (isRevalidation(request)) {
      const [state, { count }] = await Promise.all([
        readTraceState(engine, tenant, traceId),
        losses.ofTrace(tenant, traceId),
      ]);
      if (state && sendIfKnown(request, reply, form, { ...state, lost: count })) {
        return undefined;
      }
    }
    const [lost, trace] = await Promise.all([
      losses.ofTrace(tenant, traceId),
      traceById(engine, emitters, tenant, traceId),
    ]);
    if (!trace) {
      throw new ApiError('trace_not_found', [`There is no trace ${traceId}`, ...lost.sentences].join('; ') + '.');
    }
    setCacheHeaders(reply, form, { ...trace.state, lost: lost.count });
    return { bytes: trace.bytes, losses: lost };
  };

  server.get<{ Params: { id: string } }>('/api/v2/traces/:id', async (request, reply) => {
    const trace = await find(request, reply);
    if (!trace) {
      return reply;
    }
    if (wantsProtobuf(request)) {
      return sendProtobuf(reply, traceByIdResponse(trace));
    }
    const status =
      trace.losses.count === 0
        ? '"status":"COMPLETE"'
        : `"status":"PARTIAL","message":${JSON.stringify(messageOf(trace.losses))}`;
    return sendJson(reply, '{"trace":', protobufToJson(trace.bytes, TRACES_DATA_MESSAGE), `,"metrics":{},${status}}`);
  });

  server.get<{ Params: { id: string } }>('/api/traces/:id', async (request, reply) => {
    const trace = await find(request, reply);
    if (!trace) {
      return reply;
    }
    return wantsProtobuf(request)
      ? sendProtobuf(reply, trace.bytes)
      : sendJson(reply, '', protobufToJson(trace.bytes, TRACE_BATCHES_MESSAGE), '');
  });
}

interface FoundTrace {
  readonly bytes: Uint8Array;
  readonly losses: TraceLosses;
}

const messageOf = ({ sentences }: TraceLosses): string => sentences.join('; ');

const wantsProtobuf = ({ headers }: FastifyRequest): boolean => String(headers.accept ?? '').includes(PROTOBUF);

function traceByIdResponse({ bytes, losses }: FoundTrace): Uint8Array {
  const out = new ProtobufWriter(bytes.length + 16);
  out.bytesField(RESPONSE_TRACE, bytes);
  out.bytesField(RESPONSE_METRICS, new Uint8Array(0));
  if (losses.count > 0) {
    out.uint32(RESPONSE_STATUS, STATUS_PARTIAL);
    out.bytesField(RESPONSE_MESSAGE, Buffer.from(messageOf(losses)));
  }
  return out.bytes.subarray(0, out.length);
}

function sendProtobuf(reply: FastifyReply, body: Uint8Array): FastifyReply {
  return reply.type(PROTOBUF).send(asBuffer(body));
}

function sendJson(reply: FastifyReply, before: string, json: Uint8Array, after: string): FastifyReply {
  const body = before || after ? Buffer.concat([Buffer.from(before), json, Buffer.from(after)]) : asBuffer(json);
  return reply.type('application/json; charset=utf-8').send(body);
}

const asBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);
