import type { AttributeScope, TextSpan } from '../ast.ts';
import { intrinsicFromSpelling } from '../intrinsics.ts';
import { NAME_PART, NUMBER, NUMBER_TAIL, SCOPES, SYMBOLS, WORD } from '../lexer.ts';
import { parseDuration } from '../literals.ts';

export type ScanType =
  | 'space'
  | 'comment'
  | 'symbol'
  | 'word'
  | 'string'
  | 'int'
  | 'float'
  | 'duration'
  | 'attribute'
  | 'intrinsic'
  | 'variable'
  | 'invalid';

/** A piece of any text. Where the lexer takes the text, its tokens are these without space and comments. */
export interface ScanToken extends TextSpan {
  readonly type: ScanType;
  /**
   * It has no end: a string or a comment that is not closed, an attribute without a name (`span.`), an intrinsic that
   * there is not (`span:na`).
   */
  readonly isOpen: boolean;
  readonly attribute?: ScannedAttribute;
}

export interface ScannedAttribute {
  readonly scope: AttributeScope;
  readonly parent: boolean;
  /** As far as it is there, quotes resolved; empty in `span.`. */
  readonly name: string;
}

/** What a line begins in, where the line before left something open. */
export type ScanState = 'code' | 'comment' | 'rawString' | 'quotedName';

export interface Scan {
  /** They cover the text from `from` on, in order and without gaps. */
  readonly tokens: readonly ScanToken[];
  /** What the text ends in. */
  readonly state: ScanState;
}

const BLANK = /[\s\u0085]+/y;
/** Of Grafana, in text that is to be filled in yet: `$name`, `${name:format}`, `[[name]]`. */
const VARIABLE = /\$(?:[A-Za-z_]\w*|\{[\w.:,-]+\})|\[\[[\w:]+\]\]/y;
const BRACED = /\{[\w.:,-]+\}/y;
const PARENT_SCOPE = /(?:span|resource)\./y;

/**
 * The lexer for text that is still being written: it takes everything and never throws. Linear in the text: no character
 * is looked at by more than a fixed number of tokens.
 */
export function scan(text: string, from = 0, state: ScanState = 'code'): Scan {
  return new Scanner(text, from).run(state);
}

class Scanner {
  readonly #text: string;
  readonly #tokens: ScanToken[] = [];
  #offset: number;
  #state: ScanState = 'code';

  constructor(text: string, from: number) {
    this.#text = text;
    this.#offset = from;
  }

  run(state: ScanState): Scan {
    if (state !== 'code') {
      this.#continue(state);
    }
    while (this.#offset < this.#text.length) {
      this.#token();
    }
    return { tokens: this.#tokens, state: this.#state };
  }

  #continue(state: Exclude<ScanState, 'code'>): void {
    const start = this.#offset;
    if (start >= this.#text.length) {
      this.#state = state;
      return;
    }
    if (state === 'quotedName') {
      const rest = this.#restOfName(true);
      const isOpen = this.#state === 'quotedName';
      this.#push('attribute', start, isOpen, { scope: 'any', parent: false, name: rest });
      return;
    }
    this.#upTo(state === 'comment' ? '*/' : '`', start, start, state);
  }

