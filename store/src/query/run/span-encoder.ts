import { EVENT, LINK, SPAN, STATUS, type ProtobufWriter } from '@clew/trace-model';

import { PROMOTED } from '../../schema/promoted.ts';
import { encodeAttributes, encodeInt, encodeString } from './attribute-encoder.ts';
import type { RowBinaryReader } from './row-binary.ts';

const PROMOTED_KEYS = PROMOTED.map(({ key, type }) => ({ key: Buffer.from(key), isInt: type === 'int' }));

/** What the caller groups and orders by, of the row that was encoded last. */
export interface EncodedSpan {
  /** Resource id, start and span id: where the row belongs. */
  resourceLow: number;
  resourceHigh: number;
  startLow: number;
  startHigh: number;
  spanIdLow: number;
  spanIdHigh: number;
  /** Range of `service` in the answer's bytes. */
  serviceStart: number;
  serviceEnd: number;
}

/** Writes rows of `spansOfTraceSql` as OTLP Span messages. Defaults are left out, as proto3 has it. */
export class SpanEncoder implements EncodedSpan {
  resourceLow = 0;
  resourceHigh = 0;
  startLow = 0;
  startHigh = 0;
  spanIdLow = 0;
  spanIdHigh = 0;
  serviceStart = 0;
  serviceEnd = 0;
  readonly #traceId: Uint8Array;
  readonly #lists = new ListRanges();

  constructor(traceId: Uint8Array) {
    this.#traceId = traceId;
  }

  /** One row, as a length-delimited `field`. The columns stand as SPAN_READ_COLUMNS says. */
  encode(row: RowBinaryReader, out: ProtobufWriter, field: number): void {
    const { bytes } = row;
    row.uint64();
    this.resourceLow = row.low;
    this.resourceHigh = row.high;
    row.uint64();
    const startLow = (this.startLow = row.low);
    const startHigh = (this.startHigh = row.high);

    out.open(field, 2);
    out.bytesField(SPAN.traceId, this.#traceId);
    row.fixed(8);
    this.spanIdLow = bytes.readUInt32LE(row.start);
    this.spanIdHigh = bytes.readUInt32LE(row.start + 4);
    out.bytesField(SPAN.spanId, bytes, row.start, row.end);
    row.uint64();
    const endLow = startLow + row.low;
    const endHigh = startHigh + row.high + (endLow > 0xffffffff ? 1 : 0);
    row.fixed(8);
    if (bytes.readUInt32LE(row.start) !== 0 || bytes.readUInt32LE(row.start + 4) !== 0) {
      out.bytesField(SPAN.parentSpanId, bytes, row.start, row.end);
    }
    text(row, out, SPAN.traceState);
    text(row, out, SPAN.name);
    number(row.uint8(), out, SPAN.kind);
    fixed64(startLow, startHigh, out, SPAN.startTimeUnixNano);
    fixed64(endLow >>> 0, endHigh >>> 0, out, SPAN.endTimeUnixNano);
    number(row.uint32(), out, SPAN.droppedAttributesCount);
    number(row.uint32(), out, SPAN.droppedEventsCount);
    number(row.uint32(), out, SPAN.droppedLinksCount);
    this.#status(row, out);
    fixed32(row.uint32(), out, SPAN.flags);
    row.string();
    this.serviceStart = row.start;
    this.serviceEnd = row.end;
    this.#promoted(row, out);
    encodeAttributes(row, out, SPAN.attributes);
    this.#events(row, out);
    this.#links(row, out);
    row.string();
    out.raw(bytes, row.start, row.end);
    out.close();
  }

  #status(row: RowBinaryReader, out: ProtobufWriter): void {
    const code = row.uint8();
    row.string();
    // Written even when it is empty: Grafana 12.4's Tempo back end dereferences it unasked, and Tempo always sends it.
    out.open(SPAN.status);
    if (row.end > row.start) {
      out.bytesField(STATUS.message, row.bytes, row.start, row.end);
    }
    number(code, out, STATUS.code);
    out.close();
  }

