import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import type { Logger } from '../telemetry/logs.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { asError } from '../telemetry/span.ts';
import { HttpError, UpstreamError, UpstreamTimeoutError } from './http-error.ts';
import { parseObject, type JsonObject } from './json.ts';

const BODY_LIMIT = 64 * 1024;

export interface Request {
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  body: JsonObject;
  headers: IncomingMessage['headers'];
  /** The SERVER span. */
  span: Span;
}

export interface Reply {
  status?: number;
  body: JsonObject;
}

export type Handler = (request: Request) => Promise<Reply>;

interface Route {
  method: string;
  template: string;
  pattern: RegExp;
  handler: Handler;
}

/** The HTTP side of a service: routes, a SERVER span, a latency observation with its exemplar, errors as answers. */
export class HttpServer {
  private readonly service: string;
  private readonly tracer: Tracer;
  private readonly log: Logger;
  private readonly metrics: Metrics;
  private readonly routes: Route[] = [];
  private readonly server: Server;
  private readonly running = new Set<Promise<void>>();
  private port = 0;

  constructor(service: string, tracer: Tracer, log: Logger, metrics: Metrics) {
    this.service = service;
    this.tracer = tracer;
    this.log = log;
    this.metrics = metrics;
    this.server = createServer((request, response) => {
      const work = this.serve(request, response).finally(() => this.running.delete(work));
      this.running.add(work);
    });
  }

  /** `template` as in `http.route`: `/products/:id`. */
  route(method: string, template: string, handler: Handler): void {
    const pattern = new RegExp(`^${template.replace(/:(\w+)/g, '(?<$1>[^/]+)')}$`);
    this.routes.push({ method, template, pattern, handler });
  }

  /** Resolves with the port; rejects when it cannot listen. */
  listen(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, host, () => {
        const address = this.server.address();
        this.port = typeof address === 'object' && address ? address.port : port;
        resolve(this.port);
      });
    });
  }

  /** Resolves when no request is being worked on, not even one whose caller has gone. */
  async idle(): Promise<void> {
    while (this.running.size > 0) {
      await Promise.all(this.running);
    }
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', `http://${request.headers.host ?? 'localhost'}`);
    const method = request.method ?? 'GET';
    const match = this.match(method, url.pathname);
    const started = performance.now();
    const parent = propagation.extract(ROOT_CONTEXT, request.headers);
    const span = this.tracer.startSpan(
      match ? `${method} ${match.template}` : method,
      {
        kind: SpanKind.SERVER,
        attributes: {
          'http.request.method': method,
          'url.path': url.pathname,
          'url.scheme': 'http',
          ...(url.search ? { 'url.query': url.search.slice(1) } : {}),
          ...(match ? { 'http.route': match.template } : {}),
          'server.address': url.hostname,
          'server.port': this.port,
          'client.address': request.socket.remoteAddress ?? '',
          'network.peer.address': request.socket.remoteAddress ?? '',
          'network.peer.port': request.socket.remotePort ?? 0,
          'network.protocol.version': request.httpVersion,
          'user_agent.original': request.headers['user-agent'] ?? '',
        },
      },
      parent
    );
    await context.with(trace.setSpan(parent, span), async () => {
      const status = await this.answer(request, response, url, match, span);
      span.setAttribute('http.response.status_code', status);
      if (status >= 500) {
        span.setAttribute('error.type', String(status));
        span.setStatus({ code: SpanStatusCode.ERROR });
      }
      span.end();
      this.metrics.observeRequest(
        {
          service: this.service,
          route: match?.template ?? 'none',
          method,
          status,
          seconds: (performance.now() - started) / 1000,
        },
        span.spanContext()
      );
    });
  }

  private match(method: string, path: string): (Route & { params: Record<string, string> }) | undefined {
    for (const route of this.routes) {
      const found = route.method === method ? route.pattern.exec(path) : null;
      if (found) {
        return { ...route, params: { ...found.groups } };
      }
    }
    return undefined;
  }

  /** Runs the handler and writes its answer; resolves with the status that was sent. */
  private async answer(
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    match: (Route & { params: Record<string, string> }) | undefined,
    span: Span
  ): Promise<number> {
    try {
      if (!match) {
        throw new HttpError(404, `no route for ${request.method} ${url.pathname}`);
      }
      const body = await readBody(request);
      const reply = await match.handler({
        params: match.params,
        query: url.searchParams,
        body,
        headers: request.headers,
        span,
      });
      return send(response, reply.status ?? 200, reply.body);
    } catch (thrown) {
      const error = asError(thrown);
      const status = statusOf(error);
      if (status >= 500) {
        span.recordException(error);
        this.log.error(`${request.method} ${url.pathname} failed: ${error.message}`, { status, error: error.name });
      }
      return send(response, status, { error: error.message });
    }
  }
}

/** A refusal from below is passed on as it is; a failure below becomes 502 or 504, as a gateway would answer. */
function statusOf(error: Error): number {
  if (error instanceof HttpError) {
    return error.status;
  }
  if (error instanceof UpstreamTimeoutError) {
    return 504;
  }
  if (error instanceof UpstreamError) {
    return error.status !== undefined && error.status < 500 ? error.status : 502;
  }
  return 500;
}

function send(response: ServerResponse, status: number, body: JsonObject): number {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
  return status;
}

async function readBody(request: IncomingMessage): Promise<JsonObject> {
  let size = 0;
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) {
      continue;
    }
    size += chunk.length;
    if (size > BODY_LIMIT) {
      throw new HttpError(413, `body is larger than ${BODY_LIMIT} bytes`);
    }
    chunks.push(chunk);
  }
  try {
    return parseObject(Buffer.concat(chunks).toString('utf8'));
  } catch (thrown) {
    throw new HttpError(400, `body is not JSON: ${asError(thrown).message}`);
  }
}