  #token(): void {
    const text = this.#text;
    const start = this.#offset;
    const char = text[start] ?? '';
    const following = text[start + 1] ?? '';
    if (this.#match(BLANK) !== undefined) {
      this.#push('space', start);
    } else if (char === '/' && following === '/') {
      const end = text.indexOf('\n', start);
      this.#offset = end === -1 ? text.length : end;
      this.#push('comment', start);
    } else if (char === '/' && following === '*') {
      this.#upTo('*/', start, start + 2, 'comment');
    } else if (char === '"') {
      this.#string(start);
    } else if (char === '`') {
      this.#upTo('`', start, start + 1, 'rawString');
    } else if (/[0-9]/.test(char) || (char === '.' && /[0-9]/.test(following))) {
      this.#number(start);
    } else if (char === '.') {
      this.#offset += 1;
      this.#attribute(start, 'any', false);
    } else {
      const word = this.#match(WORD);
      if (word === undefined) {
        this.#symbol(start);
      } else {
        this.#word(start, word);
      }
    }
  }

  #push(type: ScanType, start: number, isOpen = false, attribute?: ScannedAttribute): void {
    this.#tokens.push({ type, start, end: this.#offset, isOpen, ...(attribute && { attribute }) });
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#offset;
    const found = pattern.exec(this.#text)?.[0];
    this.#offset += found?.length ?? 0;
    return found;
  }

  /** A comment or a raw string from `start`, whose end is looked for from `from` on. */
  #upTo(end: string, start: number, from: number, state: 'comment' | 'rawString'): void {
    const at = this.#text.indexOf(end, from);
    this.#offset = at === -1 ? this.#text.length : at + end.length;
    this.#state = at === -1 ? state : 'code';
    this.#push(state === 'comment' ? 'comment' : 'string', start, at === -1);
  }

  #string(start: number): void {
    let at = start + 1;
    for (let char = this.#text[at]; char !== undefined && char !== '"' && char !== '\n'; char = this.#text[at]) {
      const following = this.#text[at + 1];
      at += char === '\\' && following !== undefined && following !== '\n' ? 2 : 1;
    }
    const isClosed = this.#text[at] === '"';
    this.#offset = isClosed ? at + 1 : at;
    this.#push('string', start, !isClosed);
  }

  #number(start: number): void {
    const number = this.#match(NUMBER) ?? '';
    const tail = this.#match(NUMBER_TAIL);
    if (tail !== undefined) {
      this.#push(parseDuration(number + tail) === undefined ? 'invalid' : 'duration', start);
    } else {
      this.#push(/[.eE]/.test(number) ? 'float' : 'int', start);
    }
  }

  #word(start: number, word: string): void {
    const following = this.#text[this.#offset];
    if (following === '.') {
      const scope = SCOPES.get(word);
      if (scope !== undefined) {
        this.#offset += 1;
        this.#attribute(start, scope, false);
        return;
      }
      if (word === 'parent') {
        this.#offset += 1;
        const inner = this.#match(PARENT_SCOPE)?.slice(0, -1);
        this.#attribute(start, SCOPES.get(inner ?? '') ?? 'any', true);
        return;
      }
    }
    if (following === ':') {
      this.#offset += 1;
      const name = this.#match(WORD) ?? '';
      this.#push('intrinsic', start, intrinsicFromSpelling(`${word}:${name}`) === undefined);
      return;
    }
    this.#push('word', start);
  }

  #attribute(start: number, scope: AttributeScope, parent: boolean): void {
    const name = this.#restOfName(false);
    this.#push('attribute', start, name === '' || this.#state === 'quotedName', { scope, parent, name });
  }

  /** What follows of a name, which may be pieces with and without quotes; `inQuotes` where it begins inside of quotes. */
  #restOfName(inQuotes: boolean): string {
    let name = '';
    let isQuoted = inQuotes;
    for (;;) {
      if (isQuoted) {
        name += this.#quotedPart();
        if (this.#state === 'quotedName') {
          return name;
        }
        isQuoted = false;
      }
      const part = this.#match(NAME_PART) ?? '';
      const braced = part.endsWith('$') ? (this.#match(BRACED) ?? '') : '';
      name += part + braced;
      if (this.#text[this.#offset] === '"') {
        this.#offset += 1;
        isQuoted = true;
      } else if (braced === '') {
        return name;
      }
    }
  }

  /** From after the opening quote to after the closing one. */
  #quotedPart(): string {
    const start = this.#offset;
    let at = start;
    for (let char = this.#text[at]; char !== undefined && char !== '"'; char = this.#text[at]) {
      at += char === '\\' && at + 1 < this.#text.length ? 2 : 1;
    }
    const isClosed = this.#text[at] === '"';
    this.#offset = isClosed ? at + 1 : at;
    this.#state = isClosed ? 'code' : 'quotedName';
    return this.#text.slice(start, at).replace(/\\(["\\])/g, '$1');
  }

  #symbol(start: number): void {
    if (this.#match(VARIABLE) !== undefined) {
      this.#push('variable', start);
      return;
    }
    const text = this.#text;
    if (text.startsWith('==', start) || text.startsWith('**', start)) {
      this.#offset += 2;
      this.#push('invalid', start);
      return;
    }
    const symbol = SYMBOLS.find((candidate) => text.startsWith(candidate, start));
    if (symbol !== undefined) {
      this.#offset += symbol.length;
      this.#push('symbol', start);
      return;
    }
    this.#offset += (text.codePointAt(start) ?? 0) > 0xffff ? 2 : 1;
    this.#push('invalid', start);
  }
}
