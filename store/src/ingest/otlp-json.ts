import {
  ANY_VALUE,
  EVENT,
  KEY_VALUE,
  LINK,
  LIST_ELEMENT,
  ProtobufWriter,
  RESOURCE,
  RESOURCE_SPANS,
  SCOPE,
  SCOPE_SPANS,
  SPAN,
  STATUS,
} from '@clew/trace-model';

import { messageOf } from '../errors.ts';
import { MalformedOtlp } from './otlp-wire.ts';

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
type Encode = (value: Json, path: string, out: ProtobufWriter) => void;

/** Throws MalformedOtlp where the text is no JSON or the envelope around the spans is wrong. */
export function encodeOtlpJson(text: string): EncodedJson {
  let request: Json;
  try {
    request = JSON.parse(text);
  } catch (error) {
    throw new MalformedJson(messageOf(error));
  }
  const context = new Context();
  const out = new ProtobufWriter(text.length);
  try {
    const members = object(request, 'the request');
    each(members, 'resourceSpans', '', out, LIST_ELEMENT, (value, path, into) =>
      context.resourceSpans(value, path, into)
    );
  } catch (error) {
    if (error instanceof BadMember) {
      throw new MalformedJson(error.message);
    }
    throw error;
  }
  return { body: out.finish(), refused: context.refused, firstProblem: context.firstProblem };
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

  resourceSpans(value: Json, path: string, out: ProtobufWriter): void {
    const members = object(value, path);
    message(members, 'resource', path, out, RESOURCE_SPANS.resource, encodeResource);
    each(members, 'scopeSpans', path, out, RESOURCE_SPANS.scopeSpans, (scope, scopePath, into) =>
      this.#scopeSpans(scope, scopePath, into)
    );
    string(members, 'schemaUrl', path, out, RESOURCE_SPANS.schemaUrl);
  }

  #scopeSpans(value: Json, path: string, out: ProtobufWriter): void {
    const members = object(value, path);
    message(members, 'scope', path, out, SCOPE_SPANS.scope, encodeScope);
    array(member(members, 'spans'), `${path}.spans`).forEach((span, index) => {
      const encoded = new ProtobufWriter(512);
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
      out.bytesField(SCOPE_SPANS.spans, encoded.bytes, 0, encoded.length);
    });
    string(members, 'schemaUrl', path, out, SCOPE_SPANS.schemaUrl);
  }
}

const encodeResource: Encode = (value, path, out) => {
  const members = object(value, path);
  attributes(members, path, out, RESOURCE.attributes);
  uint32(members, 'droppedAttributesCount', path, out, RESOURCE.droppedAttributesCount);
};

const encodeScope: Encode = (value, path, out) => {
  const members = object(value, path);
  string(members, 'name', path, out, SCOPE.name);
  string(members, 'version', path, out, SCOPE.version);
  attributes(members, path, out, SCOPE.attributes);
  uint32(members, 'droppedAttributesCount', path, out, SCOPE.droppedAttributesCount);
};

const KINDS = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'].map(
  (name) => `SPAN_KIND_${name}`
);
const STATUS_CODES = ['UNSET', 'OK', 'ERROR'].map((name) => `STATUS_CODE_${name}`);

const encodeSpan: Encode = (value, path, out) => {
  const members = object(value, path);
  hexId(members, 'traceId', path, out, SPAN.traceId);
  hexId(members, 'spanId', path, out, SPAN.spanId);
  string(members, 'traceState', path, out, SPAN.traceState);
  hexId(members, 'parentSpanId', path, out, SPAN.parentSpanId);
  string(members, 'name', path, out, SPAN.name);
  enumeration(members, 'kind', path, out, SPAN.kind, KINDS);
  fixed64(members, 'startTimeUnixNano', path, out, SPAN.startTimeUnixNano);
  fixed64(members, 'endTimeUnixNano', path, out, SPAN.endTimeUnixNano);
  attributes(members, path, out, SPAN.attributes);
  uint32(members, 'droppedAttributesCount', path, out, SPAN.droppedAttributesCount);
  each(members, 'events', path, out, SPAN.events, encodeEvent);
  uint32(members, 'droppedEventsCount', path, out, SPAN.droppedEventsCount);
  each(members, 'links', path, out, SPAN.links, encodeLink);
  uint32(members, 'droppedLinksCount', path, out, SPAN.droppedLinksCount);
  message(members, 'status', path, out, SPAN.status, encodeStatus);
  fixed32(members, 'flags', path, out, SPAN.flags);
};

const encodeEvent: Encode = (value, path, out) => {
  const members = object(value, path);
  fixed64(members, 'timeUnixNano', path, out, EVENT.timeUnixNano);
  string(members, 'name', path, out, EVENT.name);
  attributes(members, path, out, EVENT.attributes);
  uint32(members, 'droppedAttributesCount', path, out, EVENT.droppedAttributesCount);
};

