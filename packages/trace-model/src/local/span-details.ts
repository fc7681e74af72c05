import { EVENT, LINK, SCOPE, SPAN, STATUS } from '../otlp/fields.ts';
import { ProtobufReader } from '../protobuf/reader.ts';
import { WIRE_FIXED64, WIRE_LENGTH, WIRE_VARINT } from '../protobuf/wire.ts';
import { hexText } from '../wire-frame/columns.ts';
import { readAttributes, type Attribute } from './attribute-value.ts';
import { tagOf, tagUnder } from './tag.ts';

export interface SpanEvent {
  /** Unix nanoseconds. */
  readonly timeNs: bigint;
  readonly name: string;
  readonly attributes: readonly Attribute[];
  readonly droppedAttributes: number;
}

export interface SpanLink {
  /** Hex digits. */
  readonly traceId: string;
  readonly spanId: string;
  readonly traceState: string;
  readonly attributes: readonly Attribute[];
  readonly droppedAttributes: number;
}

export interface SpanScope {
  readonly name: string;
  readonly version: string;
  readonly attributes: readonly Attribute[];
}

/** Everything about one span. */
export interface SpanDetails {
  /** Hex digits. */
  readonly traceId: string;
  readonly spanId: string;
  /** Empty at a root. */
  readonly parentSpanId: string;
  readonly name: string;
  /** OTLP's numbers. */
  readonly kind: number;
  readonly status: number;
  /** Unix nanoseconds. */
  readonly startNs: bigint;
  /** Negative where a clock went back. */
  readonly durationNs: bigint;
  readonly attributes: readonly Attribute[];
  readonly resource: readonly Attribute[];
  readonly scope: SpanScope;
  readonly events: readonly SpanEvent[];
  readonly links: readonly SpanLink[];
  readonly traceState: string;
  readonly statusMessage: string;
  readonly droppedAttributes: number;
  readonly droppedEvents: number;
  readonly droppedLinks: number;
}

export const NO_SCOPE: SpanScope = { name: '', version: '', attributes: [] };

/**
 * A Span message; its resource and scope stand around it. `withAttributes`: whether to decode the span's own. Throws ProtobufError, as everything
 * below does.
 */
export function readSpanDetails(
  bytes: Uint8Array,
  start: number,
  end: number,
  resource: readonly Attribute[],
  scope: SpanScope,
  withAttributes = true
): SpanDetails {
  const reader = new ProtobufReader(bytes, start, end);
  const events: SpanEvent[] = [];
  const links: SpanLink[] = [];
  let status: SpanStatus = { status: 0, statusMessage: '' };
  let traceId = '';
  let spanId = '';
  let parentSpanId = '';
  let name = '';
  let kind = 0;
  let startNs = 0n;
  let endNs = 0n;
  let traceState = '';
  let droppedAttributes = 0;
  let droppedEvents = 0;
  let droppedLinks = 0;
  while (reader.next()) {
    switch (tagUnder(reader)) {
      case tagOf(SPAN.traceId, WIRE_LENGTH):
        traceId = readHex(reader);
        break;
      case tagOf(SPAN.spanId, WIRE_LENGTH):
        spanId = readHex(reader);
        break;
      case tagOf(SPAN.traceState, WIRE_LENGTH):
        traceState = reader.string();
        break;
      case tagOf(SPAN.parentSpanId, WIRE_LENGTH): {
        const id = readHex(reader);
        parentSpanId = /[1-9a-f]/.test(id) ? id : '';
        break;
      }
      case tagOf(SPAN.name, WIRE_LENGTH):
        name = reader.string();
        break;
      case tagOf(SPAN.kind, WIRE_VARINT):
        kind = reader.uint32();
        break;
      case tagOf(SPAN.startTimeUnixNano, WIRE_FIXED64):
        startNs = reader.fixed64();
        break;
      case tagOf(SPAN.endTimeUnixNano, WIRE_FIXED64):
        endNs = reader.fixed64();
        break;
      case tagOf(SPAN.droppedAttributesCount, WIRE_VARINT):
        droppedAttributes = reader.uint32();
        break;
      case tagOf(SPAN.events, WIRE_LENGTH):
        reader.range();
        events.push(readEvent(bytes, reader.rangeStart, reader.rangeEnd));
        break;
      case tagOf(SPAN.droppedEventsCount, WIRE_VARINT):
        droppedEvents = reader.uint32();
        break;
      case tagOf(SPAN.links, WIRE_LENGTH):
        reader.range();
        links.push(readLink(bytes, reader.rangeStart, reader.rangeEnd));
        break;
      case tagOf(SPAN.droppedLinksCount, WIRE_VARINT):
        droppedLinks = reader.uint32();
        break;
      case tagOf(SPAN.status, WIRE_LENGTH):
        reader.range();
        status = readStatus(bytes, reader.rangeStart, reader.rangeEnd);
        break;
      default:
        reader.skip();
    }
  }
  return {
    traceId,
    spanId,
    parentSpanId,
    name,
    kind,
    ...status,
    startNs,
    durationNs: BigInt.asIntN(64, endNs - startNs),
    attributes: withAttributes ? readAttributes(bytes, start, end, SPAN.attributes) : [],
    resource,
    scope,
    events,
    links,
    traceState,
    droppedAttributes,
    droppedEvents,
    droppedLinks,
  };
}

