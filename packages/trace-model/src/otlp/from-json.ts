import {
  expectArray,
  expectDouble,
  expectInteger,
  expectObject,
  expectString,
  JsonMemberError,
  MAX_INT64,
  MAX_UINT64,
  MIN_INT64,
  within,
  type Members,
} from '../json/members.ts';
import type { Problems } from '../json/problems.ts';
import { ProtobufWriter } from '../protobuf/writer.ts';
import { base64Bytes, hexBytes } from './binary-text.ts';
import {
  ANY_VALUE,
  EVENT,
  KEY_VALUE,
  LINK,
  LIST_ELEMENT,
  RESOURCE,
  RESOURCE_SPANS,
  SCOPE,
  SCOPE_SPANS,
  SPAN,
  STATUS,
} from './fields.ts';

/**
 * How strictly JSON is read. `wire`: as OTLP/JSON has it, ids in hex; an id that is not becomes one of no use, for which a
 * span is refused like any span with a bad id. `file`: what people have in files, too: ids in base64, as Tempo writes them, or
 * shorter than they should be; the names of older protocols (`batches`, `instrumentationLibrarySpans`,
 * `instrumentationLibrary`). There a span without ids is refused here.
 */
export type OtlpJsonForm = 'wire' | 'file';

type Encode = (value: unknown, out: ProtobufWriter, index: number) => void;

/**
 * OTLP/JSON as OTLP protobuf. The JSON is proto3's with OTLP's exceptions: ids are hex, enums are numbers (names are taken too),
 * 64-bit integers are strings or numbers (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding). Unknown
 * members are ignored, as the spec demands; members are taken by their camelCase and by their snake_case name, as proto3
 * readers do.
 */
export class OtlpJsonEncoder {
  readonly out: ProtobufWriter;
  /** Spans that were taken. */
  spans = 0;
  readonly #problems: Problems;
  readonly #form: OtlpJsonForm;
  /** The ResourceSpans and the span under way. */
  readonly #encoded = new ProtobufWriter(4096);
  readonly #span = new ProtobufWriter(4096);
  /** Where the spans under way stand. */
  #document = '';
  #resourceSpansPath = '';

  constructor(out: ProtobufWriter, problems: Problems, form: OtlpJsonForm) {
    this.out = out;
    this.#problems = problems;
    this.#form = form;
  }

  /**
   * Adds what an ExportTraceServiceRequest or TracesData has to `out`, which is TracesData. A span that cannot be encoded is
   * a problem, and in a file so is an envelope around spans that is wrong; on the wire that throws JsonMemberError. `where`
   * stands before the paths in problems.
   */
  add(request: unknown, where = ''): void {
    const members = expectObject(request, 'the request');
    const name = this.#nameOf(members, ['resourceSpans', 'batches']);
    const list = expectArray(member(members, name), name);
    const encoded = this.#encoded;
    this.#document = where;
    for (let index = 0; index < list.length; index++) {
      const { spans } = this;
      this.#resourceSpansPath = `${name}[${index}]`;
      encoded.clear();
      try {
        this.#resourceSpans(list[index], encoded);
      } catch (error) {
        const located = within(error, this.#resourceSpansPath);
        if (this.#form === 'wire' || !(located instanceof JsonMemberError)) {
          throw located;
        }
        this.spans = spans;
        this.#problems.note(where + located.message);
        continue;
      }
      this.out.bytesField(LIST_ELEMENT, encoded.bytes, 0, encoded.length);
    }
  }

  /** The first of `names`, or in a file the one that is there. */
  #nameOf(members: Members, names: readonly string[]): string {
    return (this.#form === 'file' && names.find((name) => member(members, name) !== undefined)) || names[0];
  }

  #resourceSpans(value: unknown, out: ProtobufWriter): void {
    const members = expectObject(value, '');
    message(members, 'resource', out, RESOURCE_SPANS.resource, encodeResource);
    const name = this.#nameOf(members, ['scopeSpans', 'instrumentationLibrarySpans']);
    each(members, name, out, RESOURCE_SPANS.scopeSpans, (scope, into, index) =>
      this.#scopeSpans(scope, into, `${name}[${index}]`)
    );
    string(members, 'schemaUrl', out, RESOURCE_SPANS.schemaUrl);
  }

  #scopeSpans(value: unknown, out: ProtobufWriter, path: string): void {
    const members = expectObject(value, '');
    message(members, this.#nameOf(members, ['scope', 'instrumentationLibrary']), out, SCOPE_SPANS.scope, encodeScope);
    const spans = expectArray(member(members, 'spans'), 'spans');
    const encoded = this.#span;
    for (let index = 0; index < spans.length; index++) {
      encoded.clear();
      try {
        this.#encodeSpan(spans[index], encoded);
      } catch (error) {
        if (!(error instanceof JsonMemberError)) {
          throw error;
        }
        const { message: problem } = error.within(`${this.#resourceSpansPath}.${path}.spans[${index}]`);
        this.#problems.refuse(this.#document + problem);
        continue;
      }
      this.spans += 1;
      out.bytesField(SCOPE_SPANS.spans, encoded.bytes, 0, encoded.length);
    }
    string(members, 'schemaUrl', out, SCOPE_SPANS.schemaUrl);
  }

