import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request as httpRequest } from 'node:http';
import { context, propagation, SpanKind, SpanStatusCode, type Span, type Tracer } from '@opentelemetry/api';
import { inSpan } from '../telemetry/span.ts';
import type { ServiceName } from '../topology.ts';
import { UpstreamError, UpstreamTimeoutError } from './http-error.ts';
import { parseObject, type JsonObject } from './json.ts';

const DEFAULT_TIMEOUT_MS = 15_000;

export interface Call {
  service: ServiceName;
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  body?: JsonObject;
  timeoutMs?: number;
  /** 0 for the first try, then 1, 2, … */
  resend?: number;
  /** False leaves the trace context out of the request's headers. */
  sendContext?: boolean;
}

/** Where a service listens. */
export type Directory = (service: ServiceName) => { host: string; port: number };

/** Calls to other services: a CLIENT span each, W3C context in the headers, a timeout, errors by status. */
export class HttpClient {
  private readonly tracer: Tracer;
  private readonly directory: Directory;
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 256 });
  private readonly userAgent: string;

  constructor(service: string, version: string, tracer: Tracer, directory: Directory) {
    this.tracer = tracer;
    this.directory = directory;
    this.userAgent = `${service}/${version}`;
  }

  /** The body of a 2xx or 3xx answer; UpstreamError for any other, UpstreamTimeoutError for none in time. */
  call(call: Call): Promise<JsonObject> {
    const { host, port } = this.directory(call.service);
    // Services know each other by name; the name stands for an address of the loopback, as in a hosts file.
    const authority = `${call.service}:${port}`;
    const resend = call.resend ?? 0;
    return inSpan(
      this.tracer,
      call.method,
      {
        kind: SpanKind.CLIENT,
        attributes: {
          'http.request.method': call.method,
          'url.full': `http://${authority}${call.path}`,
          'server.address': call.service,
          'server.port': port,
          'network.protocol.version': '1.1',
          ...(resend > 0 ? { 'http.request.resend_count': resend } : {}),
        },
      },
      (span) => this.send(call, host, port, authority, span)
    );
  }

  close(): void {
    this.agent.destroy();
  }

  private send(call: Call, host: string, port: number, authority: string, span: Span): Promise<JsonObject> {
    const timeoutMs = call.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    const payload = call.body ? JSON.stringify(call.body) : '';
    const headers: Record<string, string> = { host: authority, 'user-agent': this.userAgent };
    if (payload) {
      headers['content-type'] = 'application/json';
      headers['content-length'] = String(Buffer.byteLength(payload));
    }
    if (call.sendContext !== false) {
      propagation.inject(context.active(), headers);
    }
    return new Promise((resolve, reject) => {
      const signal = AbortSignal.timeout(timeoutMs);
      const failed = (error: Error): void =>
        reject(
          signal.aborted
            ? new UpstreamTimeoutError(call.service, timeoutMs)
            : new UpstreamError(call.service, `${call.service} is not reachable: ${error.message}`)
        );
      const outgoing = httpRequest(
        { host, port, method: call.method, path: call.path, headers, agent: this.agent, signal },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', failed);
          response.on('end', () => {
            const status = response.statusCode ?? 0;
            span.setAttribute('http.response.status_code', status);
            try {
              const body = parseObject(Buffer.concat(chunks).toString('utf8'));
              if (status < 400) {
                resolve(body);
                return;
              }
              span.setAttribute('error.type', String(status));
              span.setStatus({ code: SpanStatusCode.ERROR });
              const reason = typeof body.error === 'string' ? body.error : 'no reason given';
              reject(new UpstreamError(call.service, `${call.service} answered ${status}: ${reason}`, status));
            } catch {
              reject(new UpstreamError(call.service, `${call.service} answered ${status} without JSON`, status));
            }
          });
        }
      );
      outgoing.on('error', failed);
      outgoing.end(payload);
    });
  }
}

/**
 * Tries up to `attempts` times, with `pauseMs` between; a refusal (4xx) is final, a failure is not.
 * Rejects with the last error.
 */
export async function retrying<T>(
  attempts: number,
  pauseMs: number,
  work: (resend: number) => Promise<T>,
  onRetry: (error: UpstreamError, resend: number) => void
): Promise<T> {
  for (let resend = 0; ; resend++) {
    try {
      return await work(resend);
    } catch (thrown) {
      const final = !(thrown instanceof UpstreamError) || (thrown.status !== undefined && thrown.status < 500);
      if (final || resend + 1 >= attempts) {
        throw thrown;
      }
      onRetry(thrown, resend + 1);
      await sleep(pauseMs);
    }
  }
}
