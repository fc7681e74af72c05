import type { AttributeContent, Attributes, SpanRecord } from '../src/evaluate/index.ts';

type Content = Readonly<Record<string, AttributeContent>>;

/** A span as short as it can be written. Times are milliseconds, `start` after 2023-11-14T22:13:20Z. */
interface SpanSketch {
  /** The id's last digits; the label where they are left out. */
  readonly id?: string;
  /** The parent's id as `id` has it, or `''` for a root. */
  readonly parent: string;
  readonly name: string;
  readonly service?: string;
  readonly kind?: keyof typeof KINDS;
  readonly status?: keyof typeof STATUSES;
  readonly message?: string;
  readonly start: number;
  readonly duration?: number;
  readonly attributes?: Content;
  readonly resource?: Content;
  readonly scope?: { readonly name: string; readonly version?: string; readonly attributes?: Content };
  readonly events?: ReadonlyArray<{ readonly name: string; readonly after: number; readonly attributes?: Content }>;
  readonly links?: ReadonlyArray<{ readonly trace: string; readonly span: string; readonly attributes?: Content }>;
}

/** OTLP's numbers. */
const KINDS = { unspecified: 0, internal: 1, server: 2, client: 3, producer: 4, consumer: 5 } as const;
const STATUSES = { unset: 0, ok: 1, error: 2 } as const;

const EPOCH_NS = 1_700_000_000_000_000_000n;
const nanoseconds = (ms: number): bigint => BigInt(Math.round(ms * 1e6));
const traceIdOf = (text: string): string => text.padStart(32, '0');
const spanIdOf = (text: string): string => text.padStart(16, '0');
const attributesOf = (content: Content = {}): Attributes => new Map(Object.entries(content));

function spanRecord(traceId: string, label: string, sketch: SpanSketch): SpanRecord {
  const startNs = EPOCH_NS + nanoseconds(sketch.start);
  const service: Content = sketch.service === undefined ? {} : { 'service.name': sketch.service };
  return {
    traceId: traceIdOf(traceId),
    spanId: spanIdOf(sketch.id ?? label),
    parentSpanId: sketch.parent && spanIdOf(sketch.parent),
    name: sketch.name,
    statusCode: STATUSES[sketch.status ?? 'unset'],
    statusMessage: sketch.message ?? '',
    kindCode: KINDS[sketch.kind ?? 'unspecified'],
    startNs,
    durationNs: nanoseconds(sketch.duration ?? 0),
    attributes: attributesOf(sketch.attributes),
    resource: attributesOf({ ...service, ...sketch.resource }),
    scopeName: sketch.scope?.name ?? '',
    scopeVersion: sketch.scope?.version ?? '',
    scopeAttributes: attributesOf(sketch.scope?.attributes),
    events: (sketch.events ?? []).map(({ name, after, attributes }) => ({
      name,
      timeNs: startNs + nanoseconds(after),
      attributes: attributesOf(attributes),
    })),
    links: (sketch.links ?? []).map(({ trace, span, attributes }) => ({
      traceId: traceIdOf(trace),
      spanId: spanIdOf(span),
      attributes: attributesOf(attributes),
    })),
  };
}

