/** Thrown for bytes that are not a well-formed OTLP message. The whole request is refused: it cannot be cut into spans. */
export class MalformedOtlp extends Error {
  constructor(what: string, offset: number) {
    super(`${what} at byte ${offset}`);
    this.name = 'MalformedOtlp';
  }
}

export const WIRE_VARINT = 0;
export const WIRE_FIXED64 = 1;
export const WIRE_LENGTH = 2;
export const WIRE_FIXED32 = 5;

/** A range of bytes in the request; both 0 where the message is absent. */
export interface ByteRange {
  start: number;
  end: number;
}

/**
 * A cursor over protobuf bytes (https://protobuf.dev/programming-guides/encoding). One instance walks a whole request;
 * every read is checked against the end of the message it is in.
 */
export class OtlpCursor {
  bytes: Uint8Array = new Uint8Array(0);
  at = 0;
  /** Halves of the last 64-bit varint. */
  low = 0;
  high = 0;

  /** A varint whose upper bits do not matter: counts, enums. More than 32 bits are cut off. */
  varint32(end: number): number {
    const { bytes } = this;
    let at = this.at;
    if (at >= end) {
      throw new MalformedOtlp('Truncated number', at);
    }
    let byte = bytes[at++];
    let value = byte & 0x7f;
    for (let shift = 7; byte >= 0x80; shift += 7) {
      if (at >= end) {
        throw new MalformedOtlp('Truncated number', at);
      }
      if (shift > 63) {
        throw new MalformedOtlp('Number of more than ten bytes', at);
      }
      byte = bytes[at++];
      if (shift < 32) {
        value |= (byte & 0x7f) << shift;
      }
    }
    this.at = at;
    return value >>> 0;
  }

  /** A 64-bit varint into `low` and `high`. */
  varint64(end: number): void {
    const { bytes } = this;
    let at = this.at;
    let low = 0;
    let high = 0;
    for (let shift = 0; ; shift += 7) {
      if (at >= end) {
        throw new MalformedOtlp('Truncated number', at);
      }
      if (shift > 63) {
        throw new MalformedOtlp('Number of more than ten bytes', at);
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
    this.low = low;
    this.high = high;
  }

  /** A tag or length: more than 32 bits are an error, as every protobuf parser has it. */
  #exact32(end: number): number {
    const { bytes } = this;
    const { at } = this;
    if (at < end && bytes[at] < 0x80) {
      this.at = at + 1;
      return bytes[at];
    }
    this.varint64(end);
    if (this.high !== 0) {
      throw new MalformedOtlp('Tag or length of more than 32 bits', at);
    }
    return this.low >>> 0;
  }

  /** A field's tag. Field 0 does not exist. */
  tag(end: number): number {
    const tag = this.#exact32(end);
    if (tag >>> 3 === 0) {
      throw new MalformedOtlp('Field number 0', this.at);
    }
    return tag;
  }

  /** The end of a length-delimited field whose content starts at `this.at`. */
  lengthEnd(end: number): number {
    const length = this.#exact32(end);
    const fieldEnd = this.at + length;
    if (fieldEnd > end) {
      throw new MalformedOtlp(`Field of ${length} bytes, ${end - this.at} are left`, this.at);
    }
    return fieldEnd;
  }

  /** Takes the field into `range` if it is the length-delimited field `number`. */
  rangeOf(tag: number, end: number, number: number, range: ByteRange): boolean {
    if (tag !== tagOf(number, WIRE_LENGTH)) {
      return false;
    }
    range.end = this.lengthEnd(end);
    range.start = this.at;
    this.at = range.end;
    return true;
  }

  /** Passes over 4 or 8 bytes and answers where they began. */
  fixed(width: 4 | 8, end: number): number {
    const start = this.at;
    if (start + width > end) {
      throw new MalformedOtlp('Truncated fixed-width number', start);
    }
    this.at = start + width;
    return start;
  }

  /** Passes over a field of any wire type. */
  skip(tag: number, end: number): void {
    switch (tag & 7) {
      case WIRE_VARINT:
        this.varint32(end);
        return;
      case WIRE_FIXED64:
        this.fixed(8, end);
        return;
      case WIRE_LENGTH:
        this.at = this.lengthEnd(end);
        return;
      case WIRE_FIXED32:
        this.fixed(4, end);
        return;
      default:
        throw new MalformedOtlp(`Wire type ${tag & 7} of field ${tag >>> 3}`, this.at);
    }
  }
}

/** A field's tag as it stands in the bytes: `tagOf(9, WIRE_LENGTH)`. */
export const tagOf = (field: number, wireType: number): number => (field << 3) | wireType;

export function readUint32(bytes: Uint8Array, at: number): number {
  return (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0;
}
