import protobuf from 'protobufjs';

import { OTLP_DESCRIPTOR } from '../../../../packages/trace-model/src/otlp/testing/otlp-descriptor.ts';

const root = protobuf.Root.fromJSON(OTLP_DESCRIPTOR);

/** OTLP as tests write it: proto3 JSON names, ids and bytes as Buffers, 64-bit numbers as decimal text. */
export type Message = Record<string, unknown>;

export function encodeOtlp(type: string, message: Message): Uint8Array {
  const messageType = root.lookupType(type);
  return messageType.encode(messageType.fromObject(message)).finish();
}

/** The message with enums by name, 64-bit numbers as text and bytes as base64, as proto3 JSON has them; no defaults. */
export function decodeOtlp(type: string, bytes: Uint8Array): Message {
  const messageType = root.lookupType(type);
  return messageType.toObject(messageType.decode(bytes), { enums: String, longs: String, bytes: String });
}

export type Value =
  string | number | boolean | bigint | Buffer | null | readonly Value[] | { readonly [key: string]: Value };

/** A JavaScript value as AnyValue: whole numbers and bigints are ints, other numbers doubles, null is empty. */
export function anyValue(value: Value): Message {
  if (value === null) {
    return {};
  }
  switch (typeof value) {
    case 'string':
      return { stringValue: value };
    case 'boolean':
      return { boolValue: value };
    case 'bigint':
      return { intValue: String(value) };
    case 'number':
      return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  }
  if (Buffer.isBuffer(value)) {
    return { bytesValue: value };
  }
  return Array.isArray(value)
    ? { arrayValue: { values: value.map(anyValue) } }
    : { kvlistValue: { values: attributes(value as { readonly [key: string]: Value }) } };
}

export const attributes = (values: { readonly [key: string]: Value }): Message[] =>
  Object.entries(values).map(([key, value]) => ({ key, value: anyValue(value) }));
