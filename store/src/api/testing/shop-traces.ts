import { attributes, encodeOtlp, type Message, type Value } from './otlp.ts';

/** 2023-11-14T22:13:20Z. */
export const EPOCH_SECONDS = 1_700_000_000;
const MS = 1_000_000n;

export interface SpanSpec {
  readonly name: string;
  /** Trace and span ids are made of these numbers. */
  readonly trace: number;
  readonly span: number;
  readonly parent?: number;
  readonly service?: string;
  readonly resource?: { readonly [key: string]: Value };
  readonly scope?: {
    readonly name?: string;
    readonly version?: string;
    readonly attributes?: { readonly [key: string]: Value };
  };
  /** Milliseconds after EPOCH_SECONDS. */
  readonly start: number;
  readonly durationMs?: number;
  readonly kind?: string;
  readonly status?: Message;
  readonly attributes?: { readonly [key: string]: Value };
  readonly events?: ReadonlyArray<{ name: string; afterMs?: number; attributes?: { readonly [key: string]: Value } }>;
  readonly links?: ReadonlyArray<{ trace: number; span: number; attributes?: { readonly [key: string]: Value } }>;
}

export const traceIdOf = (number: number): string => number.toString(16).padStart(32, '0');
export const spanIdOf = (number: number): string => number.toString(16).padStart(16, '0');

const nanos = (ms: number): bigint => BigInt(EPOCH_SECONDS) * 1_000_000_000n + BigInt(ms) * MS;

/** An OTLP request with each span in a ResourceSpans of its own. */
export function otlpRequest(specs: readonly SpanSpec[]): Uint8Array {
  return encodeOtlp('TracesData', {
    resourceSpans: specs.map((spec) => ({
      resource: {
        attributes: attributes({ ...(spec.service ? { 'service.name': spec.service } : {}), ...spec.resource }),
      },
      scopeSpans: [
        {
          scope: spec.scope && { ...spec.scope, attributes: attributes(spec.scope.attributes ?? {}) },
          spans: [spanMessage(spec)],
        },
      ],
    })),
  });
}

function spanMessage(spec: SpanSpec): Message {
  const start = nanos(spec.start);
  return {
    traceId: Buffer.from(traceIdOf(spec.trace), 'hex'),
    spanId: Buffer.from(spanIdOf(spec.span), 'hex'),
    ...(spec.parent ? { parentSpanId: Buffer.from(spanIdOf(spec.parent), 'hex') } : {}),
    name: spec.name,
    kind: spec.kind,
    status: spec.status,
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(start + BigInt(spec.durationMs ?? 0) * MS),
    attributes: attributes(spec.attributes ?? {}),
    events: spec.events?.map((event) => ({
      name: event.name,
      timeUnixNano: String(start + BigInt(event.afterMs ?? 0) * MS),
      attributes: attributes(event.attributes ?? {}),
    })),
    links: spec.links?.map((link) => ({
      traceId: Buffer.from(traceIdOf(link.trace), 'hex'),
      spanId: Buffer.from(spanIdOf(link.span), 'hex'),
      attributes: attributes(link.attributes ?? {}),
    })),
  };
}

/**
 * Spans whose names say what is special about them. Traces 1 to 9 are of one span each, in the first ten seconds; trace
 * 0x20 is an order through three services, an hour later; trace 0x30 has lost its root.
 */
export const SHOP_SPANS: readonly SpanSpec[] = [
  {
    name: 'text',
    trace: 1,
    span: 1,
    start: 1000,
    service: 'types',
    attributes: { x: 'apple', 'http.method': 'GET', 'http.status_code': 200, only: true, 'odd "key"': "it's" },
  },
  {
    name: 'int',
    trace: 2,
    span: 2,
    start: 2000,
    service: 'types',
    attributes: { x: 5, 'http.method': 'POST', 'http.status_code': 404, big: 9_007_199_254_740_993n },
  },
  {
    name: 'float',
    trace: 3,
    span: 3,
    start: 3000,
    service: 'types',
    attributes: { x: 5.5, 'http.status_code': '404' },
  },
  { name: 'bool', trace: 4, span: 4, start: 4000, service: 'types', attributes: { x: true, only: false } },
  {
    name: 'texts',
    trace: 5,
    span: 5,
    start: 5000,
    service: 'types',
    attributes: { x: ['apple', 'pear'], 'http.method': ['PUT', 'GET'] },
  },
  { name: 'ints', trace: 6, span: 6, start: 6000, service: 'types', attributes: { x: [5, 7] } },
  { name: 'none', trace: 7, span: 7, start: 7000, service: 'types', attributes: {} },
  {
    name: 'on resource',
    trace: 8,
    span: 8,
    start: 8000,
    service: 'placed',
    resource: { x: 'plum', region: 'eu', replicas: 3 },
    scope: { name: 'lib.a', version: '1.0', attributes: { flavor: 'sweet' } },
    attributes: { y: 'here' },
  },
  {
    name: 'on both',
    trace: 9,
    span: 9,
    start: 9000,
    service: 'placed',
    resource: { x: 'plum', region: 'us' },
    scope: { name: 'lib.b', version: '2.0' },
    attributes: { x: 'fig' },
    events: [
      { name: 'first', afterMs: 5, attributes: { x: 'in event', code: 1 } },
      { name: 'second', afterMs: 50, attributes: { code: 2 } },
    ],
    links: [{ trace: 0xabc, span: 0xdef, attributes: { why: 'retry' } }],
  },
  {
    name: 'POST /order',
    trace: 0x20,
    span: 0x20,
    start: 3_600_000,
    durationMs: 900,
    service: 'gateway',
    kind: 'SPAN_KIND_SERVER',
    attributes: { 'http.method': 'POST', 'http.response.status_code': 500 },
    status: { code: 'STATUS_CODE_ERROR', message: 'no stock' },
  },
  {
    name: 'reserve',
    trace: 0x20,
    span: 0x21,
    parent: 0x20,
    start: 3_600_100,
    durationMs: 700,
    service: 'stock',
    kind: 'SPAN_KIND_CLIENT',
    attributes: { items: 3 },
    status: { code: 'STATUS_CODE_OK' },
  },
  {
    name: 'SELECT',
    trace: 0x20,
    span: 0x22,
    parent: 0x21,
    start: 3_600_200,
    durationMs: 20,
    service: 'db',
    kind: 'SPAN_KIND_SERVER',
    attributes: { 'db.system': 'postgresql' },
    events: [{ name: 'exception', afterMs: 10, attributes: { 'exception.type': 'OutOfStock' } }],
    status: { code: 'STATUS_CODE_ERROR' },
  },
  { name: 'orphan', trace: 0x30, span: 0x30, parent: 0x99, start: 7_200_000, durationMs: 10, service: 'queue' },
];
