import type { TextSpan } from './ast.ts';

/**
 * - `syntax`: the text is not TraceQL.
 * - `invalid`: it is, but it cannot mean anything (types, ranges, a bad regular expression, a limit).
 * - `unsupported`: it has a meaning, but nothing here runs it.
 */
export type TraceqlErrorKind = 'syntax' | 'invalid' | 'unsupported';

/** 1-based; the column counts UTF-16 units from the start of the line. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

/** What is wrong with a query, where, and what to write instead. The only thing that this package throws at a query. */
export class TraceqlError extends Error {
  readonly kind: TraceqlErrorKind;
  /** A sentence that says what to write. */
  readonly hint: string | undefined;
  /** UTF-16 offsets of the text at fault. */
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly column: number;

  constructor(kind: TraceqlErrorKind, message: string, span: TextSpan, position: TextPosition, hint?: string) {
    super(message);
    this.name = 'TraceqlError';
    this.kind = kind;
    this.hint = hint;
    this.start = span.start;
    this.end = span.end;
    this.line = position.line;
    this.column = position.column;
  }
}

/** Lines end at `\n`, as in `TextPosition`. */
export function positionAt(text: string, offset: number): TextPosition {
  let line = 1;
  let lineStart = 0;
  for (let next = text.indexOf('\n'); next !== -1 && next < offset; next = text.indexOf('\n', next + 1)) {
    line += 1;
    lineStart = next + 1;
  }
  return { line, column: offset - lineStart + 1 };
}

/** A piece of the query for a message; messages stay short whatever the query is. */
export function excerpt(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}\u2026` : text;
}
