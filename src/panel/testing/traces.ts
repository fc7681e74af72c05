import {
  EVENT,
  LINK,
  LocalTrace,
  OtlpBuilder,
  SPAN,
  STATUS,
  stringField,
  writeTags,
  type TagValue,
} from '@clew/trace-model';
import { buildTable } from '../trace/buildTable';
import { LocalFeed } from '../trace/localSource';
import { type TraceFeed, type TraceSkeleton } from '../trace/traceFeed';
import { type TraceTable } from '../trace/traceTable';

export const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
export const BASE_NS = 1_795_000_000_000_000_000n;

export interface TestSpan {
  /** The last byte of its id. */
  readonly id: number;
  readonly parent?: number;
  readonly service?: string;
  readonly name?: string;
  readonly startNs?: number;
  readonly durationNs?: number;
  readonly status?: number;
  readonly message?: string;
  readonly attributes?: Readonly<Record<string, TagValue>>;
  readonly events?: ReadonlyArray<{
    readonly name: string;
    readonly atNs: number;
    readonly attributes?: Record<string, TagValue>;
  }>;
  readonly linksTo?: readonly number[];
}

export const spanIdOf = (id: number): string => id.toString(16).padStart(16, '0');

const bytesOf = (hex: string): Uint8Array =>
  Uint8Array.from({ length: hex.length / 2 }, (_, at) => parseInt(hex.slice(at * 2, at * 2 + 2), 16));

/** OTLP TracesData of one trace. */
export function otlpOf(spans: readonly TestSpan[], traceId = TRACE_ID): Uint8Array {
  const builder = new OtlpBuilder();
  for (const span of spans) {
    const { id, parent, service = 'shop', name = 'work', startNs = 0, durationNs = 1000, status = 0 } = span;
    const out = builder.newSpan();
    out.bytesField(SPAN.traceId, bytesOf(traceId));
    out.bytesField(SPAN.spanId, bytesOf(spanIdOf(id)));
    if (parent !== undefined) {
      out.bytesField(SPAN.parentSpanId, bytesOf(spanIdOf(parent)));
    }
    stringField(out, SPAN.name, name);
    out.fixed64(SPAN.startTimeUnixNano, BASE_NS + BigInt(startNs));
    out.fixed64(SPAN.endTimeUnixNano, BASE_NS + BigInt(startNs + durationNs));
    writeTags(out, SPAN.attributes, new Map(Object.entries(span.attributes ?? {})));
    for (const event of span.events ?? []) {
      out.open(SPAN.events);
      out.fixed64(EVENT.timeUnixNano, BASE_NS + BigInt(event.atNs));
      out.string(EVENT.name, event.name);
      writeTags(out, EVENT.attributes, new Map(Object.entries(event.attributes ?? {})));
      out.close();
    }
    for (const other of span.linksTo ?? []) {
      out.open(SPAN.links);
      out.bytesField(LINK.traceId, bytesOf(traceId));
      out.bytesField(LINK.spanId, bytesOf(spanIdOf(other)));
      out.close();
    }
    if (status > 0 || span.message) {
      out.open(SPAN.status);
      stringField(out, STATUS.message, span.message ?? '');
      out.uint32(STATUS.code, status);
      out.close();
    }
    builder.add(out, builder.resource(new Map([['service.name', service]])), 'test', '1');
  }
  return builder.finish();
}

export const localTraceOf = (spans: readonly TestSpan[]): LocalTrace => LocalTrace.fromOtlp(otlpOf(spans))[0];

export const feedOf = (spans: readonly TestSpan[]): TraceFeed => new LocalFeed(localTraceOf(spans), { key: 'test' });

export function skeletonOf(spans: readonly TestSpan[]): TraceSkeleton {
  const { traceId, baseNs, columns, names, services, messages, rows } = localTraceOf(spans);
  return { traceId, baseNs, columns, names, services, messages, complete: true, expectedSpans: rows };
}

export function tableOf(spans: readonly TestSpan[], correctSkew = false): TraceTable {
  return finished(buildTable(skeletonOf(spans), { correctSkew }));
}

/** All steps at once. */
export function finished<Result>(steps: Generator<void, Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done) {
      return step.value;
    }
  }
}

/** The rows whose bit is set. */
export function rowsOf(bits: Uint32Array, rows: number): number[] {
  return Array.from({ length: rows }, (_, row) => row).filter((row) => (bits[row >>> 5] >>> (row & 31)) & 1);
}
