/**
 * Whether RE2 takes a pattern, without running RE2: a reader of its syntax (github.com/google/re2/wiki/Syntax, as Go and
 * ClickHouse have it). It is exact for what people write and for all that RE2 refuses by design; what it lets through
 * wrongly (an unknown script's name, a program that is too large) the engine still refuses.
 */

/** No literal: a build for old browsers would write every letter of Unicode out. */
const GROUP_NAME = new RegExp(String.raw`^[\p{L}\p{Nd}_]+$`, 'u');

export interface RegexProblem {
  readonly message: string;
  /** UTF-16 offset in the pattern. */
  readonly offset: number;
  readonly hint?: string;
}

class Refusal extends Error {
  readonly problem: RegexProblem;

  constructor(message: string, offset: number, hint?: string) {
    super(message);
    this.problem = { message, offset, hint };
  }
}

/** Why RE2 refuses a pattern; undefined where it takes it. */
export function regexProblem(pattern: string): RegexProblem | undefined {
  try {
    new PatternReader(pattern).read();
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) {
      return error.problem;
    }
    throw error;
  }
}

const MAX_REPEAT = 1000;
const MAX_GROUPS_DEEP = 1000;

const NO_LOOKAROUND = 'RE2 has no lookaround; combine two conditions instead: .a =~ "x.*" && .a !~ "xy.*"';
const NO_BACKREFERENCE = 'RE2 cannot refer back to a group; write the text again';
const ESCAPE_HINT = 'a literal backslash is \\\\';

const CATEGORY = /^(?:C[cfosn]?|L[mloutl]?|LC|M[cen]?|N[dlo]?|P[cdefios]?|S[ckmo]?|Z[lps]?)$/;
const POSIX_CLASS = /^\[:\^?(?:alnum|alpha|ascii|blank|cntrl|digit|graph|lower|print|punct|space|upper|word|xdigit):\]/;

interface Group {
  readonly start: number;
  /** The largest product of counted repeats inside, which RE2 bounds. */
  repeat: number;
}

