import { BadMessage, fieldsOf, LENGTH } from './protobuf-fields.ts';

/** Messages within an OTLP message, by field number; what is not here holds no message. */
export interface Shape {
  readonly [field: number]: () => Shape;
}

/** ScopeSpans as clients older than OTLP 0.15 number it. */
export const OLD_SCOPE_SPANS = 1000;

/** Values in values, the outermost counted. */
const MAX_DEPTH = 191;

const ANY_VALUE: Shape = { 5: () => ARRAY, 6: () => LIST };
const ARRAY: Shape = { 1: () => ANY_VALUE };
const KEY_VALUE: Shape = { 2: () => ANY_VALUE };
const LIST: Shape = { 1: () => KEY_VALUE };
const EVENT: Shape = { 3: () => KEY_VALUE };
const LINK: Shape = { 4: () => KEY_VALUE };
const SPAN: Shape = { 9: () => KEY_VALUE, 11: () => EVENT, 13: () => LINK, 15: () => ({}) };
const SCOPE: Shape = { 3: () => KEY_VALUE };
const SCOPE_SPANS: Shape = { 1: () => SCOPE, 2: () => SPAN };
const RESOURCE: Shape = { 1: () => KEY_VALUE };
const RESOURCE_SPANS: Shape = { 1: () => RESOURCE, 2: () => SCOPE_SPANS, [OLD_SCOPE_SPANS]: () => SCOPE_SPANS };
/** ExportTraceServiceRequest. */
export const REQUEST: Shape = { 1: () => RESOURCE_SPANS };

/**
 * Whether every message in the request is well-formed, those too that no column is made of: an earlier value that a later
 * one replaces, what lies deeper than lists are flattened, a refused span's attributes. Ingest is free to refuse a request
 * for them or not to look. The same goes for values nested deeper than MAX_DEPTH.
 */
export function isWellFormed(request: Uint8Array): boolean {
  const open: Array<[Uint8Array, Shape, depth: number]> = [[request, REQUEST, 0]];
  try {
    for (let next = open.pop(); next; next = open.pop()) {
      const [message, shape, depth] = next;
      if (depth > MAX_DEPTH) {
        return false;
      }
      for (const { number, wireType, content } of fieldsOf(message)) {
        const inner = wireType === LENGTH ? shape[number] : undefined;
        if (inner) {
          open.push([content, inner(), depth + (inner() === ANY_VALUE ? 1 : 0)]);
        }
      }
    }
    return true;
  } catch (error) {
    if (error instanceof BadMessage) {
      return false;
    }
    throw error;
  }
}
