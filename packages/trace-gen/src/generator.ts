import { Random } from './random.ts';
import { SpanKind, type SpanKindNumber, type AttributeValue, type Operation, type Topology } from './topology.ts';

export interface GeneratedEvent {
  readonly name: string;
  /** Nanoseconds after the trace's start. */
  readonly atNs: number;
  readonly attributes: ReadonlyArray<readonly [string, AttributeValue]>;
}

/** A span before it is encoded. Times are nanoseconds after the start of its trace. */
export interface GeneratedSpan {
  readonly service: number;
  readonly instance: number;
  readonly spanId: Uint8Array;
  /** Absent at the root. */
  readonly parentSpanId: Uint8Array | undefined;
  readonly name: string;
  readonly kind: SpanKindNumber;
  readonly startNs: number;
  endNs: number;
  readonly attributes: Array<readonly [string, AttributeValue]>;
  readonly events: GeneratedEvent[];
  error: string | undefined;
}

export interface GeneratedTrace {
  readonly traceId: Uint8Array;
  readonly spans: readonly GeneratedSpan[];
}

const STATEMENTS = [
  'SELECT id, name, price FROM items WHERE id = $1',
  'SELECT * FROM orders WHERE user_id = $1 ORDER BY created_at DESC LIMIT 20',
  'INSERT INTO events (kind, body) VALUES ($1, $2)',
  'UPDATE stock SET amount = amount - $1 WHERE item_id = $2',
];
const AGENTS = ['Mozilla/5.0 (X11; Linux x86_64)', 'okhttp/4.12.0', 'Go-http-client/2.0'];
const HOP_NS = 150_000;

/** Deterministic traces over a topology: the n-th trace of a seed is always the same. */
export class TraceGenerator {
  readonly topology: Topology;
  readonly #random: Random;
  /** Spans of one trace at most; a fan-out that would pass it ends early. */
  readonly #maxSpans: number;

  constructor(topology: Topology, seed: number, maxSpans = 200) {
    this.topology = topology;
    this.#random = new Random(seed);
    this.#maxSpans = maxSpans;
  }

  next(): GeneratedTrace {
    const random = this.#random;
    const traceId = new Uint8Array(16);
    random.fill(traceId, 0, 16);
    const spans: GeneratedSpan[] = [];
    const { entries } = this.topology;
    this.#serve(entries[random.skewed(entries.length)], undefined, 0, SpanKind.server, spans);
    return { traceId, spans };
  }

