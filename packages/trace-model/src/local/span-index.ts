import { ANY_VALUE, LIST_ELEMENT, RESOURCE, RESOURCE_SPANS, SCOPE_SPANS, SPAN, STATUS } from '../otlp/fields.ts';
import { ProtobufError, ProtobufReader } from '../protobuf/reader.ts';
import { WIRE_FIXED64, WIRE_LENGTH, WIRE_VARINT } from '../protobuf/wire.ts';
import { DROPPED_ATTRIBUTES, DROPPED_EVENTS, DROPPED_LINKS, MAX_FRAME_COUNT } from '../wire-frame/columns.ts';
import { forEachAttribute, isText, utf8Bytes } from './attribute-bytes.ts';
import { ByteRanges } from './byte-ranges.ts';
import { tagOf, tagUnder } from './tag.ts';

/** Kinds and status codes have a byte; what does not fit, no protocol defines. The store's ingest has the same limit. */
const MAX_ENUM = 127;

export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

const NOWHERE: ByteRange = { start: 0, end: 0 };

/** What the spans of one ScopeSpans message share. */
export interface SpanGroup {
  /** Number of the resource among the distinct ones. */
  readonly resource: number;
  readonly resourceSchema: ByteRange;
  /** Number of the scope among the distinct ones. */
  readonly scope: number;
  readonly scopeSchema: ByteRange;
}

/**
 * Where the spans of OTLP TracesData are, and of each span what a skeleton has of it: typed arrays by span, in the order of the
 * bytes. Ranges of names, resources and so on are kept, not their texts.
 */
export class SpanIndex {
  readonly bytes: Uint8Array;
  readonly names: ByteRanges;
  readonly messages: ByteRanges;
  /** Resource and InstrumentationScope messages. */
  readonly resources: ByteRanges;
  readonly scopes: ByteRanges;
  /** Trace ids of 16 bytes. */
  readonly traceIds: ByteRanges;
  readonly groups: SpanGroup[] = [];
  /** Texts of `service.name`; the first is empty. */
  readonly services: ByteRanges;
  /** By resource: the number of its service. */
  readonly serviceOfResource: number[] = [];
  /** Spans that were taken. The arrays may be longer. */
  count = 0;
  readonly spanStarts: Uint32Array;
  readonly spanEnds: Uint32Array;
  readonly groupOf: Uint32Array;
  readonly traceOf: Uint32Array;
  readonly spanIds: Uint8Array;
  readonly parentSpanIds: Uint8Array;
  /** Unix nanoseconds. */
  readonly startsNs: BigUint64Array;
  readonly durations: BigInt64Array;
  readonly nameOf: Uint32Array;
  /** 0 where a span has no status message, else 1 + its number. */
  readonly messageOf: Uint32Array;
  readonly eventCounts: Uint16Array;
  readonly linkCounts: Uint16Array;
  readonly kinds: Uint8Array;
  readonly statuses: Uint8Array;
  readonly flags: Uint8Array;
  readonly #reader: ProtobufReader;
  readonly #onProblem: (message: string) => void;
  /** Spans that were seen. */
  #seen = 0;

  /**
   * `onProblem` hears of each span that is left out, because its ids are no ids or its bytes no Span message.
   * Throws ProtobufError where what stands around the spans is malformed.
   */
  constructor(bytes: Uint8Array, onProblem: (message: string) => void = () => undefined) {
    const spans = countSpans(bytes);
    this.bytes = bytes;
    this.names = new ByteRanges(bytes);
    this.messages = new ByteRanges(bytes);
    this.resources = new ByteRanges(bytes);
    this.scopes = new ByteRanges(bytes);
    this.traceIds = new ByteRanges(bytes);
    this.services = new ByteRanges(bytes);
    this.services.intern(0, 0);
    this.spanStarts = new Uint32Array(spans);
    this.spanEnds = new Uint32Array(spans);
    this.groupOf = new Uint32Array(spans);
    this.traceOf = new Uint32Array(spans);
    this.spanIds = new Uint8Array(spans * 8);
    this.parentSpanIds = new Uint8Array(spans * 8);
    this.startsNs = new BigUint64Array(spans);
    this.durations = new BigInt64Array(spans);
    this.nameOf = new Uint32Array(spans);
    this.messageOf = new Uint32Array(spans);
    this.eventCounts = new Uint16Array(spans);
    this.linkCounts = new Uint16Array(spans);
    this.kinds = new Uint8Array(spans);
    this.statuses = new Uint8Array(spans);
    this.flags = new Uint8Array(spans);
    this.#reader = new ProtobufReader(bytes);
    this.#onProblem = onProblem;
    this.#tracesData();
  }

