import { legibly } from '../files/trace-file-error.ts';
import { forEachAttribute, isText, utf8Bytes } from '../local/attribute-bytes.ts';
import { readAttributeValue, type AttributeValue } from '../local/attribute-value.ts';
import { makeFrame, spansByTrace } from '../local/local-frame.ts';
import { SpanIndex } from '../local/span-index.ts';
import { SpanReader } from '../local/span-reader.ts';
import type { SpanDetails, SpanEvent, SpanLink } from '../local/span-details.ts';
import { EVENT, RESOURCE, SPAN } from '../otlp/fields.ts';
import { ProtobufReader } from '../protobuf/reader.ts';
import { WIRE_LENGTH } from '../protobuf/wire.ts';
import { JaegerJsonWriter } from './jaeger-json-writer.ts';
import { KIND_NAMES, NO_SERVICE_NAME, REF_TYPE, WARNINGS } from './names.ts';

const SERVICE_NAME = utf8Bytes('service.name');
const WARNINGS_KEY = utf8Bytes(WARNINGS);
const STATUS_NAMES = ['', 'OK', 'ERROR'];
const STATUS_ERROR = 2;

/**
 * OTLP TracesData as the JSON that Jaeger's query API gives and its viewer takes from a file, in UTF-8:
 * `{"data":[{traceID, spans, processes, warnings}], …}`, a trace for each trace id, spans by start. Names and types are
 * those of the OpenTelemetry Collector's translator, which Jaeger runs. Jaeger counts in microseconds, so what is below is lost,
 * as are attributes of scopes and links, and the types within arrays and lists, which become JSON texts. Counts of what
 * the sender dropped are tags (`otel.dropped_attributes_count`), as OpenTelemetry's mapping wants and Jaeger leaves out. A
 * negative duration is 0 and a warning.
 *
 * Throws TraceFileError for bytes that are not TracesData; spans without ids are left out.
 */
export function otlpToJaegerJson(otlp: Uint8Array): Uint8Array {
  return legibly(() => {
    const reader = new SpanReader(new SpanIndex(otlp));
    const out = new JaegerJsonWriter(otlp);
    out.raw('{"data":[');
    for (const [number, spans] of spansByTrace(reader.index).entries()) {
      out.raw(number > 0 ? ',' : '');
      writeTrace(out, reader, makeFrame(reader.index, spans).spans);
    }
    out.raw('],"total":0,"limit":0,"offset":0,"errors":null}');
    return out.json.finish();
  });
}

function writeTrace(out: JaegerJsonWriter, reader: SpanReader, spans: Uint32Array): void {
  const { index } = reader;
  /** Numbers of resources, in the order of `p1`, `p2`, … */
  const processes = new Map<number, string>();
  out.raw(`{"traceID":"${traceIdText(reader.details(spans[0], false).traceId)}","spans":[`);
  for (let row = 0; row < spans.length; row++) {
    const resource = index.resourceOf(spans[row]);
    let process = processes.get(resource);
    if (process === undefined) {
      process = `p${processes.size + 1}`;
      processes.set(resource, process);
    }
    out.raw(row > 0 ? ',' : '');
    writeSpan(out, index, spans[row], reader.details(spans[row], false), process);
  }
  out.raw('],"processes":{');
  let separator = '';
  for (const [resource, process] of processes) {
    out.raw(`${separator}"${process}":`);
    separator = ',';
    writeProcess(out, index, resource);
  }
  out.raw('},"warnings":null}');
}

function writeSpan(out: JaegerJsonWriter, index: SpanIndex, span: number, details: SpanDetails, process: string): void {
  const start = index.spanStarts[span];
  const end = index.spanEnds[span];
  const { startNs, durationNs } = details;
  const warnings = warningsOf(out.bytes, start, end);
  out.raw(`{"traceID":"${traceIdText(details.traceId)}","spanID":"${details.spanId}","operationName":`);
  out.range(index.names.start(index.nameOf[span]), index.names.end(index.nameOf[span]));
  writeReferences(out, details);
  if (durationNs < 0n) {
    warnings.push(`the span ends ${-durationNs / 1000n} µs before it starts`);
  }
  out.raw(`,"startTime":${startNs / 1000n},"duration":${durationNs < 0n ? 0n : durationNs / 1000n}`);
  out.list('tags');
  writeTags(out, start, end, details);
  out.raw(']');
  writeLogs(out, start, end, details.events);
  out.raw(`,"processID":"${process}","warnings":`);
  if (warnings.length === 0) {
    out.raw('null}');
  } else {
    for (const [number, warning] of warnings.entries()) {
      out.raw(number > 0 ? ',' : '[');
      out.text(warning);
    }
    out.raw(']}');
  }
}

