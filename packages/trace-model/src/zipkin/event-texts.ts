import type { Tags } from '../files/otlp-builder.ts';
import { requireHexId } from '../files/read-ids.ts';
import { parseJson } from '../json/parse-json.ts';

/** The Collector's Zipkin exporter writes the n-th link to `otlp.link.n`, at most so many. */
const MAX_LINKS = 128;

const NO_TAGS: Tags = new Map();

/**
 * An event as exporters of OpenTelemetry write it: `"name": {attributes}` by the mapping, `name|{attributes}|dropped` by
 * the Collector. Any other text is a name.
 */
export function readAnnotation(text: string): {
  readonly name: string;
  readonly attributes: Tags;
  readonly dropped: number;
} {
  const byMapping = /^"((?:[^"\\]|\\.)*)":\s*(\{.*\})$/s.exec(text);
  const byCollector = /^([^|]*)\|(\{.*\})\|(\d+)$/s.exec(text);
  const found = byMapping ?? byCollector;
  const attributes = found && readAttributes(found[2]);
  return attributes
    ? { name: found[1], attributes, dropped: Number(found[3] ?? 0) >>> 0 }
    : { name: text, attributes: NO_TAGS, dropped: 0 };
}

/** Undefined for text that is no object of JSON. */
function readAttributes(text: string): Tags | undefined {
  const tags: Tags = new Map();
  try {
    for (const [key, value] of Object.entries(parseJson(text) as object)) {
      setTag(tags, key, value);
    }
  } catch (error) {
    if (error instanceof SyntaxError) {
      return undefined;
    }
    throw error;
  }
  return tags;
}

/** A value of JSON as a tag: Zipkin has texts alone, what others write in their place keeps what it is. null is none. */
export function setTag(tags: Tags, key: string, value: unknown): void {
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'bigint') {
    tags.set(key, value);
  } else if (typeof value === 'number') {
    tags.set(key, Number.isSafeInteger(value) ? BigInt(value) : value);
  } else if (value !== undefined && value !== null) {
    tags.set(
      key,
      JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner))
    );
  }
}

export interface LinkText {
  readonly traceId: Uint8Array;
  readonly spanId: Uint8Array;
  readonly traceState: string;
  readonly attributes: Tags;
  readonly dropped: number;
}

/** `trace id|span id|trace state|{attributes}|dropped`, as the Collector writes links. A tag that is not so stays a tag. */
export function takeLinks(tags: Tags): LinkText[] {
  const links: LinkText[] = [];
  for (let number = 0; number < MAX_LINKS; number++) {
    const key = `otlp.link.${number}`;
    const value = tags.get(key);
    const match = /^"?([0-9a-f]{32})"?\|"?([0-9a-f]{16})"?\|([^|]*)\|(\{.*\})\|(\d+)$/is.exec(String(value ?? ''));
    const attributes = match && readAttributes(match[4]);
    if (!attributes) {
      break;
    }
    tags.delete(key);
    links.push({
      traceId: requireHexId(match[1], 16, key),
      spanId: requireHexId(match[2], 8, key),
      traceState: match[3],
      attributes,
      dropped: Number(match[5]) >>> 0,
    });
  }
  return links;
}
