import { JsonMemberError } from '../json/members.ts';
import { hexBytes } from '../otlp/binary-text.ts';

/**
 * An id of hex digits with zeros put in front up to `width` bytes, as trace ids of 64 bits want it; undefined for zero, for
 * an empty text and for what is absent. Throws JsonMemberError for what is no id.
 */
export function readHexId(value: unknown, width: number, path: string): Uint8Array | undefined {
  if (value === undefined || value === null || value === '') {
    return undefined;
  }
  const bytes =
    typeof value === 'string' && value.length <= width * 2 ? hexBytes(value.padStart(width * 2, '0')) : undefined;
  if (!bytes) {
    throw new JsonMemberError(path, `at most ${width * 2} hex digits`, value);
  }
  return bytes.every((byte) => byte === 0) ? undefined : bytes;
}

/** An id that has to be there. */
export function requireHexId(value: unknown, width: number, path: string): Uint8Array {
  const id = readHexId(value, width, path);
  if (!id) {
    throw new JsonMemberError(path, 'an id that is not zero', value);
  }
  return id;
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
