import { OtlpBuilder, stringField, writeTags, type Tags, type TagValue } from '../files/otlp-builder.ts';
import { readHexId, requireHexId, sameBytes } from '../files/read-ids.ts';
import type { Translation } from '../files/translation.ts';
import {
  expectArray,
  expectMicros,
  expectObject,
  expectString,
  JsonMemberError,
  within,
  type Members,
} from '../json/members.ts';
import type { Problems } from '../json/problems.ts';
import { EVENT, LINK, SPAN, STATUS } from '../otlp/fields.ts';
import type { ProtobufWriter } from '../protobuf/writer.ts';
import { hexText } from '../wire-frame/columns.ts';
import { readAnnotation, setTag, takeLinks, type LinkText } from './event-texts.ts';
import { isResourceTag } from './resource-tags.ts';

const KINDS: Readonly<Record<string, number>> = { SERVER: 2, CLIENT: 3, PRODUCER: 4, CONSUMER: 5 };
const KIND_INTERNAL = 1;
const STATUS_OK = 1;
const STATUS_ERROR = 2;

/** Set on spans whose `timestamp` is not known, as the OpenTelemetry Collector does. */
const START_ABSENT = 'otel.zipkin.absentField.startTime';

/** A span as far as it has to be known before any is written. */
interface ReadSpan {
  /** In the document. */
  readonly index: number;
  readonly members: Members;
  readonly traceId: Uint8Array;
  readonly id: Uint8Array;
  readonly parentId: Uint8Array | undefined;
  /** Unix nanoseconds; 0 where the document says nothing of it. */
  startNs: bigint;
  readonly startIsAbsent: boolean;
  readonly durationNs: bigint;
}

/**
 * Zipkin v2 JSON (https://zipkin.io/zipkin-api/#/default/post_spans), an array of spans or of arrays of spans, as OTLP: by
 * OpenTelemetry's mapping (https://opentelemetry.io/docs/specs/otel/trace/sdk_exporters/zipkin/) read backwards, and as the
 * OpenTelemetry Collector's translator has it. `error` and `otel.status_code` become the status, annotations events,
 * `localEndpoint` and the resource's attributes among the tags the resource, `remoteEndpoint` peer attributes. What OTLP
 * has no place for is an attribute: `zipkin.shared`, `zipkin.debug`.
 *
 * A span without a timestamp starts with its first annotation, else with its parent, else with its trace, and says so in
 * an attribute. A span that cannot be read is a problem. Throws JsonMemberError if the document is no array.
 */
export function zipkinJsonToOtlp(document: unknown, problems: Problems): Translation {
  const builder = new OtlpBuilder();
  const spans: ReadSpan[] = [];
  for (const [index, span] of expectArray(document, '').flat(1).entries()) {
    try {
      spans.push(readSpan(span, index));
    } catch (error) {
      refuse(problems, error, index);
    }
  }
  fillStarts(spans);
  for (const span of spans) {
    try {
      addSpan(builder, span);
    } catch (error) {
      refuse(problems, error, span.index);
    }
  }
  return { otlp: builder.finish(), spans: builder.spans };
}

function refuse(problems: Problems, error: unknown, index: number): void {
  if (!(error instanceof JsonMemberError)) {
    throw error;
  }
  problems.refuse(error.within(`[${index}]`).message);
}

function readSpan(value: unknown, index: number): ReadSpan {
  const members = expectObject(value, '');
  const traceId = requireHexId(members.traceId, 16, 'traceId');
  const id = requireHexId(members.id, 8, 'id');
  const parentId = readHexId(members.parentId, 8, 'parentId');
  const timestampNs = nanoseconds(members.timestamp, 'timestamp');
  return {
    index,
    members,
    traceId,
    id,
    parentId: parentId && sameBytes(parentId, id) ? undefined : parentId,
    startNs: timestampNs || firstAnnotation(members),
    startIsAbsent: timestampNs === 0n,
    durationNs: nanoseconds(members.duration, 'duration'),
  };
}

/** Of microseconds; 0 for what is absent. */
function nanoseconds(value: unknown, path: string): bigint {
  return value === undefined || value === null ? 0n : expectMicros(value, path);
}

