import { utf8SequenceLength } from '../protobuf/utf8.ts';

const HEX = '0123456789abcdef';
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const BASE64_CODES = Uint8Array.from(BASE64, (letter) => letter.charCodeAt(0));
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** What JSON text needs to escape (RFC 8259 §7): the letter after the backslash, or 1 for \u00XX. 0: as it is. */
const ESCAPES = new Uint8Array(0x80);
ESCAPES.fill(1, 0, 0x20);
for (const [unit, letter] of [
  [0x08, 'b'],
  [0x09, 't'],
  [0x0a, 'n'],
  [0x0c, 'f'],
  [0x0d, 'r'],
  [QUOTE, '"'],
  [BACKSLASH, '\\'],
] as const) {
  ESCAPES[unit] = letter.charCodeAt(0);
}

/** JSON text as UTF-8 bytes: strings go from protobuf to JSON without becoming JavaScript strings. */
export class JsonBytes {
  bytes: Uint8Array;
  length = 0;

  constructor(capacity = 4096) {
    this.bytes = new Uint8Array(capacity);
  }

  finish(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  byte(value: number): void {
    if (this.length === this.bytes.length) {
      this.#reserve(1);
    }
    this.bytes[this.length++] = value;
  }

  /** ASCII text, as it is. */
  ascii(text: string): void {
    this.#reserve(text.length);
    for (let at = 0; at < text.length; at++) {
      this.bytes[this.length++] = text.charCodeAt(at);
    }
  }

  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** A quoted string of UTF-8 bytes; what is not well-formed becomes U+FFFD, because JSON is UTF-8. */
  string(source: Uint8Array, start: number, end: number): void {
    // The longest form of a byte is \u00XX.
    this.#reserve((end - start) * 6 + 2);
    const target = this.bytes;
    let to = this.length;
    target[to++] = QUOTE;
    for (let at = start; at < end;) {
      const unit = source[at];
      if (unit < 0x80) {
        const escape = ESCAPES[unit];
        if (escape === 0) {
          target[to++] = unit;
        } else {
          target[to++] = BACKSLASH;
          if (escape === 1) {
            to = asciiAt(target, to, `u00${HEX[unit >> 4]}${HEX[unit & 15]}`);
          } else {
            target[to++] = escape;
          }
        }
        at += 1;
        continue;
      }
      const length = utf8SequenceLength(source, at, end);
      if (length === 0) {
        target[to++] = 0xef;
        target[to++] = 0xbf;
        target[to++] = 0xbd;
        at += 1;
      } else {
        for (const next = at + length; at < next; at++) {
          target[to++] = source[at];
        }
      }
    }
    target[to++] = QUOTE;
    this.length = to;
  }

  /** A quoted string: standard base64 with padding, as proto3 JSON has bytes. */
  base64(source: Uint8Array, start: number, end: number): void {
    this.#reserve(Math.ceil((end - start) / 3) * 4 + 2);
    const target = this.bytes;
    let to = this.length;
    target[to++] = QUOTE;
    for (let at = start; at < end; at += 3) {
      const left = end - at;
      const bits = (source[at] << 16) | ((left > 1 ? source[at + 1] : 0) << 8) | (left > 2 ? source[at + 2] : 0);
      target[to++] = BASE64_CODES[bits >> 18];
      target[to++] = BASE64_CODES[(bits >> 12) & 63];
      target[to++] = left > 1 ? BASE64_CODES[(bits >> 6) & 63] : 0x3d;
      target[to++] = left > 2 ? BASE64_CODES[bits & 63] : 0x3d;
    }
    target[to++] = QUOTE;
    this.length = to;
  }

  #reserve(size: number): void {
    const needed = this.length + size;
    if (needed > this.bytes.length) {
      const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2));
      grown.set(this.bytes.subarray(0, this.length));
      this.bytes = grown;
    }
  }
}

function asciiAt(target: Uint8Array, at: number, text: string): number {
  for (let index = 0; index < text.length; index++) {
    target[at++] = text.charCodeAt(index);
  }
  return at;
}