/** By trace id without its zeros, and by the labels that executed.ts calls the spans by. */
const SKETCHES: Readonly<Record<string, Readonly<Record<string, SpanSketch>>>> = {
  // An order through three services.
  a: {
    a1: {
      parent: '',
      name: 'POST /order',
      service: 'gateway',
      kind: 'server',
      status: 'error',
      message: 'no stock',
      start: 0,
      duration: 900,
      attributes: {
        'http.method': 'POST',
        'http.status_code': 500n,
        items: 3n,
        ratio: 0.5,
        express: true,
        tags: ['new', 'gift'],
        sizes: [1n, 5n],
      },
      resource: { region: 'eu', 'k8s.pod.name': 'gateway-0' },
      scope: { name: 'http', version: '1.2.0', attributes: { language: 'go' } },
    },
    a2: {
      parent: 'a1',
      name: 'reserve',
      service: 'stock',
      kind: 'client',
      status: 'ok',
      start: 100,
      duration: 600,
      attributes: { items: 3n, ratio: 1.5, region: 'local', tags: ['gift'] },
      resource: { region: 'us' },
      scope: { name: 'grpc' },
    },
    a3: {
      parent: 'a2',
      name: 'SELECT',
      service: 'db',
      kind: 'server',
      status: 'error',
      start: 200,
      duration: 20,
      attributes: { 'db.system': 'postgresql', items: 10n },
      events: [
        { name: 'exception', after: 10, attributes: { 'exception.type': 'OutOfStock', code: 7n } },
        { name: 'retry', after: 15 },
      ],
    },
    a4: {
      parent: 'a2',
      name: 'SELECT',
      service: 'db',
      kind: 'server',
      start: 300,
      duration: 30,
      attributes: { 'db.system': 'postgresql', items: 0n },
      events: [{ name: 'exception', after: 5, attributes: { 'exception.type': 'Timeout', code: 9n } }],
    },
    a5: {
      parent: 'a1',
      name: 'render',
      service: 'gateway',
      kind: 'internal',
      start: 720,
      duration: 50,
      attributes: { express: false },
      resource: { region: 'eu' },
      links: [{ trace: 'b', span: 'b1', attributes: { why: 'retry', n: 2n } }],
    },
    a6: {
      parent: 'a5',
      name: 'template',
      service: 'gateway',
      kind: 'internal',
      start: 725,
      duration: 10,
      attributes: { items: 'three', express: 'yes' },
    },
  },
  // Two roots.
  b: {
    b1: {
      parent: '',
      name: 'publish',
      service: 'queue',
      kind: 'producer',
      start: 2000,
      duration: 5,
      attributes: { items: 1n },
    },
    b2: {
      parent: '',
      name: 'consume',
      service: 'queue',
      kind: 'consumer',
      start: 2100,
      duration: 40,
      attributes: { items: 2n },
      links: [
        { trace: 'b', span: 'b1', attributes: { why: 'fan-in' } },
        { trace: 'a', span: 'a1' },
      ],
    },
    b3: { parent: 'b2', name: 'store', service: 'queue', kind: 'internal', status: 'ok', start: 2110, duration: 20 },
  },
  // A parent that never came, two spans in a circle, a span that is its own parent.
  c: {
    c1: { parent: 'ff', name: 'orphan', service: 'cron', start: 4000, duration: 10 },
    c2: { parent: 'c1', name: 'below orphan', service: 'cron', start: 4001, duration: 5 },
    c3: { parent: '', name: 'tick', service: 'cron', start: 4002, duration: 20 },
    c4: { parent: 'c5', name: 'round', start: 4003 },
    c5: { parent: 'c4', name: 'round', start: 4004 },
    c6: { parent: 'c6', name: 'self', start: 4005 },
  },
  // Zipkin: client and server of a call share an id.
  d: {
    d1: { parent: '', name: 'start', service: 'web', kind: 'server', start: 6000, duration: 100 },
    d2: { id: 'd2', parent: 'd1', name: 'call', service: 'web', kind: 'client', start: 6010, duration: 80 },
    d3: { id: 'd2', parent: 'd1', name: 'serve', service: 'api', kind: 'server', start: 6020, duration: 60 },
    d4: { parent: 'd2', name: 'work', service: 'api', kind: 'internal', start: 6030, duration: 30 },
    d5: { parent: 'd2', name: 'proxy', service: 'api', kind: 'server', start: 6040, duration: 10 },
  },
  // An attribute in every type.
  e: {
    e0: { parent: '', name: 'types', service: 'types', start: 8000 },
    e1: { parent: 'e0', name: 'text', service: 'types', start: 8001, attributes: { x: 'apple' } },
    e2: { parent: 'e0', name: 'int', service: 'types', start: 8002, attributes: { x: 5n } },
    e3: { parent: 'e0', name: 'float', service: 'types', start: 8003, attributes: { x: 5.5 } },
    e4: { parent: 'e0', name: 'bool', service: 'types', start: 8004, attributes: { x: true } },
    e5: { parent: 'e0', name: 'texts', service: 'types', start: 8005, attributes: { x: ['apple', 'pear'] } },
    e6: { parent: 'e0', name: 'ints', service: 'types', start: 8006, attributes: { x: [5n, 7n] } },
    e7: { parent: 'e0', name: 'not a number', service: 'types', start: 8007, attributes: { x: NaN } },
    e8: { parent: 'e0', name: 'empty', start: 8008, attributes: { x: [], big: 9_007_199_254_740_993n } },
  },
  // No root at all.
  f: {
    f1: { parent: 'fe', name: 'lost', service: 'lost', start: 9000, duration: 10 },
    f2: { parent: 'fe', name: 'lost too', service: 'lost', start: 9001, duration: 10 },
  },
};

/** A trace of spans by label. */
export function sketchTrace(
  traceId: string,
  sketches: Readonly<Record<string, SpanSketch>>
): ReadonlyMap<string, SpanRecord> {
  return new Map(Object.entries(sketches).map(([label, sketch]) => [label, spanRecord(traceId, label, sketch)]));
}

/** The spans of each trace, by label. */
export const EXECUTED_TRACES: ReadonlyArray<ReadonlyMap<string, SpanRecord>> = Object.entries(SKETCHES).map(
  ([traceId, sketches]) => sketchTrace(traceId, sketches)
);
