import { Random, RequestBatcher, SpanKind, TraceGenerator, type GeneratedSpan } from '@clew/trace-gen';

import { TOPOLOGY } from './pool.ts';

/** A trace, in OTLP requests that are made when they are wanted: a large one does not have to be in memory. */
export interface TraceShape {
  readonly name: string;
  /** 32 hex digits. */
  readonly traceId: string;
  readonly spans: number;
  requests(): Iterable<Uint8Array>;
}

const BATCH_SPANS = 512;
const MS = 1_000_000;
/** Times are the same on each run, so that pictures are. */
const START_NS = 1_767_225_600_000_000_000n;

interface Line {
  readonly id: number;
  /** 0 for none. */
  readonly parent: number;
  readonly name: string;
  readonly startNs: number;
  readonly durationNs: number;
  readonly service?: number;
  readonly kind?: GeneratedSpan['kind'];
  readonly error?: string;
}

/** One span alone. */
export const one = (): TraceShape =>
  shape('one', 1, () => [{ id: 1, parent: 0, name: 'GET /health', startNs: 0, durationNs: 3 * MS }]);

/** `spans` children of one span. */
export const wide = (spans: number): TraceShape =>
  shape('wide', spans + 1, function* () {
    yield { id: 1, parent: 0, name: 'import', startNs: 0, durationNs: spans * 1000 };
    for (let child = 0; child < spans; child++) {
      yield { id: child + 2, parent: 1, name: `row ${child % 50}`, startNs: child * 1000, durationNs: 900, service: 1 };
    }
  });

/** So many operations of one service, a span each. */
export const operations = (count: number): TraceShape =>
  shape('operations', count, function* () {
    for (let id = 1; id <= count; id++) {
      yield {
        id,
        parent: 0,
        name: `GET /things/${id}`,
        startNs: id * 1000,
        durationNs: id * 1000,
        kind: SpanKind.server,
      };
    }
  });

/** Each span calls the next one. */
export const deep = (spans: number): TraceShape =>
  shape('deep', spans, function* () {
    for (let depth = 0; depth < spans; depth++) {
      const inset = depth * 1000;
      const durationNs = (spans * 2 - depth * 2) * 1000;
      yield { id: depth + 1, parent: depth, name: `level ${depth}`, startNs: inset, durationNs, service: depth % 7 };
    }
  });

const TEN_HOURS_NS = 36_000_000 * MS;

/** Spans of five milliseconds, spread over ten hours. */
export const long = (spans: number): TraceShape =>
  shape('long', spans + 1, function* () {
    yield { id: 1, parent: 0, name: 'migration', startNs: 0, durationNs: TEN_HOURS_NS };
    for (let step = 0; step < spans; step++) {
      const startNs = Math.floor((TEN_HOURS_NS / spans) * step);
      yield { id: step + 2, parent: 1, name: `batch ${step % 9}`, startNs, durationNs: 5 * MS, service: 2 };
    }
  });

/** Spans that say anything of their parents and times: circles, ids twice, missing parents, negative durations, clocks apart. */
export const soup = (seed: number): TraceShape => {
  const size = 1 + new Random(seed).below(120);
  return shape(`soup ${seed}`, size, function* () {
    const random = new Random(seed);
    for (let index = 0; index < size; index++) {
      const isSkewed = random.below(8) === 0;
      yield {
        id: 1 + random.below(random.below(3) === 0 ? 8 : size * 2),
        parent: random.below(4) === 0 ? 0 : 1 + random.below(size * 2),
        name: `work ${random.below(6)}`,
        startNs: random.below(5) === 0 ? 0 : random.below(1_000_000) * 1000 + (isSkewed ? 3_600_000 * MS : 0),
        durationNs:
          random.below(4) === 0 ? -random.below(1000) : random.below(3) === 0 ? 0 : random.below(2_000_000_000),
        service: random.below(5),
        kind: ([1, 2, 3, 4, 5] as const)[random.below(5)],
        error: random.below(9) === 0 ? 'it went wrong' : undefined,
      };
    }
  });
};

/** One trace of so many spans: a batch job that makes call after call, in eight lanes, each call a generated trace beneath it. */
export function large(spanCount: number, startNs = START_NS): TraceShape {
  const traceId = idOf(spanCount, 16);
  return {
    name: `${spanCount} spans`,
    traceId: hex(traceId),
    spans: spanCount,
    *requests() {
      const generator = new TraceGenerator(TOPOLOGY, spanCount);
      const batcher = new RequestBatcher(TOPOLOGY, BATCH_SPANS);
      const lanes = new Array<number>(8).fill(0);
      const { spans: firstSpans } = generator.next();
      const rootId = idOf(1, 8);
      let count = 1;
      while (count < spanCount) {
        const lane = lanes.indexOf(Math.min(...lanes));
        const offsetNs = lanes[lane];
        let endNs = 0;
        const spans = generator
          .next()
          .spans.slice(0, spanCount - count)
          .map((span) => {
            endNs = Math.max(endNs, span.endNs);
            return {
              ...span,
              parentSpanId: span.parentSpanId ?? rootId,
              startNs: span.startNs + offsetNs,
              endNs: span.endNs + offsetNs,
              events: span.events.map((event) => ({ ...event, atNs: event.atNs + offsetNs })),
            };
          });
        lanes[lane] += endNs + 2 * MS;
        count += spans.length;
        yield* batcher.add({ traceId, spans }, startNs);
      }
      const endNs = Math.max(...lanes, MS);
      const root = { ...firstSpans[0], spanId: rootId, parentSpanId: undefined, name: 'nightly batch', endNs };
      yield* batcher.add({ traceId, spans: [{ ...root, startNs: 0, events: [], error: undefined }] }, startNs);
      yield* batcher.flush();
    },
  };
}

function shape(name: string, spans: number, lines: () => Iterable<Line>): TraceShape {
  const traceId = idOf(checksum(`${name} ${spans}`), 16);
  return {
    name,
    traceId: hex(traceId),
    spans,
    *requests() {
      const batcher = new RequestBatcher(TOPOLOGY, BATCH_SPANS);
      for (const line of lines()) {
        yield* batcher.add({ traceId, spans: [spanOf(line)] }, START_NS);
      }
      yield* batcher.flush();
    },
  };
}

const spanOf = ({ id, parent, name, startNs, durationNs, service = 0, kind, error }: Line): GeneratedSpan => ({
  service,
  instance: 0,
  spanId: idOf(id, 8),
  parentSpanId: parent === 0 ? undefined : idOf(parent, 8),
  name,
  kind: kind ?? SpanKind.internal,
  startNs,
  endNs: startNs + durationNs,
  attributes: [
    ['http.route', `/things/${id % 5}`],
    ['http.response.status_code', error === undefined ? 200 : 500],
  ],
  events: [],
  error,
});

function idOf(number: number, length: 8 | 16): Uint8Array {
  const id = new Uint8Array(length);
  new DataView(id.buffer).setUint32(length - 4, number);
  return id;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

function checksum(text: string): number {
  let sum = 0;
  for (const character of text) {
    sum = (Math.imul(sum, 31) + character.charCodeAt(0)) >>> 0;
  }
  return sum;
}
