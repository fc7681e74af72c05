/** Thrown for text that is not logfmt, with where. */
export class LogfmtError extends Error {}

/**
 * `key=value key2="quoted value"` pairs (https://brandur.org/logfmt), as Tempo's `tags` parameter has them. A key without
 * a value has an empty one.
 */
export function readLogfmt(text: string): Map<string, string> {
  const pairs = new Map<string, string>();
  const pair = /\s*([^\s="]+)(?:=(?:"((?:[^"\\]|\\.)*)"|([^\s"]*)))?(?=\s|$)/y;
  let at = 0;
  while (text.slice(at).trim() !== '') {
    pair.lastIndex = at;
    const found = pair.exec(text);
    if (!found) {
      throw new LogfmtError(`cannot be read from character ${at + 1} on; write key=value or key="a value"`);
    }
    const [, key, quoted, bare] = found;
    if (pairs.has(key)) {
      throw new LogfmtError(`has ${key} twice`);
    }
    pairs.set(key, quoted === undefined ? (bare ?? '') : unescape(quoted));
    at = pair.lastIndex;
  }
  return pairs;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

const unescape = (text: string): string => text.replace(/\\(.)/gs, (_, letter: string) => ESCAPES[letter] ?? letter);
