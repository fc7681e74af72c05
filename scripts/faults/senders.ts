import { Client, credentials, status as GrpcStatus, type ServiceError } from '@grpc/grpc-js';
import { Agent, request as httpRequest } from 'node:http';

/** What became of one request, whichever protocol it went by. */
export type Answer =
  | { readonly kind: 'acknowledged' }
  /** To be sent again; `wellFormed`: as OTLP asks, with the time to wait. */
  | { readonly kind: 'refused'; readonly wellFormed: boolean; readonly status: number; readonly message: string }
  /** Neither taken nor refused as OTLP asks: a status that says that the store is broken, or none. */
  | { readonly kind: 'unanswered'; readonly message: string; readonly timedOut: boolean };

export interface Sender {
  send(body: Buffer): Promise<Answer>;
  close(): void;
}

/** No answer takes longer than this, whatever the store goes through. */
export const ANSWER_WITHIN_MS = 20_000;
const EXPORT_PATH = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
const RETRY_INFO = 'google.rpc.RetryInfo';

/** OTLP over HTTP with kept connections, a span's protobuf as body. */
export function httpSender(address: string, connections: number): Sender {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const [host, port] = address.split(':');
  const headers = { 'content-type': 'application/x-protobuf' };
  const send = (body: Buffer) =>
    new Promise<Answer>((resolve) => {
      let timedOut = false;
      const outgoing = httpRequest(
        {
          agent,
          host,
          port,
          method: 'POST',
          path: '/v1/traces',
          headers: { ...headers, 'content-length': body.length },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', (error) => resolve({ kind: 'unanswered', message: error.message, timedOut }));
          response.on('end', () => {
            const code = response.statusCode ?? 0;
            const message = `${code} ${Buffer.concat(chunks).toString('utf8')}`;
            if (code === 200) {
              resolve({ kind: 'acknowledged' });
            } else if (code === 429 || code === 503) {
              const wellFormed = Number(response.headers['retry-after']) > 0;
              resolve({ kind: 'refused', wellFormed, status: code, message });
            } else {
              resolve({ kind: 'unanswered', message, timedOut });
            }
          });
        }
      );
      outgoing.setTimeout(ANSWER_WITHIN_MS, () => {
        timedOut = true;
        outgoing.destroy(new Error('no answer in time'));
      });
      outgoing.on('error', (error: NodeJS.ErrnoException) =>
        resolve({ kind: 'unanswered', message: `${error.code ?? ''} ${error.message}`.trim(), timedOut })
      );
      outgoing.end(body);
    });
  return { send, close: () => agent.destroy() };
}

/** OTLP over gRPC: one HTTP/2 connection. */
export function grpcSender(address: string): Sender {
  const client = new Client(address, credentials.createInsecure(), { 'grpc.enable_retries': 0 });
  const bytes = (value: Buffer) => value;
  const send = (body: Buffer) =>
    new Promise<Answer>((resolve) => {
      client.makeUnaryRequest(EXPORT_PATH, bytes, bytes, body, { deadline: Date.now() + ANSWER_WITHIN_MS }, (error) =>
        resolve(error ? grpcFailure(error) : { kind: 'acknowledged' })
      );
    });
  return { send, close: () => client.close() };
}

function grpcFailure(error: ServiceError): Answer {
  const message = `${GrpcStatus[error.code]} ${error.details}`;
  if (error.code !== GrpcStatus.RESOURCE_EXHAUSTED) {
    return { kind: 'unanswered', message, timedOut: error.code === GrpcStatus.DEADLINE_EXCEEDED };
  }
  const details = Buffer.concat(error.metadata.get('grpc-status-details-bin').map((part) => Buffer.from(part)));
  return { kind: 'refused', wellFormed: details.includes(RETRY_INFO), status: error.code, message };
}
