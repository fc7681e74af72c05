import {
  Metadata,
  Server,
  ServerCredentials,
  status,
  type sendUnaryData,
  type ServerUnaryCall,
  type ServiceDefinition,
} from '@grpc/grpc-js';

import { messageOf } from '../errors.ts';
import type { BytesUnderWay } from './bytes-under-way.ts';
import { encodeExportResponse, encodeRpcStatus, RpcCode } from './otlp-response.ts';
import { NoTenant } from '../tenants.ts';
import { rpcCodeOf, type ExportOutcome, type OtlpReceiver } from './receiver.ts';

/** Request and response stay bytes: the columnizer is the only decoder. */
const passThrough = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const TRACE_SERVICE: ServiceDefinition = {
  export: {
    path: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
    requestStream: false,
    responseStream: false,
    requestSerialize: passThrough,
    requestDeserialize: passThrough,
    responseSerialize: passThrough,
    responseDeserialize: passThrough,
  },
};

/** For sockets that never became an HTTP/2 connection: nothing else ends them. */
const SHUTDOWN_MS = 500;

/**
 * OTLP over gRPC (https://opentelemetry.io/docs/specs/otlp/#otlpgrpc). Messages of at most `maxRequestBytes`, which count as
 * under way when they are whole: the library shows nothing of them before.
 */
export class OtlpGrpcServer {
  readonly #server: Server;
  readonly #receiver: OtlpReceiver;
  readonly #underWay: BytesUnderWay;

  constructor(receiver: OtlpReceiver, maxRequestBytes: number, underWay: BytesUnderWay) {
    this.#receiver = receiver;
    this.#underWay = underWay;
    this.#server = new Server({
      'grpc.max_receive_message_length': maxRequestBytes,
      // Exporters keep their connection; a ping that comes often is no attack.
      'grpc.http2.min_ping_interval_without_data_ms': 1000,
    });
    this.#server.addService(TRACE_SERVICE, {
      export: (call: ServerUnaryCall<Buffer, Uint8Array>, respond: sendUnaryData<Uint8Array>) => {
        void this.#export(call).then(
          (outcome) => answer(outcome, respond),
          (error: unknown) => respond({ code: status.INTERNAL, details: messageOf(error) })
        );
      },
    });
  }

  /** Binds and answers the port, which matters where 0 was asked for. */
  listen(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.bindAsync(`${host}:${port}`, ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound)
      );
    });
  }

  /** Lets calls under way finish for `graceMs`. */
  close(graceMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#server.forceShutdown();
        setTimeout(resolve, SHUTDOWN_MS);
      }, graceMs);
      this.#server.tryShutdown(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  async #export(call: ServerUnaryCall<Buffer, Uint8Array>): Promise<ExportOutcome | Unauthenticated> {
    const header = (name: string) => call.metadata.get(name)[0]?.toString();
    if (!this.#receiver.authorized(header('authorization'))) {
      this.#receiver.refuse('unauthenticated');
      return { kind: 'unauthenticated', message: 'Send the ingest token: authorization: Bearer <token>' };
    }
    let tenant: string;
    try {
      tenant = this.#receiver.tenantOf(header('x-scope-orgid'));
    } catch (error) {
      if (error instanceof NoTenant) {
        this.#receiver.refuse('no_tenant');
        return { kind: 'unauthenticated', message: error.message };
      }
      throw error;
    }
    const { length } = call.request;
    if (!this.#underWay.take(length)) {
      this.#receiver.refuse('busy');
      return { kind: 'unavailable', ...this.#underWay.refusal };
    }
    try {
      return await this.#receiver.protobuf(call.request, tenant, 'grpc');
    } finally {
      this.#underWay.giveBack(length);
    }
  }
}

interface Unauthenticated {
  readonly kind: 'unauthenticated';
  readonly message: string;
}

function answer(outcome: ExportOutcome | Unauthenticated, respond: sendUnaryData<Uint8Array>): void {
  if (outcome.kind === 'unauthenticated') {
    respond({ code: status.UNAUTHENTICATED, details: outcome.message });
    return;
  }
  if (outcome.kind === 'accepted') {
    respond(null, encodeExportResponse(outcome.rejectedSpans, outcome.message));
    return;
  }
  const code = rpcCodeOf(outcome);
  const metadata = new Metadata();
  if (outcome.kind === 'unavailable') {
    const details = encodeRpcStatus(RpcCode.RESOURCE_EXHAUSTED, outcome.message, outcome.retryAfterSeconds);
    metadata.set('grpc-status-details-bin', Buffer.from(details));
  }
  respond({ code, details: outcome.message, metadata });
}
