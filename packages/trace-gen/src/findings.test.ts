import { buildTree, findings, LocalTrace, runNow, type Finding, type FindingAttribute } from '@clew/trace-model';
import { TraceGenerator, type GeneratedSpan, type GeneratedTrace } from './generator.ts';
import { RequestBatcher } from './otlp.ts';
import { Random } from './random.ts';
import { createTopology, SpanKind, type Topology } from './topology.ts';

const TOPOLOGIES = [
  [1, 24],
  [2, 6],
  [3, 40],
  [4, 12],
] as const;

const START_NS = 1_700_000_000_000_000_000n;

/** Traces in which nothing failed. */
function* healthyTraces(topology: Topology, seed: number): Generator<GeneratedTrace> {
  const generator = new TraceGenerator(topology, seed);
  for (;;) {
    const trace = generator.next();
    if (trace.spans.every(({ error }) => error === undefined)) {
      yield trace;
    }
  }
}

interface Looked {
  readonly found: readonly Finding[];
  /** Ids of the spans that the first finding says to look at, the first one first. */
  readonly ids: readonly string[];
}

/** A trace as a store would read it from requests. */
function look(topology: Topology, generated: GeneratedTrace): Looked {
  const batcher = new RequestBatcher(topology);
  const requests = [...batcher.add(generated, START_NS), ...batcher.flush()];
  const [trace] = LocalTrace.fromOtlp(Buffer.concat(requests));
  const { columns, names, services, messages } = trace;
  const columnsByKey = new Map<FindingAttribute, ReturnType<LocalTrace['column']>>();
  const attribute = (row: number, key: FindingAttribute) => {
    const column = columnsByKey.get(key) ?? trace.column(`span.${key}`);
    columnsByKey.set(key, column);
    return column.values[row] === 0 ? undefined : column.texts[column.values[row] - 1];
  };
  const known = new Set(topology.services.map(({ name }) => name));
  const tree = runNow(buildTree(columns, { correctSkew: true }));
  const instrumentedPeers = (peer: string) => known.has(peer.replace('.internal', ''));
  const found = runNow(findings({ tree, columns, names, services, messages, attribute, instrumentedPeers }));
  return { found, ids: found[0].spans.map((row) => trace.details(row).spanId) };
}

test.each(TOPOLOGIES)('50 healthy traces of topology %i with %i services have no finding', (seed, services) => {
  const topology = createTopology(seed, services);
  const traces = healthyTraces(topology, seed);
  for (let n = 0; n < 50; n++) {
    const { found } = look(topology, traces.next().value);
    expect(found.map(({ kind, title }) => (kind === 'healthy' ? kind : title))).toEqual(['healthy']);
  }
});

const idOf = ({ spanId }: GeneratedSpan): string => Buffer.from(spanId).toString('hex');

class Spans {
  readonly all: readonly GeneratedSpan[];
  readonly #byId: ReadonlyMap<string, GeneratedSpan>;

  constructor({ spans }: GeneratedTrace) {
    this.all = spans;
    this.#byId = new Map(spans.map((span) => [idOf(span), span]));
  }

  parent({ parentSpanId }: GeneratedSpan): GeneratedSpan | undefined {
    return parentSpanId && this.#byId.get(Buffer.from(parentSpanId).toString('hex'));
  }

  children(span: GeneratedSpan): GeneratedSpan[] {
    return this.all.filter((other) => this.parent(other) === span);
  }

  above(span: GeneratedSpan): GeneratedSpan[] {
    const parent = this.parent(span);
    return parent ? [parent, ...this.above(parent)] : [];
  }

  below(span: GeneratedSpan): GeneratedSpan[] {
    return this.children(span).flatMap((child) => [child, ...this.below(child)]);
  }
}

/** All that comes after `atNs` comes `byNs` later, and what is under way then takes so much longer. */
function delayed({ traceId, spans }: GeneratedTrace, atNs: number, byNs: number): GeneratedTrace {
  const moved = (ns: number) => (ns > atNs ? ns + byNs : ns);
  return {
    traceId,
    spans: spans.map((span) => ({ ...span, startNs: moved(span.startNs), endNs: moved(span.endNs) })),
  };
}

