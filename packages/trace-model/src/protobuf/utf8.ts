/** UTF-8 by hand: TextEncoder and TextDecoder belong to no ECMAScript edition, and this package runs everywhere. */

/** Bytes that `text` takes in UTF-8. A lone surrogate counts as U+FFFD, three bytes. */
export function utf8Length(text: string): number {
  let length = text.length;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) {
      continue;
    }
    length += 1;
    if (unit >= 0x800) {
      if (isHighSurrogate(unit) && isLowSurrogate(text.charCodeAt(at + 1))) {
        // Two units become four bytes: two more than the units, of which one is counted.
        at += 1;
      }
      length += 1;
    }
  }
  return length;
}

/** Writes `text` into `target` from `at` on, which must have room, and answers where it ended. */
export function writeUtf8(text: string, target: Uint8Array, at: number): number {
  for (let index = 0; index < text.length; index++) {
    let point = text.charCodeAt(index);
    if (point < 0x80) {
      target[at++] = point;
      continue;
    }
    if (point < 0x800) {
      target[at++] = 0xc0 | (point >> 6);
      target[at++] = 0x80 | (point & 0x3f);
      continue;
    }
    const low = text.charCodeAt(index + 1);
    if (isHighSurrogate(point) && isLowSurrogate(low)) {
      index += 1;
      point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
      target[at++] = 0xf0 | (point >> 18);
      target[at++] = 0x80 | ((point >> 12) & 0x3f);
    } else {
      if (point >= 0xd800 && point <= 0xdfff) {
        point = 0xfffd;
      }
      target[at++] = 0xe0 | (point >> 12);
    }
    target[at++] = 0x80 | ((point >> 6) & 0x3f);
    target[at++] = 0x80 | (point & 0x3f);
  }
  return at;
}

/**
 * Length of the well-formed UTF-8 sequence at `at` (The Unicode Standard, table 3-7), or 0 when there is none: overlong
 * forms, surrogates, code points past U+10FFFF, sequences cut off by `end`.
 */
export function utf8SequenceLength(bytes: Uint8Array, at: number, end: number): number {
  const first = bytes[at];
  if (first < 0x80) {
    return 1;
  }
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || at + length > end) {
    return 0;
  }
  const second = bytes[at + 1];
  const lowest = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const highest = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < lowest || second > highest) {
    return 0;
  }
  for (let rest = 2; rest < length; rest++) {
    if ((bytes[at + rest] & 0xc0) !== 0x80) {
      return 0;
    }
  }
  return length;
}

/** Text of UTF-8 bytes; what is not well-formed becomes U+FFFD. */
export function readUtf8(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end;) {
    const length = utf8SequenceLength(bytes, at, end);
    if (length === 0) {
      text += '\ufffd';
      at += 1;
      continue;
    }
    let point = length === 1 ? bytes[at] : bytes[at] & (0x7f >> length);
    for (let rest = 1; rest < length; rest++) {
      point = (point << 6) | (bytes[at + rest] & 0x3f);
    }
    text += String.fromCodePoint(point);
    at += length;
  }
  return text;
}

/** One UTF-16 unit per byte: text that is equal exactly when the bytes are, for use as a map key. */
export function byteString(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at++) {
    text += String.fromCharCode(bytes[at]);
  }
  return text;
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;
