import { utf8Length, writeUtf8 } from './utf8.ts';
import { varintSize, WIRE_FIXED32, WIRE_FIXED64, WIRE_LENGTH, WIRE_VARINT } from './wire.ts';

const LOW_32 = 0xffffffffn;

/**
 * Protobuf into one growing buffer. Every method writes what it is told: whoever wants proto3's rule that defaults are
 * left out does not call it. 64-bit numbers come as bigint, or as two unsigned halves where that spares an allocation.
 */
export class ProtobufWriter {
  /** The buffer; valid up to `length`. Replaced when it grows, so never keep it. */
  bytes: Uint8Array;
  length = 0;
  #view: DataView;
  /** Start of the content, and bytes reserved for its length, of each message that is open. */
  readonly #open: number[] = [];

  constructor(capacity = 1024) {
    this.bytes = new Uint8Array(Math.max(capacity, 16));
    this.#view = new DataView(this.bytes.buffer);
  }

  /** A copy of what is written. */
  finish(): Uint8Array {
    if (this.#open.length > 0) {
      throw new Error('A message is still open');
    }
    return this.bytes.slice(0, this.length);
  }

  clear(): void {
    this.length = 0;
    this.#open.length = 0;
  }

  tag(field: number, wireType: number): void {
    this.varint32((field << 3) | wireType);
  }

  /** An unsigned number below 2^32. */
  varint32(value: number): void {
    this.reserve(5);
    const { bytes } = this;
    let rest = value >>> 0;
    while (rest > 0x7f) {
      bytes[this.length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    bytes[this.length++] = rest;
  }

  varint64(low: number, high: number): void {
    this.reserve(10);
    const { bytes } = this;
    let lowRest = low >>> 0;
    let highRest = high >>> 0;
    while (highRest > 0 || lowRest > 0x7f) {
      bytes[this.length++] = (lowRest & 0x7f) | 0x80;
      lowRest = ((lowRest >>> 7) | (highRest << 25)) >>> 0;
      highRest >>>= 7;
    }
    bytes[this.length++] = lowRest;
  }

  uint32(field: number, value: number): void {
    this.tag(field, WIRE_VARINT);
    this.varint32(value);
  }

  bool(field: number, value: boolean): void {
    this.uint32(field, value ? 1 : 0);
  }

  /** int32 and enum: negative numbers take ten bytes, as protobuf has it. */
  int32(field: number, value: number): void {
    this.tag(field, WIRE_VARINT);
    this.varint64(value, value < 0 ? 0xffffffff : 0);
  }

  /** int64 and uint64 alike: the lower 64 bits of `value`. */
  int64(field: number, value: bigint): void {
    this.int64Halves(field, Number(value & LOW_32), Number((value >> 32n) & LOW_32));
  }

  int64Halves(field: number, low: number, high: number): void {
    this.tag(field, WIRE_VARINT);
    this.varint64(low, high);
  }

  fixed32(field: number, value: number): void {
    this.tag(field, WIRE_FIXED32);
    this.reserve(4);
    this.#view.setUint32(this.length, value, true);
    this.length += 4;
  }

  fixed64(field: number, value: bigint): void {
    this.fixed64Halves(field, Number(value & LOW_32), Number((value >> 32n) & LOW_32));
  }

  fixed64Halves(field: number, low: number, high: number): void {
    this.tag(field, WIRE_FIXED64);
    this.reserve(8);
    this.#view.setUint32(this.length, low, true);
    this.#view.setUint32(this.length + 4, high, true);
    this.length += 8;
  }

  double(field: number, value: number): void {
    this.tag(field, WIRE_FIXED64);
    this.reserve(8);
    this.#view.setFloat64(this.length, value, true);
    this.length += 8;
  }

  /** A lone surrogate becomes U+FFFD: protobuf strings are UTF-8. */
  string(field: number, text: string): void {
    this.tag(field, WIRE_LENGTH);
    const size = utf8Length(text);
    this.varint32(size);
    this.reserve(size);
    this.length = writeUtf8(text, this.bytes, this.length);
  }

  /** A bytes field, or a string or message whose bytes are at hand. */
  bytesField(field: number, source: Uint8Array, start = 0, end = source.length): void {
    this.tag(field, WIRE_LENGTH);
    this.varint32(end - start);
    this.raw(source, start, end);
  }

  /** Bytes as they are: fields that are encoded already. */
  raw(source: Uint8Array, start = 0, end = source.length): void {
    const size = end - start;
    this.reserve(size);
    const { bytes } = this;
    if (size > 24) {
      bytes.set(source.subarray(start, end), this.length);
    } else {
      // A view costs more than a short copy.
      for (let from = start, to = this.length; from < end; from++, to++) {
        bytes[to] = source[from];
      }
    }
    this.length += size;
  }

  /**
   * Begins a nested message. `lengthBytes` guesses how many bytes its length takes (1: below 128 bytes of content, 2:
   * below 16 KiB); a wrong guess costs `close()` a move of the content.
   */
  open(field: number, lengthBytes = 1): void {
    this.tag(field, WIRE_LENGTH);
    this.reserve(lengthBytes);
    this.length += lengthBytes;
    this.#open.push(this.length, lengthBytes);
  }

  /** Ends the message begun last. */
  close(): void {
    const lengthBytes = this.#open.pop();
    const start = this.#open.pop();
    if (lengthBytes === undefined || start === undefined) {
      throw new Error('No message is open');
    }
    const size = this.length - start;
    const needed = varintSize(size);
    if (needed !== lengthBytes) {
      this.reserve(5);
      this.bytes.copyWithin(start - lengthBytes + needed, start, this.length);
    }
    this.length = start - lengthBytes;
    this.varint32(size);
    this.length += size;
  }

  /** Makes room for `size` more bytes. */
  reserve(size: number): void {
    const needed = this.length + size;
    if (needed <= this.bytes.length) {
      return;
    }
    const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}
