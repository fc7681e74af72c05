import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, zstdDecompress } from 'node:zlib';

import { messageOf } from '../errors.ts';
import { BodyPool, TooManyBodies } from './body-pool.ts';
import type { BytesUnderWay } from './bytes-under-way.ts';
import {
  encodeExportResponse,
  encodeRpcStatus,
  exportResponseJson,
  RpcCode,
  type RpcCodeNumber,
} from './otlp-response.ts';
import { NoTenant } from '../tenants.ts';
import { rpcCodeOf, type ExportOutcome, type OtlpReceiver } from './receiver.ts';

const PROTOBUF = 'application/x-protobuf';
const JSON_TYPE = 'application/json';
type Format = typeof PROTOBUF | typeof JSON_TYPE;

const DECODERS: Readonly<Record<string, (body: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>>> = {
  gzip: promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
  zstd: promisify(zstdDecompress),
};

/** A request that is refused before it reaches the pipeline. */
class HttpRefusal extends Error {
  readonly httpStatus: number;
  readonly reason: string;

  constructor(httpStatus: number, reason: string, message: string) {
    super(message);
    this.httpStatus = httpStatus;
    this.reason = reason;
  }
}

/**
 * OTLP over HTTP: POST /v1/traces, protobuf or JSON (https://opentelemetry.io/docs/specs/otlp/#otlphttp). Bodies of at most
 * `maxRequestBytes`, which count as under way from their first byte.
 */
export function createOtlpHttpServer(
  receiver: OtlpReceiver,
  maxRequestBytes: number,
  underWay: BytesUnderWay
): FastifyInstance {
  const server = fastify({
    bodyLimit: maxRequestBytes,
    logger: false,
    forceCloseConnections: 'idle',
    // The pipeline itself refuses while it closes, in OTLP's form.
    return503OnClosing: false,
  });
  server.removeAllContentTypeParsers();
  const pool = new BodyPool(maxRequestBytes, underWay);
  server.addContentTypeParser('*', (request: FastifyRequest, payload: IncomingMessage) =>
    pool.read(payload, request.headers['content-length'])
  );

  server.post('/v1/traces', async (request, reply) => {
    const format = formatOf(request.headers['content-type']);
    if (!receiver.authorized(request.headers.authorization)) {
      throw new HttpRefusal(401, 'unauthenticated', 'Send the ingest token: Authorization: Bearer <token>');
    }
    if (!format) {
      throw new HttpRefusal(
        415,
        'content_type',
        `Content-Type ${request.headers['content-type'] ?? '(none)'} is not taken: send ${PROTOBUF} or ${JSON_TYPE}`
      );
    }
    const tenant = readTenant(receiver, request);
    const received = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    try {
      const body = await decompress(received, request.headers['content-encoding'], maxRequestBytes);
      const outcome =
        format === JSON_TYPE
          ? await receiver.json(body.toString('utf8'), tenant)
          : await receiver.protobuf(body, tenant, 'http');
      return sendOutcome(reply, format, outcome);
    } finally {
      pool.release(received);
    }
  });

  server.setNotFoundHandler((request, reply) => {
    const wrongMethod = request.url.startsWith('/v1/traces');
    return sendStatus(
      reply,
      formatOf(request.headers['content-type']) ?? JSON_TYPE,
      wrongMethod ? 405 : 404,
      RpcCode.INVALID_ARGUMENT,
      wrongMethod
        ? 'Spans are sent by POST'
        : `This is Clew's OTLP listener: it takes POST /v1/traces, and stores traces only (${request.method} ${request.url})`
    );
  });

  server.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const format = formatOf(request.headers['content-type']) ?? JSON_TYPE;
    if (error instanceof HttpRefusal) {
      receiver.refuse(error.reason);
      return sendStatus(reply, format, error.httpStatus, RpcCode.INVALID_ARGUMENT, error.message);
    }
    if (error.statusCode === 413) {
      receiver.refuse('too_large');
      return sendStatus(reply, format, 413, RpcCode.INVALID_ARGUMENT, tooLarge(maxRequestBytes));
    }
    if (error instanceof TooManyBodies) {
      receiver.refuse('busy');
      return sendOutcome(reply, format, { kind: 'unavailable', ...underWay.refusal });
    }
    const httpStatus = error.statusCode ?? 500;
    return sendStatus(
      reply,
      format,
      httpStatus,
      httpStatus < 500 ? RpcCode.INVALID_ARGUMENT : RpcCode.INTERNAL,
      error.message
    );
  });
  return server;
}

function readTenant(receiver: OtlpReceiver, { headers }: FastifyRequest): string {
  const header = headers['x-scope-orgid'];
  try {
    return receiver.tenantOf(Array.isArray(header) ? header.join(',') : header);
  } catch (error) {
    if (error instanceof NoTenant) {
      throw new HttpRefusal(401, 'no_tenant', error.message);
    }
    throw error;
  }
}

function formatOf(contentType: string | undefined): Format | undefined {
  const type = contentType?.split(';')[0].trim().toLowerCase();
  if (type === JSON_TYPE) {
    return JSON_TYPE;
  }
  return type === PROTOBUF || type === 'application/protobuf' ? PROTOBUF : undefined;
}

async function decompress(body: Buffer, encoding: string | undefined, maxOutputLength: number): Promise<Buffer> {
  const name = encoding?.trim().toLowerCase() ?? 'identity';
  if (name === 'identity' || name === '') {
    return body;
  }
  const decode = DECODERS[name];
  if (!decode) {
    throw new HttpRefusal(
      415,
      'content_encoding',
      `Content-Encoding ${encoding} is not taken: send ${Object.keys(DECODERS).join(', ')} or none`
    );
  }
  try {
    return await decode(body, { maxOutputLength });
  } catch (error) {
    if (error instanceof RangeError) {
      throw new HttpRefusal(413, 'too_large', tooLarge(maxOutputLength));
    }
    throw new HttpRefusal(400, 'malformed', `The body is not ${name}: ${messageOf(error)}`);
  }
}

function tooLarge(maxRequestBytes: number): string {
  return `The request is larger than ${maxRequestBytes} bytes uncompressed: send smaller batches, or raise CLEW_MAX_REQUEST_BYTES`;
}

function sendOutcome(reply: FastifyReply, format: Format, outcome: ExportOutcome): FastifyReply {
  if (outcome.kind === 'accepted') {
    return format === JSON_TYPE
      ? reply.type(JSON_TYPE).send(exportResponseJson(outcome.rejectedSpans, outcome.message))
      : reply.type(PROTOBUF).send(Buffer.from(encodeExportResponse(outcome.rejectedSpans, outcome.message)));
  }
  if (outcome.kind === 'unavailable') {
    reply.header('Retry-After', String(outcome.retryAfterSeconds));
  }
  return sendStatus(reply, format, outcome.kind === 'malformed' ? 400 : 429, rpcCodeOf(outcome), outcome.message);
}

/** OTLP's error body: a google.rpc.Status in the format of the request. */
function sendStatus(
  reply: FastifyReply,
  format: Format,
  httpStatus: number,
  code: RpcCodeNumber,
  message: string
): FastifyReply {
  reply.code(httpStatus);
  return format === JSON_TYPE
    ? reply.type(JSON_TYPE).send({ code, message })
    : reply.type(PROTOBUF).send(Buffer.from(encodeRpcStatus(code, message)));
}
