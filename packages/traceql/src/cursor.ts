import type { TextSpan } from './ast.ts';
import { TraceqlError, excerpt, positionAt, type TraceqlErrorKind } from './errors.ts';
import { Lexer, type SymbolText, type Token } from './lexer.ts';
import { MAX_DEPTH } from './limits.ts';

/** The parser's place in the text: the current token, and how deep the parser is in nesting. */
export class Cursor {
  readonly text: string;
  /** Where the token before the current one ended. */
  previousEnd = 0;
  readonly #lexer: Lexer;
  #token: Token;
  #depth = 0;

  constructor(text: string) {
    this.text = text;
    this.#lexer = new Lexer(text);
    this.#token = this.#lexer.next();
  }

  get token(): Token {
    return this.#token;
  }

  advance(): void {
    this.previousEnd = this.#token.end;
    this.#token = this.#lexer.next();
  }

  /** The current symbol, or undefined where the token is none. */
  get symbol(): SymbolText | undefined {
    return this.#token.type === 'symbol' ? this.#token.text : undefined;
  }

  get word(): string | undefined {
    return this.#token.type === 'word' ? this.#token.text : undefined;
  }

  at(symbol: SymbolText): boolean {
    return this.symbol === symbol;
  }

  accept(symbol: SymbolText): boolean {
    if (!this.at(symbol)) {
      return false;
    }
    this.advance();
    return true;
  }

  /** `expected` completes the sentence "expected …". */
  expect(symbol: SymbolText, expected: string, hint?: string): void {
    if (!this.accept(symbol)) {
      throw this.unexpected(expected, hint);
    }
  }

  atEnd(): boolean {
    return this.#token.type === 'end';
  }

  spanFrom(start: number): TextSpan {
    return { start, end: Math.max(start, this.previousEnd) };
  }

  /** Runs `parse` one level deeper. @throws TraceqlError of kind `invalid` beyond `MAX_DEPTH` levels */
  nested<T>(parse: () => T): T {
    if (this.#depth >= MAX_DEPTH) {
      throw this.tooDeep();
    }
    this.#depth += 1;
    const result = parse();
    this.#depth -= 1;
    return result;
  }

  tooDeep(): TraceqlError {
    return this.error(`the query is nested more than ${MAX_DEPTH} levels deep`, this.#token, undefined, 'invalid');
  }

  error(message: string, span: TextSpan, hint?: string, kind: TraceqlErrorKind = 'syntax'): TraceqlError {
    const { start, end } = span;
    return new TraceqlError(kind, message, { start, end }, positionAt(this.text, start), hint);
  }

  unexpected(expected: string, hint?: string): TraceqlError {
    return this.error(`expected ${expected}, found ${this.describe()}`, this.#token, hint);
  }

  /** What the current token is, in a message's words. */
  describe(): string {
    const token = this.#token;
    switch (token.type) {
      case 'end':
        return 'the end of the query';
      case 'symbol':
      case 'word':
        return `"${excerpt(token.text)}"`;
      case 'string':
        return `the text ${excerpt(this.text.slice(token.start, token.end))}`;
      case 'int':
      case 'float':
        return `the number ${excerpt(this.text.slice(token.start, token.end))}`;
      case 'duration':
        return `the duration ${excerpt(this.text.slice(token.start, token.end))}`;
      case 'attribute':
        return `the attribute ${excerpt(this.text.slice(token.start, token.end))}`;
      case 'intrinsic':
        return token.spelling;
    }
  }
}
