import type { AttributeScope, Intrinsic, TextSpan } from './ast.ts';
import { TraceqlError, excerpt, positionAt } from './errors.ts';
import { INTRINSIC_SPELLINGS, intrinsicFromSpelling } from './intrinsics.ts';
import { MAX_INT, parseDuration, quoteString } from './literals.ts';
import { EscapeError, unescape } from './strings.ts';
import { nearest } from './suggest.ts';

/** Words are resolved by the parser: `count` is an aggregate in one place and could be a hint's name in another. */
export type Token = TextSpan &
  (
    | { readonly type: 'symbol'; readonly text: SymbolText }
    | { readonly type: 'word'; readonly text: string }
    | { readonly type: 'string'; readonly value: string }
    | { readonly type: 'int'; readonly value: bigint }
    | { readonly type: 'float'; readonly value: number }
    | { readonly type: 'duration'; readonly value: bigint }
    | { readonly type: 'attribute'; readonly scope: AttributeScope; readonly parent: boolean; readonly name: string }
    | { readonly type: 'intrinsic'; readonly intrinsic: Intrinsic; readonly spelling: string }
    | { readonly type: 'end' }
  );

/** Longest first: the first that matches is the token, as in Tempo. */
export const SYMBOLS = [
  ...['!>>', '!<<', '&>>', '&<<'],
  ...['!=', '!~', '!>', '!<', '&&', '&>', '&<', '&~', '=~', '>=', '>>', '<=', '<<', '||'],
  ...['{', '}', '(', ')', ',', '=', '!', '>', '<', '+', '-', '*', '/', '%', '^', '|', '~'],
] as const;
export type SymbolText = (typeof SYMBOLS)[number];

