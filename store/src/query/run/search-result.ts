import {
  formatDuration,
  INTRINSICS,
  type Attribute,
  type Intrinsic,
  type MatchedSpanset,
  type Scalar,
  type Value,
} from '@clew/traceql';

import type { LoadedTrace } from './loaded-traces.ts';

/** What Tempo says in place of a root's service when a trace has none (yet). */
const NO_ROOT = '<root span not yet received>';

/** proto3 JSON of OTLP's AnyValue, as far as search answers need it. */
export type AnyValueJson =
  | { readonly stringValue: string }
  | { readonly intValue: string }
  | { readonly doubleValue: number | string }
  | { readonly boolValue: boolean }
  | { readonly arrayValue: { readonly values: readonly AnyValueJson[] } };

export interface KeyValueJson {
  readonly key: string;
  readonly value: AnyValueJson;
}

/** tempopb.Span in proto3 JSON. */
export interface FoundSpan {
  readonly spanID: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly durationNanos: string;
  readonly attributes?: readonly KeyValueJson[];
}

export interface SpanSet {
  readonly spans: readonly FoundSpan[];
  /** Matching spans of the set, of which `spans` are the first. */
  readonly matched: number;
  /** What `by()` and aggregates say of the set. */
  readonly attributes?: readonly KeyValueJson[];
}

/**
 * tempopb.TraceSearchMetadata in proto3 JSON. Grafana decodes it strictly: a field more than these is an error there
 * (research of Grafana 12.4, which pins tempopb of May 2025).
 */
export interface FoundTrace {
  readonly traceID: string;
  readonly rootServiceName: string;
  readonly rootTraceName: string;
  readonly startTimeUnixNano: string;
  readonly durationMs: number;
  /** The first of `spanSets`, for older clients. */
  readonly spanSet?: SpanSet;
  readonly spanSets?: readonly SpanSet[];
  readonly serviceStats: Readonly<Record<string, { readonly spanCount: number; readonly errorCount: number }>>;
}

/** The entry of a trace in an answer. `values` gives what `mentioned` are on a span. */
export function foundTrace(
  trace: LoadedTrace,
  spansets: readonly MatchedSpanset[],
  mentioned: readonly Attribute[],
  values: (span: number) => readonly Value[],
  spansPerSpanset: number
): FoundTrace {
  const stats = new Map<string, { spanCount: number; errorCount: number }>();
  let root: number | undefined;
  let end = 0n;
  for (let span = 0; span < trace.size; span++) {
    const service = stats.get(trace.service(span)) ?? { spanCount: 0, errorCount: 0 };
    service.spanCount += 1;
    service.errorCount += trace.statusCode(span) === ERROR ? 1 : 0;
    stats.set(trace.service(span), service);
    // Spans come by start, then by id: the first root is the one that counts.
    root ??= trace.isRoot(span) ? span : undefined;
    const duration = trace.durationNs(span);
    const spanEnd = trace.startNs(span) + (duration > 0n ? duration : 0n);
    end = spanEnd > end ? spanEnd : end;
  }
  const start = trace.startNs(0);
  const spanSets = spansets.map(({ spans, attributes }): SpanSet => ({
    spans: Array.from(spans.slice(0, spansPerSpanset), (span) => foundSpan(trace, span, mentioned, values(span))),
    matched: spans.length,
    ...(attributes.length > 0
      ? { attributes: attributes.map(({ key, value }) => ({ key, value: anyValue(value) ?? { stringValue: 'nil' } })) }
      : {}),
  }));
  return {
    traceID: trace.traceId,
    rootServiceName: root === undefined ? NO_ROOT : trace.service(root),
    rootTraceName: trace.name(root ?? 0),
    startTimeUnixNano: String(start),
    // An unsigned 32-bit number in the protocol: 49 days.
    durationMs: Number(BigInt.asUintN(32, (end - start) / 1_000_000n)),
    spanSet: spanSets[0],
    spanSets,
    serviceStats: Object.fromEntries([...stats].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/** OTLP's number. */
const ERROR = 2;

/** Fields of a span or a trace in the answer: not said a second time. */
const HAS_A_FIELD: ReadonlySet<Intrinsic> = new Set<Intrinsic>([
  'span:name',
  'span:duration',
  'span:id',
  'trace:id',
  'trace:duration',
  'trace:rootName',
  'trace:rootService',
]);

function foundSpan(
  trace: LoadedTrace,
  span: number,
  mentioned: readonly Attribute[],
  values: readonly Value[]
): FoundSpan {
  const attributes = mentioned.flatMap((attribute, index): KeyValueJson[] => {
    const value = isShown(attribute, values[index]) ? anyValue(values[index]) : undefined;
    return value ? [{ key: keyOf(attribute), value }] : [];
  });
  return {
    spanID: trace.spanId(span),
    name: trace.name(span),
    startTimeUnixNano: String(trace.startNs(span)),
    durationNanos: BigInt.asUintN(64, trace.durationNs(span)).toString(),
    ...(attributes.length > 0 ? { attributes } : {}),
  };
}

/** An empty text is no message, and no name of a service. */
function isShown(attribute: Attribute, value: Value): boolean {
  return attribute.kind === 'intrinsic'
    ? value !== '' && !HAS_A_FIELD.has(attribute.intrinsic)
    : value !== '' || attribute.name !== 'service.name';
}

/** Attributes by name alone, intrinsics by the name that Tempo gives them. */
function keyOf(attribute: Attribute): string {
  return attribute.kind === 'attribute' ? attribute.name : INTRINSICS[attribute.intrinsic].spellings[0];
}

/** proto3 JSON of a value; undefined for none. */
export function anyValue(value: Value): AnyValueJson | undefined {
  if (value === undefined) {
    return undefined;
  }
  return isArray(value) ? { arrayValue: { values: value.map(scalarValue) } } : scalarValue(value);
}

const isArray = (value: Value): value is readonly Scalar[] => Array.isArray(value);

function scalarValue(value: Scalar): AnyValueJson {
  switch (typeof value) {
    case 'string':
      return { stringValue: value };
    case 'boolean':
      return { boolValue: value };
    case 'bigint':
      return { intValue: String(value) };
    case 'number':
      return { doubleValue: doubleJson(value) };
    default:
      return { stringValue: value.type === 'duration' ? formatDuration(value.value) : value.value };
  }
}

/** proto3 JSON has no numbers for what JSON cannot say. */
function doubleJson(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}
