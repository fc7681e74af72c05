import { AttributeWalk } from './attribute-walk.ts';
import { EventsAndLinks } from './events-and-links.ts';
import { ByteWriter } from './native/byte-writer.ts';
import {
  OtlpCursor,
  readUint32,
  tagOf,
  WIRE_FIXED32,
  WIRE_FIXED64,
  WIRE_LENGTH,
  WIRE_VARINT,
  type ByteRange,
} from './otlp-wire.ts';
import { ResourceBlock, type EmitterRef } from './resource-block.ts';
import { SpanBlock } from './span-block.ts';

/** Why single spans are refused while the rest of their request is taken. */
export type RefusalReason = 'bad_trace_id' | 'bad_span_id' | 'bad_parent_span_id';

export interface AppendResult {
  /** Spans taken. */
  accepted: number;
  refused: Partial<Record<RefusalReason, number>>;
}

/** What one batch inserts: Native blocks of the two tables. */
export interface Batch {
  readonly rows: number;
  readonly spans: Uint8Array | undefined;
  readonly resources: Uint8Array | undefined;
  /** Gives the batch's memory back for a later one; the blocks must not be read any more. */
  release(): void;
}

/** Buffers for finished blocks that are kept for the next ones: a new one of some 40 MB a second keeps the GC busy. */
const MAX_SPARE_BUFFERS = 2;

const MS_PER_DAY = 86_400_000;
/** Values of SpanKind and StatusCode that fit their UInt8 columns; others stay in `rest` as bytes. */
const MAX_ENUM = 127;

/**
 * Turns OTLP ExportTraceServiceRequest bytes into Native column buffers in one walk: values are copied from the request
 * into the columns, no string and no object is made per span. Field numbers are those of opentelemetry-proto
 * (collector/trace/v1, trace/v1, common/v1, resource/v1), version 1.7.
 */
export class Columnizer {
  readonly #cursor = new OtlpCursor();
  readonly #spans = new SpanBlock();
  readonly #resources = new ResourceBlock(this.#cursor);
  readonly #walk = new AttributeWalk(this.#cursor, this.#spans.keys, new ByteWriter());
  readonly #nested = new EventsAndLinks(this.#cursor, this.#spans, this.#walk);
  readonly #rest = new ByteWriter();
  /** Starts and ends of the events and links of the span under the cursor. */
  readonly #events: number[] = [];
  readonly #links: number[] = [];
  readonly #spareBuffers: ByteWriter[] = [];

  get rows(): number {
    return this.#spans.block.rows;
  }

  /**
   * Appends a request. Throws MalformedOtlp, with nothing appended, where the bytes are not OTLP.
   * `receivedMs` is epoch milliseconds and goes into the rows, so that a replay writes the same ones.
   */
  append(request: Uint8Array, receivedMs: number, tenant: string): AppendResult {
    this.#spans.save();
    this.#resources.save();
    const result: AppendResult = { accepted: 0, refused: {} };
    try {
      this.#request(request, receivedMs, new TextEncoder().encode(tenant), result);
    } catch (error) {
      this.#spans.restore();
      this.#resources.restore();
      this.#walk.reset();
      throw error;
    }
    return result;
  }

  /** The batch so far; the columnizer is empty afterwards. */
  take(): Batch {
    const out = this.#spareBuffers.pop() ?? new ByteWriter(1 << 20);
    const { rows } = this;
    return {
      rows,
      spans: this.#spans.take(out),
      resources: this.#resources.take(new ByteWriter(4096)),
      release: () => {
        if (this.#spareBuffers.length < MAX_SPARE_BUFFERS) {
          out.clear();
          this.#spareBuffers.push(out);
        }
      },
    };
  }

