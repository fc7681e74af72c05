import { protobufToJson, ProtobufWriter, TRACE_BATCHES_MESSAGE, TRACES_DATA_MESSAGE } from '@clew/trace-model';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { ApiError } from '../../errors.ts';
import { traceById } from '../../query/run/trace-by-id.ts';
import { tenantOf, type QueryServerDependencies } from '../dependencies.ts';
import { Parameters, shortened } from '../parameters.ts';

/** tempopb.TraceByIDResponse. Its status COMPLETE is 0, and so is left out. */
const RESPONSE_TRACE = 1;
const RESPONSE_METRICS = 2;

const PROTOBUF = 'application/protobuf';

/**
 * GET /api/v2/traces/{id} and /api/traces/{id}, as Tempo has them: protobuf if the Accept header names it, else proto3
 * JSON. `start` and `end` are checked and otherwise ignored: a trace is found by its id alone.
 */
export function tracesRoutes(server: FastifyInstance, { engine, tenants }: QueryServerDependencies): void {
  const find = async (request: FastifyRequest<{ Params: { id: string } }>): Promise<Uint8Array> => {
    const traceId = readTraceId(request.params.id);
    new Parameters(request.query).timeRange();
    const trace = await traceById(engine, tenantOf(request, tenants), traceId);
    if (!trace) {
      throw new ApiError('trace_not_found', `There is no trace ${traceId}.`);
    }
    return trace.bytes;
  };

  server.get<{ Params: { id: string } }>('/api/v2/traces/:id', async (request, reply) => {
    const trace = await find(request);
    if (wantsProtobuf(request)) {
      return sendProtobuf(reply, traceByIdResponse(trace));
    }
    return sendJson(
      reply,
      '{"trace":',
      protobufToJson(trace, TRACES_DATA_MESSAGE),
      ',"metrics":{},"status":"COMPLETE"}'
    );
  });

  server.get<{ Params: { id: string } }>('/api/traces/:id', async (request, reply) => {
    const trace = await find(request);
    return wantsProtobuf(request)
      ? sendProtobuf(reply, trace)
      : sendJson(reply, '', protobufToJson(trace, TRACE_BATCHES_MESSAGE), '');
  });
}

/** 1 to 32 hex digits, left-padded with zeros as Tempo does. */
function readTraceId(text: string): string {
  if (/^[0-9a-f]{1,32}$/i.test(text)) {
    return text.toLowerCase().padStart(32, '0');
  }
  const problem = text.length > 32 ? `has ${text.length} characters` : 'is none';
  throw new ApiError('trace_id_invalid', `A trace id is 1 to 32 hexadecimal digits; "${shortened(text)}" ${problem}.`);
}

const wantsProtobuf = ({ headers }: FastifyRequest): boolean => String(headers.accept ?? '').includes(PROTOBUF);

function traceByIdResponse(trace: Uint8Array): Uint8Array {
  const out = new ProtobufWriter(trace.length + 16);
  out.bytesField(RESPONSE_TRACE, trace);
  out.bytesField(RESPONSE_METRICS, new Uint8Array(0));
  return out.bytes.subarray(0, out.length);
}

function sendProtobuf(reply: FastifyReply, body: Uint8Array): FastifyReply {
  return reply.type(PROTOBUF).header('Vary', 'Accept').send(asBuffer(body));
}

function sendJson(reply: FastifyReply, before: string, json: Uint8Array, after: string): FastifyReply {
  const body = before || after ? Buffer.concat([Buffer.from(before), json, Buffer.from(after)]) : asBuffer(json);
  return reply.type('application/json; charset=utf-8').header('Vary', 'Accept').send(body);
}

const asBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);
