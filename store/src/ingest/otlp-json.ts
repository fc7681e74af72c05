import { ByteWriter } from './native/byte-writer.ts';
import { MalformedOtlp, tagOf, WIRE_FIXED32, WIRE_FIXED64, WIRE_LENGTH, WIRE_VARINT } from './otlp-wire.ts';

/**
 * OTLP/JSON to OTLP protobuf bytes, so that there is one ingest path. The JSON is proto3's with OTLP's exceptions: ids
 * are hex, enums are numbers (names are taken too), 64-bit integers are strings or numbers
 * (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding). Unknown members are ignored, as the spec demands;
 * members are taken by their camelCase and by their snake_case name, as proto3 readers do.
 */
export interface EncodedJson {
  readonly body: Uint8Array;
  /** Spans that could not be encoded; the others are in `body`. */
  readonly refused: number;
  /** Of the first of them: the path of the member and what is wrong with it. */
  readonly firstProblem: string | undefined;
}

/** A member has the wrong type or value. `path` names it: `resourceSpans[0].scopeSpans[0].spans[2].name`. */
class BadMember extends Error {
  constructor(path: string, expected: string, found: unknown) {
    const shown = JSON.stringify(found) ?? 'nothing';
    super(`${path}: expected ${expected}, found ${shown.length > 60 ? `${shown.slice(0, 60)}…` : shown}`);
  }
}

type Json = unknown;
type Members = Record<string, Json>;
type Encode = (value: Json, path: string, out: ByteWriter) => void;

/** Throws MalformedOtlp where the text is no JSON or the envelope around the spans is wrong. */
export function encodeOtlpJson(text: string): EncodedJson {
  let request: Json;
  try {
    request = JSON.parse(text);
  } catch (error) {
    throw new MalformedJson(error instanceof Error ? error.message : String(error));
  }
  const context = new Context();
  const out = new ByteWriter(text.length);
  try {
    const members = object(request, 'the request');
    each(members, 'resourceSpans', '', out, 1, (value, path, into) => context.resourceSpans(value, path, into));
  } catch (error) {
    if (error instanceof BadMember) {
      throw new MalformedJson(error.message);
    }
    throw error;
  }
  return { body: out.view(), refused: context.refused, firstProblem: context.firstProblem };
}

/** The JSON counterpart of MalformedOtlp: the whole request is refused. */
export class MalformedJson extends MalformedOtlp {
  constructor(problem: string) {
    super(problem, 0);
    this.message = problem;
  }
}

class Context {
  refused = 0;
  firstProblem: string | undefined;

  resourceSpans(value: Json, path: string, out: ByteWriter): void {
    const members = object(value, path);
    message(members, 'resource', path, out, 1, encodeResource);
    each(members, 'scopeSpans', path, out, 2, (scope, scopePath, into) => this.#scopeSpans(scope, scopePath, into));
    string(members, 'schemaUrl', path, out, 3);
  }

  #scopeSpans(value: Json, path: string, out: ByteWriter): void {
    const members = object(value, path);
    message(members, 'scope', path, out, 1, encodeScope);
    array(member(members, 'spans'), `${path}.spans`).forEach((span, index) => {
      const encoded = new ByteWriter(512);
      try {
        encodeSpan(span, `${path}.spans[${index}]`, encoded);
      } catch (error) {
        if (!(error instanceof BadMember)) {
          throw error;
        }
        this.refused++;
        this.firstProblem ??= error.message;
        return;
      }
      bytesField(out, 2, encoded.view());
    });
    string(members, 'schemaUrl', path, out, 3);
  }
}

const encodeResource: Encode = (value, path, out) => {
  const members = object(value, path);
  attributes(members, path, out, 1);
  uint32(members, 'droppedAttributesCount', path, out, 2);
};

const encodeScope: Encode = (value, path, out) => {
  const members = object(value, path);
  string(members, 'name', path, out, 1);
  string(members, 'version', path, out, 2);
  attributes(members, path, out, 3);
  uint32(members, 'droppedAttributesCount', path, out, 4);
};

const KINDS = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'].map(
  (name) => `SPAN_KIND_${name}`
);
const STATUS_CODES = ['UNSET', 'OK', 'ERROR'].map((name) => `STATUS_CODE_${name}`);

