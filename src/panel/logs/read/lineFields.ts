import { isObject } from '../../../shared/narrowing';

/** Key and value, in the order in which the line has them; keys of nested objects are joined by dots. */
export type LineFields = ReadonlyArray<readonly [key: string, value: string]>;

const MOST_FIELDS = 300;
const MOST_DEPTH = 4;
/** Characters of a line of text that are searched for `key=value`. */
const SEEN_CHARS = 16_384;
const NONE: LineFields = [];

/** The fields of a line that is one JSON object; undefined for any other. */
export function readJsonFields(line: string): LineFields | undefined {
  const text = line.trim();
  if (!text.startsWith('{') || !text.endsWith('}')) {
    return undefined;
  }
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? flatten(value) : undefined;
  } catch {
    return undefined;
  }
}

/** Every value in an object as text. */
export function flatten(value: unknown): LineFields {
  const fields: Array<readonly [string, string]> = [];
  const add = (key: string, inner: unknown, depth: number): void => {
    if (fields.length >= MOST_FIELDS || inner === null || inner === undefined) {
      return;
    }
    if (isObject(inner) && depth < MOST_DEPTH) {
      Object.entries(inner).forEach(([name, next]) => add(key === '' ? name : `${key}.${name}`, next, depth + 1));
    } else {
      fields.push([key, typeof inner === 'string' ? inner : JSON.stringify(inner)]);
    }
  };
  add('', value, 0);
  return fields;
}

/** `key=value key="a value"`: the fields of a line in logfmt. A line with fewer than two is plain text. */
export function readLogfmt(line: string): LineFields {
  if (!line.includes('=')) {
    return NONE;
  }
  const fields: Array<readonly [string, string]> = [];
  const pattern = /(?<![\w.@-])([A-Za-z_][\w.@-]*)=("(?:[^"\\]|\\.)*"|[^\s"]*)/g;
  for (const [, key, value] of line.slice(0, SEEN_CHARS).matchAll(pattern)) {
    fields.push([key, value.startsWith('"') ? unquote(value) : value]);
    if (fields.length >= MOST_FIELDS) {
      break;
    }
  }
  return fields.length >= 2 ? fields : NONE;
}

const ESCAPED: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

const unquote = (text: string): string =>
  text.slice(1, -1).replace(/\\(.)/g, (_, char: string) => ESCAPED[char] ?? char);
