import { forEachAttribute, isText, utf8Bytes } from '../local/attribute-bytes.ts';
import { attributeText, readAttributeValue } from '../local/attribute-value.ts';
import { tagOf, tagUnder } from '../local/tag.ts';
import { ANY_VALUE } from '../otlp/fields.ts';
import { JsonBytes } from '../otlp/json-bytes.ts';
import { ProtobufReader } from '../protobuf/reader.ts';
import { WIRE_FIXED64, WIRE_LENGTH, WIRE_VARINT } from '../protobuf/wire.ts';

const COMMA = 0x2c;

/** Jaeger's JSON, piece by piece, from bytes of OTLP. */
export class JaegerJsonWriter {
  readonly json: JsonBytes;
  readonly bytes: Uint8Array;
  /** Since the last `list()`. */
  #elements = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    // Jaeger's JSON is about three times as long as OTLP.
    this.json = new JsonBytes(bytes.length * 3 + 1024);
  }

  /** `,` before every element of the list but the first. */
  element(): void {
    if (this.#elements++ > 0) {
      this.json.byte(COMMA);
    }
  }

  /** Begins a list, after what names it. Lists of elements do not stand in each other. */
  list(name: string): void {
    this.raw(`,"${name}":[`);
    this.#elements = 0;
  }

  /** Text that needs no escapes, as it is. */
  raw(text: string): void {
    this.json.ascii(text);
  }

  /** A quoted string. */
  text(text: string): void {
    const bytes = utf8Bytes(text);
    this.json.string(bytes, 0, bytes.length);
  }

  /** A quoted string of bytes of the trace. */
  range(start: number, end: number): void {
    this.json.string(this.bytes, start, end);
  }

  /** `{key, type: "string", value}`. */
  stringTag(key: string, value: string): void {
    this.element();
    this.raw(`{"key":"${key}","type":"string","value":`);
    this.text(value);
    this.raw('}');
  }

  /** A count, if there is something to count. */
  countTag(key: string, value: number): void {
    if (value > 0) {
      this.element();
      this.raw(`{"key":"${key}","type":"int64","value":${value}}`);
    }
  }

  trueTag(key: string): void {
    this.element();
    this.raw(`{"key":"${key}","type":"bool","value":true}`);
  }

  /** The attributes in field `field` of a message, except the one named `except`. */
  attributes(start: number, end: number, field: number, except: Uint8Array | undefined): void {
    forEachAttribute(this.bytes, start, end, field, (keyStart, keyEnd, valueStart, valueEnd) => {
      if (except && isText(this.bytes, keyStart, keyEnd, except)) {
        return false;
      }
      this.element();
      this.raw('{"key":');
      this.range(keyStart, keyEnd);
      this.#value(valueStart, valueEnd);
      this.raw('}');
      return false;
    });
  }

  /** `,"type":…,"value":…` of an AnyValue. */
  #value(start: number, end: number): void {
    const reader = new ProtobufReader(this.bytes, start, end);
    const before = this.json.length;
    this.raw(',"type":"string","value":""');
    while (reader.next()) {
      // The last member of the oneof counts.
      const { length } = this.json;
      this.json.length = before;
      if (!this.#member(reader, start, end)) {
        this.json.length = length;
        reader.skip();
      }
    }
  }

  #member(reader: ProtobufReader, start: number, end: number): boolean {
    switch (tagUnder(reader)) {
      case tagOf(ANY_VALUE.stringValue, WIRE_LENGTH):
        reader.range();
        this.raw(',"type":"string","value":');
        this.range(reader.rangeStart, reader.rangeEnd);
        return true;
      case tagOf(ANY_VALUE.boolValue, WIRE_VARINT):
        this.raw(`,"type":"bool","value":${reader.bool()}`);
        return true;
      case tagOf(ANY_VALUE.intValue, WIRE_VARINT): {
        const value = reader.int64();
        // Jaeger writes what a double does not hold as a string.
        this.raw(`,"type":"int64","value":${Number.isSafeInteger(Number(value)) ? value : `"${value}"`}`);
        return true;
      }
      case tagOf(ANY_VALUE.doubleValue, WIRE_FIXED64): {
        const value = reader.double();
        const text = Object.is(value, -0) ? '-0' : String(value);
        this.raw(`,"type":"float64","value":${Number.isFinite(value) ? text : `"${text}"`}`);
        return true;
      }
      case tagOf(ANY_VALUE.bytesValue, WIRE_LENGTH):
        reader.range();
        this.raw(',"type":"binary","value":');
        this.json.base64(this.bytes, reader.rangeStart, reader.rangeEnd);
        return true;
      case tagOf(ANY_VALUE.arrayValue, WIRE_LENGTH):
      case tagOf(ANY_VALUE.kvlistValue, WIRE_LENGTH):
        reader.range();
        this.raw(',"type":"string","value":');
        this.text(attributeText(readAttributeValue(this.bytes, start, end)));
        return true;
      default:
        return false;
    }
  }
}
