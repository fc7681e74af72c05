import type { AttributeKeys, AttributeMaps } from './native/attribute-maps.ts';
import type { ByteWriter } from './native/byte-writer.ts';
import {
  type ByteRange,
  MalformedOtlp,
  type OtlpCursor,
  tagOf,
  WIRE_FIXED64,
  WIRE_LENGTH,
  WIRE_VARINT,
} from './otlp-wire.ts';

/** Which member of AnyValue's oneof is set. Numbers are the field numbers of opentelemetry/proto/common/v1. */
const EMPTY = 0;
const STRING = 1;
const BOOL = 2;
const INT = 3;
const DOUBLE = 4;
const ARRAY = 5;
const KVLIST = 6;
const BYTES = 7;
/** A member that this store does not know: kept as bytes. */
const UNKNOWN = 8;

const TAG_KEY = tagOf(1, WIRE_LENGTH);
const TAG_VALUE = tagOf(2, WIRE_LENGTH);
const TAG_ELEMENT = tagOf(1, WIRE_LENGTH);

/** Lists nested deeper than this are kept as bytes and not flattened; same as in trace-model's flatten.ts. */
const MAX_DEPTH = 16;
/** Lists under keys longer than this are kept as bytes too: each leaf would repeat the key. Same as in flatten.ts. */
const MAX_KEY_BYTES = 256;
/**
 * Values in values. trace-model's JSON writer goes to 600 messages, and a list in a list is three; protobuf's own parsers
 * for C++ and Java refuse a request at 100 messages.
 */
const MAX_KEPT_DEPTH = 190;

/** What a walk over attributes writes to. `nested` maps (events, links) have no `complex`: their bytes are kept apart. */
export type ScalarMaps = Pick<AttributeMaps, 'str' | 'int' | 'float' | 'bool'>;

/** Gets a scalar attribute before the maps do; answers whether it took it. */
export interface Promotion {
  string(key: number, source: Uint8Array, start: number, end: number): boolean;
  int(key: number, low: number, high: number): boolean;
}

/**
 * Walks KeyValue messages into attribute maps: scalars at once, lists and bytes remembered by `attribute()` and written
 * by `finish()`, so that their flattened copies stand behind the scalars (schema/tables.ts says why that matters).
 */
export class AttributeWalk {
  readonly #cursor: OtlpCursor;
  readonly #keys: AttributeKeys;
  /** Key number, value start and value end of each value that is not scalar. */
  readonly #complex: number[] = [];
  /** The flattened key under construction. */
  readonly #path: ByteWriter;
  #kind = EMPTY;
  #start = 0;
  #end = 0;
  /** The longest value that is kept whole. A longer text is cut; a longer list, map or byte string is dropped. */
  maxBytes = Infinity;
  /** Values that were longer, since the caller set this to 0; `dropped` are those among them that are gone. */
  cut = 0;
  dropped = 0;

  constructor(cursor: OtlpCursor, keys: AttributeKeys, path: ByteWriter) {
    this.#cursor = cursor;
    this.#keys = keys;
    this.#path = path;
  }

  /** One KeyValue that spans from the cursor to `end`. The cursor is left at `end`. */
  attribute(end: number, maps: ScalarMaps, promotion: Promotion | undefined): void {
    const cursor = this.#cursor;
    const { bytes } = cursor;
    let keyStart = 0;
    let keyEnd = 0;
    let valueStart = end;
    let valueEnd = end;
    while (cursor.at < end) {
      const tag = cursor.tag(end);
      if (tag === TAG_KEY) {
        keyEnd = cursor.lengthEnd(end);
        keyStart = cursor.at;
        cursor.at = keyEnd;
      } else if (tag === TAG_VALUE) {
        valueEnd = cursor.lengthEnd(end);
        valueStart = cursor.at;
        cursor.at = valueEnd;
      } else {
        cursor.skip(tag, end);
      }
    }
    const key = this.#keys.intern(bytes, keyStart, keyEnd);
    this.#value(valueStart, valueEnd);
    if (!this.#scalar(key, maps, promotion)) {
      if (valueEnd - valueStart > this.maxBytes) {
        this.cut++;
        this.dropped++;
      } else {
        this.#check(valueStart, valueEnd, 0);
        this.#complex.push(key, valueStart, valueEnd, keyStart, keyEnd);
      }
    }
    cursor.at = end;
  }

