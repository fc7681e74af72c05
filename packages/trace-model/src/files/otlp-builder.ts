import { ANY_VALUE, KEY_VALUE, LIST_ELEMENT, RESOURCE, RESOURCE_SPANS, SCOPE, SCOPE_SPANS } from '../otlp/fields.ts';
import { byteString } from '../protobuf/utf8.ts';
import { ProtobufWriter } from '../protobuf/writer.ts';

/** A value that another format's attribute has: bigint is OTLP's int, number its double. */
export type TagValue = string | boolean | bigint | number | Uint8Array | readonly string[];

/** Attributes by key: the last value of a key counts, in the place of the first. */
export type Tags = Map<string, TagValue>;

/** Spans of one resource, to be handed to `OtlpBuilder.add`. */
export type ResourceHandle = ResourceSpans;

interface ScopeSpans {
  readonly name: string;
  readonly version: string;
  readonly spans: ProtobufWriter;
}

interface ResourceSpans {
  readonly resource: Uint8Array;
  readonly scopes: Map<string, ScopeSpans>;
}

/** Gathers spans into OTLP TracesData by their resource and scope. */
export class OtlpBuilder {
  spans = 0;
  readonly #resources = new Map<string, ResourceSpans>();
  readonly #span = new ProtobufWriter(4096);

  /** The same for equal tags. Whoever knows that they are is quicker without asking. */
  resource(tags: Tags): ResourceHandle {
    const encoded = new ProtobufWriter(256);
    writeTags(encoded, RESOURCE.attributes, tags);
    const resource = encoded.finish();
    const key = byteString(resource, 0, resource.length);
    let found = this.#resources.get(key);
    if (!found) {
      found = { resource, scopes: new Map() };
      this.#resources.set(key, found);
    }
    return found;
  }

  /** Somewhere to write a Span message to, empty. Hand it to `add`. */
  newSpan(): ProtobufWriter {
    this.#span.clear();
    return this.#span;
  }

  /** `span`: the fields of one Span message. `scopeName` and `scopeVersion` may be empty. */
  add(span: ProtobufWriter, { scopes }: ResourceHandle, scopeName: string, scopeVersion: string): void {
    const key = JSON.stringify([scopeName, scopeVersion]);
    let scope = scopes.get(key);
    if (!scope) {
      scope = { name: scopeName, version: scopeVersion, spans: new ProtobufWriter(4096) };
      scopes.set(key, scope);
    }
    scope.spans.bytesField(SCOPE_SPANS.spans, span.bytes, 0, span.length);
    this.spans += 1;
  }

  finish(): Uint8Array {
    const out = new ProtobufWriter(4096);
    for (const { resource, scopes } of this.#resources.values()) {
      out.open(LIST_ELEMENT, 4);
      if (resource.length > 0) {
        out.bytesField(RESOURCE_SPANS.resource, resource);
      }
      for (const { name, version, spans } of scopes.values()) {
        out.open(RESOURCE_SPANS.scopeSpans, 4);
        if (name !== '' || version !== '') {
          out.open(SCOPE_SPANS.scope);
          stringField(out, SCOPE.name, name);
          stringField(out, SCOPE.version, version);
          out.close();
        }
        out.raw(spans.bytes, 0, spans.length);
        out.close();
      }
      out.close();
    }
    return out.finish();
  }
}

/** An empty text is left out, as proto3 has it. */
export function stringField(out: ProtobufWriter, field: number, text: string): void {
  if (text !== '') {
    out.string(field, text);
  }
}

/** A field of KeyValues. */
export function writeTags(out: ProtobufWriter, field: number, tags: Tags): void {
  for (const [key, value] of tags) {
    out.open(field);
    stringField(out, KEY_VALUE.key, key);
    out.open(KEY_VALUE.value);
    writeValue(out, value);
    out.close();
    out.close();
  }
}

function writeValue(out: ProtobufWriter, value: TagValue): void {
  switch (typeof value) {
    case 'string':
      out.string(ANY_VALUE.stringValue, value);
      return;
    case 'boolean':
      out.bool(ANY_VALUE.boolValue, value);
      return;
    case 'bigint':
      out.int64(ANY_VALUE.intValue, value);
      return;
    case 'number':
      out.double(ANY_VALUE.doubleValue, value);
      return;
    default:
      if (value instanceof Uint8Array) {
        out.bytesField(ANY_VALUE.bytesValue, value);
        return;
      }
      out.open(ANY_VALUE.arrayValue);
      for (const element of value) {
        out.open(LIST_ELEMENT);
        writeValue(out, element);
        out.close();
      }
      out.close();
  }
}