class PatternReader {
  readonly #pattern: string;
  #offset = 0;
  readonly #groups: Group[] = [{ start: 0, repeat: 1 }];
  readonly #names = new Set<string>();
  /** What a quantifier would repeat: the repeat count inside of it, or nothing. */
  #atom: number | undefined;
  #quantified = false;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  read(): void {
    while (this.#offset < this.#pattern.length) {
      this.#readOne();
    }
    const open = this.#groups.at(-1);
    if (this.#groups.length > 1 && open !== undefined) {
      throw new Refusal('a parenthesis does not end', open.start, 'end it with ), or write \\( for the character');
    }
  }

  #readOne(): void {
    const char = this.#pattern[this.#offset] ?? '';
    switch (char) {
      case '(':
        this.#openGroup();
        return;
      case ')':
        this.#closeGroup();
        return;
      case '|':
        this.#offset += 1;
        this.#setAtom(undefined);
        return;
      case '*':
      case '+':
      case '?':
        this.#quantifier(this.#offset + 1, 1);
        return;
      case '{':
        this.#braces();
        return;
      case '[':
        this.#class();
        this.#setAtom(1);
        return;
      case '\\':
        this.#escape();
        this.#setAtom(1);
        return;
      default:
        this.#offset += (this.#pattern.codePointAt(this.#offset) ?? 0) > 0xffff ? 2 : 1;
        this.#setAtom(1);
    }
  }

  #setAtom(repeat: number | undefined): void {
    this.#atom = repeat;
    this.#quantified = false;
  }

  #quantifier(end: number, count: number): void {
    const start = this.#offset;
    if (this.#atom === undefined) {
      const hint = `write \\${this.#pattern[start]} for the character, or .* for any text`;
      throw new Refusal(`there is nothing for "${this.#pattern.slice(start, end)}" to repeat`, start, hint);
    }
    if (this.#quantified) {
      const hint = 'RE2 has no possessive quantifiers; group a repeat to repeat it: (?:a+)*';
      throw new Refusal(`two quantifiers in a row: "${this.#pattern.slice(start, end)}"`, start, hint);
    }
    const product = this.#atom * Math.max(1, count);
    if (count > MAX_REPEAT || (count > 1 && product > MAX_REPEAT)) {
      throw new Refusal(`a repeat of more than ${MAX_REPEAT}`, start, `counts, multiplied, go up to ${MAX_REPEAT}`);
    }
    const group = this.#groups.at(-1);
    if (group !== undefined) {
      group.repeat = Math.max(group.repeat, product);
    }
    // A lazy quantifier's question mark.
    this.#offset = this.#pattern[end] === '?' ? end + 1 : end;
    this.#atom = product;
    this.#quantified = true;
  }

  /** `{2}`, `{2,}`, `{2,5}` repeat; any other brace is a character. */
  #braces(): void {
    const counted = /\{(\d+)(?:(,)(\d*))?\}/y;
    counted.lastIndex = this.#offset;
    const match = counted.exec(this.#pattern);
    if (match === null) {
      this.#offset += 1;
      this.#setAtom(1);
      return;
    }
    const least = Number(match[1]);
    const most = match[3] === undefined || match[3] === '' ? least : Number(match[3]);
    if (most < least) {
      throw new Refusal(`the repeat ${match[0]} ends before it begins`, this.#offset);
    }
    this.#quantifier(counted.lastIndex, Math.max(least, most));
  }

  #openGroup(): void {
    const start = this.#offset;
    if (this.#groups.length > MAX_GROUPS_DEEP) {
      throw new Refusal(`groups more than ${MAX_GROUPS_DEEP} deep`, start);
    }
    if (this.#pattern.startsWith('(?', start)) {
      this.#offset = this.#groupPrefix(start);
      if (this.#pattern[this.#offset - 1] === ')') {
        // `(?i)` sets flags for what follows and is no group.
        this.#setAtom(undefined);
        return;
      }
    } else {
      this.#offset += 1;
    }
    this.#groups.push({ start, repeat: 1 });
    this.#setAtom(undefined);
  }

  /** The offset after `(?:`, `(?P<name>`, `(?flags:` or `(?flags)`. */
  #groupPrefix(start: number): number {
    const rest = this.#pattern.slice(start, start + 200);
    if (/^\(\?<?[=!]/.test(rest)) {
      const behind = rest[2] === '<';
      throw new Refusal(`there is no ${behind ? 'lookbehind' : 'lookahead'}`, start, NO_LOOKAROUND);
    }
    if (/^\(\?(?:>|P>|P=|R|\d|&|\(|\||#)/.test(rest)) {
      const hint = rest[2] === '>' ? 'write (?:…)' : rest.startsWith('(?P=') ? NO_BACKREFERENCE : undefined;
      throw new Refusal(`RE2 has no ${rest.slice(0, 3)}…)`, start, hint);
    }
    const named = /^\(\?P?<([^>]*)>/.exec(rest);
    if (named !== null) {
      const name = named[1] ?? '';
      if (!GROUP_NAME.test(name)) {
        throw new Refusal(`"${name}" is no name for a group`, start, 'names are letters, digits and _');
      }
      if (this.#names.has(name)) {
        throw new Refusal(`two groups are named "${name}"`, start);
      }
      this.#names.add(name);
      return start + named[0].length;
    }
    const flags = /^\(\?(?:[imsU]+(?:-[imsU]+)?|-[imsU]+)?[:)]/.exec(rest);
    if (flags === null || flags[0] === '(?)') {
      throw new Refusal('a group that RE2 does not know', start, 'groups are (…), (?:…), (?P<name>…) and (?i)');
    }
    return start + flags[0].length;
  }

  #closeGroup(): void {
    const group = this.#groups.length > 1 ? this.#groups.pop() : undefined;
    if (group === undefined) {
      throw new Refusal('a ) that closes nothing', this.#offset, 'write \\) for the character');
    }
    this.#offset += 1;
    const outer = this.#groups.at(-1);
    if (outer !== undefined) {
      outer.repeat = Math.max(outer.repeat, group.repeat);
    }
    this.#setAtom(group.repeat);
  }

  /** Outside of classes. */
  #escape(): void {
    const start = this.#offset;
    const next = this.#pattern[start + 1] ?? '';
    if (next === 'Q') {
      const end = this.#pattern.indexOf('\\E', start + 2);
      this.#offset = end === -1 ? this.#pattern.length : end + 2;
      return;
    }
    if (/[AbBz]/.test(next)) {
      this.#offset += 2;
      return;
    }
    if (/[1-9]/.test(next) && !/^[1-7][0-7]/.test(this.#pattern.slice(start + 1, start + 3))) {
      throw new Refusal(`there is no backreference \\${next}`, start, NO_BACKREFERENCE);
    }
    if (next === 'k') {
      throw new Refusal('there is no backreference \\k', start, NO_BACKREFERENCE);
    }
    if (next === 'Z' || next === 'G') {
      throw new Refusal(`RE2 has no \\${next}`, start, 'a pattern matches the whole text; \\z is its end');
    }
    this.#commonEscape();
  }

  /** What may stand in and out of classes. Returns the character's code, or undefined for a class. */
  #commonEscape(): number | undefined {
    const start = this.#offset;
    const rest = this.#pattern.slice(start + 1, start + 80);
    if (rest === '') {
      throw new Refusal('a backslash at the end', start, ESCAPE_HINT);
    }
    if (/^[dDsSwW]/.test(rest)) {
      this.#offset += 2;
      return undefined;
    }
    if (/^[pP]/.test(rest)) {
      this.#unicodeClass(start, rest);
      return undefined;
    }
    const octal = /^(?:0[0-7]{0,2}|[1-7][0-7]{1,2})/.exec(rest);
    if (octal !== null) {
      this.#offset += 1 + octal[0].length;
      return parseInt(octal[0], 8);
    }
    if (rest.startsWith('x')) {
      const hex = /^x(?:([0-9a-fA-F]{2})|\{([0-9a-fA-F]+)\})/.exec(rest);
      const code = parseInt(hex?.[1] ?? hex?.[2] ?? '', 16);
      if (hex === null || code > 0x10ffff) {
        throw new Refusal('a bad \\x escape', start, 'write \\x41 or \\x{1F600}');
      }
      this.#offset += 1 + hex[0].length;
      return code;
    }
    const control = 'afnrtv'.indexOf(rest[0] ?? '');
    if (control !== -1) {
      this.#offset += 2;
      return [7, 12, 10, 13, 9, 11][control];
    }
    const code = rest.codePointAt(0) ?? 0;
    if (code >= 0x80 || /^[0-9A-Za-z]/.test(rest)) {
      const char = String.fromCodePoint(code);
      throw new Refusal(`unknown escape \\${char}`, start, ESCAPE_HINT);
    }
    this.#offset += 2;
    return code;
  }

  #unicodeClass(start: number, rest: string): void {
    const match = /^[pP](?:\{\^?([^}]*)\}|([^{]))/u.exec(rest);
    const name = match?.[1] ?? match?.[2] ?? '';
    if (match === null || !isUnicodeClass(name)) {
      const hint = 'classes are \\pL, \\p{Lu}, \\p{Greek} and the like';
      throw new Refusal(`no Unicode class "${name}"`, start, hint);
    }
    this.#offset += 1 + match[0].length;
  }

  #class(): void {
    const start = this.#offset;
    this.#offset += this.#pattern[start + 1] === '^' ? 2 : 1;
    // A bracket in first place is a character.
    for (let first = true; first || this.#pattern[this.#offset] !== ']'; first = false) {
      if (this.#offset >= this.#pattern.length) {
        throw new Refusal('a [ that does not end', start, 'end it with ], or write \\[ for the character');
      }
      this.#classItem();
    }
    this.#offset += 1;
  }

  #classItem(): void {
    const start = this.#offset;
    const text = this.#pattern.slice(start, start + 20);
    if (text.startsWith('[:')) {
      const posix = POSIX_CLASS.exec(text);
      if (posix !== null) {
        this.#offset += posix[0].length;
        return;
      }
      if (/^\[:\^?\w*:\]/.test(text)) {
        throw new Refusal('an unknown class of characters', start, 'classes are [:alpha:], [:digit:] and the like');
      }
    }
    const low = this.#classCharacter();
    if (low === undefined || this.#pattern[this.#offset] !== '-') {
      return;
    }
    const afterDash = this.#pattern[this.#offset + 1];
    if (afterDash === undefined || afterDash === ']') {
      return;
    }
    this.#offset += 1;
    const high = this.#classCharacter();
    if (high === undefined || high < low) {
      const range = this.#pattern.slice(start, this.#offset);
      throw new Refusal(`the range ${range} ends before it begins`, start, 'put "-" last, or write \\-');
    }
  }

  #classCharacter(): number | undefined {
    if (this.#pattern[this.#offset] === '\\') {
      return this.#commonEscape();
    }
    const code = this.#pattern.codePointAt(this.#offset) ?? 0;
    this.#offset += code > 0xffff ? 2 : 1;
    return code;
  }
}

function isUnicodeClass(name: string): boolean {
  if (name === 'Any' || CATEGORY.test(name)) {
    return true;
  }
  // Scripts: the regular expressions of this language know the same names.
  if (!/^[A-Z][A-Za-z_]+$/.test(name)) {
    return false;
  }
  try {
    return new RegExp(`\\p{Script=${name}}`, 'u').source !== '';
  } catch {
    return false;
  }
}