  resourceOf(span: number): number {
    return this.groups[this.groupOf[span]].resource;
  }

  #tracesData(): void {
    const reader = this.#reader;
    while (reader.next()) {
      if (reader.is(LIST_ELEMENT, WIRE_LENGTH)) {
        const outer = reader.open();
        this.#resourceSpans();
        reader.close(outer);
      } else {
        reader.skip();
      }
    }
  }

  #resourceSpans(): void {
    const reader = this.#reader;
    const { at } = reader;
    const resource = intern(this.resources, memberAt(reader, RESOURCE_SPANS.resource));
    if (resource === this.serviceOfResource.length) {
      this.serviceOfResource.push(this.#serviceOf(resource));
    }
    reader.at = at;
    const resourceSchema = memberAt(reader, RESOURCE_SPANS.schemaUrl);
    reader.at = at;
    while (reader.next()) {
      if (reader.is(RESOURCE_SPANS.scopeSpans, WIRE_LENGTH)) {
        const outer = reader.open();
        this.#scopeSpans(resource, resourceSchema);
        reader.close(outer);
      } else {
        reader.skip();
      }
    }
  }

  #scopeSpans(resource: number, resourceSchema: ByteRange): void {
    const reader = this.#reader;
    const { at } = reader;
    const scope = intern(this.scopes, memberAt(reader, SCOPE_SPANS.scope));
    reader.at = at;
    const scopeSchema = memberAt(reader, SCOPE_SPANS.schemaUrl);
    reader.at = at;
    this.groups.push({ resource, resourceSchema, scope, scopeSchema });
    while (reader.next()) {
      if (!reader.is(SCOPE_SPANS.spans, WIRE_LENGTH)) {
        reader.skip();
        continue;
      }
      const outer = reader.open();
      const { end } = reader;
      this.#seen += 1;
      let problem: string | undefined;
      try {
        problem = this.#span();
      } catch (error) {
        if (!(error instanceof ProtobufError)) {
          throw error;
        }
        problem = `is malformed: ${error.message}`;
      }
      if (problem) {
        this.#onProblem(`span ${this.#seen} ${problem}`);
      }
      reader.end = end;
      reader.close(outer);
    }
  }

  /** Answers what is wrong with the span. */
  #span(): string | undefined {
    const reader = this.#reader;
    const { bytes } = reader;
    const span = this.count;
    const start = reader.at;
    const { end } = reader;
    let traceId = NOWHERE;
    let spanIdAt = -1;
    let parentIdAt = -1;
    let nameStart = 0;
    let nameEnd = 0;
    let startNs = 0n;
    let endNs = 0n;
    let events = 0;
    let links = 0;
    let kind = 0;
    let flags = 0;
    let status = NOWHERE;
    while (reader.next()) {
      switch (tagUnder(reader)) {
        case tagOf(SPAN.traceId, WIRE_LENGTH):
          traceId = rangeOf(reader);
          break;
        case tagOf(SPAN.spanId, WIRE_LENGTH):
          spanIdAt = idAt(reader);
          break;
        case tagOf(SPAN.parentSpanId, WIRE_LENGTH):
          parentIdAt = idAt(reader);
          break;
        case tagOf(SPAN.name, WIRE_LENGTH):
          reader.range();
          nameStart = reader.rangeStart;
          nameEnd = reader.rangeEnd;
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
        case tagOf(SPAN.events, WIRE_LENGTH):
          reader.range();
          events += 1;
          break;
        case tagOf(SPAN.links, WIRE_LENGTH):
          reader.range();
          links += 1;
          break;
        case tagOf(SPAN.status, WIRE_LENGTH):
          status = rangeOf(reader);
          break;
        case tagOf(SPAN.droppedAttributesCount, WIRE_VARINT):
          flags |= reader.uint32() > 0 ? DROPPED_ATTRIBUTES : 0;
          break;
        case tagOf(SPAN.droppedEventsCount, WIRE_VARINT):
          flags |= reader.uint32() > 0 ? DROPPED_EVENTS : 0;
          break;
        case tagOf(SPAN.droppedLinksCount, WIRE_VARINT):
          flags |= reader.uint32() > 0 ? DROPPED_LINKS : 0;
          break;
        default:
          reader.skip();
      }
    }
    if (traceId.end - traceId.start !== 16 || isZero(bytes, traceId.start, traceId.end)) {
      return 'has no trace id of 16 bytes';
    }
    if (spanIdAt < 0 || isZero(bytes, spanIdAt, spanIdAt + 8)) {
      return 'has no span id of 8 bytes';
    }
    this.#status(span, status);
    this.spanIds.set(bytes.subarray(spanIdAt, spanIdAt + 8), span * 8);
    if (parentIdAt < 0) {
      // A span that was refused may have written here.
      this.parentSpanIds.fill(0, span * 8, span * 8 + 8);
    } else {
      this.parentSpanIds.set(bytes.subarray(parentIdAt, parentIdAt + 8), span * 8);
    }
    this.spanStarts[span] = start;
    this.spanEnds[span] = end;
    this.groupOf[span] = this.groups.length - 1;
    this.traceOf[span] = this.traceIds.intern(traceId.start, traceId.end);
    this.startsNs[span] = startNs;
    this.durations[span] = endNs - startNs;
    this.nameOf[span] = this.names.intern(nameStart, nameEnd);
    this.eventCounts[span] = Math.min(events, MAX_FRAME_COUNT);
    this.linkCounts[span] = Math.min(links, MAX_FRAME_COUNT);
    this.kinds[span] = kind <= MAX_ENUM ? kind : 0;
    this.flags[span] = flags;
    this.count += 1;
    return undefined;
  }

  #status(span: number, { start, end }: ByteRange): void {
    this.statuses[span] = 0;
    this.messageOf[span] = 0;
    const reader = start === end ? undefined : new ProtobufReader(this.bytes, start, end);
    while (reader?.next()) {
      if (reader.is(STATUS.code, WIRE_VARINT)) {
        const code = reader.uint32();
        this.statuses[span] = code <= MAX_ENUM ? code : 0;
      } else if (reader.is(STATUS.message, WIRE_LENGTH)) {
        reader.range();
        this.messageOf[span] =
          reader.rangeEnd > reader.rangeStart ? this.messages.intern(reader.rangeStart, reader.rangeEnd) + 1 : 0;
      } else {
        reader.skip();
      }
    }
  }

  /** The last `service.name` of a resource that is a string. */
  #serviceOf(resource: number): number {
    const { bytes } = this;
    let service = NOWHERE;
    forEachAttribute(
      bytes,
      this.resources.start(resource),
      this.resources.end(resource),
      RESOURCE.attributes,
      (keyStart, keyEnd, valueStart, valueEnd) => {
        if (isText(bytes, keyStart, keyEnd, SERVICE_NAME)) {
          const value = new ProtobufReader(bytes, valueStart, valueEnd);
          service = memberAt(value, ANY_VALUE.stringValue);
        }
      }
    );
    return this.services.intern(service.start, service.end);
  }
}

