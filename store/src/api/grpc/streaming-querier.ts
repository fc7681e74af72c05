import { Server, ServerCredentials, type ServerWritableStream, type ServiceDefinition } from '@grpc/grpc-js';
import { ProtobufError } from '@clew/trace-model';
import type { Socket } from 'node:net';

import { ApiError } from '../../errors.ts';
import { bearerCheck } from '../auth.ts';
import { cancellable } from '../cancellable-engine.ts';
import { tenantFrom, type RouteDependencies } from '../dependencies.ts';
import { toApiError } from '../error-reply.ts';
import { Parameters } from '../parameters.ts';
import { decodeMessage } from './decode-message.ts';
import type { MessageObject } from './message.ts';
import type { Method } from './method.ts';
import { METHODS } from './methods.ts';
import { packets } from './packets.ts';
import { rpcStatusOf } from './rpc-status.ts';

const SERVICE = 'tempopb.StreamingQuerier';

/** A query of 128 KiB, in whatever letters, and room. */
const MAX_REQUEST_BYTES = 1024 ** 2;

/** Calls at a time on one connection; Grafana has one connection for each of its datasources. */
const MAX_CALLS = 200;

/** A connection whose other end is gone without a word is found out by pings. */
const KEEPALIVE_MS = 60_000;
const KEEPALIVE_TIMEOUT_MS = 20_000;

type Call = ServerWritableStream<Buffer, Buffer>;

/** Tempo's streaming query service over gRPC, on connections that somebody else accepts. */
export class StreamingQuerier {
  readonly #dependencies: RouteDependencies;
  readonly #checkToken: ((authorization: string | undefined) => void) | undefined;
  readonly #server = new Server({
    'grpc.max_receive_message_length': MAX_REQUEST_BYTES,
    'grpc.max_concurrent_streams': MAX_CALLS,
    'grpc.keepalive_time_ms': KEEPALIVE_MS,
    'grpc.keepalive_timeout_ms': KEEPALIVE_TIMEOUT_MS,
    'grpc.enable_channelz': 0,
  });
  readonly #connections = this.#server.createConnectionInjector(ServerCredentials.createInsecure());

  constructor(dependencies: RouteDependencies, methods: readonly Method[] = METHODS) {
    this.#dependencies = dependencies;
    this.#checkToken = dependencies.token === undefined ? undefined : bearerCheck(dependencies.token);
    this.#server.addService(
      serviceDefinition(methods),
      Object.fromEntries(methods.map((method) => [method.name, (call: Call) => void this.#serve(method, call)]))
    );
  }

  /** Takes a connection that speaks HTTP/2. */
  accept(socket: Socket): void {
    this.#connections.injectConnection(socket);
  }

  /** Takes no more calls, and ends those that are still under way after `graceMs`. */
  close(graceMs: number): void {
    this.#connections.drain(graceMs);
  }

  async #serve(method: Method, call: Call): Promise<void> {
    const startedAt = performance.now();
    const gone = new AbortController();
    call.once('cancelled', () => gone.abort());
    let httpStatus = 200;
    try {
      await this.#answer(method, call, gone.signal);
      call.end();
    } catch (error) {
      const apiError = gone.signal.aborted ? new ApiError('client_gone') : toApiError(wrongRequest(error));
      httpStatus = apiError.status;
      if (gone.signal.aborted) {
        call.end();
      } else {
        if (httpStatus >= 500) {
          const { log } = this.#dependencies;
          log.error({ err: apiError.cause ?? apiError, code: apiError.code, path: pathOf(method) }, 'query failed');
        }
        // destroy() would end the call before the status is sent.
        call.emit('error', Object.assign(new Error(apiError.message), rpcStatusOf(apiError)));
      }
    } finally {
      this.#dependencies.observe?.(pathOf(method), httpStatus, (performance.now() - startedAt) / 1000);
    }
  }

  async #answer(method: Method, call: Call, signal: AbortSignal): Promise<void> {
    this.#checkToken?.(header(call, 'authorization'));
    const tenant = tenantFrom(header(call, 'x-scope-orgid'), this.#dependencies.tenants);
    const parameters = new Parameters(method.parameters(decodeMessage(method.request, call.request)));
    const packetsOf = (part: object) => packets(method.response, part as MessageObject, method.list);
    const rest = await method.answer({
      engine: cancellable(this.#dependencies.engine, signal),
      tenant,
      parameters,
      send: (part) => {
        signal.throwIfAborted();
        for (const packet of packetsOf(part)) {
          call.write(packet);
        }
      },
    });
    for (const packet of packetsOf(rest)) {
      await send(call, packet, signal);
    }
  }
}

/** Resolves when the client's window has room for more. */
function send(call: Call, packet: Buffer, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    call.write(packet, () => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
  });
}

const wrongRequest = (error: unknown): unknown =>
  error instanceof ProtobufError ? new ApiError('request_invalid', error.message, {}, { cause: error }) : error;

function header({ metadata }: Call, name: string): string | undefined {
  const values = metadata.get(name);
  return values.length === 0 ? undefined : values.join(',');
}

const pathOf = ({ name }: Method): string => `/${SERVICE}/${name}`;

/** Requests and answers stay bytes for gRPC: what is wrong with a request is then ours to say. */
function serviceDefinition(methods: readonly Method[]): ServiceDefinition {
  const asIs = (bytes: Buffer): Buffer => bytes;
  return Object.fromEntries(
    methods.map((method) => [
      method.name,
      {
        path: pathOf(method),
        requestStream: false,
        responseStream: true,
        requestSerialize: asIs,
        requestDeserialize: asIs,
        responseSerialize: asIs,
        responseDeserialize: asIs,
      },
    ])
  );
}