const SPACE = /(?:[\s\u0085]|\/\/[^\n]*|\/\*[^]*?\*\/)*/y;
// Sticky: set `lastIndex` before each use. Those with classes are no literals: a build for old browsers would write every
// letter of Unicode out.
export const WORD = new RegExp(String.raw`[\p{L}_][\p{L}\p{Nd}_]*`, 'uy');
export const NUMBER = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
export const NUMBER_TAIL = new RegExp(String.raw`[\p{L}\p{N}_.\u00b5]+`, 'uy');
/** What an attribute's name is made of, outside of quotes. */
export const NAME_PART = /[^\s\u0085{}()=~!<>&|^,"]+/y;

export const SCOPES: ReadonlyMap<string, AttributeScope> = new Map([
  ['span', 'span'],
  ['resource', 'resource'],
  ['event', 'event'],
  ['link', 'link'],
  ['instrumentation', 'instrumentation'],
]);
const INTRINSIC_SCOPES = ['trace', 'span', 'event', 'link', 'instrumentation'];

/** Whether a name must be quoted to be read back, whatever its scope. */
export function nameNeedsQuotes(name: string): boolean {
  NAME_PART.lastIndex = 0;
  return NAME_PART.exec(name)?.[0] !== name;
}

/** One token at a time, so that what is wrong first in the text is reported first. */
export class Lexer {
  readonly text: string;
  #offset = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** @throws TraceqlError of kind `syntax` */
  next(): Token {
    this.#skipSpace();
    const start = this.#offset;
    const char = this.text[start];
    if (char === undefined) {
      return { type: 'end', start, end: start };
    }
    if (char === '"') {
      return this.#string(start);
    }
    if (char === '`') {
      return this.#rawString(start);
    }
    const following = this.text[start + 1] ?? '';
    if (/[0-9]/.test(char) || (char === '.' && /[0-9]/.test(following))) {
      return this.#number(start);
    }
    if (char === '.') {
      this.#offset += 1;
      return this.#attribute(start, 'any', false);
    }
    const word = this.#match(WORD);
    if (word !== undefined) {
      return this.#word(start, word);
    }
    if (char === '=' && following === '=') {
      throw this.#error(start, start + 2, 'there is no "=="', 'use = to compare');
    }
    if (char === '*' && following === '*') {
      throw this.#error(start, start + 2, 'there is no "**"', 'use ^ for a power');
    }
    const symbol = SYMBOLS.find((candidate) => this.text.startsWith(candidate, start));
    if (symbol !== undefined) {
      this.#offset += symbol.length;
      return { type: 'symbol', text: symbol, start, end: this.#offset };
    }
    throw this.#unknownCharacter(start);
  }

  #error(start: number, end: number, message: string, hint?: string): TraceqlError {
    return new TraceqlError('syntax', message, { start, end }, positionAt(this.text, start), hint);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#offset;
    const found = pattern.exec(this.text)?.[0];
    this.#offset += found?.length ?? 0;
    return found;
  }

  #skipSpace(): void {
    this.#match(SPACE);
    if (this.text.startsWith('/*', this.#offset)) {
      throw this.#error(this.#offset, this.#offset + 2, 'this comment does not end', 'end it with */');
    }
  }

  #string(start: number): Token {
    // One pass to the closing quote; an escaped quote does not close.
    const body = /(?:[^"\\\n]+|\\[^\n])*/y;
    body.lastIndex = start + 1;
    const text = body.exec(this.text)?.[0] ?? '';
    const end = start + 1 + text.length;
    if (this.text[end] !== '"') {
      const hint = this.text[end] === '\n' ? 'it must end on the same line; use \\n or backquotes' : 'end it with "';
      throw this.#error(start, end, 'this string does not end', hint);
    }
    this.#offset = end + 1;
    try {
      return { type: 'string', value: unescape(text), start, end: end + 1 };
    } catch (error) {
      if (error instanceof EscapeError) {
        const at = start + 1 + error.offset;
        throw this.#error(at, at + error.length, `${error.message} in a string`, error.hint);
      }
      throw error;
    }
  }

  #rawString(start: number): Token {
    const close = this.text.indexOf('`', start + 1);
    if (close === -1) {
      throw this.#error(start, this.text.length, 'this string does not end', 'end it with `');
    }
    this.#offset = close + 1;
    // Go drops carriage returns from raw strings.
    const value = this.text.slice(start + 1, close).replaceAll('\r', '');
    return { type: 'string', value, start, end: this.#offset };
  }

  #number(start: number): Token {
    const number = this.#match(NUMBER) ?? '';
    const tail = this.#match(NUMBER_TAIL);
    const end = this.#offset;
    if (tail !== undefined) {
      const duration = parseDuration(number + tail);
      if (duration === undefined) {
        throw this.#badNumber(start, end, number, tail);
      }
      return { type: 'duration', value: duration, start, end };
    }
    if (/[.eE]/.test(number)) {
      const value = Number(number);
      if (!Number.isFinite(value)) {
        throw this.#error(start, end, 'this number is too large', 'floats go up to 1.8e308');
      }
      return { type: 'float', value, start, end };
    }
    const significant = number.replace(/^0+(?=.)/, '');
    const value = significant.length > 19 ? MAX_INT + 1n : BigInt(significant);
    if (value > MAX_INT) {
      const hint = 'integers go up to 9223372036854775807 (maxInt), down to minInt; with .0 it is a float';
      throw this.#error(start, end, 'this integer is too large', hint);
    }
    return { type: 'int', value, start, end };
  }

  #badNumber(start: number, end: number, number: string, tail: string): TraceqlError {
    const text = number + tail;
    const quoted = `"${excerpt(text)}"`;
    if (/^0[xXbBoO]/.test(text) || /^[\d_]+$/.test(text)) {
      return this.#error(start, end, `${quoted} is not a number`, 'write numbers in decimal digits alone');
    }
    if (/^(?:[\d.]+(?:ns|us|\u00b5s|\u03bcs|ms|[smhdwy]))+$/.test(text) && !/\.\d*\./.test(text)) {
      return this.#error(start, end, 'this duration is too long', 'durations go up to 292y');
    }
    const message = `${quoted} is neither a number nor a duration`;
    const hint = 'units of time are ns, us, ms, s, m, h, d, w and y: 1h30m, 250ms; text needs double quotes';
    return this.#error(start, end, message, hint);
  }

  #word(start: number, word: string): Token {
    const following = this.text[this.#offset];
    if (following === '.') {
      const scope = SCOPES.get(word);
      if (scope !== undefined) {
        this.#offset += 1;
        return this.#attribute(start, scope, false);
      }
      if (word === 'parent') {
        this.#offset += 1;
        const inner = /(span|resource)\./y;
        inner.lastIndex = this.#offset;
        const match = inner.exec(this.text);
        this.#offset += match?.[0].length ?? 0;
        return this.#attribute(start, SCOPES.get(match?.[1] ?? '') ?? 'any', true);
      }
    }
    if (following === ':') {
      return this.#scopedIntrinsic(start, word);
    }
    return { type: 'word', text: word, start, end: this.#offset };
  }

  #scopedIntrinsic(start: number, scope: string): Token {
    this.#offset += 1;
    const name = this.#match(WORD) ?? '';
    const end = this.#offset;
    const spelling = `${scope}:${name}`;
    const intrinsic = intrinsicFromSpelling(spelling);
    if (intrinsic !== undefined) {
      return { type: 'intrinsic', intrinsic, spelling, start, end };
    }
    throw this.#noIntrinsic({ start, end }, scope, name);
  }

  #noIntrinsic({ start, end }: TextSpan, scope: string, name: string): TraceqlError {
    const spelling = `${scope}:${name}`;
    const message = `there is no intrinsic ${excerpt(spelling)}`;
    if (scope === 'resource') {
      NAME_PART.lastIndex = end - name.length;
      const rest = excerpt(NAME_PART.exec(this.text)?.[0] ?? '');
      return this.#error(start, end, message, `attributes take a dot: resource.${rest || 'service.name'}`);
    }
    if (!INTRINSIC_SCOPES.includes(scope)) {
      const hint = `a colon follows ${INTRINSIC_SCOPES.join(', ')} alone; text needs double quotes`;
      return this.#error(start, end, message, hint);
    }
    const elsewhere = INTRINSIC_SPELLINGS.find((known) => known === name || known.endsWith(`:${name}`));
    const closest = elsewhere ?? nearest(spelling, INTRINSIC_SPELLINGS);
    const known = INTRINSIC_SPELLINGS.filter((candidate) => candidate.startsWith(`${scope}:`)).join(', ');
    const attribute = name !== '' && SCOPES.has(scope) ? `; for an attribute write ${scope}.${excerpt(name)}` : '';
    return this.#error(start, end, message, closest ? `did you mean ${closest}?` : `there are ${known}${attribute}`);
  }

  #attribute(start: number, scope: AttributeScope, parent: boolean): Token {
    const nameStart = this.#offset;
    let name = '';
    for (;;) {
      name += this.#match(NAME_PART) ?? '';
      if (this.text[this.#offset] !== '"') {
        break;
      }
      name += this.#quotedNamePart();
    }
    if (name === '') {
      const dot = this.text.slice(start, nameStart);
      const end = Math.max(this.#offset, nameStart);
      throw this.#error(start, end, `an attribute's name is missing after "${dot}"`, `write ${dot}http.method`);
    }
    return { type: 'attribute', scope, parent, name, start, end: this.#offset };
  }

  #quotedNamePart(): string {
    const start = this.#offset;
    const body = /"((?:[^"\\]+|\\[^])*)("?)/y;
    body.lastIndex = start;
    const match = body.exec(this.text);
    const text = match?.[1] ?? '';
    if (match?.[2] !== '"') {
      throw this.#error(start, this.text.length, "this attribute's quoted name does not end", 'end it with "');
    }
    const bad = /^(?:[^\\]|\\["\\])*?(\\[^"\\])/.exec(text);
    if (bad?.[1] !== undefined) {
      const at = start + 1 + bad[0].length - bad[1].length;
      const hint = 'in a name only \\" and \\\\ are escapes';
      throw this.#error(at, at + 2, `unknown escape ${bad[1]} in an attribute's name`, hint);
    }
    this.#offset += match[0].length;
    return text.replace(/\\(["\\])/g, '$1');
  }

  #unknownCharacter(start: number): TraceqlError {
    const char = String.fromCodePoint(this.text.codePointAt(start) ?? 0);
    const end = start + char.length;
    const closing = new Map([
      ["'", "'"],
      ['\u2018', '\u2019'],
      ['\u2019', '\u2019'],
      ['\u201c', '\u201d'],
      ['\u201d', '\u201d'],
    ]).get(char);
    if (closing !== undefined) {
      const close = this.text.indexOf(closing, end);
      const example = close === -1 ? '"\u2026"' : quoteString(excerpt(this.text.slice(end, close)));
      const message = char === "'" ? 'text is not quoted with single quotes' : 'text is not quoted with curly quotes';
      return this.#error(start, close === -1 ? end : close + 1, message, `use double quotes: ${example}`);
    }
    const hints: ReadonlyMap<string, string> = new Map([
      ['&', 'use && for "and"'],
      ['[', 'there are no lists; write .a = "x" || .a = "y", or .a =~ "x|y"'],
      [']', 'there are no lists; write .a = "x" || .a = "y", or .a =~ "x|y"'],
      ['#', 'comments begin with //'],
      [';', 'one query has no separators; stages are joined with |'],
      ['$', 'a variable stands here that was not replaced'],
      ['\\', 'a backslash belongs into quotes'],
      [':', 'a colon follows trace, span, event, link or instrumentation: span:name'],
    ]);
    return this.#error(start, end, `unexpected character "${char}"`, hints.get(char));
  }
}
