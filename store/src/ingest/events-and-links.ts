import type { AttributeWalk } from './attribute-walk.ts';
import { ByteWriter } from './native/byte-writer.ts';
import {
  readUint32,
  tagOf,
  WIRE_FIXED32,
  WIRE_FIXED64,
  WIRE_LENGTH,
  WIRE_VARINT,
  type ByteRange,
  type OtlpCursor,
} from './otlp-wire.ts';
import type { SpanBlock } from './span-block.ts';

const EVENT_PREFIX = new TextEncoder().encode('event.');
const LINK_PREFIX = new TextEncoder().encode('link.');

/**
 * Writes a span's events and links: their fields to the array columns, their attributes twice, as the bytes they came in
 * and flattened into the `nested` maps.
 */
export class EventsAndLinks {
  readonly #cursor: OtlpCursor;
  readonly #spans: SpanBlock;
  readonly #walk: AttributeWalk;
  /** Fields that are kept as bytes: attributes, and what the schema does not know. */
  readonly #kept = new ByteWriter();

  constructor(cursor: OtlpCursor, spans: SpanBlock, walk: AttributeWalk) {
    this.#cursor = cursor;
    this.#spans = spans;
    this.#walk = walk;
  }

  /** Event: time_unix_nano 1, name 2, attributes 3, dropped_attributes_count 4. */
  event(start: number, end: number): void {
    const cursor = this.#cursor;
    const spans = this.#spans;
    const kept = this.#kept;
    let timeAt = -1;
    let nameStart = 0;
    let nameEnd = 0;
    let dropped = 0;
    let droppedByClient = 0;
    kept.clear();
    cursor.at = start;
    while (cursor.at < end) {
      const fieldStart = cursor.at;
      const tag = cursor.tag(end);
      if (tag === tagOf(1, WIRE_FIXED64)) {
        timeAt = cursor.fixed(8, end);
      } else if (tag === tagOf(2, WIRE_LENGTH)) {
        nameEnd = cursor.lengthEnd(end);
        nameStart = cursor.at;
        cursor.at = nameEnd;
      } else if (tag === tagOf(4, WIRE_VARINT)) {
        droppedByClient = cursor.varint32(end);
      } else {
        if (tag === tagOf(3, WIRE_LENGTH)) {
          const fieldEnd = cursor.lengthEnd(end);
          dropped += this.#walk.nested(fieldStart, fieldEnd, spans.nested, EVENT_PREFIX, kept) ? 0 : 1;
        } else {
          cursor.skip(tag, end);
          kept.copy(cursor.bytes, fieldStart, cursor.at);
        }
      }
    }
    if (timeAt < 0) {
      spans.eventTimes.zeros(8);
    } else {
      spans.eventTimes.copy(cursor.bytes, timeAt, timeAt + 8);
    }
    spans.eventNames.push(cursor.bytes, nameStart, nameEnd);
    spans.eventDropped.uint32(droppedByClient + dropped);
    spans.eventAttributes.string(kept.bytes, 0, kept.length);
    spans.events++;
  }

  /** Link: trace_id 1, span_id 2, trace_state 3, attributes 4, dropped_attributes_count 5, flags 6. */
  link(start: number, end: number): void {
    const cursor = this.#cursor;
    const { bytes } = cursor;
    const spans = this.#spans;
    const kept = this.#kept;
    const traceId: ByteRange = { start: 0, end: 0 };
    const spanId: ByteRange = { start: 0, end: 0 };
    const traceState: ByteRange = { start: 0, end: 0 };
    let dropped = 0;
    let droppedByClient = 0;
    let flags = 0;
    kept.clear();
    cursor.at = start;
    while (cursor.at < end) {
      const fieldStart = cursor.at;
      const tag = cursor.tag(end);
      if (
        cursor.rangeOf(tag, end, 1, traceId) ||
        cursor.rangeOf(tag, end, 2, spanId) ||
        cursor.rangeOf(tag, end, 3, traceState)
      ) {
        continue;
      }
      if (tag === tagOf(5, WIRE_VARINT)) {
        droppedByClient = cursor.varint32(end);
      } else if (tag === tagOf(6, WIRE_FIXED32)) {
        flags = readUint32(bytes, cursor.fixed(4, end));
      } else {
        if (tag === tagOf(4, WIRE_LENGTH)) {
          const fieldEnd = cursor.lengthEnd(end);
          dropped += this.#walk.nested(fieldStart, fieldEnd, spans.nested, LINK_PREFIX, kept) ? 0 : 1;
        } else {
          cursor.skip(tag, end);
          kept.copy(bytes, fieldStart, cursor.at);
        }
      }
    }
    spans.linkTraceIds.string(bytes, traceId.start, traceId.end);
    spans.linkSpanIds.string(bytes, spanId.start, spanId.end);
    spans.linkTraceStates.string(bytes, traceState.start, traceState.end);
    spans.linkFlags.uint32(flags);
    spans.linkDropped.uint32(droppedByClient + dropped);
    spans.linkAttributes.string(kept.bytes, 0, kept.length);
    spans.links++;
  }
}