const encodeSpan: Encode = (value, path, out) => {
  const members = object(value, path);
  hexId(members, 'traceId', path, out, 1);
  hexId(members, 'spanId', path, out, 2);
  string(members, 'traceState', path, out, 3);
  hexId(members, 'parentSpanId', path, out, 4);
  string(members, 'name', path, out, 5);
  enumeration(members, 'kind', path, out, 6, KINDS);
  fixed64(members, 'startTimeUnixNano', path, out, 7);
  fixed64(members, 'endTimeUnixNano', path, out, 8);
  attributes(members, path, out, 9);
  uint32(members, 'droppedAttributesCount', path, out, 10);
  each(members, 'events', path, out, 11, encodeEvent);
  uint32(members, 'droppedEventsCount', path, out, 12);
  each(members, 'links', path, out, 13, encodeLink);
  uint32(members, 'droppedLinksCount', path, out, 14);
  message(members, 'status', path, out, 15, encodeStatus);
  fixed32(members, 'flags', path, out, 16);
};

const encodeEvent: Encode = (value, path, out) => {
  const members = object(value, path);
  fixed64(members, 'timeUnixNano', path, out, 1);
  string(members, 'name', path, out, 2);
  attributes(members, path, out, 3);
  uint32(members, 'droppedAttributesCount', path, out, 4);
};

const encodeLink: Encode = (value, path, out) => {
  const members = object(value, path);
  hexId(members, 'traceId', path, out, 1);
  hexId(members, 'spanId', path, out, 2);
  string(members, 'traceState', path, out, 3);
  attributes(members, path, out, 4);
  uint32(members, 'droppedAttributesCount', path, out, 5);
  fixed32(members, 'flags', path, out, 6);
};

const encodeStatus: Encode = (value, path, out) => {
  const members = object(value, path);
  string(members, 'message', path, out, 2);
  enumeration(members, 'code', path, out, 3, STATUS_CODES);
};

function attributes(members: Members, path: string, out: ByteWriter, field: number): void {
  each(members, 'attributes', path, out, field, encodeKeyValue);
}

const encodeKeyValue: Encode = (value, path, out) => {
  const members = object(value, path);
  string(members, 'key', path, out, 1);
  message(members, 'value', path, out, 2, encodeAnyValue);
};

const MAX_DEPTH = 64;

const encodeAnyValue: Encode = (value, path, out) => {
  if (path.split('Value').length > MAX_DEPTH) {
    throw new BadMember(path, `values nested less than ${MAX_DEPTH} deep`, '…');
  }
  const members = object(value, path);
  const bool = member(members, 'boolValue');
  const int = member(members, 'intValue');
  const double = member(members, 'doubleValue');
  const text = member(members, 'stringValue');
  const bytes = member(members, 'bytesValue');
  if (text !== undefined) {
    bytesField(out, 1, utf8(expectString(text, `${path}.stringValue`)));
  }
  if (bool !== undefined) {
    if (typeof bool !== 'boolean') {
      throw new BadMember(`${path}.boolValue`, 'true or false', bool);
    }
    out.varint(tagOf(2, WIRE_VARINT));
    out.byte(bool ? 1 : 0);
  }
  if (int !== undefined) {
    out.varint(tagOf(3, WIRE_VARINT));
    varint64(out, integer(int, `${path}.intValue`, -(2n ** 63n), 2n ** 63n - 1n));
  }
  if (double !== undefined) {
    out.varint(tagOf(4, WIRE_FIXED64));
    const view = new DataView(new ArrayBuffer(8));
    view.setFloat64(0, expectDouble(double, `${path}.doubleValue`), true);
    out.append(new Uint8Array(view.buffer));
  }
  message(members, 'arrayValue', path, out, 5, (list, listPath, into) =>
    each(object(list, listPath), 'values', listPath, into, 1, encodeAnyValue)
  );
  message(members, 'kvlistValue', path, out, 6, (list, listPath, into) =>
    each(object(list, listPath), 'values', listPath, into, 1, encodeKeyValue)
  );
  if (bytes !== undefined) {
    bytesField(out, 7, Buffer.from(expectString(bytes, `${path}.bytesValue`), 'base64'));
  }
};

/** A member by its camelCase name, else by its snake_case one. `null` is absent, as proto3 JSON has it. */
function member(members: Members, name: string): Json {
  const value = members[name] ?? members[name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)];
  return value === null ? undefined : value;
}

function object(value: Json, path: string): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new BadMember(path, 'an object', value);
  }
  return value as Members;
}

function array(value: Json, path: string): readonly Json[] {
  if (value === undefined) {
    return [];
  }
  if (!Array.isArray(value)) {
    throw new BadMember(path, 'an array', value);
  }
  return value;
}

