const NOT_HEX = 0xff;
const HEX_VALUES = new Uint8Array(0x80).fill(NOT_HEX);
for (let value = 0; value < 16; value++) {
  const digit = value.toString(16);
  HEX_VALUES[digit.charCodeAt(0)] = value;
  HEX_VALUES[digit.toUpperCase().charCodeAt(0)] = value;
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const NOT_BASE64 = 0xff;
const BASE64_VALUES = new Uint8Array(0x80).fill(NOT_BASE64);
for (let value = 0; value < 64; value++) {
  BASE64_VALUES[BASE64.charCodeAt(value)] = value;
}
BASE64_VALUES['-'.charCodeAt(0)] = 62;
BASE64_VALUES['_'.charCodeAt(0)] = 63;

/** Hex digits of either case, an even number of them; undefined for anything else. */
export function hexBytes(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0) {
    return undefined;
  }
  const bytes = new Uint8Array(text.length / 2);
  for (let at = 0; at < bytes.length; at++) {
    const upper = HEX_VALUES[text.charCodeAt(at * 2)] ?? NOT_HEX;
    const lower = HEX_VALUES[text.charCodeAt(at * 2 + 1)] ?? NOT_HEX;
    if (upper === NOT_HEX || lower === NOT_HEX) {
      return undefined;
    }
    bytes[at] = (upper << 4) | lower;
  }
  return bytes;
}

/** Base64 in the standard or the URL alphabet, padded or not, as proto3 JSON readers take it; undefined for anything else. */
export function base64Bytes(text: string): Uint8Array | undefined {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const length = text.length - padding;
  if (length % 4 === 1 || (padding > 0 && text.length % 4 !== 0)) {
    return undefined;
  }
  const bytes = new Uint8Array(Math.floor((length * 3) / 4));
  let bits = 0;
  let held = 0;
  let to = 0;
  for (let at = 0; at < length; at++) {
    const value = BASE64_VALUES[text.charCodeAt(at)] ?? NOT_BASE64;
    if (value === NOT_BASE64) {
      return undefined;
    }
    bits = ((bits << 6) | value) & 0xffff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes[to++] = (bits >> held) & 0xff;
    }
  }
  return bytes;
}

export function base64Text(bytes: Uint8Array, start = 0, end = bytes.length): string {
  let text = '';
  for (let at = start; at < end; at += 3) {
    const left = end - at;
    const bits = (bytes[at] << 16) | ((left > 1 ? bytes[at + 1] : 0) << 8) | (left > 2 ? bytes[at + 2] : 0);
    text += BASE64[bits >> 18] + BASE64[(bits >> 12) & 63];
    text += (left > 1 ? BASE64[(bits >> 6) & 63] : '=') + (left > 2 ? BASE64[bits & 63] : '=');
  }
  return text;
}
