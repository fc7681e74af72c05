import { type TraceLog, type TraceSpanReference } from '@grafana/data';
import { asNumber } from '../../shared/narrowing';
import {
  type EventJson,
  type LinkJson,
  type ScopeSpansJson,
  type SpanJson,
  type TraceJson,
} from '../../shared/storeTypes';
import { elapsedMs, isZero, parseUnixNano, toMs } from '../../shared/unixNano';
import { DROPPED_ATTRIBUTES, DROPPED_EVENTS, DROPPED_LINKS, droppedTag, toTags, type Tag } from './attributes';
import { hexId } from './ids';

/** One row of the frame, named as Grafana's TraceSpanRow. Times are milliseconds. */
export interface SpanRow {
  traceID: string;
  spanID: string;
  parentSpanID: string;
  operationName: string;
  serviceName: string;
  serviceTags: Tag[];
  startTime: number;
  duration: number;
  logs: TraceLog[];
  references: TraceSpanReference[];
  tags: Tag[];
  kind: string;
  /** 0, 1, 2; anything else makes the trace view fail. */
  statusCode: number | undefined;
  statusMessage: string;
  instrumentationLibraryName: string;
  instrumentationLibraryVersion: string;
  traceState: string;
  warnings: string[];
  stackTraces: string[];
}

/** What OpenTelemetry's SDKs say where nobody gave a service name. */
const UNKNOWN_SERVICE = 'unknown_service';

export function spanRows({ resourceSpans }: TraceJson): SpanRow[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const serviceTags = [
      ...toTags(resource?.attributes),
      ...droppedTag(DROPPED_ATTRIBUTES, resource?.droppedAttributesCount),
    ];
    const serviceName = String(serviceTags.find(({ key }) => key === 'service.name')?.value || UNKNOWN_SERVICE);
    return (scopeSpans ?? []).flatMap(({ scope, spans }) =>
      (spans ?? []).map((span) => spanRow(span, scope, serviceName, serviceTags))
    );
  });
}

function spanRow(span: SpanJson, scope: ScopeSpansJson['scope'], serviceName: string, serviceTags: Tag[]): SpanRow {
  const start = parseUnixNano(span.startTimeUnixNano);
  const end = parseUnixNano(span.endTimeUnixNano);
  const elapsed = isZero(start) || isZero(end) ? 0 : elapsedMs(start, end);
  return {
    traceID: hexId(span.traceId),
    spanID: hexId(span.spanId),
    parentSpanID: hexId(span.parentSpanId),
    operationName: span.name ?? '',
    serviceName,
    serviceTags,
    startTime: toMs(start),
    duration: Math.max(0, elapsed),
    logs: (span.events ?? []).map(log),
    references: (span.links ?? []).map(reference),
    tags: [
      ...toTags(span.attributes),
      ...toTags(scope?.attributes, 'otel.scope.'),
      ...droppedTag(DROPPED_ATTRIBUTES, span.droppedAttributesCount),
      ...droppedTag(DROPPED_EVENTS, span.droppedEventsCount),
      ...droppedTag(DROPPED_LINKS, span.droppedLinksCount),
    ],
    kind: kindOf(span.kind),
    statusCode: statusCodeOf(span.status?.code),
    statusMessage: span.status?.message ?? '',
    instrumentationLibraryName: scope?.name ?? '',
    instrumentationLibraryVersion: scope?.version ?? '',
    traceState: span.traceState ?? '',
    warnings: timeWarnings(isZero(start), isZero(end), elapsed),
    stackTraces: stackTraces(span.events ?? []),
  };
}

function log({ timeUnixNano, name, attributes, droppedAttributesCount }: EventJson): TraceLog {
  return {
    timestamp: toMs(parseUnixNano(timeUnixNano)),
    name: name ?? '',
    fields: [...toTags(attributes), ...droppedTag(DROPPED_ATTRIBUTES, droppedAttributesCount)],
  };
}

function reference({ traceId, spanId, traceState, attributes, droppedAttributesCount }: LinkJson): TraceSpanReference {
  return {
    traceID: hexId(traceId),
    spanID: hexId(spanId),
    tags: [
      ...toTags(attributes),
      ...(traceState ? [{ key: 'tracestate', value: traceState, type: 'string' }] : []),
      ...droppedTag(DROPPED_ATTRIBUTES, droppedAttributesCount),
    ],
  };
}

const KINDS = ['', 'internal', 'server', 'client', 'producer', 'consumer'];

/** `SPAN_KIND_SERVER` or 2 as `server`; empty for `unspecified` and for what nobody knows. */
function kindOf(kind: string | number | undefined): string {
  if (typeof kind === 'number') {
    return KINDS[kind] ?? '';
  }
  const name = (kind ?? '').replace(/^SPAN_KIND_/, '').toLowerCase();
  return KINDS.includes(name) ? name : '';
}

const STATUS_CODES = ['STATUS_CODE_UNSET', 'STATUS_CODE_OK', 'STATUS_CODE_ERROR'];

function statusCodeOf(code: string | number | undefined): number | undefined {
  if (code === undefined) {
    return 0;
  }
  const number = typeof code === 'string' && STATUS_CODES.includes(code) ? STATUS_CODES.indexOf(code) : asNumber(code);
  return number === 0 || number === 1 || number === 2 ? number : undefined;
}

function timeWarnings(hasNoStart: boolean, hasNoEnd: boolean, elapsed: number): string[] {
  return [
    ...(hasNoStart ? ['The span has no start time; it is drawn where the trace begins.'] : []),
    ...(hasNoEnd ? ['The span has no end time; it may never have ended.'] : []),
    ...(elapsed < 0 ? [`The span ends ${-elapsed} ms before it starts; it is drawn with no length.`] : []),
  ];
}

/** https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-spans */
function stackTraces(events: readonly EventJson[]): string[] {
  return events.flatMap(({ attributes }) =>
    (attributes ?? []).flatMap(({ key, value }) =>
      key === 'exception.stacktrace' && value?.stringValue ? [value.stringValue] : []
    )
  );
}