  /** A server or consumer span and all beneath it. Answers when it ends, and whether it failed. */
  #serve(
    index: number,
    parent: GeneratedSpan | undefined,
    startNs: number,
    kind: SpanKindNumber,
    spans: GeneratedSpan[]
  ): GeneratedSpan {
    const random = this.#random;
    const operation = this.topology.operations[index];
    const span = this.#span(operation, parent, kind, startNs, `${operation.method} ${operation.route}`);
    spans.push(span);
    this.#serverAttributes(span, operation);
    const ownNs = random.logNormal(operation.medianNs, operation.sigma);
    let at = startNs + ownNs * 0.3;
    let latest = at;
    for (let statement = 0; statement < operation.statements && spans.length < this.#maxSpans; statement++) {
      at = this.#statement(operation, span, at, spans);
    }
    for (const call of operation.calls) {
      if (spans.length >= this.#maxSpans || !random.chance(call.probability)) {
        continue;
      }
      const end = this.#call(call.operation, call.style, operation, span, at, spans);
      latest = Math.max(latest, end);
      if (!operation.parallel) {
        at = end;
      }
    }
    span.endNs = Math.max(at, latest) + ownNs * 0.7;
    const failed = span.error !== undefined || random.chance(operation.errorRate);
    if (failed) {
      this.#fail(span, 'upstream request failed', span.endNs);
    }
    span.attributes.push(['http.response.status_code', failed ? 500 : random.chance(0.03) ? 404 : 200]);
    return span;
  }

  #call(
    index: number,
    style: 'http' | 'queue',
    caller: Operation,
    parent: GeneratedSpan,
    startNs: number,
    spans: GeneratedSpan[]
  ): number {
    const operation = this.topology.operations[index];
    const { name } = this.topology.services[operation.service];
    const isQueue = style === 'queue';
    const client = this.#span(
      caller,
      parent,
      isQueue ? SpanKind.producer : SpanKind.client,
      startNs,
      isQueue ? `send ${name}` : operation.method
    );
    spans.push(client);
    if (isQueue) {
      client.attributes.push(
        ['messaging.system', 'kafka'],
        ['messaging.operation.type', 'send'],
        ['messaging.destination.name', name],
        ['messaging.message.body.size', 200 + this.#random.below(4000)]
      );
      client.endNs = startNs + HOP_NS;
      const waited = this.#random.logNormal(5_000_000, 1);
      this.#serve(index, client, client.endNs + waited, SpanKind.consumer, spans);
      return client.endNs;
    }
    client.attributes.push(
      ['http.request.method', operation.method],
      ['server.address', `${name}.internal`],
      ['server.port', 8080],
      ['url.full', `http://${name}.internal:8080${operation.route.replace('{id}', String(this.#random.below(1e6)))}`],
      ['network.protocol.version', '1.1']
    );
    const server = this.#serve(index, client, startNs + HOP_NS, SpanKind.server, spans);
    client.endNs = server.endNs + HOP_NS;
    if (server.error !== undefined) {
      this.#fail(client, 'HTTP 500', client.endNs);
      // Half of all callers let an error through.
      if (this.#random.chance(0.5)) {
        parent.error = 'dependency failed';
      }
    }
    client.attributes.push(['http.response.status_code', server.error === undefined ? 200 : 500]);
    return client.endNs;
  }

  #statement(operation: Operation, parent: GeneratedSpan, startNs: number, spans: GeneratedSpan[]): number {
    const text = this.#random.pick(STATEMENTS);
    const span = this.#span(operation, parent, SpanKind.client, startNs, text.slice(0, text.indexOf(' ')));
    span.attributes.push(
      ['db.system.name', 'postgresql'],
      ['db.namespace', this.topology.services[operation.service].name],
      ['db.query.text', text],
      ['db.operation.name', span.name],
      ['db.response.returned_rows', this.#random.below(50)],
      ['server.address', 'db-0.internal'],
      ['server.port', 5432]
    );
    span.endNs = startNs + this.#random.logNormal(900_000, 0.8);
    spans.push(span);
    return span.endNs;
  }

  #span(
    operation: Operation,
    parent: GeneratedSpan | undefined,
    kind: SpanKindNumber,
    startNs: number,
    name: string
  ): GeneratedSpan {
    const random = this.#random;
    const spanId = new Uint8Array(8);
    random.fill(spanId, 0, 8);
    const { instances } = this.topology.services[operation.service];
    return {
      service: operation.service,
      instance: parent?.service === operation.service ? parent.instance : random.below(instances.length),
      spanId,
      parentSpanId: parent?.spanId,
      name,
      kind,
      startNs: Math.round(startNs),
      endNs: startNs,
      attributes: [
        ['thread.id', 1 + random.below(64)],
        ['thread.name', `worker-${random.below(16)}`],
      ],
      events: [],
      error: undefined,
    };
  }

  #serverAttributes(span: GeneratedSpan, operation: Operation): void {
    const random = this.#random;
    const user = 10_000 + random.skewed(50_000);
    span.attributes.push(
      ['http.request.method', operation.method],
      ['http.route', operation.route],
      ['url.path', operation.route.replace('{id}', String(random.below(1e6)))],
      ['url.scheme', 'http'],
      ['user_agent.original', random.pick(AGENTS)],
      ['client.address', `10.0.${random.below(256)}.${random.below(256)}`],
      ['enduser.id', `u${user}`],
      ['http.request.body.size', random.below(2000)],
      ['app.cache.hit', random.chance(0.7)],
      ['app.score', Math.round(random.fraction() * 1000) / 1000]
    );
  }

  #fail(span: GeneratedSpan, message: string, atNs: number): void {
    span.error = message;
    span.attributes.push(['error.type', 'RequestError']);
    span.events.push({
      name: 'exception',
      atNs: Math.round(atNs),
      attributes: [
        ['exception.type', 'RequestError'],
        ['exception.message', message],
        [
          'exception.stacktrace',
          `RequestError: ${message}\n    at handle (app/server.js:42:13)\n    at next (app/router.js:17:5)`,
        ],
      ],
    });
  }
}