function firstAnnotation(members: Members): bigint {
  let first = 0n;
  for (const value of expectArray(members.annotations, 'annotations')) {
    const at = nanoseconds(expectObject(value, 'annotations').timestamp, 'annotations.timestamp');
    if (at > 0n && (first === 0n || at < first)) {
      first = at;
    }
  }
  return first;
}

/** Starts that nothing in their own span tells. */
function fillStarts(spans: readonly ReadSpan[]): void {
  if (spans.every(({ startNs }) => startNs > 0n)) {
    return;
  }
  const bySpan = new Map<string, bigint>();
  const byTrace = new Map<string, bigint>();
  for (const { traceId, id, startNs } of spans) {
    if (startNs > 0n) {
      const trace = hexText(traceId);
      bySpan.set(trace + hexText(id), startNs);
      const first = byTrace.get(trace);
      byTrace.set(trace, first === undefined || startNs < first ? startNs : first);
    }
  }
  for (const span of spans) {
    if (span.startNs === 0n) {
      const trace = hexText(span.traceId);
      const parent = span.parentId && bySpan.get(trace + hexText(span.parentId));
      // Another report of the same span, as servers and clients make them, knows best.
      span.startNs = bySpan.get(trace + hexText(span.id)) ?? parent ?? byTrace.get(trace) ?? 0n;
    }
  }
}

function addSpan(builder: OtlpBuilder, span: ReadSpan): void {
  const { members, startNs } = span;
  const tags = readTags(members.tags);
  const resource = takeResource(members.localEndpoint, tags);
  const scopeName = takeText(tags, 'otel.scope.name') || takeText(tags, 'otel.library.name');
  const scopeVersion = takeText(tags, 'otel.scope.version') || takeText(tags, 'otel.library.version');
  const traceState = takeText(tags, 'w3c.tracestate');
  const kind = takeKind(members.kind, tags);
  const status = takeStatus(tags);
  const links = takeLinks(tags);
  const dropped = (what: string) => Number(takeText(tags, `otel.dropped_${what}_count`)) >>> 0;
  const droppedAttributes = dropped('attributes');
  const droppedEvents = dropped('events');
  const droppedLinks = dropped('links');
  addEndpoints(members, tags);
  for (const flag of ['shared', 'debug']) {
    if (members[flag] === true) {
      tags.set(`zipkin.${flag}`, true);
    }
  }
  if (span.startIsAbsent) {
    tags.set(START_ABSENT, true);
  }

  const out = builder.newSpan();
  out.bytesField(SPAN.traceId, span.traceId);
  out.bytesField(SPAN.spanId, span.id);
  stringField(out, SPAN.traceState, traceState);
  if (span.parentId) {
    out.bytesField(SPAN.parentSpanId, span.parentId);
  }
  stringField(out, SPAN.name, readText(members.name, 'name'));
  out.int32(SPAN.kind, kind);
  out.fixed64(SPAN.startTimeUnixNano, startNs);
  out.fixed64(SPAN.endTimeUnixNano, startNs + span.durationNs);
  writeTags(out, SPAN.attributes, tags);
  writeCount(out, SPAN.droppedAttributesCount, droppedAttributes);
  writeAnnotations(out, members.annotations, startNs);
  writeCount(out, SPAN.droppedEventsCount, droppedEvents);
  for (const link of links) {
    writeLink(out, link);
  }
  writeCount(out, SPAN.droppedLinksCount, droppedLinks);
  if (status.code > 0 || status.message !== '') {
    out.open(SPAN.status);
    stringField(out, STATUS.message, status.message);
    out.int32(STATUS.code, status.code);
    out.close();
  }
  builder.add(out, builder.resource(resource), scopeName, scopeVersion);
}

function readTags(value: unknown): Tags {
  const tags: Tags = new Map();
  if (value !== undefined && value !== null) {
    for (const [key, tag] of Object.entries(expectObject(value, 'tags'))) {
      setTag(tags, key, tag);
    }
  }
  return tags;
}

/** Removes a tag; empty if it is not there. */
function takeText(tags: Tags, key: string): string {
  const value = tags.get(key);
  if (value === undefined) {
    return '';
  }
  tags.delete(key);
  return String(value);
}

function readText(value: unknown, path: string): string {
  return value === undefined || value === null ? '' : expectString(value, path);
}

