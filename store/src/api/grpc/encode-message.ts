import { ProtobufWriter } from '@clew/trace-model';

import { MAP_KEY, MAP_VALUE, type Field, type FieldType, type MessageObject, type MessageType } from './message.ts';

/**
 * The protobuf bytes of what would be sent as proto3 JSON. What the type does not know is left out. Throws TypeError for
 * a value that its field cannot hold.
 */
export function encodeMessage(type: MessageType, value: MessageObject): Buffer {
  const out = new ProtobufWriter();
  writeMessage(out, type, value);
  return Buffer.from(out.bytes.buffer, out.bytes.byteOffset, out.length);
}

function writeMessage(out: ProtobufWriter, type: MessageType, value: MessageObject): void {
  for (const [number, field] of type.fields) {
    const content = value[field.name];
    if (content === undefined || content === null) {
      continue;
    }
    if (!field.repeated) {
      writeValue(out, number, field, content, type.oneof);
    } else if (Array.isArray(content)) {
      content.forEach((element: unknown) => writeValue(out, number, field, element, true));
    } else {
      throw wrong(field, content);
    }
  }
}

function writeValue(out: ProtobufWriter, number: number, field: Field, value: unknown, evenDefault: boolean): void {
  const { type } = field;
  if (typeof type === 'object') {
    writeComposite(out, number, field, type, value, evenDefault);
    return;
  }
  switch (type) {
    case 'string':
      if (typeof value !== 'string') {
        throw wrong(field, value);
      }
      if (value !== '' || evenDefault) {
        out.string(number, value);
      }
      return;
    case 'bool':
      if (typeof value !== 'boolean') {
        throw wrong(field, value);
      }
      if (value || evenDefault) {
        out.bool(number, value);
      }
      return;
    case 'uint32':
      if (typeof value !== 'number' || !Number.isInteger(value)) {
        throw wrong(field, value);
      }
      if (value !== 0 || evenDefault) {
        out.uint32(number, value);
      }
      return;
    case 'uint64':
    case 'int64': {
      const whole = wholeNumber(field, value);
      if (whole !== 0n || evenDefault) {
        out.int64(number, whole);
      }
      return;
    }
    case 'double': {
      const double = doubleOf(field, value);
      if (!Object.is(double, 0) || evenDefault) {
        out.double(number, double);
      }
    }
  }
}

function writeComposite(
  out: ProtobufWriter,
  number: number,
  field: Field,
  type: Exclude<FieldType, string>,
  value: unknown,
  evenDefault: boolean
): void {
  if ('enum' in type) {
    const index = typeof value === 'string' ? type.enum.indexOf(value) : -1;
    if (index < 0) {
      throw wrong(field, value);
    }
    if (index > 0 || evenDefault) {
      out.int32(number, index);
    }
    return;
  }
  if (!isMessage(value)) {
    throw wrong(field, value);
  }
  if ('message' in type) {
    out.open(number);
    writeMessage(out, type.message(), value);
    out.close();
    return;
  }
  const valueField: Field = { name: field.name, type: type.mapOf, repeated: false };
  for (const [key, element] of Object.entries(value)) {
    out.open(number);
    out.string(MAP_KEY, key);
    writeValue(out, MAP_VALUE, valueField, element, true);
    out.close();
  }
}

const isMessage = (value: unknown): value is MessageObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function wholeNumber(field: Field, value: unknown): bigint {
  if (typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value))) {
    return BigInt(value);
  }
  if (typeof value === 'string' && /^-?\d+$/.test(value)) {
    return BigInt(value);
  }
  throw wrong(field, value);
}

/** proto3 JSON has text for what JSON has no number for. */
const SPECIAL_DOUBLES: ReadonlyMap<unknown, number> = new Map([
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
]);

function doubleOf(field: Field, value: unknown): number {
  const double = typeof value === 'number' ? value : SPECIAL_DOUBLES.get(value);
  if (double === undefined) {
    throw wrong(field, value);
  }
  return double;
}

const wrong = ({ name }: Field, value: unknown): TypeError =>
  new TypeError(`A message cannot have ${typeof value === 'object' ? 'this object' : String(value)} as ${name}`);
