import { ProtobufReader } from '../protobuf/reader.ts';
import { WIRE_FIXED32, WIRE_FIXED64, WIRE_LENGTH, WIRE_VARINT } from '../protobuf/wire.ts';
import { JsonBytes } from './json-bytes.ts';
import type { Field, FieldType, MessageType } from './messages.ts';

/** Messages nested deeper than this come out empty: each level is a call, and the bytes are a client's. */
const MAX_DEPTH = 600;

const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/**
 * Protobuf bytes of `type` as proto3 JSON in UTF-8 (https://protobuf.dev/programming-guides/json): 64-bit numbers as
 * strings, bytes as base64, enums by name, defaults left out. Fields that `type` does not know are left out too.
 * Throws ProtobufError for malformed bytes.
 */
export function protobufToJson(bytes: Uint8Array, type: MessageType, start = 0, end = bytes.length): Uint8Array {
  // JSON of spans is about twice as long as their protobuf.
  const out = new JsonBytes(Math.max(256, (end - start) * 2));
  new JsonWalk(new ProtobufReader(bytes, start, end), out).message(type, 0);
  return out.finish();
}

class JsonWalk {
  readonly #reader: ProtobufReader;
  readonly #out: JsonBytes;

  constructor(reader: ProtobufReader, out: JsonBytes) {
    this.#reader = reader;
    this.#out = out;
  }

  /** The message that the reader spans. */
  message(type: MessageType, depth: number): void {
    this.#out.byte(OPEN_BRACE);
    if (depth > MAX_DEPTH) {
      this.#reader.at = this.#reader.end;
    } else if (type.oneof) {
      this.#oneof(type, depth);
    } else {
      this.#fields(type, depth);
    }
    this.#out.byte(CLOSE_BRACE);
  }

  #fields(type: MessageType, depth: number): void {
    const reader = this.#reader;
    let written = 0;
    /** Repeated fields that are written already, one bit per field number. */
    let done = 0;
    while (reader.next()) {
      const { field: number, wireType } = reader;
      const field = type.fields[number];
      if (!field || wireTypeOf(field.type) !== wireType || done & (1 << number)) {
        reader.skip();
        continue;
      }
      if (field.repeated) {
        done |= 1 << number;
        this.#name(field, written++);
        this.#elements(field, number, depth);
        continue;
      }
      const before = this.#out.length;
      this.#name(field, written++);
      if (!this.#value(field.type, depth, false)) {
        this.#out.length = before;
        written -= 1;
      }
    }
  }

  /** All elements of a repeated field, which need not stand together in the bytes; the reader is at the first. */
  #elements(field: Field, number: number, depth: number): void {
    const reader = this.#reader;
    const out = this.#out;
    out.byte(OPEN_BRACKET);
    this.#value(field.type, depth, true);
    const resume = reader.at;
    const wireType = wireTypeOf(field.type);
    while (reader.next()) {
      if (reader.is(number, wireType)) {
        out.byte(COMMA);
        this.#value(field.type, depth, true);
      } else {
        reader.skip();
      }
    }
    reader.at = resume;
    out.byte(CLOSE_BRACKET);
  }

  #oneof(type: MessageType, depth: number): void {
    const reader = this.#reader;
    const end = reader.end;
    let last = -1;
    let at = reader.at;
    while (reader.next()) {
      const field = type.fields[reader.field];
      if (field && wireTypeOf(field.type) === reader.wireType) {
        last = at;
      }
      reader.skip();
      at = reader.at;
    }
    if (last >= 0) {
      reader.at = last;
      reader.next();
      const field = type.fields[reader.field];
      if (field) {
        this.#name(field, 0);
        this.#value(field.type, depth, true);
      }
    }
    reader.at = end;
  }

  #name(field: Field, written: number): void {
    const out = this.#out;
    if (written > 0) {
      out.byte(COMMA);
    }
    out.byte(0x22);
    out.ascii(field.name);
    out.byte(0x22);
    out.byte(COLON);
  }

  /** Writes the value that the reader is at; answers false, having written nothing, for a default that is left out. */
  #value(type: FieldType, depth: number, evenDefault: boolean): boolean {
    const reader = this.#reader;
    const out = this.#out;
    if (typeof type === 'object') {
      return 'enum' in type ? this.#enumValue(type.enum, evenDefault) : this.#nested(type.message(), depth);
    }
    switch (type) {
      case 'string':
        reader.range();
        if (evenDefault || reader.rangeEnd > reader.rangeStart) {
          out.string(reader.bytes, reader.rangeStart, reader.rangeEnd);
          return true;
        }
        return false;
      case 'bytes':
        reader.range();
        if (evenDefault || reader.rangeEnd > reader.rangeStart) {
          out.base64(reader.bytes, reader.rangeStart, reader.rangeEnd);
          return true;
        }
        return false;
      case 'bool': {
        const value = reader.bool();
        return this.#scalar(String(value), value || evenDefault);
      }
      case 'uint32':
      case 'fixed32': {
        const value = type === 'uint32' ? reader.uint32() : reader.fixed32();
        return this.#scalar(String(value), value !== 0 || evenDefault);
      }
      case 'uint64':
      case 'fixed64': {
        const value = type === 'uint64' ? reader.uint64() : reader.fixed64();
        return this.#scalar(`"${value}"`, value !== 0n || evenDefault);
      }
      case 'int64': {
        const value = reader.int64();
        return this.#scalar(`"${value}"`, value !== 0n || evenDefault);
      }
      case 'double': {
        const value = reader.double();
        // A negative zero is not the default: it has another bit pattern.
        return this.#scalar(doubleText(value), !Object.is(value, 0) || evenDefault);
      }
    }
  }

  #scalar(text: string, write: boolean): boolean {
    if (write) {
      this.#out.ascii(text);
    }
    return write;
  }

  #enumValue(names: readonly string[], evenDefault: boolean): boolean {
    const number = this.#reader.int32();
    const name = names[number];
    // A number that has no name stays a number, as proto3 JSON has it.
    return this.#scalar(name === undefined ? String(number) : `"${name}"`, number !== 0 || evenDefault);
  }

  #nested(type: MessageType, depth: number): boolean {
    const outer = this.#reader.open();
    this.message(type, depth + 1);
    this.#reader.close(outer);
    return true;
  }
}

function wireTypeOf(type: FieldType): number {
  if (typeof type === 'object') {
    return 'enum' in type ? WIRE_VARINT : WIRE_LENGTH;
  }
  switch (type) {
    case 'string':
    case 'bytes':
      return WIRE_LENGTH;
    case 'fixed32':
      return WIRE_FIXED32;
    case 'fixed64':
    case 'double':
      return WIRE_FIXED64;
    default:
      return WIRE_VARINT;
  }
}

function doubleText(value: number): string {
  if (Number.isFinite(value)) {
    return Object.is(value, -0) ? '-0' : String(value);
  }
  return Number.isNaN(value) ? '"NaN"' : value > 0 ? '"Infinity"' : '"-Infinity"';
}