function readHex(reader: ProtobufReader): string {
  reader.range();
  return hexText(reader.bytes, reader.rangeStart, reader.rangeEnd);
}

function readEvent(bytes: Uint8Array, start: number, end: number): SpanEvent {
  const reader = new ProtobufReader(bytes, start, end);
  let timeNs = 0n;
  let name = '';
  let droppedAttributes = 0;
  while (reader.next()) {
    switch (tagUnder(reader)) {
      case tagOf(EVENT.timeUnixNano, WIRE_FIXED64):
        timeNs = reader.fixed64();
        break;
      case tagOf(EVENT.name, WIRE_LENGTH):
        name = reader.string();
        break;
      case tagOf(EVENT.droppedAttributesCount, WIRE_VARINT):
        droppedAttributes = reader.uint32();
        break;
      default:
        reader.skip();
    }
  }
  return { timeNs, name, attributes: readAttributes(bytes, start, end, EVENT.attributes), droppedAttributes };
}

function readLink(bytes: Uint8Array, start: number, end: number): SpanLink {
  const reader = new ProtobufReader(bytes, start, end);
  let traceId = '';
  let spanId = '';
  let traceState = '';
  let droppedAttributes = 0;
  while (reader.next()) {
    switch (tagUnder(reader)) {
      case tagOf(LINK.traceId, WIRE_LENGTH):
        traceId = readHex(reader);
        break;
      case tagOf(LINK.spanId, WIRE_LENGTH):
        spanId = readHex(reader);
        break;
      case tagOf(LINK.traceState, WIRE_LENGTH):
        traceState = reader.string();
        break;
      case tagOf(LINK.droppedAttributesCount, WIRE_VARINT):
        droppedAttributes = reader.uint32();
        break;
      default:
        reader.skip();
    }
  }
  return {
    traceId,
    spanId,
    traceState,
    attributes: readAttributes(bytes, start, end, LINK.attributes),
    droppedAttributes,
  };
}

interface SpanStatus {
  readonly status: number;
  readonly statusMessage: string;
}

function readStatus(bytes: Uint8Array, start: number, end: number): SpanStatus {
  const reader = new ProtobufReader(bytes, start, end);
  let status = 0;
  let statusMessage = '';
  while (reader.next()) {
    if (reader.is(STATUS.message, WIRE_LENGTH)) {
      statusMessage = reader.string();
    } else if (reader.is(STATUS.code, WIRE_VARINT)) {
      status = reader.uint32();
    } else {
      reader.skip();
    }
  }
  return { status, statusMessage };
}

/** An InstrumentationScope message. */
export function readScope(bytes: Uint8Array, start: number, end: number): SpanScope {
  const reader = new ProtobufReader(bytes, start, end);
  let name = '';
  let version = '';
  while (reader.next()) {
    if (reader.is(SCOPE.name, WIRE_LENGTH)) {
      name = reader.string();
    } else if (reader.is(SCOPE.version, WIRE_LENGTH)) {
      version = reader.string();
    } else {
      reader.skip();
    }
  }
  return { name, version, attributes: readAttributes(bytes, start, end, SCOPE.attributes) };
}