  #request(bytes: Uint8Array, receivedMs: number, tenant: Uint8Array, result: AppendResult): void {
    const cursor = this.#cursor;
    cursor.bytes = bytes;
    cursor.at = 0;
    const end = bytes.length;
    while (cursor.at < end) {
      const tag = cursor.tag(end);
      if (tag === tagOf(1, WIRE_LENGTH)) {
        const fieldEnd = cursor.lengthEnd(end);
        this.#resourceSpans(cursor.at, fieldEnd, receivedMs, tenant, result);
        cursor.at = fieldEnd;
      } else {
        cursor.skip(tag, end);
      }
    }
  }

  /** ResourceSpans: resource 1, scope_spans 2, schema_url 3. A resource may follow its spans, so it is sought first. */
  #resourceSpans(start: number, end: number, receivedMs: number, tenant: Uint8Array, result: AppendResult): void {
    const cursor = this.#cursor;
    const resource: ByteRange = { start: 0, end: 0 };
    const schemaUrl: ByteRange = { start: 0, end: 0 };
    const scopes: number[] = [];
    cursor.at = start;
    while (cursor.at < end) {
      const tag = cursor.tag(end);
      // 1000 is how clients older than OTLP 0.15 name scope_spans; the message is the same.
      if (tag === tagOf(2, WIRE_LENGTH) || tag === tagOf(1000, WIRE_LENGTH)) {
        const fieldEnd = cursor.lengthEnd(end);
        scopes.push(cursor.at, fieldEnd);
        cursor.at = fieldEnd;
      } else if (!cursor.rangeOf(tag, end, 1, resource) && !cursor.rangeOf(tag, end, 3, schemaUrl)) {
        cursor.skip(tag, end);
      }
    }
    for (let at = 0; at < scopes.length; at += 2) {
      this.#scopeSpans(scopes[at], scopes[at + 1], resource, schemaUrl, receivedMs, tenant, result);
    }
  }

  /** ScopeSpans: scope 1, spans 2, schema_url 3. */
  #scopeSpans(
    start: number,
    end: number,
    resource: ByteRange,
    resourceSchemaUrl: ByteRange,
    receivedMs: number,
    tenant: Uint8Array,
    result: AppendResult
  ): void {
    const cursor = this.#cursor;
    const scope: ByteRange = { start: 0, end: 0 };
    const schemaUrl: ByteRange = { start: 0, end: 0 };
    cursor.at = start;
    while (cursor.at < end) {
      const tag = cursor.tag(end);
      if (!cursor.rangeOf(tag, end, 1, scope) && !cursor.rangeOf(tag, end, 3, schemaUrl)) {
        cursor.skip(tag, end);
      }
    }
    const day = Math.floor(receivedMs / MS_PER_DAY);
    const emitter = this.#resources.intern(tenant, day, resource, resourceSchemaUrl, scope, schemaUrl);
    const serviceIndex = this.#spans.service.indexOf(emitter.service, 0, emitter.service.length);
    const tenantIndex = this.#spans.tenant.indexOf(tenant, 0, tenant.length);
    cursor.at = start;
    while (cursor.at < end) {
      const tag = cursor.tag(end);
      if (tag === tagOf(2, WIRE_LENGTH)) {
        const spanEnd = cursor.lengthEnd(end);
        const refusal = this.#span(cursor.at, spanEnd, emitter, serviceIndex, tenantIndex, receivedMs, day);
        if (refusal) {
          result.refused[refusal] = (result.refused[refusal] ?? 0) + 1;
        } else {
          result.accepted++;
        }
        cursor.at = spanEnd;
      } else {
        cursor.skip(tag, end);
      }
    }
  }

  /** One span. The ids are looked at first, so that a refused span has written nothing. */
  #span(
    start: number,
    end: number,
    emitter: EmitterRef,
    serviceIndex: number,
    tenantIndex: number,
    receivedMs: number,
    day: number
  ): RefusalReason | undefined {
    const refusal = this.#ids(start, end);
    if (refusal) {
      return refusal;
    }
    const cursor = this.#cursor;
    const { bytes } = cursor;
    const spans = this.#spans;
    const rest = this.#rest;
    const row = spans.block.rows;
    let nameStart = 0;
    let nameEnd = 0;
    let stateStart = 0;
    let stateEnd = 0;
    let startLow = 0;
    let startHigh = 0;
    let endLow = 0;
    let endHigh = 0;
    let kind = 0;
    let statusStart = 0;
    let statusEnd = 0;
    rest.clear();
    this.#events.length = 0;
    this.#links.length = 0;
    cursor.at = start;
    while (cursor.at < end) {
      const fieldStart = cursor.at;
      const tag = cursor.tag(end);
      switch (tag) {
        case tagOf(1, WIRE_LENGTH):
        case tagOf(2, WIRE_LENGTH):
        case tagOf(4, WIRE_LENGTH):
          cursor.at = cursor.lengthEnd(end);
          break;
        case tagOf(3, WIRE_LENGTH):
          stateEnd = cursor.lengthEnd(end);
          stateStart = cursor.at;
          cursor.at = stateEnd;
          break;
        case tagOf(5, WIRE_LENGTH):
          nameEnd = cursor.lengthEnd(end);
          nameStart = cursor.at;
          cursor.at = nameEnd;
          break;
        case tagOf(6, WIRE_VARINT):
          cursor.varint64(end);
          if (cursor.high === 0 && cursor.low >>> 0 <= MAX_ENUM) {
            kind = cursor.low;
          } else {
            rest.copy(bytes, fieldStart, cursor.at);
          }
          break;
        case tagOf(7, WIRE_FIXED64): {
          const at = cursor.fixed(8, end);
          startLow = readUint32(bytes, at);
          startHigh = readUint32(bytes, at + 4);
          break;
        }
        case tagOf(8, WIRE_FIXED64): {
          const at = cursor.fixed(8, end);
          endLow = readUint32(bytes, at);
          endHigh = readUint32(bytes, at + 4);
          break;
        }
        case tagOf(9, WIRE_LENGTH):
          this.#walk.attribute(cursor.lengthEnd(end), spans.attributes, spans.promotion);
          break;
        case tagOf(10, WIRE_VARINT):
          spans.droppedAttributes.set(row, cursor.varint32(end));
          break;
        case tagOf(11, WIRE_LENGTH): {
          const fieldEnd = cursor.lengthEnd(end);
          this.#events.push(cursor.at, fieldEnd);
          cursor.at = fieldEnd;
          break;
        }
        case tagOf(12, WIRE_VARINT):
          spans.droppedEvents.set(row, cursor.varint32(end));
          break;
        case tagOf(13, WIRE_LENGTH): {
          const fieldEnd = cursor.lengthEnd(end);
          this.#links.push(cursor.at, fieldEnd);
          cursor.at = fieldEnd;
          break;
        }
        case tagOf(14, WIRE_VARINT):
          spans.droppedLinks.set(row, cursor.varint32(end));
          break;
        case tagOf(15, WIRE_LENGTH):
          statusEnd = cursor.lengthEnd(end);
          statusStart = cursor.at;
          cursor.at = statusEnd;
          break;
        case tagOf(16, WIRE_FIXED32): {
          const at = cursor.fixed(4, end);
          const flags = readUint32(bytes, at);
          if (flags !== 0) {
            spans.flags.set(row, flags);
          }
          break;
        }
        default:
          cursor.skip(tag, end);
          rest.copy(bytes, fieldStart, cursor.at);
      }
    }
    this.#walk.finish(spans.attributes);
    this.#status(statusStart, statusEnd);
    for (let at = 0; at < this.#events.length; at += 2) {
      this.#nested.event(this.#events[at], this.#events[at + 1]);
    }
    for (let at = 0; at < this.#links.length; at += 2) {
      this.#nested.link(this.#links[at], this.#links[at + 1]);
    }
    spans.tenant.setIndex(row, tenantIndex);
    spans.receivedDay.byte(day);
    spans.receivedDay.byte(day >>> 8);
    spans.receivedMs.uint64(receivedMs >>> 0, Math.floor(receivedMs / 0x1_0000_0000));
    spans.traceId.copy(bytes, this.#traceIdAt, this.#traceIdAt + 16);
    spans.spanId.copy(bytes, this.#spanIdAt, this.#spanIdAt + 8);
    if (this.#parentIdAt === 0) {
      spans.parentSpanId.zeros(8);
    } else {
      spans.parentSpanId.copy(bytes, this.#parentIdAt, this.#parentIdAt + 8);
    }
    spans.start.uint64(startLow, startHigh);
    const borrow = endLow < startLow ? 1 : 0;
    spans.duration.uint64((endLow - startLow) >>> 0, (endHigh - startHigh - borrow) >>> 0);
    spans.kind.byte(kind);
    spans.name.set(row, bytes, nameStart, nameEnd);
    spans.service.setIndex(row, serviceIndex);
    spans.resourceId.uint64(emitter.low, emitter.high);
    spans.traceState.string(bytes, stateStart, stateEnd);
    spans.rest.string(rest.bytes, 0, rest.length);
    spans.endRow();
    return undefined;
  }

  #traceIdAt = 0;
  #spanIdAt = 0;
  /** 0 where the span has no parent: no id can stand at the request's first byte. */
  #parentIdAt = 0;

  /** Finds the ids: trace_id 1, span_id 2, parent_span_id 4. Sixteen or eight bytes, not all zero (trace.proto). */
  #ids(start: number, end: number): RefusalReason | undefined {
    const cursor = this.#cursor;
    this.#traceIdAt = this.#spanIdAt = this.#parentIdAt = 0;
    let traceIdBytes = 0;
    let spanIdBytes = 0;
    let parentIdBytes = 0;
    cursor.at = start;
    while (cursor.at < end) {
      const tag = cursor.tag(end);
      const isTraceId = tag === tagOf(1, WIRE_LENGTH);
      const isSpanId = tag === tagOf(2, WIRE_LENGTH);
      if (isTraceId || isSpanId || tag === tagOf(4, WIRE_LENGTH)) {
        const fieldEnd = cursor.lengthEnd(end);
        const length = fieldEnd - cursor.at;
        if (isTraceId) {
          this.#traceIdAt = cursor.at;
          traceIdBytes = length;
        } else if (isSpanId) {
          this.#spanIdAt = cursor.at;
          spanIdBytes = length;
        } else {
          this.#parentIdAt = length === 0 ? 0 : cursor.at;
          parentIdBytes = length;
        }
        cursor.at = fieldEnd;
      } else {
        cursor.skip(tag, end);
      }
    }
    const { bytes } = cursor;
    if (traceIdBytes !== 16 || isZero(bytes, this.#traceIdAt, 16)) {
      return 'bad_trace_id';
    }
    if (spanIdBytes !== 8 || isZero(bytes, this.#spanIdAt, 8)) {
      return 'bad_span_id';
    }
    return parentIdBytes === 0 || parentIdBytes === 8 ? undefined : 'bad_parent_span_id';
  }

  /** Status: message 2, code 3. */
  #status(start: number, end: number): void {
    const cursor = this.#cursor;
    let code = 0;
    let messageStart = 0;
    let messageEnd = 0;
    cursor.at = start;
    while (cursor.at < end) {
      const tag = cursor.tag(end);
      if (tag === tagOf(2, WIRE_LENGTH)) {
        messageEnd = cursor.lengthEnd(end);
        messageStart = cursor.at;
        cursor.at = messageEnd;
      } else if (tag === tagOf(3, WIRE_VARINT)) {
        cursor.varint64(end);
        code = cursor.high === 0 && cursor.low >>> 0 <= MAX_ENUM ? cursor.low : 0;
      } else {
        cursor.skip(tag, end);
      }
    }
    this.#spans.statusCode.byte(code);
    this.#spans.statusMessage.string(cursor.bytes, messageStart, messageEnd);
  }
}

function isZero(bytes: Uint8Array, start: number, length: number): boolean {
  for (let at = start; at < start + length; at++) {
    if (bytes[at] !== 0) {
      return false;
    }
  }
  return true;
}