function takeResource(localEndpoint: unknown, tags: Tags): Tags {
  const resource: Tags = new Map();
  const service = readEndpoint(localEndpoint, 'localEndpoint').service;
  // Where an exporter took the service's name from, if not from service.name.
  const source = takeText(tags, 'otlp.service.name.source') || 'service.name';
  for (const [key, value] of tags) {
    if (isResourceTag(key)) {
      resource.set(key, value);
      tags.delete(key);
    }
  }
  if (service !== '') {
    resource.set(source, service);
  }
  return resource;
}

function takeKind(kind: unknown, tags: Tags): number {
  const number = KINDS[readText(kind, 'kind').toUpperCase()];
  if (number === undefined && tags.get('span.kind') === 'internal') {
    tags.delete('span.kind');
    return KIND_INTERNAL;
  }
  return number ?? 0;
}

/** A tag `error` means an error whatever it says, and what it says is kept unless that is only "true". */
function takeStatus(tags: Tags): { readonly code: number; readonly message: string } {
  const written = takeText(tags, 'otel.status_code')
    .toUpperCase()
    .replace(/^STATUS_CODE_/, '');
  const message = takeText(tags, 'otel.status_description');
  const error = tags.get('error');
  if (error === undefined) {
    return { code: written === 'OK' ? STATUS_OK : written === 'ERROR' ? STATUS_ERROR : 0, message };
  }
  const saysMore = error !== 'true' && error !== true && error !== '';
  if (!saysMore) {
    tags.delete('error');
  }
  return { code: STATUS_ERROR, message: message || (saysMore ? String(error) : '') };
}

interface Endpoint {
  readonly service: string;
  readonly address: string;
  /** 0 where it is not known. */
  readonly port: number;
}

function readEndpoint(value: unknown, path: string): Endpoint {
  if (value === undefined || value === null) {
    return { service: '', address: '', port: 0 };
  }
  try {
    const { serviceName, ipv4, ipv6, port } = expectObject(value, '');
    return {
      service: readText(serviceName, 'serviceName'),
      address: readText(ipv6, 'ipv6') || readText(ipv4, 'ipv4'),
      port: typeof port === 'number' && Number.isInteger(port) ? port : 0,
    };
  } catch (error) {
    throw within(error, path);
  }
}

function addEndpoints(members: Members, tags: Tags): void {
  const local = readEndpoint(members.localEndpoint, 'localEndpoint');
  const remote = readEndpoint(members.remoteEndpoint, 'remoteEndpoint');
  const add = (key: string, value: TagValue) => {
    if (value !== '' && value !== 0n && !tags.has(key)) {
      tags.set(key, value);
    }
  };
  add('network.local.address', local.address);
  add('network.local.port', BigInt(local.port));
  add('peer.service', remote.service);
  add('network.peer.address', remote.address);
  add('network.peer.port', BigInt(remote.port));
}

function writeCount(out: ProtobufWriter, field: number, count: number): void {
  if (count > 0) {
    out.uint32(field, count);
  }
}

/** An annotation without a time stands at the span's start. */
function writeAnnotations(out: ProtobufWriter, value: unknown, startNs: bigint): void {
  for (const [index, annotation] of expectArray(value, 'annotations').entries()) {
    try {
      const members = expectObject(annotation, '');
      const { name, attributes, dropped } = readAnnotation(readText(members.value, 'value'));
      out.open(SPAN.events);
      out.fixed64(EVENT.timeUnixNano, nanoseconds(members.timestamp, 'timestamp') || startNs);
      stringField(out, EVENT.name, name);
      writeTags(out, EVENT.attributes, attributes);
      writeCount(out, EVENT.droppedAttributesCount, dropped);
      out.close();
    } catch (error) {
      throw within(error, `annotations[${index}]`);
    }
  }
}

function writeLink(out: ProtobufWriter, { traceId, spanId, traceState, attributes, dropped }: LinkText): void {
  out.open(SPAN.links);
  out.bytesField(LINK.traceId, traceId);
  out.bytesField(LINK.spanId, spanId);
  stringField(out, LINK.traceState, traceState);
  writeTags(out, LINK.attributes, attributes);
  writeCount(out, LINK.droppedAttributesCount, dropped);
  out.close();
}
