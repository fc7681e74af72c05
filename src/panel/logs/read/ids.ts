/** Digits that a text is read for: a line may be a megabyte. */
const SEEN_CHARS = 16_384;

/**
 * Hex digits in lower case, `width` of them: ids come in upper case, with dashes as UUIDs have them, with `0x`, and shorter with
 * their zeros left out. Undefined for what is no id, and for zeros, which stand for none.
 */
export function readId(text: string, width: 16 | 32): string | undefined {
  const digits = text.trim().toLowerCase().replace(/^0x/, '').replaceAll('-', '');
  if (digits.length === 0 || digits.length > width || !/^[0-9a-f]+$/.test(digits) || /^0+$/.test(digits)) {
    return undefined;
  }
  // A trace id of 64 bits has 16 digits; much shorter texts are numbers of something else.
  return digits.length >= width / 2 - 2 ? digits.padStart(width, '0') : undefined;
}

export interface Ids {
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
}

const ID = '["\']?\\s*[=:]\\s*["\']?(?:0x)?';
const TRACE_ID = new RegExp(`trace[_.-]?id${ID}([0-9a-f]{8}-?[0-9a-f-]{7,27})(?![0-9a-z])`, 'i');
const SPAN_ID = new RegExp(`span[_.-]?id${ID}([0-9a-f]{14,16})(?![0-9a-z])`, 'i');
/** W3C trace context: version, trace, span, flags. */
const TRACEPARENT = /(?<![0-9a-z])[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(?![0-9a-z])/i;
/** As Spring, Jaeger (`uber-trace-id`) and B3 write it: the span's id right behind the trace's. */
const PAIR = /(?<![0-9a-z])([0-9a-f]{32})[,:\s/-]{1,2}([0-9a-f]{16})(?![0-9a-z])/i;

export function readTraceparent(text: string): Ids | undefined {
  const found = TRACEPARENT.exec(text.slice(0, SEEN_CHARS));
  return found ? { traceId: readId(found[1], 32), spanId: readId(found[2], 16) } : undefined;
}

/** Ids in a text of no known form. */
export function readIdsInText(whole: string): Ids {
  const text = whole.slice(0, SEEN_CHARS);
  const traceId = readId(TRACE_ID.exec(text)?.[1] ?? '', 32);
  const spanId = readId(SPAN_ID.exec(text)?.[1] ?? '', 16);
  if (spanId !== undefined) {
    return { traceId, spanId };
  }
  const pair = PAIR.exec(text);
  const both = readTraceparent(text) ?? { traceId: readId(pair?.[1] ?? '', 32), spanId: readId(pair?.[2] ?? '', 16) };
  return traceId === undefined || traceId === both.traceId ? both : { traceId, spanId };
}
