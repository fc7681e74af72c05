import type { SpanLimits } from '../journal/record.ts';
import type { AttributeWalk } from './attribute-walk.ts';
import { EventsAndLinks } from './events-and-links.ts';
import type { LossBlock } from './loss-block.ts';
import { ByteWriter } from './native/byte-writer.ts';
import {
  readUint32,
  tagOf,
  WIRE_FIXED32,
  WIRE_FIXED64,
  WIRE_LENGTH,
  WIRE_VARINT,
  type OtlpCursor,
} from './otlp-wire.ts';
import type { EmitterRef } from './resource-block.ts';
import type { SpanBlock } from './span-block.ts';

/** Why single spans are refused while the rest of their request is taken. */
export type RefusalReason = 'bad_trace_id' | 'bad_span_id' | 'bad_parent_span_id' | 'span_too_large';

/** What spans of one request and emitter share. */
export interface SpanContext {
  receivedMs: number;
  /** Days since the epoch of `receivedMs`. */
  day: number;
  tenant: Uint8Array;
  limits: SpanLimits;
  emitter: EmitterRef;
  /** Dictionary indexes of the tenant and of the emitter's service. */
  tenantIndex: number;
  serviceIndex: number;
}

/** Values of SpanKind and StatusCode that fit their UInt8 columns; others stay in `rest` as bytes. */
const MAX_ENUM = 127;

/**
 * Thrown where an id stands behind other fields of its span, which no known client does. The request has to be taken
 * back and walked again with `idsAnywhere`.
 */
export const LATE_IDS = Symbol('ids behind other fields');

/** The last field that holds an id, parent_span_id. Encoders write fields in the order of their numbers. */
const LAST_ID_FIELD = 4;

/** Reads Span messages and writes each as one row of the span block. */
export class SpanWalk {
  /** Look for the ids in the whole span, at the cost of a second pass over it. */
  idsAnywhere = false;
  readonly #cursor: OtlpCursor;
  readonly #spans: SpanBlock;
  readonly #walk: AttributeWalk;
  readonly #losses: LossBlock;
  readonly #nested: EventsAndLinks;
  readonly #rest = new ByteWriter();
  /** Starts and ends of the events and links of the span under the cursor. */
  readonly #events: number[] = [];
  readonly #links: number[] = [];
  #traceIdAt = 0;
  #spanIdAt = 0;
  /** 0 where the span has no parent: no id can stand at the request's first byte. */
  #parentIdAt = 0;
  /** Up to where the ids were looked for. */
  #idsEnd = 0;

  constructor(cursor: OtlpCursor, spans: SpanBlock, walk: AttributeWalk, losses: LossBlock) {
    this.#cursor = cursor;
    this.#spans = spans;
    this.#walk = walk;
    this.#losses = losses;
    this.#nested = new EventsAndLinks(cursor, spans, walk);
  }

  /**
   * One span. What may refuse it is looked at first, so that a refused span has written nothing; where its trace is
   * known, the trace gets to know of it.
   */
  write(start: number, end: number, context: SpanContext): RefusalReason | undefined {
    const { receivedMs, day, emitter, limits } = context;
    const refusal =
      this.#ids(start, end) ?? (limits.spanBytes > 0 && end - start > limits.spanBytes ? 'span_too_large' : undefined);
    if (refusal && this.#idsEnd < end) {
      throw LATE_IDS;
    }
    if (refusal) {
      if (refusal !== 'bad_trace_id') {
        this.#losses.add(context, this.#cursor.bytes, this.#traceIdAt, refusal, 1);
      }
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
    let droppedAttributes = 0;
    let flags = 0;
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
          if (fieldStart >= this.#idsEnd) {
            throw LATE_IDS;
          }
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
          droppedAttributes = cursor.varint32(end);
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
          flags = readUint32(bytes, at);
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
    if (this.#walk.cut > 0) {
      this.#losses.add(context, bytes, this.#traceIdAt, 'attribute_too_long', this.#walk.cut);
      droppedAttributes += this.#walk.dropped;
      this.#walk.cut = 0;
      this.#walk.dropped = 0;
    }
    if (droppedAttributes > 0) {
      spans.droppedAttributes.set(row, droppedAttributes);
    }
    if (flags !== 0) {
      spans.flags.set(row, flags);
    }
    spans.tenant.setIndex(row, context.tenantIndex);
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
    spans.service.setIndex(row, context.serviceIndex);
    spans.resourceId.uint64(emitter.low, emitter.high);
    spans.traceState.string(bytes, stateStart, stateEnd);
    spans.rest.string(rest.bytes, 0, rest.length);
    spans.endRow();
    return undefined;
  }

  /** Finds the ids: trace_id 1, span_id 2, parent_span_id 4. Sixteen or eight bytes, not all zero (trace.proto). */
  #ids(start: number, end: number): RefusalReason | undefined {
    const cursor = this.#cursor;
    this.#traceIdAt = this.#spanIdAt = this.#parentIdAt = 0;
    let traceIdBytes = 0;
    let spanIdBytes = 0;
    let parentIdBytes = 0;
    cursor.at = start;
    this.#idsEnd = end;
    while (cursor.at < end) {
      const fieldStart = cursor.at;
      const tag = cursor.tag(end);
      if (tag >>> 3 > LAST_ID_FIELD && !this.idsAnywhere) {
        this.#idsEnd = fieldStart;
        break;
      }
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
