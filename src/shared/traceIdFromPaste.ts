import { normalizeTraceId } from '@clew/traceql';

/** https://www.w3.org/TR/trace-context/#traceparent-header */
const TRACEPARENT = /\b[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}\b/i;
const ID_IN_TEXT = /(?<![0-9a-z])[0-9a-f]{32}(?![0-9a-z])/gi;

/**
 * The trace id that a pasted text means: an id, a traceparent, or a text (a log line, a link) with exactly one. Else
 * undefined: better to paste as it is than to guess.
 */
export function traceIdFromPaste(text: string): string | undefined {
  const id = normalizeTraceId(text) ?? TRACEPARENT.exec(text)?.[1];
  if (id !== undefined) {
    return id.toLowerCase();
  }
  const found = new Set((text.match(ID_IN_TEXT) ?? []).map((match) => match.toLowerCase()));
  return found.size === 1 ? [...found][0] : undefined;
}
