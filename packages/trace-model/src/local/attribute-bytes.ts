import { KEY_VALUE } from '../otlp/fields.ts';
import { ProtobufReader } from '../protobuf/reader.ts';
import { utf8Length, writeUtf8 } from '../protobuf/utf8.ts';
import { WIRE_LENGTH } from '../protobuf/wire.ts';

export function utf8Bytes(text: string): Uint8Array {
  const bytes = new Uint8Array(utf8Length(text));
  writeUtf8(text, bytes, 0);
  return bytes;
}

/** Whether the bytes from `start` to `end` are those of `text`. */
export function isText(bytes: Uint8Array, start: number, end: number, text: Uint8Array): boolean {
  if (end - start !== text.length) {
    return false;
  }
  for (let at = 0; at < text.length; at++) {
    if (bytes[start + at] !== text[at]) {
      return false;
    }
  }
  return true;
}

/**
 * Visits the KeyValues in field `field` of the message between `start` and `end`, with where their keys and values are. `visit`
 * answers true to stop. Throws ProtobufError.
 */
export function forEachAttribute(
  bytes: Uint8Array,
  start: number,
  end: number,
  field: number,
  visit: (keyStart: number, keyEnd: number, valueStart: number, valueEnd: number) => boolean | void
): void {
  const reader = new ProtobufReader(bytes, start, end);
  while (reader.next()) {
    if (!reader.is(field, WIRE_LENGTH)) {
      reader.skip();
      continue;
    }
    let keyStart = 0;
    let keyEnd = 0;
    let valueStart = 0;
    let valueEnd = 0;
    const outer = reader.open();
    while (reader.next()) {
      if (reader.is(KEY_VALUE.key, WIRE_LENGTH)) {
        reader.range();
        keyStart = reader.rangeStart;
        keyEnd = reader.rangeEnd;
      } else if (reader.is(KEY_VALUE.value, WIRE_LENGTH)) {
        reader.range();
        valueStart = reader.rangeStart;
        valueEnd = reader.rangeEnd;
      } else {
        reader.skip();
      }
    }
    reader.close(outer);
    if (visit(keyStart, keyEnd, valueStart, valueEnd)) {
      return;
    }
  }
}
