import {
  ANY_VALUE,
  KEY_VALUE,
  LIST_ELEMENT,
  ProtobufWriter,
  RESOURCE,
  RESOURCE_SPANS,
  SCOPE_SPANS,
  SPAN,
} from '@clew/trace-model';
import { randomBytes, randomInt } from 'node:crypto';

/** One OTLP request that holds one whole trace, so that a trace id stands for the request in every count. */
export interface TraceRequest {
  /** Hex. */
  readonly traceId: string;
  readonly spans: number;
  readonly body: Buffer;
}

interface Template {
  readonly body: Buffer;
  readonly traceIds: readonly number[];
  readonly payloads: readonly number[];
  readonly instance: number;
}

const PAYLOAD_BYTES = 300;
const TRACE_ID_MARK = Buffer.alloc(16, 0xa5);
const PAYLOAD_MARK = Buffer.alloc(PAYLOAD_BYTES, '~');
const INSTANCE_MARK = '#instance#';
/** Text that does not compress well, so that the engine's files grow about as the journal does. */
const NOISE = Buffer.from(randomBytes(192 * 1024).toString('base64'));
const templates = new Map<number, Template>();
/** How many requests share a resource: new ones keep coming, as in a cluster that scales. */
const REQUESTS_PER_INSTANCE = 40;
const RUN = randomBytes(2).toString('hex');
let made = 0;

/** A request that nobody has sent before, of about 400 bytes a span. */
export function makeRequest(spans: number): TraceRequest {
  const template = templates.get(spans) ?? makeTemplate(spans);
  templates.set(spans, template);
  const body = Buffer.from(template.body);
  const traceId = randomBytes(16);
  for (const at of template.traceIds) {
    traceId.copy(body, at);
  }
  for (const at of template.payloads) {
    const from = randomInt(NOISE.length - PAYLOAD_BYTES);
    NOISE.copy(body, at, from, from + PAYLOAD_BYTES);
  }
  const instance = Math.floor(made++ / REQUESTS_PER_INSTANCE) % 1e6;
  body.write(`${RUN}${String(instance).padStart(6, '0')}`, template.instance, 'latin1');
  return { traceId: traceId.toString('hex'), spans, body };
}

function makeTemplate(spans: number): Template {
  const out = new ProtobufWriter(spans * 450 + 200);
  const nowNs = BigInt(Date.now()) * 1_000_000n;
  out.open(LIST_ELEMENT, 3);
  out.open(RESOURCE_SPANS.resource, 2);
  text(out, RESOURCE.attributes, 'service.name', `faults-${spans}`);
  text(out, RESOURCE.attributes, 'service.instance.id', INSTANCE_MARK);
  out.close();
  out.open(RESOURCE_SPANS.scopeSpans, 3);
  for (let index = 0; index < spans; index++) {
    const spanId = Buffer.alloc(8);
    spanId.writeUInt32BE(index + 1, 4);
    out.open(SCOPE_SPANS.spans, 2);
    out.bytesField(SPAN.traceId, TRACE_ID_MARK);
    out.bytesField(SPAN.spanId, spanId);
    out.string(SPAN.name, `operation ${index % 50}`);
    out.uint32(SPAN.kind, 1);
    out.fixed64(SPAN.startTimeUnixNano, nowNs);
    out.fixed64(SPAN.endTimeUnixNano, nowNs + 1_000_000n);
    text(out, SPAN.attributes, 'payload', PAYLOAD_MARK.toString());
    out.close();
  }
  out.close();
  out.close();
  const body = Buffer.from(out.finish());
  return {
    body,
    traceIds: placesOf(body, TRACE_ID_MARK),
    payloads: placesOf(body, PAYLOAD_MARK),
    instance: body.indexOf(INSTANCE_MARK),
  };
}

function text(out: ProtobufWriter, field: number, key: string, value: string): void {
  out.open(field, 2);
  out.string(KEY_VALUE.key, key);
  out.open(KEY_VALUE.value, 2);
  out.string(ANY_VALUE.stringValue, value);
  out.close();
  out.close();
}

function placesOf(body: Buffer, mark: Buffer): number[] {
  const places: number[] = [];
  for (let at = body.indexOf(mark); at >= 0; at = body.indexOf(mark, at + mark.length)) {
    places.push(at);
  }
  return places;
}
