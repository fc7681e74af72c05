import { readUtf8 } from '../protobuf/utf8.ts';

/** `String.fromCharCode` takes its units as arguments, which have to fit on the stack. */
const UNITS_AT_ONCE = 8192;

/** UTF-8 as text, as `readUtf8` does it, for whole documents: runs of ASCII at once. */
export function readDocument(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end;) {
    let stop = at;
    const limit = Math.min(end, at + UNITS_AT_ONCE);
    while (stop < limit && bytes[stop] < 0x80) {
      stop += 1;
    }
    if (stop > at) {
      text += Reflect.apply(String.fromCharCode, undefined, bytes.subarray(at, stop));
    } else {
      while (stop < end && bytes[stop] >= 0x80) {
        stop += 1;
      }
      text += readUtf8(bytes, at, stop);
    }
    at = stop;
  }
  return text;
}