  #encodeSpan(value: unknown, out: ProtobufWriter): void {
    const members = expectObject(value, '');
    this.#id(members, 'traceId', 16, out, SPAN.traceId);
    this.#id(members, 'spanId', 8, out, SPAN.spanId);
    string(members, 'traceState', out, SPAN.traceState);
    this.#parentId(members, out);
    string(members, 'name', out, SPAN.name);
    enumeration(members, 'kind', out, SPAN.kind, KINDS);
    fixed64(members, 'startTimeUnixNano', out, SPAN.startTimeUnixNano);
    fixed64(members, 'endTimeUnixNano', out, SPAN.endTimeUnixNano);
    attributes(members, out, SPAN.attributes);
    uint32(members, 'droppedAttributesCount', out, SPAN.droppedAttributesCount);
    each(members, 'events', out, SPAN.events, encodeEvent);
    uint32(members, 'droppedEventsCount', out, SPAN.droppedEventsCount);
    each(members, 'links', out, SPAN.links, (link, into) => this.#link(link, into));
    uint32(members, 'droppedLinksCount', out, SPAN.droppedLinksCount);
    message(members, 'status', out, SPAN.status, encodeStatus);
    fixed32(members, 'flags', out, SPAN.flags);
  }

  #link(value: unknown, out: ProtobufWriter): void {
    const members = expectObject(value, '');
    this.#id(members, 'traceId', 16, out, LINK.traceId);
    this.#id(members, 'spanId', 8, out, LINK.spanId);
    string(members, 'traceState', out, LINK.traceState);
    attributes(members, out, LINK.attributes);
    uint32(members, 'droppedAttributesCount', out, LINK.droppedAttributesCount);
    fixed32(members, 'flags', out, LINK.flags);
  }

  #id(members: Members, name: string, width: number, out: ProtobufWriter, field: number): void {
    const value = member(members, name);
    if (this.#form === 'file') {
      const id = readId(value, width, name);
      if (!id) {
        throw new JsonMemberError(name, 'an id that is not zero', value);
      }
      out.bytesField(field, id);
    } else if (value !== undefined) {
      out.bytesField(field, hexBytes(expectString(value, name)) ?? NO_ID);
    }
  }

  #parentId(members: Members, out: ProtobufWriter): void {
    if (this.#form === 'wire') {
      this.#id(members, 'parentSpanId', 8, out, SPAN.parentSpanId);
      return;
    }
    const value = member(members, 'parentSpanId');
    const id = value === undefined || value === '' ? undefined : readId(value, 8, 'parentSpanId');
    if (id) {
      out.bytesField(SPAN.parentSpanId, id);
    }
  }
}

const NO_ID = new Uint8Array(1);

/** Hex or base64 of at most `width` bytes; shorter ids get zeros in front. Undefined for zero. */
function readId(value: unknown, width: number, path: string): Uint8Array | undefined {
  const text = typeof value === 'string' ? value : '';
  const bytes = hexBytes(text.length % 2 === 0 ? text : `0${text}`) ?? base64Bytes(text);
  if (text === '' || !bytes || bytes.length > width) {
    throw new JsonMemberError(path, `${width * 2} hex digits`, value);
  }
  if (bytes.every((byte) => byte === 0)) {
    return undefined;
  }
  if (bytes.length === width) {
    return bytes;
  }
  const padded = new Uint8Array(width);
  padded.set(bytes, width - bytes.length);
  return padded;
}

const encodeResource: Encode = (value, out) => {
  const members = expectObject(value, '');
  attributes(members, out, RESOURCE.attributes);
  uint32(members, 'droppedAttributesCount', out, RESOURCE.droppedAttributesCount);
};

const encodeScope: Encode = (value, out) => {
  const members = expectObject(value, '');
  string(members, 'name', out, SCOPE.name);
  string(members, 'version', out, SCOPE.version);
  attributes(members, out, SCOPE.attributes);
  uint32(members, 'droppedAttributesCount', out, SCOPE.droppedAttributesCount);
};

const KINDS = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'].map(
  (name) => `SPAN_KIND_${name}`
);
const STATUS_CODES = ['UNSET', 'OK', 'ERROR'].map((name) => `STATUS_CODE_${name}`);

const encodeEvent: Encode = (value, out) => {
  const members = expectObject(value, '');
  fixed64(members, 'timeUnixNano', out, EVENT.timeUnixNano);
  string(members, 'name', out, EVENT.name);
  attributes(members, out, EVENT.attributes);
  uint32(members, 'droppedAttributesCount', out, EVENT.droppedAttributesCount);
};