  /** Writes what `attribute()` put aside. */
  finish(maps: AttributeMaps): void {
    const pending = this.#complex;
    for (let at = 0; at < pending.length; at += 5) {
      const [key, start, end, keyStart, keyEnd] = pending.slice(at, at + 5);
      maps.complex.key(key);
      maps.complex.values.string(this.#cursor.bytes, start, end);
      this.#path.clear();
      this.#path.copy(this.#cursor.bytes, keyStart, keyEnd);
      this.#flatten(start, end, maps, 0);
    }
    pending.length = 0;
  }

  /** Forgets what is put aside: after an error half-way. */
  reset(): void {
    this.#complex.length = 0;
    this.cut = 0;
    this.dropped = 0;
  }

  /**
   * One attribute of an event or link: into maps whose keys begin with `prefix`, and, field tag included, to `kept`.
   * The field begins at `fieldStart`, and its KeyValue spans from the cursor to `end`. Answers false when it was dropped.
   */
  nested(fieldStart: number, end: number, maps: ScalarMaps, prefix: Uint8Array, kept: ByteWriter): boolean {
    const cursor = this.#cursor;
    const { bytes } = cursor;
    const path = this.#path;
    path.clear();
    path.append(prefix);
    let valueStart = end;
    let valueEnd = end;
    while (cursor.at < end) {
      const tag = cursor.tag(end);
      const isKey = tag === TAG_KEY;
      if (isKey || tag === TAG_VALUE) {
        const fieldEnd = cursor.lengthEnd(end);
        if (isKey) {
          path.length = prefix.length;
          path.copy(bytes, cursor.at, fieldEnd);
        } else {
          valueStart = cursor.at;
          valueEnd = fieldEnd;
          this.#check(valueStart, valueEnd, 0);
        }
        cursor.at = fieldEnd;
      } else {
        cursor.skip(tag, end);
      }
    }
    const fits = valueEnd - valueStart <= this.maxBytes;
    if (fits) {
      kept.copy(bytes, fieldStart, end);
      this.#flatten(valueStart, valueEnd, maps, 0);
    } else {
      this.#value(valueStart, valueEnd);
      if (this.#kind === STRING) {
        this.#scalar(this.#keys.intern(path.bytes, 0, path.length), maps, undefined);
        writeTextAttribute(
          kept,
          bytes[fieldStart],
          path.bytes.subarray(prefix.length, path.length),
          bytes,
          this.#start,
          this.#end
        );
      } else {
        this.cut++;
      }
    }
    cursor.at = end;
    return fits || this.#kind === STRING;
  }

  /** Where the text is, if the AnyValue in the range is one. */
  textIn(start: number, end: number): ByteRange | undefined {
    this.#value(start, end);
    return this.#kind === STRING ? { start: this.#start, end: this.#end } : undefined;
  }

  /**
   * Throws where an AnyValue that is kept as bytes is not well-formed at any depth, in whichever member: who reads the trace
   * could not read any of it.
   */
  #check(start: number, end: number, depth: number): void {
    const cursor = this.#cursor;
    if (depth > MAX_KEPT_DEPTH) {
      throw new MalformedOtlp(`Values nested deeper than ${MAX_KEPT_DEPTH}`, start);
    }
    cursor.at = start;
    while (cursor.at < end) {
      const tag = cursor.tag(end);
      if (tag === tagOf(ARRAY, WIRE_LENGTH) || tag === tagOf(KVLIST, WIRE_LENGTH)) {
        const fieldEnd = cursor.lengthEnd(end);
        this.#checkElements(fieldEnd, tag >>> 3, depth);
      } else {
        cursor.skip(tag, end);
      }
    }
  }