const SERVICE_NAME = utf8Bytes('service.name');

/** Spans of TracesData, good or bad. */
function countSpans(bytes: Uint8Array): number {
  let count = 0;
  const descend = (reader: ProtobufReader, fields: readonly number[], depth: number): void => {
    while (reader.next()) {
      if (!reader.is(fields[depth], WIRE_LENGTH)) {
        reader.skip();
      } else if (depth === fields.length - 1) {
        reader.range();
        count += 1;
      } else {
        const outer = reader.open();
        descend(reader, fields, depth + 1);
        reader.close(outer);
      }
    }
  };
  descend(new ProtobufReader(bytes), [LIST_ELEMENT, RESOURCE_SPANS.scopeSpans, SCOPE_SPANS.spans], 0);
  return count;
}

const intern = (ranges: ByteRanges, { start, end }: ByteRange): number => ranges.intern(start, end);

/** Where the last occurrence of a length-delimited field is in what the reader spans; nowhere if there is none. */
function memberAt(reader: ProtobufReader, field: number): ByteRange {
  let range = NOWHERE;
  while (reader.next()) {
    if (reader.is(field, WIRE_LENGTH)) {
      range = rangeOf(reader);
    } else {
      reader.skip();
    }
  }
  return range;
}

function rangeOf(reader: ProtobufReader): ByteRange {
  reader.range();
  return { start: reader.rangeStart, end: reader.rangeEnd };
}

/** Where an id of eight bytes is; -1 for one of another length. */
function idAt(reader: ProtobufReader): number {
  reader.range();
  return reader.rangeEnd - reader.rangeStart === 8 ? reader.rangeStart : -1;
}

function isZero(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    if (bytes[at] !== 0) {
      return false;
    }
  }
  return true;
}