const encodeStatus: Encode = (value, out) => {
  const members = expectObject(value, '');
  string(members, 'message', out, STATUS.message);
  enumeration(members, 'code', out, STATUS.code, STATUS_CODES);
};

function attributes(members: Members, out: ProtobufWriter, field: number): void {
  each(members, 'attributes', out, field, (value, into) => encodeKeyValue(value, into, 0));
}

function encodeKeyValue(value: unknown, out: ProtobufWriter, depth: number): void {
  const members = expectObject(value, '');
  string(members, 'key', out, KEY_VALUE.key);
  message(members, 'value', out, KEY_VALUE.value, (any, into) => encodeAnyValue(any, into, depth));
}

/** Deeper nesting than anyone means; it would otherwise end in a stack overflow. */
const MAX_DEPTH = 64;

function encodeAnyValue(value: unknown, out: ProtobufWriter, depth: number): void {
  if (depth > MAX_DEPTH) {
    throw new JsonMemberError('', `values nested at most ${MAX_DEPTH} deep`, value);
  }
  const members = expectObject(value, '');
  const bool = member(members, 'boolValue');
  const int = member(members, 'intValue');
  const double = member(members, 'doubleValue');
  const text = member(members, 'stringValue');
  const bytes = member(members, 'bytesValue');
  if (text !== undefined) {
    out.string(ANY_VALUE.stringValue, expectString(text, 'stringValue'));
  }
  if (bool !== undefined) {
    if (typeof bool !== 'boolean') {
      throw new JsonMemberError('boolValue', 'true or false', bool);
    }
    out.bool(ANY_VALUE.boolValue, bool);
  }
  if (int !== undefined) {
    out.int64(ANY_VALUE.intValue, expectInteger(int, 'intValue', MIN_INT64, MAX_INT64));
  }
  if (double !== undefined) {
    out.double(ANY_VALUE.doubleValue, expectDouble(double, 'doubleValue'));
  }
  message(members, 'arrayValue', out, ANY_VALUE.arrayValue, (list, into) =>
    each(expectObject(list, ''), 'values', into, LIST_ELEMENT, (element, to) => encodeAnyValue(element, to, depth + 1))
  );
  message(members, 'kvlistValue', out, ANY_VALUE.kvlistValue, (list, into) =>
    each(expectObject(list, ''), 'values', into, LIST_ELEMENT, (element, to) => encodeKeyValue(element, to, depth + 1))
  );
  if (bytes !== undefined) {
    const decoded = base64Bytes(expectString(bytes, 'bytesValue'));
    if (!decoded) {
      throw new JsonMemberError('bytesValue', 'base64', bytes);
    }
    out.bytesField(ANY_VALUE.bytesValue, decoded);
  }
}

const SNAKE_CASE = new Map<string, string>();

function snakeCase(name: string): string {
  let snake = SNAKE_CASE.get(name);
  if (snake === undefined) {
    snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    SNAKE_CASE.set(name, snake);
  }
  return snake;
}

/** A member by its camelCase name, else by its snake_case one. `null` is absent, as proto3 JSON has it. */
function member(members: Members, name: string): unknown {
  return members[name] ?? members[snakeCase(name)] ?? undefined;
}

function each(members: Members, name: string, out: ProtobufWriter, field: number, encode: Encode): void {
  const list = expectArray(member(members, name), name);
  let index = 0;
  try {
    for (; index < list.length; index++) {
      out.open(field, 2);
      encode(list[index], out, index);
      out.close();
    }
  } catch (error) {
    throw within(error, `${name}[${index}]`);
  }
}

function message(members: Members, name: string, out: ProtobufWriter, field: number, encode: Encode): void {
  const value = member(members, name);
  if (value === undefined) {
    return;
  }
  try {
    out.open(field);
    encode(value, out, 0);
    out.close();
  } catch (error) {
    throw within(error, name);
  }
}

function string(members: Members, name: string, out: ProtobufWriter, field: number): void {
  const value = member(members, name);
  if (value !== undefined) {
    const text = expectString(value, name);
    if (text !== '') {
      out.string(field, text);
    }
  }
}

function enumeration(
  members: Members,
  name: string,
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
    throw new JsonMemberError(name, `a number or one of ${names.join(', ')}`, value);
  }
  out.int32(field, number);
}

function uint32(members: Members, name: string, out: ProtobufWriter, field: number): void {
  const value = member(members, name);
  if (value !== undefined) {
    out.uint32(field, Number(expectInteger(value, name, 0n, 0xffff_ffffn)));
  }
}

function fixed32(members: Members, name: string, out: ProtobufWriter, field: number): void {
  const value = member(members, name);
  if (value !== undefined) {
    out.fixed32(field, Number(expectInteger(value, name, 0n, 0xffff_ffffn)));
  }
}

function fixed64(members: Members, name: string, out: ProtobufWriter, field: number): void {
  const value = member(members, name);
  if (value !== undefined) {
    out.fixed64(field, expectInteger(value, name, 0n, MAX_UINT64));
  }
}