  /** Elements of an array or list from the cursor to `end`. */
  #checkElements(end: number, kind: number, depth: number): void {
    const cursor = this.#cursor;
    while (cursor.at < end) {
      const tag = cursor.tag(end);
      if (tag !== TAG_ELEMENT) {
        cursor.skip(tag, end);
        continue;
      }
      const elementEnd = cursor.lengthEnd(end);
      if (kind === ARRAY) {
        this.#check(cursor.at, elementEnd, depth + 1);
      }
      while (cursor.at < elementEnd) {
        const pairTag = cursor.tag(elementEnd);
        if (pairTag === TAG_VALUE) {
          const valueEnd = cursor.lengthEnd(elementEnd);
          this.#check(cursor.at, valueEnd, depth + 1);
          cursor.at = valueEnd;
        } else {
          cursor.skip(pairTag, elementEnd);
        }
      }
    }
  }

  /** Reads an AnyValue: which member, and where its content is. The last member set wins, as protobuf has it. */
  #value(start: number, end: number): void {
    const cursor = this.#cursor;
    cursor.at = start;
    this.#kind = EMPTY;
    this.#start = this.#end = start;
    while (cursor.at < end) {
      const tag = cursor.tag(end);
      switch (tag) {
        case tagOf(STRING, WIRE_LENGTH):
        case tagOf(ARRAY, WIRE_LENGTH):
        case tagOf(KVLIST, WIRE_LENGTH):
        case tagOf(BYTES, WIRE_LENGTH):
          this.#end = cursor.lengthEnd(end);
          this.#start = cursor.at;
          this.#kind = tag >>> 3;
          cursor.at = this.#end;
          break;
        case tagOf(BOOL, WIRE_VARINT):
        case tagOf(INT, WIRE_VARINT):
          cursor.varint64(end);
          this.#kind = tag >>> 3;
          break;
        case tagOf(DOUBLE, WIRE_FIXED64):
          this.#start = cursor.fixed(8, end);
          this.#end = cursor.at;
          this.#kind = DOUBLE;
          break;
        default:
          cursor.skip(tag, end);
          this.#kind = UNKNOWN;
      }
    }
  }

  /** Writes the value read last under `key`; answers false for what is not scalar. */
  #scalar(key: number, maps: ScalarMaps, promotion: Promotion | undefined): boolean {
    const { bytes, low, high } = this.#cursor;
    switch (this.#kind) {
      case STRING:
        if (this.#end - this.#start > this.maxBytes) {
          this.#end = characterStart(bytes, this.#start + this.maxBytes);
          this.cut++;
        }
        if (!promotion?.string(key, bytes, this.#start, this.#end)) {
          maps.str.key(key);
          maps.str.values.string(bytes, this.#start, this.#end);
        }
        return true;
      case INT:
        if (!promotion?.int(key, low, high)) {
          maps.int.key(key);
          maps.int.values.uint64(low, high);
        }
        return true;
      case DOUBLE:
        maps.float.key(key);
        maps.float.values.copy(bytes, this.#start, this.#end);
        return true;
      case BOOL:
        maps.bool.key(key);
        maps.bool.values.byte(low !== 0 || high !== 0 ? 1 : 0);
        return true;
      default:
        return false;
    }
  }

  /** The scalars within an AnyValue, in document order, under the key in `#path`. */
  #flatten(start: number, end: number, maps: ScalarMaps, depth: number): void {
    if (depth > MAX_DEPTH) {
      return;
    }
    this.#value(start, end);
    const kind = this.#kind;
    if ((kind === ARRAY || kind === KVLIST) && this.#path.length > MAX_KEY_BYTES) {
      return;
    }
    if (kind === ARRAY) {
      this.#flattenArray(this.#start, this.#end, maps, depth);
    } else if (kind === KVLIST) {
      this.#flattenList(this.#start, this.#end, maps, depth);
    } else if (kind === BYTES) {
      const { str } = maps;
      str.key(this.#keys.intern(this.#path.bytes, 0, this.#path.length));
      const text = Buffer.from(
        this.#cursor.bytes.buffer,
        this.#cursor.bytes.byteOffset + this.#start,
        this.#end - this.#start
      ).toString('base64');
      str.values.text(text);
    } else if (kind !== EMPTY && kind !== UNKNOWN) {
      this.#scalar(this.#keys.intern(this.#path.bytes, 0, this.#path.length), maps, undefined);
    }
  }

  #flattenArray(start: number, end: number, maps: ScalarMaps, depth: number): void {
    const cursor = this.#cursor;
    cursor.at = start;
    while (cursor.at < end) {
      const tag = cursor.tag(end);
      if (tag !== TAG_ELEMENT) {
        cursor.skip(tag, end);
        continue;
      }
      const elementEnd = cursor.lengthEnd(end);
      this.#flatten(cursor.at, elementEnd, maps, depth + 1);
      cursor.at = elementEnd;
    }
  }

  #flattenList(start: number, end: number, maps: ScalarMaps, depth: number): void {
    const cursor = this.#cursor;
    const path = this.#path;
    const parentLength = path.length;
    cursor.at = start;
    while (cursor.at < end) {
      const tag = cursor.tag(end);
      if (tag !== TAG_ELEMENT) {
        cursor.skip(tag, end);
        continue;
      }
      const pairEnd = cursor.lengthEnd(end);
      let valueStart = pairEnd;
      let valueEnd = pairEnd;
      path.length = parentLength;
      path.byte(0x2e);
      while (cursor.at < pairEnd) {
        const pairTag = cursor.tag(pairEnd);
        if (pairTag === TAG_KEY || pairTag === TAG_VALUE) {
          const fieldEnd = cursor.lengthEnd(pairEnd);
          if (pairTag === TAG_KEY) {
            path.length = parentLength + 1;
            path.copy(cursor.bytes, cursor.at, fieldEnd);
          } else {
            valueStart = cursor.at;
            valueEnd = fieldEnd;
          }
          cursor.at = fieldEnd;
        } else {
          cursor.skip(pairTag, pairEnd);
        }
      }
      this.#flatten(valueStart, valueEnd, maps, depth + 1);
      cursor.at = pairEnd;
    }
    path.length = parentLength;
  }
}

/** The start of the UTF-8 character that the byte at `at` belongs to: where a text can be cut. */
function characterStart(bytes: Uint8Array, at: number): number {
  let start = at;
  while (at - start < 3 && (bytes[start] & 0xc0) === 0x80) {
    start--;
  }
  return start;
}

/** A KeyValue of a text, behind the one-byte `tag` of its field. */
function writeTextAttribute(
  out: ByteWriter,
  tag: number,
  key: Uint8Array,
  source: Uint8Array,
  start: number,
  end: number
): void {
  const valueBytes = 1 + varintBytes(end - start) + end - start;
  out.byte(tag);
  out.varint(1 + varintBytes(key.length) + key.length + 1 + varintBytes(valueBytes) + valueBytes);
  out.byte(TAG_KEY);
  out.varint(key.length);
  out.append(key);
  out.byte(TAG_VALUE);
  out.varint(valueBytes);
  out.byte(tagOf(STRING, WIRE_LENGTH));
  out.varint(end - start);
  out.copy(source, start, end);
}

function varintBytes(value: number): number {
  let bytes = 1;
  for (let left = value >>> 7; left > 0; left >>>= 7) {
    bytes++;
  }
  return bytes;
}