function each(members: Members, name: string, path: string, out: ByteWriter, field: number, encode: Encode): void {
  const listPath = join(path, name);
  array(member(members, name), listPath).forEach((value, index) => {
    const nested = new ByteWriter(64);
    encode(value, `${listPath}[${index}]`, nested);
    bytesField(out, field, nested.view());
  });
}

function message(members: Members, name: string, path: string, out: ByteWriter, field: number, encode: Encode): void {
  const value = member(members, name);
  if (value !== undefined) {
    const nested = new ByteWriter(64);
    encode(value, join(path, name), nested);
    bytesField(out, field, nested.view());
  }
}

function string(members: Members, name: string, path: string, out: ByteWriter, field: number): void {
  const value = member(members, name);
  if (value !== undefined) {
    const encoded = utf8(expectString(value, join(path, name)));
    if (encoded.length > 0) {
      bytesField(out, field, encoded);
    }
  }
}

/** An id that is not hex becomes an id of no bytes, for which the span is refused like any span with a bad id. */
function hexId(members: Members, name: string, path: string, out: ByteWriter, field: number): void {
  const value = member(members, name);
  if (value !== undefined) {
    const hex = expectString(value, join(path, name));
    bytesField(out, field, /^([0-9a-fA-F]{2})*$/.test(hex) ? Buffer.from(hex, 'hex') : Buffer.of(0));
  }
}

function enumeration(
  members: Members,
  name: string,
  path: string,
  out: ByteWriter,
  field: number,
  names: readonly string[]
): void {
  const value = member(members, name);
  if (value === undefined) {
    return;
  }
  const number = typeof value === 'string' ? names.indexOf(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 0 || number > 0x7fffffff) {
    throw new BadMember(join(path, name), `a number or one of ${names.join(', ')}`, value);
  }
  out.varint(tagOf(field, WIRE_VARINT));
  out.varint(number);
}

function uint32(members: Members, name: string, path: string, out: ByteWriter, field: number): void {
  const value = member(members, name);
  if (value !== undefined) {
    out.varint(tagOf(field, WIRE_VARINT));
    out.varint(Number(integer(value, join(path, name), 0n, 0xffff_ffffn)));
  }
}

function fixed32(members: Members, name: string, path: string, out: ByteWriter, field: number): void {
  const value = member(members, name);
  if (value !== undefined) {
    out.varint(tagOf(field, WIRE_FIXED32));
    out.uint32(Number(integer(value, join(path, name), 0n, 0xffff_ffffn)));
  }
}

function fixed64(members: Members, name: string, path: string, out: ByteWriter, field: number): void {
  const value = member(members, name);
  if (value !== undefined) {
    const nanos = integer(value, join(path, name), 0n, 2n ** 64n - 1n);
    out.varint(tagOf(field, WIRE_FIXED64));
    out.uint64(Number(nanos & 0xffff_ffffn), Number(nanos >> 32n));
  }
}

function integer(value: Json, path: string, min: bigint, max: bigint): bigint {
  const isInteger =
    (typeof value === 'number' && Number.isInteger(value)) || (typeof value === 'string' && /^-?\d{1,20}$/.test(value));
  const number = isInteger ? BigInt(value as number | string) : undefined;
  if (number === undefined || number < min || number > max) {
    throw new BadMember(path, `a whole number from ${min} to ${max}`, value);
  }
  return number;
}

function expectString(value: Json, path: string): string {
  if (typeof value !== 'string') {
    throw new BadMember(path, 'a string', value);
  }
  return value;
}

function expectDouble(value: Json, path: string): number {
  const special = { NaN, Infinity, '-Infinity': -Infinity } as Readonly<Record<string, number>>;
  if (typeof value === 'number') {
    return value;
  }
  if (typeof value === 'string' && (value in special || (value.trim() !== '' && !Number.isNaN(Number(value))))) {
    return special[value] ?? Number(value);
  }
  throw new BadMember(path, 'a number', value);
}

function varint64(out: ByteWriter, value: bigint): void {
  let left = BigInt.asUintN(64, value);
  while (left > 0x7fn) {
    out.byte(Number(left & 0x7fn) | 0x80);
    left >>= 7n;
  }
  out.byte(Number(left));
}

function bytesField(out: ByteWriter, field: number, bytes: Uint8Array): void {
  out.varint(tagOf(field, WIRE_LENGTH));
  out.varint(bytes.length);
  out.append(bytes);
}

function utf8(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
