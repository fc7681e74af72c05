import { RESOURCE, SPAN } from '../otlp/fields.ts';
import { forEachAttribute, isText, utf8Bytes } from './attribute-bytes.ts';
import { attributeKeyText, parseAttributeKey } from './attribute-key.ts';
import { attributeText, readAttributeValue } from './attribute-value.ts';
import { ByteRanges } from './byte-ranges.ts';
import type { SpanIndex } from './span-index.ts';

/** One attribute of every row. */
export interface AttributeColumn {
  readonly key: string;
  /** By row: 0 where the span lacks it, else 1 + the index of its value. */
  readonly values: Uint32Array;
  readonly texts: readonly string[];
  /** The values are numbers and `texts` are their digits. */
  readonly numeric: boolean;
}

/** `spans` are the rows. Throws RangeError for a key that is none, ProtobufError. */
export function readColumn(index: SpanIndex, spans: Uint32Array, key: string): AttributeColumn {
  const { scope, name } = parseAttributeKey(key);
  const { bytes, resources, spanStarts, spanEnds } = index;
  const nameBytes = utf8Bytes(name);
  const texts = new ColumnTexts(bytes);
  const valueIn = (start: number, end: number, field: number): number => {
    let value = 0;
    forEachAttribute(bytes, start, end, field, (keyStart, keyEnd, valueStart, valueEnd) => {
      if (isText(bytes, keyStart, keyEnd, nameBytes)) {
        value = texts.numberOf(valueStart, valueEnd);
      }
      return value !== 0;
    });
    return value;
  };
  const ofResource = new Map<number, number>();
  const inResource = (resource: number): number => {
    let value = ofResource.get(resource);
    if (value === undefined) {
      value = valueIn(resources.start(resource), resources.end(resource), RESOURCE.attributes);
      ofResource.set(resource, value);
    }
    return value;
  };
  const values = new Uint32Array(spans.length);
  for (let row = 0; row < spans.length; row++) {
    const span = spans[row];
    const own = scope === 'resource' ? 0 : valueIn(spanStarts[span], spanEnds[span], SPAN.attributes);
    values[row] = own === 0 && scope !== 'span' ? inResource(index.resourceOf(span)) : own;
  }
  return { key, values, texts: texts.texts, numeric: texts.numeric };
}

/** Texts of AnyValues. Each encoded value is decoded once. */
class ColumnTexts {
  readonly texts: string[] = [];
  readonly #bytes: Uint8Array;
  readonly #values: ByteRanges;
  /** By number in `#values`. */
  readonly #numbers: number[] = [];
  readonly #byText = new Map<string, number>();
  #others = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#values = new ByteRanges(bytes);
  }

  /** All values are numbers, and there are some. */
  get numeric(): boolean {
    return !this.#others && this.texts.length > 0;
  }

  /** 1 + the index of the value's text; 0 for no value. */
  numberOf(start: number, end: number): number {
    const known = this.#values.intern(start, end);
    return (this.#numbers[known] ??= this.#add(start, end));
  }

  #add(start: number, end: number): number {
    const value = readAttributeValue(this.#bytes, start, end);
    if (value === null) {
      return 0;
    }
    this.#others ||= typeof value !== 'number' && typeof value !== 'bigint';
    const text = attributeText(value);
    let number = this.#byText.get(text);
    if (number === undefined) {
      number = this.texts.push(text);
      this.#byText.set(text, number);
    }
    return number;
  }
}

/** Keys of the attributes of spans and their resources as TraceQL writes them: those of spans first, each ordered. */
export function readKeys(index: SpanIndex, spans: Uint32Array): string[] {
  const { bytes, resources, spanStarts, spanEnds } = index;
  const ofSpans = new ByteRanges(bytes);
  const ofResources = new ByteRanges(bytes);
  const seen = new Set<number>();
  for (const span of spans) {
    addKeys(ofSpans, spanStarts[span], spanEnds[span], SPAN.attributes);
    const resource = index.resourceOf(span);
    if (!seen.has(resource)) {
      seen.add(resource);
      addKeys(ofResources, resources.start(resource), resources.end(resource), RESOURCE.attributes);
    }
  }
  return [...keyTexts('span', ofSpans), ...keyTexts('resource', ofResources)];
}

function addKeys(keys: ByteRanges, start: number, end: number, field: number): void {
  forEachAttribute(keys.bytes, start, end, field, (keyStart, keyEnd) => {
    keys.intern(keyStart, keyEnd);
    return false;
  });
}

function keyTexts(scope: 'span' | 'resource', keys: ByteRanges): string[] {
  return Array.from({ length: keys.length }, (_, number) => keys.get(number))
    .filter((name) => name !== '')
    .map((name) => attributeKeyText({ scope, name }))
    .sort();
}