  #promoted(row: RowBinaryReader, out: ProtobufWriter): void {
    for (const { key, isInt } of PROMOTED_KEYS) {
      if (!row.present()) {
        continue;
      }
      if (isInt) {
        row.uint64();
        encodeInt(out, SPAN.attributes, key, row.low, row.high);
      } else {
        row.string();
        encodeString(out, SPAN.attributes, key, row.bytes, row.start, row.end);
      }
    }
  }

  /** Arrays of one length, column by column; written event by event. */
  #events(row: RowBinaryReader, out: ProtobufWriter): void {
    const count = row.count();
    const times = row.at;
    row.at += count * 8;
    const lists = this.#lists;
    lists.clear();
    lists.readStrings(row);
    const dropped = lists.skipUint32s(row);
    lists.readStrings(row);
    const end = row.at;
    for (let index = 0; index < count; index++) {
      out.open(SPAN.events);
      row.at = times + index * 8;
      row.uint64();
      fixed64(row.low, row.high, out, EVENT.timeUnixNano);
      lists.writeText(row, out, EVENT.name, index);
      row.at = dropped + index * 4;
      const droppedAttributes = row.uint32();
      lists.writeRaw(row, out, count + index);
      number(droppedAttributes, out, EVENT.droppedAttributesCount);
      out.close();
    }
    row.at = end;
  }

  #links(row: RowBinaryReader, out: ProtobufWriter): void {
    const lists = this.#lists;
    lists.clear();
    const count = lists.readStrings(row);
    lists.readStrings(row);
    lists.readStrings(row);
    const flags = lists.skipUint32s(row);
    const dropped = lists.skipUint32s(row);
    lists.readStrings(row);
    const end = row.at;
    for (let index = 0; index < count; index++) {
      out.open(SPAN.links);
      lists.writeText(row, out, LINK.traceId, index);
      lists.writeText(row, out, LINK.spanId, count + index);
      lists.writeText(row, out, LINK.traceState, count * 2 + index);
      lists.writeRaw(row, out, count * 3 + index);
      row.at = dropped + index * 4;
      number(row.uint32(), out, LINK.droppedAttributesCount);
      row.at = flags + index * 4;
      fixed32(row.uint32(), out, LINK.flags);
      out.close();
    }
    row.at = end;
  }
}

/** Where the strings of several arrays of one row are, without an object for each. */
class ListRanges {
  /** Start and end, alternating. */
  readonly #ranges: number[] = [];

  clear(): void {
    this.#ranges.length = 0;
  }

  /** Array(String): remembers each and answers how many. */
  readStrings(row: RowBinaryReader): number {
    const count = row.count();
    for (let index = 0; index < count; index++) {
      row.string();
      this.#ranges.push(row.start, row.end);
    }
    return count;
  }

  /** Array(UInt32): answers where its elements begin. */
  skipUint32s(row: RowBinaryReader): number {
    const count = row.count();
    const start = row.at;
    row.at += count * 4;
    return start;
  }

  writeText(row: RowBinaryReader, out: ProtobufWriter, field: number, index: number): void {
    const start = this.#ranges[index * 2];
    const end = this.#ranges[index * 2 + 1];
    if (end > start) {
      out.bytesField(field, row.bytes, start, end);
    }
  }

  writeRaw(row: RowBinaryReader, out: ProtobufWriter, index: number): void {
    out.raw(row.bytes, this.#ranges[index * 2], this.#ranges[index * 2 + 1]);
  }
}

function text(row: RowBinaryReader, out: ProtobufWriter, field: number): void {
  row.string();
  if (row.end > row.start) {
    out.bytesField(field, row.bytes, row.start, row.end);
  }
}

function number(value: number, out: ProtobufWriter, field: number): void {
  if (value !== 0) {
    out.uint32(field, value);
  }
}

function fixed32(value: number, out: ProtobufWriter, field: number): void {
  if (value !== 0) {
    out.fixed32(field, value);
  }
}

function fixed64(low: number, high: number, out: ProtobufWriter, field: number): void {
  if (low !== 0 || high !== 0) {
    out.fixed64Halves(field, low, high);
  }
}
