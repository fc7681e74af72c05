import { ProtobufReader, WIRE_FIXED64, WIRE_LENGTH, WIRE_VARINT } from '@clew/trace-model';

import { MAP_KEY, MAP_VALUE, type FieldType, type MessageObject, type MessageType } from './message.ts';

/**
 * A request's bytes as an object: what was not sent is not there, 64-bit numbers are decimal text. Unknown fields are
 * passed over. Throws ProtobufError.
 */
export function decodeMessage(type: MessageType, bytes: Uint8Array): MessageObject {
  return readMessage(new ProtobufReader(bytes), type);
}

function readMessage(reader: ProtobufReader, type: MessageType): MessageObject {
  const found: Record<string, unknown> = {};
  while (reader.next()) {
    const field = type.fields.get(reader.field);
    if (!field || wireTypeOf(field.type) !== reader.wireType) {
      reader.skip();
    } else if (typeof field.type === 'object' && 'mapOf' in field.type) {
      const entries = (found[field.name] ??= Object.create(null)) as Record<string, unknown>;
      const [key, value] = readEntry(reader, field.type.mapOf);
      entries[key] = value;
    } else if (field.repeated) {
      const values = (found[field.name] ??= []) as unknown[];
      values.push(readValue(reader, field.type));
    } else {
      found[field.name] = readValue(reader, field.type);
    }
  }
  return found;
}

function readEntry(reader: ProtobufReader, type: FieldType): [string, unknown] {
  const outer = reader.open();
  let key = '';
  let value: unknown = '';
  while (reader.next()) {
    if (reader.is(MAP_KEY, WIRE_LENGTH)) {
      key = reader.string();
    } else if (reader.is(MAP_VALUE, wireTypeOf(type))) {
      value = readValue(reader, type);
    } else {
      reader.skip();
    }
  }
  reader.close(outer);
  return [key, value];
}

function readValue(reader: ProtobufReader, type: FieldType): unknown {
  if (typeof type === 'object') {
    if ('enum' in type) {
      const number = reader.int32();
      return type.enum[number] ?? number;
    }
    const outer = reader.open();
    const value = 'message' in type ? readMessage(reader, type.message()) : {};
    reader.close(outer);
    return value;
  }
  switch (type) {
    case 'string':
      return reader.string();
    case 'bool':
      return reader.bool();
    case 'uint32':
      return reader.uint32();
    case 'uint64':
      return String(reader.uint64());
    case 'int64':
      return String(reader.int64());
    case 'double':
      return reader.double();
  }
}

function wireTypeOf(type: FieldType): number {
  if (typeof type === 'object') {
    return 'enum' in type ? WIRE_VARINT : WIRE_LENGTH;
  }
  return type === 'string' ? WIRE_LENGTH : type === 'double' ? WIRE_FIXED64 : WIRE_VARINT;
}
