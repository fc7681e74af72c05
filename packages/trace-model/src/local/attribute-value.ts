import { base64Text } from '../otlp/binary-text.ts';
import { ANY_VALUE, KEY_VALUE, LIST_ELEMENT } from '../otlp/fields.ts';
import { ProtobufReader } from '../protobuf/reader.ts';
import { WIRE_FIXED64, WIRE_LENGTH, WIRE_VARINT } from '../protobuf/wire.ts';
import { tagOf, tagUnder } from './tag.ts';

/**
 * A value as JavaScript has it: whole numbers past 2^53 are bigints, bytes are base64 text, a list of keys and values is an
 * object without a prototype, no value is null.
 */
export type AttributeValue =
  string | number | boolean | bigint | null | readonly AttributeValue[] | { readonly [key: string]: AttributeValue };

export interface Attribute {
  readonly key: string;
  readonly value: AttributeValue;
}

/** Values nested deeper than this come out as null: each level is a call, and the bytes are anybody's. */
const MAX_DEPTH = 64;

/** The attributes in field `field` of the message between `start` and `end`. Throws ProtobufError. */
export function readAttributes(bytes: Uint8Array, start: number, end: number, field: number): Attribute[] {
  const reader = new ProtobufReader(bytes, start, end);
  const attributes: Attribute[] = [];
  while (reader.next()) {
    if (reader.is(field, WIRE_LENGTH)) {
      attributes.push(readAttribute(reader, 0));
    } else {
      reader.skip();
    }
  }
  return attributes;
}

/** The KeyValue that the reader is at. */
function readAttribute(reader: ProtobufReader, depth: number): Attribute {
  let key = '';
  let value: AttributeValue = null;
  const outer = reader.open();
  while (reader.next()) {
    if (reader.is(KEY_VALUE.key, WIRE_LENGTH)) {
      key = reader.string();
    } else if (reader.is(KEY_VALUE.value, WIRE_LENGTH)) {
      const keyValue = reader.open();
      value = readAny(reader, depth);
      reader.close(keyValue);
    } else {
      reader.skip();
    }
  }
  reader.close(outer);
  return { key, value };
}

/** The AnyValue between `start` and `end`. Throws ProtobufError. */
export function readAttributeValue(bytes: Uint8Array, start: number, end: number): AttributeValue {
  return readAny(new ProtobufReader(bytes, start, end), 0);
}

/** The AnyValue that the reader spans: of the members of the oneof the last one counts. */
function readAny(reader: ProtobufReader, depth: number): AttributeValue {
  let value: AttributeValue = null;
  if (depth > MAX_DEPTH) {
    reader.at = reader.end;
  }
  while (reader.next()) {
    switch (tagUnder(reader)) {
      case tagOf(ANY_VALUE.stringValue, WIRE_LENGTH):
        value = reader.string();
        break;
      case tagOf(ANY_VALUE.boolValue, WIRE_VARINT):
        value = reader.bool();
        break;
      case tagOf(ANY_VALUE.intValue, WIRE_VARINT):
        value = readInteger(reader);
        break;
      case tagOf(ANY_VALUE.doubleValue, WIRE_FIXED64):
        value = reader.double();
        break;
      case tagOf(ANY_VALUE.arrayValue, WIRE_LENGTH):
        value = readArray(reader, depth);
        break;
      case tagOf(ANY_VALUE.kvlistValue, WIRE_LENGTH):
        value = readList(reader, depth);
        break;
      case tagOf(ANY_VALUE.bytesValue, WIRE_LENGTH):
        reader.range();
        value = base64Text(reader.bytes, reader.rangeStart, reader.rangeEnd);
        break;
      default:
        reader.skip();
    }
  }
  return value;
}

function readInteger(reader: ProtobufReader): number | bigint {
  reader.varint();
  const number = (reader.high | 0) * 0x1_0000_0000 + reader.low;
  return Number.isSafeInteger(number) ? number : BigInt.asIntN(64, (BigInt(reader.high) << 32n) | BigInt(reader.low));
}

function readArray(reader: ProtobufReader, depth: number): AttributeValue[] {
  const values: AttributeValue[] = [];
  const outer = reader.open();
  while (reader.next()) {
    if (reader.is(LIST_ELEMENT, WIRE_LENGTH)) {
      const array = reader.open();
      values.push(readAny(reader, depth + 1));
      reader.close(array);
    } else {
      reader.skip();
    }
  }
  reader.close(outer);
  return values;
}

function readList(reader: ProtobufReader, depth: number): AttributeValue {
  const values = Object.create(null) as Record<string, AttributeValue>;
  const outer = reader.open();
  while (reader.next()) {
    if (reader.is(LIST_ELEMENT, WIRE_LENGTH)) {
      const { key, value } = readAttribute(reader, depth + 1);
      values[key] = value;
    } else {
      reader.skip();
    }
  }
  reader.close(outer);
  return values;
}

/** A value as it is shown and copied: text as it is, numbers and true and false as in JSON, arrays and objects as JSON. */
export function attributeText(value: AttributeValue): string {
  if (typeof value === 'string') {
    return value;
  }
  return value === null ? '' : jsonText(value);
}

function jsonText(value: AttributeValue): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value);
    case 'object':
      if (value === null) {
        return 'null';
      }
      return isArray(value)
        ? `[${value.map(jsonText).join(',')}]`
        : `{${Object.entries(value)
            .map(([key, element]) => `${JSON.stringify(key)}:${jsonText(element)}`)
            .join(',')}}`;
    default:
      return String(value);
  }
}

/** `Array.isArray` does not tell a readonly array from an object. */
const isArray = (value: object): value is readonly AttributeValue[] => Array.isArray(value);