/** At that time, nothing is under way but the span and what waits for it, and no message but the span's own. */
function isAlone(spans: Spans, span: GeneratedSpan, atNs: number): boolean {
  const chain = new Set([span, ...spans.above(span)]);
  const sentNs = (other: GeneratedSpan) =>
    other.kind === SpanKind.consumer ? (spans.parent(other)?.endNs ?? 0) : other.startNs;
  return spans.all.every((other) => chain.has(other) || other.endNs <= atNs || sentNs(other) > atNs);
}

const isStatement = (span: GeneratedSpan): boolean => span.attributes.some(([key]) => key === 'db.query.text');

type Fault = (trace: GeneratedTrace, spans: Spans, span: GeneratedSpan) => GeneratedTrace | undefined;

/** What goes wrong at one span, where that can go wrong at it. */
const FAULTS: Record<string, Fault> = {
  'lock-wait': (trace, spans, span) => {
    const middle = (span.startNs + span.endNs) / 2;
    return isStatement(span) && /UPDATE|INSERT/.test(span.name) && isAlone(spans, span, middle)
      ? delayed(trace, middle, 3e9)
      : undefined;
  },
  'silent-wait': (trace, spans, span) => {
    const middle = (span.startNs + span.endNs) / 2;
    return span.kind === SpanKind.producer && isAlone(spans, span, middle) ? delayed(trace, middle, 3e9) : undefined;
  },
  'dark-time': (trace, spans, span) => {
    const last = spans.children(span).reduce((latest, child) => Math.max(latest, child.endNs), 0);
    const middle = (last + span.endNs) / 2;
    const isCaller = span.kind === SpanKind.server && spans.children(span).length > 0;
    return isCaller && last < span.endNs && isAlone(spans, span, middle) ? delayed(trace, middle, 3e9) : undefined;
  },
  'deepest-error': (trace, spans, span) => {
    const chain = [span, ...spans.above(span)];
    const isSynchronous = chain.every(({ kind }) => kind !== SpanKind.producer && kind !== SpanKind.consumer);
    return isSynchronous && spans.children(span).length === 0
      ? { ...trace, spans: trace.spans.map((one) => (chain.includes(one) ? { ...one, error: 'it broke' } : one)) }
      : undefined;
  },
  'lost-context': (trace, spans, span) => {
    const lost = spans.below(span);
    return span.kind === SpanKind.client && lost.length > 0
      ? { ...trace, spans: trace.spans.filter((other) => !lost.includes(other)) }
      : undefined;
  },
  'n-plus-one': (trace, spans, span) => {
    const eachNs = 5e6;
    const alone = isStatement(span) && isAlone(spans, span, span.startNs + 1);
    const more = Array.from({ length: 30 }, (_, n) => ({
      ...span,
      spanId: Uint8Array.from(span.spanId, (byte, at) => (at === 0 ? n : byte)),
      startNs: span.endNs + n * eachNs,
      endNs: span.endNs + (n + 1) * eachNs,
    }));
    const later = delayed(trace, span.endNs, 30 * eachNs);
    return alone ? { ...trace, spans: [...later.spans, ...more] } : undefined;
  },
};

test.each(Object.keys(FAULTS))('%s at any span of any trace is the first finding, and names the span', (kind) => {
  let seen = 0;
  for (const [seed, services] of TOPOLOGIES) {
    const topology = createTopology(seed, services);
    const random = new Random(seed);
    const traces = healthyTraces(topology, seed + 100);
    for (let n = 0; n < 20; n++) {
      const trace: GeneratedTrace = traces.next().value;
      const spans = new Spans(trace);
      const offset = random.below(trace.spans.length);
      const span = [...trace.spans.slice(offset), ...trace.spans].find((one) => FAULTS[kind](trace, spans, one));
      const broken = span && FAULTS[kind](trace, spans, span);
      if (!span || !broken) {
        continue;
      }
      seen += 1;
      const { found, ids } = look(topology, broken);
      expect([found[0].kind, kind === 'n-plus-one' ? ids.includes(idOf(span)) : ids[0]]).toEqual([
        kind,
        kind === 'n-plus-one' ? true : idOf(span),
      ]);
    }
  }
  expect(seen).toBeGreaterThanOrEqual(20);
});
