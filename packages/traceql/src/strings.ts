/** Go's string escapes, which are TraceQL's. */

export class EscapeError extends Error {
  /** Offset in the quoted text. */
  readonly offset: number;
  readonly length: number;
  readonly hint: string | undefined;

  constructor(message: string, offset: number, length: number, hint?: string) {
    super(message);
    this.hint = hint;
    this.offset = offset;
    this.length = length;
  }
}

const SIMPLE: ReadonlyMap<string, string> = new Map([
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
  ['\\', '\\'],
  ['"', '"'],
]);

const ESCAPE_HINT = 'write \\\\ for a backslash, or put the text between backquotes: `\\d+`';

const ESCAPE = /\\(?:([abfnrtv\\"])|x([0-9a-fA-F]{2})|([0-7]{3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/y;

/**
 * The text between double quotes with its escapes resolved. `\x` and octal escapes are bytes of UTF-8, as in Go.
 * @throws EscapeError
 */
export function unescape(body: string): string {
  if (!body.includes('\\')) {
    return body;
  }
  let result = '';
  let offset = 0;
  while (offset < body.length) {
    const backslash = body.indexOf('\\', offset);
    if (backslash === -1) {
      return result + body.slice(offset);
    }
    result += body.slice(offset, backslash);
    ESCAPE.lastIndex = backslash;
    const match = ESCAPE.exec(body);
    if (match === null) {
      const length = Math.min(2, body.length - backslash);
      const escape = body.slice(backslash, backslash + length);
      throw new EscapeError(`unknown escape ${escape}`, backslash, length, ESCAPE_HINT);
    }
    const [text, simple, hex, octal, short, long] = match;
    offset = backslash + text.length;
    if (simple !== undefined) {
      result += SIMPLE.get(simple) ?? simple;
    } else if (hex !== undefined || octal !== undefined) {
      const [bytes, end] = byteRun(body, backslash);
      try {
        result += decodeURIComponent(bytes.map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''));
      } catch {
        throw new EscapeError('these bytes are not UTF-8', backslash, end - backslash);
      }
      offset = end;
    } else {
      const code = parseInt(short ?? long ?? '', 16);
      if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
        throw new EscapeError(`${text} is no Unicode character`, backslash, text.length);
      }
      result += String.fromCodePoint(code);
    }
  }
  return result;
}

function byteRun(body: string, start: number): [bytes: number[], end: number] {
  const byteEscape = /\\(?:x([0-9a-fA-F]{2})|([0-7]{3}))/y;
  byteEscape.lastIndex = start;
  const bytes: number[] = [];
  let end = start;
  for (let match = byteEscape.exec(body); match !== null; match = byteEscape.exec(body)) {
    const byte = match[1] === undefined ? parseInt(match[2] ?? '', 8) : parseInt(match[1], 16);
    if (byte > 255) {
      throw new EscapeError(`${match[0]} is no byte`, end, match[0].length);
    }
    bytes.push(byte);
    end = byteEscape.lastIndex;
  }
  return [bytes, end];
}