/** Trace ids of 64 bits have 16 digits in Jaeger. */
const traceIdText = (id: string): string => (id.startsWith('0'.repeat(16)) ? id.slice(16) : id);

function warningsOf(bytes: Uint8Array, start: number, end: number): string[] {
  let value: AttributeValue = null;
  forEachAttribute(bytes, start, end, SPAN.attributes, (keyStart, keyEnd, valueStart, valueEnd) => {
    if (isText(bytes, keyStart, keyEnd, WARNINGS_KEY)) {
      value = readAttributeValue(bytes, valueStart, valueEnd);
    }
    return value !== null;
  });
  const warnings: unknown = value;
  return Array.isArray(warnings) ? warnings.filter((warning) => typeof warning === 'string') : [];
}

function writeReferences(out: JaegerJsonWriter, { traceId, parentSpanId, links }: SpanDetails): void {
  const toParent = (link: SpanLink): boolean => link.spanId === parentSpanId && link.traceId === traceId;
  out.list('references');
  if (parentSpanId !== '') {
    // A link to the parent says of what kind the reference is.
    const link = links.findLast(toParent);
    writeReference(out, link ? refTypeOf(link) : 'CHILD_OF', traceId, parentSpanId);
  }
  for (const link of links) {
    if (!toParent(link)) {
      writeReference(out, refTypeOf(link), link.traceId, link.spanId);
    }
  }
  out.raw(']');
}

const refTypeOf = ({ attributes }: SpanLink): string =>
  attributes.find(({ key }) => key === REF_TYPE)?.value === 'child_of' ? 'CHILD_OF' : 'FOLLOWS_FROM';

function writeReference(out: JaegerJsonWriter, refType: string, traceId: string, spanId: string): void {
  out.element();
  out.raw(`{"refType":"${refType}","traceID":"${traceIdText(traceId)}","spanID":"${spanId}"}`);
}

function writeTags(out: JaegerJsonWriter, start: number, end: number, details: SpanDetails): void {
  const { scope, kind, status, statusMessage, traceState } = details;
  const tag = (key: string, value: string | undefined) => {
    if (value) {
      out.stringTag(key, value);
    }
  };
  tag('otel.scope.name', scope.name);
  tag('otel.scope.version', scope.version);
  out.attributes(start, end, SPAN.attributes, WARNINGS_KEY);
  tag('span.kind', KIND_NAMES[kind]);
  tag('otel.status_code', STATUS_NAMES[status]);
  if (status === STATUS_ERROR) {
    out.trueTag('error');
  }
  tag('otel.status_description', statusMessage);
  tag('w3c.tracestate', traceState);
  out.countTag('otel.dropped_attributes_count', details.droppedAttributes);
  out.countTag('otel.dropped_events_count', details.droppedEvents);
  out.countTag('otel.dropped_links_count', details.droppedLinks);
}

function writeLogs(out: JaegerJsonWriter, start: number, end: number, events: readonly SpanEvent[]): void {
  out.raw(',"logs":[');
  const reader = new ProtobufReader(out.bytes, start, end);
  let number = 0;
  while (reader.next()) {
    if (!reader.is(SPAN.events, WIRE_LENGTH)) {
      reader.skip();
      continue;
    }
    reader.range();
    const { timeNs, name, attributes, droppedAttributes } = events[number];
    out.raw(`${number > 0 ? ',' : ''}{"timestamp":${timeNs / 1000n}`);
    out.list('fields');
    if (name !== '' && !attributes.some(({ key }) => key === 'event')) {
      out.stringTag('event', name);
    }
    out.attributes(reader.rangeStart, reader.rangeEnd, EVENT.attributes, undefined);
    out.countTag('otel.dropped_attributes_count', droppedAttributes);
    out.raw(']}');
    number += 1;
  }
  out.raw(']');
}

function writeProcess(
  out: JaegerJsonWriter,
  { resources, services, serviceOfResource }: SpanIndex,
  resource: number
): void {
  const start = resources.start(resource);
  const end = resources.end(resource);
  const service = serviceOfResource[resource];
  out.raw('{"serviceName":');
  if (start === end) {
    out.text(NO_SERVICE_NAME);
  } else {
    out.range(services.start(service), services.end(service));
  }
  out.list('tags');
  out.attributes(start, end, RESOURCE.attributes, SERVICE_NAME);
  out.raw(']}');
}