const encodeLink: Encode = (value, path, out) => {
  const members = object(value, path);
  hexId(members, 'traceId', path, out, LINK.traceId);
  hexId(members, 'spanId', path, out, LINK.spanId);
  string(members, 'traceState', path, out, LINK.traceState);
  attributes(members, path, out, LINK.attributes);
  uint32(members, 'droppedAttributesCount', path, out, LINK.droppedAttributesCount);
  fixed32(members, 'flags', path, out, LINK.flags);
};

const encodeStatus: Encode = (value, path, out) => {
  const members = object(value, path);
  string(members, 'message', path, out, STATUS.message);
  enumeration(members, 'code', path, out, STATUS.code, STATUS_CODES);
};

function attributes(members: Members, path: string, out: ProtobufWriter, field: number): void {
  each(members, 'attributes', path, out, field, encodeKeyValue);
}

const encodeKeyValue: Encode = (value, path, out) => {
  const members = object(value, path);
  string(members, 'key', path, out, KEY_VALUE.key);
  message(members, 'value', path, out, KEY_VALUE.value, encodeAnyValue);
};

/** Deeper nesting than anyone means; it would otherwise end in a stack overflow. */
const MAX_DEPTH = 64;

const encodeAnyValue: Encode = (value, path, out) => {
  // Each level adds one `arrayValue` or `kvlistValue` to the path.
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
    out.string(ANY_VALUE.stringValue, expectString(text, `${path}.stringValue`));
  }
  if (bool !== undefined) {
    if (typeof bool !== 'boolean') {
      throw new BadMember(`${path}.boolValue`, 'true or false', bool);
    }
    out.bool(ANY_VALUE.boolValue, bool);
  }
  if (int !== undefined) {
    out.int64(ANY_VALUE.intValue, integer(int, `${path}.intValue`, -(2n ** 63n), 2n ** 63n - 1n));
  }
  if (double !== undefined) {
    out.double(ANY_VALUE.doubleValue, expectDouble(double, `${path}.doubleValue`));
  }
  message(members, 'arrayValue', path, out, ANY_VALUE.arrayValue, (list, listPath, into) =>
    each(object(list, listPath), 'values', listPath, into, LIST_ELEMENT, encodeAnyValue)
  );
  message(members, 'kvlistValue', path, out, ANY_VALUE.kvlistValue, (list, listPath, into) =>
    each(object(list, listPath), 'values', listPath, into, LIST_ELEMENT, encodeKeyValue)
  );
  if (bytes !== undefined) {
    out.bytesField(ANY_VALUE.bytesValue, Buffer.from(expectString(bytes, `${path}.bytesValue`), 'base64'));
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

function each(members: Members, name: string, path: string, out: ProtobufWriter, field: number, encode: Encode): void {
  const listPath = join(path, name);
  array(member(members, name), listPath).forEach((value, index) => {
    out.open(field, 2);
    encode(value, `${listPath}[${index}]`, out);
    out.close();
  });
}

function message(
  members: Members,
  name: string,
  path: string,
  out: ProtobufWriter,
  field: number,
  encode: Encode
): void {
  const value = member(members, name);
  if (value !== undefined) {
    out.open(field);
    encode(value, join(path, name), out);
    out.close();
  }
}

function string(members: Members, name: string, path: string, out: ProtobufWriter, field: number): void {
  const value = member(members, name);
  if (value !== undefined) {
    const text = expectString(value, join(path, name));
    if (text !== '') {
      out.string(field, text);
    }
  }
}

/** An id that is not hex becomes an id of no bytes, for which the span is refused like any span with a bad id. */
function hexId(members: Members, name: string, path: string, out: ProtobufWriter, field: number): void {
  const value = member(members, name);
  if (value !== undefined) {
    const hex = expectString(value, join(path, name));
    out.bytesField(field, /^([0-9a-fA-F]{2})*$/.test(hex) ? Buffer.from(hex, 'hex') : Buffer.of(0));
  }
}

function enumeration(
  members: Members,
  name: string,
  path: string,
  out: ProtobufWriter,
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
  out.int32(field, number);
}

function uint32(members: Members, name: string, path: string, out: ProtobufWriter, field: number): void {
  const value = member(members, name);
  if (value !== undefined) {
    out.uint32(field, Number(integer(value, join(path, name), 0n, 0xffff_ffffn)));
  }
}

function fixed32(members: Members, name: string, path: string, out: ProtobufWriter, field: number): void {
  const value = member(members, name);
  if (value !== undefined) {
    out.fixed32(field, Number(integer(value, join(path, name), 0n, 0xffff_ffffn)));
  }
}

function fixed64(members: Members, name: string, path: string, out: ProtobufWriter, field: number): void {
  const value = member(members, name);
  if (value !== undefined) {
    out.fixed64(field, integer(value, join(path, name), 0n, 2n ** 64n - 1n));
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

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
