import { readUtf8 } from './utf8.ts';
import { WIRE_END_GROUP, WIRE_FIXED32, WIRE_FIXED64, WIRE_LENGTH, WIRE_START_GROUP, WIRE_VARINT } from './wire.ts';

/** Groups nested deeper than this are refused: nobody writes them, and each level is a call. */
const MAX_GROUP_DEPTH = 32;

/** Bytes that are not well-formed protobuf. `offset` counts from the start of the buffer. */
export class ProtobufError extends Error {
  readonly offset: number;

  constructor(what: string, offset: number) {
    super(`${what} at byte ${offset}`);
    this.name = 'ProtobufError';
    this.offset = offset;
  }
}

/**
 * Walks protobuf bytes without making objects. Never reads outside `[at, end)`:
 *
 *     while (reader.next()) {
 *       switch (reader.field) {
 *         case 1: { const outer = reader.open(); …; reader.close(outer); break; }
 *         default: reader.skip();
 *       }
 *     }
 *
 * Every read checks that the field has the wire type it needs.
 */
export class ProtobufReader {
  readonly bytes: Uint8Array;
  at: number;
  end: number;
  /** Of the tag that `next()` read. */
  field = 0;
  wireType = 0;
  /** Halves of the last varint or fixed64, unsigned. */
  low = 0;
  high = 0;
  /** Range of the last length-delimited field that `range()` passed over. */
  rangeStart = 0;
  rangeEnd = 0;
  readonly #view: DataView;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    if (start < 0 || end > bytes.length || start > end) {
      throw new ProtobufError(`Range ${start} to ${end} of ${bytes.length} bytes`, start);
    }
    this.bytes = bytes;
    this.at = start;
    this.end = end;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Reads the next tag; false at the end of the message. */
  next(): boolean {
    if (this.at >= this.end) {
      return false;
    }
    const start = this.at;
    this.#varint();
    this.field = this.low >>> 3;
    this.wireType = this.low & 7;
    if (this.field === 0 || this.high !== 0) {
      throw new ProtobufError('Not a field tag', start);
    }
    return true;
  }

  /** Whether the tag that `next()` read is this one. */
  is(field: number, wireType: number): boolean {
    return this.field === field && this.wireType === wireType;
  }

  /** A varint field into `low` and `high`. */
  varint(): void {
    this.#expect(WIRE_VARINT);
    this.#varint();
  }

  uint32(): number {
    this.varint();
    return this.low;
  }

  /** int32 and enum. */
  int32(): number {
    this.varint();
    return this.low | 0;
  }

  bool(): boolean {
    this.varint();
    return this.low !== 0 || this.high !== 0;
  }

  uint64(): bigint {
    this.varint();
    return (BigInt(this.high) << 32n) | BigInt(this.low);
  }

  int64(): bigint {
    return BigInt.asIntN(64, this.uint64());
  }

  fixed32(): number {
    this.#expect(WIRE_FIXED32);
    return this.#view.getUint32(this.#take(4), true);
  }

  fixed64(): bigint {
    this.#expect(WIRE_FIXED64);
    return this.#view.getBigUint64(this.#take(8), true);
  }

  double(): number {
    this.#expect(WIRE_FIXED64);
    return this.#view.getFloat64(this.#take(8), true);
  }

  /** Passes over a length-delimited field and leaves where its content is in `rangeStart` and `rangeEnd`. */
  range(): void {
    this.#expect(WIRE_LENGTH);
    const start = this.at;
    this.#varint();
    if (this.high !== 0 || this.low > this.end - this.at) {
      throw new ProtobufError(`Field of ${this.low} bytes, ${this.end - this.at} are left,`, start);
    }
    this.rangeStart = this.at;
    this.rangeEnd = this.at + this.low;
    this.at = this.rangeEnd;
  }

  string(): string {
    this.range();
    return readUtf8(this.bytes, this.rangeStart, this.rangeEnd);
  }

  /** A view of a bytes field's content. */
  bytesView(): Uint8Array {
    this.range();
    return this.bytes.subarray(this.rangeStart, this.rangeEnd);
  }

  /** Steps into a nested message; hand what it answers to `close()`. */
  open(): number {
    this.range();
    const outer = this.end;
    this.at = this.rangeStart;
    this.end = this.rangeEnd;
    return outer;
  }

  /** Leaves a nested message, read to its end or not. */
  close(outer: number): void {
    this.at = this.end;
    this.end = outer;
  }

  /** Passes over the field that `next()` found, whatever its wire type. */
  skip(): void {
    this.#skip(0);
  }

  #skip(depth: number): void {
    switch (this.wireType) {
      case WIRE_VARINT:
        this.#varint();
        return;
      case WIRE_FIXED64:
        this.#take(8);
        return;
      case WIRE_LENGTH:
        this.range();
        return;
      case WIRE_FIXED32:
        this.#take(4);
        return;
      case WIRE_START_GROUP:
        this.#skipGroup(depth);
        return;
      default:
        throw new ProtobufError(`Wire type ${this.wireType} of field ${this.field}`, this.at);
    }
  }

  #skipGroup(depth: number): void {
    const group = this.field;
    if (depth >= MAX_GROUP_DEPTH) {
      throw new ProtobufError(`Groups nested deeper than ${MAX_GROUP_DEPTH}`, this.at);
    }
    while (this.next()) {
      if (this.wireType === WIRE_END_GROUP) {
        if (this.field !== group) {
          break;
        }
        return;
      }
      this.#skip(depth + 1);
    }
    throw new ProtobufError(`Group ${group} has no end`, this.at);
  }

  #expect(wireType: number): void {
    if (this.wireType !== wireType) {
      throw new ProtobufError(`Field ${this.field} has wire type ${this.wireType}, not ${wireType},`, this.at);
    }
  }

  #take(width: number): number {
    const start = this.at;
    if (width > this.end - start) {
      throw new ProtobufError('Truncated number', start);
    }
    this.at = start + width;
    return start;
  }

  #varint(): void {
    const { bytes, end } = this;
    const start = this.at;
    let at = start;
    let low = 0;
    let high = 0;
    for (let shift = 0; ; shift += 7) {
      if (at >= end) {
        throw new ProtobufError('Truncated number', start);
      }
      if (shift > 63) {
        throw new ProtobufError('Number of more than ten bytes', start);
      }
      const byte = bytes[at++];
      const bits = byte & 0x7f;
      if (shift < 32) {
        low |= bits << shift;
        if (shift > 25) {
          high |= bits >>> (32 - shift);
        }
      } else {
        high |= bits << (shift - 32);
      }
      if (byte < 0x80) {
        break;
      }
    }
    this.at = at;
    this.low = low >>> 0;
    this.high = high >>> 0;
  }
}
