import { ProtobufReader } from '../protobuf/reader.ts';
import { byteString } from '../protobuf/utf8.ts';
import { WIRE_FIXED64, WIRE_LENGTH, WIRE_VARINT } from '../protobuf/wire.ts';
import { ANY_VALUE, KEY_VALUE, LIST_ELEMENT } from './fields.ts';

/** Lists nested deeper than this are not flattened. The store's ingest has the same limit. */
export const MAX_FLATTEN_DEPTH = 16;

/** Lists under longer keys, in bytes, are not flattened: each leaf would repeat the key. The store's ingest has the same limit. */
export const MAX_FLATTEN_KEY_BYTES = 256;

export type ScalarSuffix = 'str' | 'int' | 'float' | 'bool';

/** A scalar inside an AnyValue, by the attribute map that its flattened copy goes to. */
export interface FlattenedEntry {
  readonly suffix: ScalarSuffix;
  /** One UTF-16 unit per byte of the key. */
  readonly key: string;
}

type Kind = keyof typeof ANY_VALUE | 'empty' | 'unknown';

/**
 * The scalars inside an AnyValue in document order: elements of arrays under the array's own key, leaves of lists under
 * `key.sub`, bytes as one string (base64); empty and unknown values give nothing. This is the rule by which ingest
 * appends flattened copies to a span's attribute maps, so that readers can tell them from attributes.
 *
 * `key` has one UTF-16 unit per byte (`byteString`). Throws ProtobufError for bytes that are no AnyValue.
 */
export function flattenAnyValue(key: string, bytes: Uint8Array, start = 0, end = bytes.length): FlattenedEntry[] {
  const entries: FlattenedEntry[] = [];
  flatten(new ProtobufReader(bytes, start, end), key, 0, entries);
  return entries;
}

/** `reader` spans one AnyValue. */
function flatten(reader: ProtobufReader, key: string, depth: number, entries: FlattenedEntry[]): void {
  if (depth > MAX_FLATTEN_DEPTH) {
    return;
  }
  const kind = member(reader);
  if ((kind === 'arrayValue' || kind === 'kvlistValue') && key.length > MAX_FLATTEN_KEY_BYTES) {
    return;
  }
  switch (kind) {
    case 'stringValue':
    case 'bytesValue':
      entries.push({ suffix: 'str', key });
      return;
    case 'boolValue':
      entries.push({ suffix: 'bool', key });
      return;
    case 'intValue':
      entries.push({ suffix: 'int', key });
      return;
    case 'doubleValue':
      entries.push({ suffix: 'float', key });
      return;
    case 'arrayValue':
      flattenArray(new ProtobufReader(reader.bytes, reader.rangeStart, reader.rangeEnd), key, depth, entries);
      return;
    case 'kvlistValue':
      flattenList(new ProtobufReader(reader.bytes, reader.rangeStart, reader.rangeEnd), key, depth, entries);
      return;
    default:
      return;
  }
}

function flattenArray(reader: ProtobufReader, key: string, depth: number, entries: FlattenedEntry[]): void {
  while (reader.next()) {
    if (reader.is(LIST_ELEMENT, WIRE_LENGTH)) {
      reader.range();
      flatten(new ProtobufReader(reader.bytes, reader.rangeStart, reader.rangeEnd), key, depth + 1, entries);
    } else {
      reader.skip();
    }
  }
}

function flattenList(reader: ProtobufReader, key: string, depth: number, entries: FlattenedEntry[]): void {
  const { bytes } = reader;
  while (reader.next()) {
    if (!reader.is(LIST_ELEMENT, WIRE_LENGTH)) {
      reader.skip();
      continue;
    }
    const outer = reader.open();
    let sub = '';
    let valueStart = reader.end;
    let valueEnd = reader.end;
    while (reader.next()) {
      if (reader.is(KEY_VALUE.key, WIRE_LENGTH)) {
        reader.range();
        sub = byteString(bytes, reader.rangeStart, reader.rangeEnd);
      } else if (reader.is(KEY_VALUE.value, WIRE_LENGTH)) {
        reader.range();
        valueStart = reader.rangeStart;
        valueEnd = reader.rangeEnd;
      } else {
        reader.skip();
      }
    }
    flatten(new ProtobufReader(bytes, valueStart, valueEnd), `${key}.${sub}`, depth + 1, entries);
    reader.close(outer);
  }
}

/**
 * Which member of the oneof is set: the last one, as protobuf has it. The range of a length-delimited member is left in
 * the reader.
 */
function member(reader: ProtobufReader): Kind {
  let kind: Kind = 'empty';
  let start = 0;
  let end = 0;
  while (reader.next()) {
    const found = knownMember(reader);
    kind = found;
    reader.skip();
    if (found === 'arrayValue' || found === 'kvlistValue') {
      start = reader.rangeStart;
      end = reader.rangeEnd;
    }
  }
  reader.rangeStart = start;
  reader.rangeEnd = end;
  return kind;
}

/** A member with another wire type than its own is unknown, not wrong: it may be a newer protocol's. */
function knownMember({ field, wireType }: ProtobufReader): Kind {
  switch (field) {
    case ANY_VALUE.stringValue:
      return wireType === WIRE_LENGTH ? 'stringValue' : 'unknown';
    case ANY_VALUE.boolValue:
      return wireType === WIRE_VARINT ? 'boolValue' : 'unknown';
    case ANY_VALUE.intValue:
      return wireType === WIRE_VARINT ? 'intValue' : 'unknown';
    case ANY_VALUE.doubleValue:
      return wireType === WIRE_FIXED64 ? 'doubleValue' : 'unknown';
    case ANY_VALUE.arrayValue:
      return wireType === WIRE_LENGTH ? 'arrayValue' : 'unknown';
    case ANY_VALUE.kvlistValue:
      return wireType === WIRE_LENGTH ? 'kvlistValue' : 'unknown';
    case ANY_VALUE.bytesValue:
      return wireType === WIRE_LENGTH ? 'bytesValue' : 'unknown';
    default:
      return 'unknown';
  }
}
