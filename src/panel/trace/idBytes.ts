/**
 * An id as bytes: hex digits with zeros put in front, as ids of 64 bits want it. What is no hex, or too long, becomes bytes that are
 * the same for the same text: a datasource may call its spans what it likes. Undefined for an empty text and for zeros.
 */
export function idBytes(text: string, width: number): Uint8Array | undefined {
  if (text === '') {
    return undefined;
  }
  const bytes = new Uint8Array(width);
  if (text.length > width * 2 || !/^[0-9a-f]+$/i.test(text)) {
    hashInto(bytes, text);
    return bytes;
  }
  const digits = text.padStart(width * 2, '0');
  for (let at = 0; at < width; at++) {
    bytes[at] = parseInt(digits.slice(at * 2, at * 2 + 2), 16);
  }
  return bytes.every((byte) => byte === 0) ? undefined : bytes;
}

/** FNV-1a, once for every four bytes. */
function hashInto(bytes: Uint8Array, text: string): void {
  const view = new DataView(bytes.buffer);
  for (let word = 0; word < bytes.length; word += 4) {
    let hash = 0x811c9dc5 ^ Math.imul(word + 1, 0x9e3779b1);
    for (let at = 0; at < text.length; at++) {
      hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
    }
    view.setUint32(word, (hash ^ (hash >>> 15)) >>> 0);
  }
}
