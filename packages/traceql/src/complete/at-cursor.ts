import { Tokens } from './lenient-filter.ts';
import { scan, type ScanToken } from './scan.ts';

/** A query, and what the cursor stands in or right behind. */
export interface AtCursor {
  readonly text: string;
  readonly cursor: number;
  readonly tokens: Tokens;
  /** What is being written: a word, an attribute, a string, half an operator. It begins before the cursor. */
  readonly current: ScanToken | undefined;
  /** How many tokens come before it. */
  readonly before: number;
}

/** Undefined in a comment, where nothing is to be completed. */
export function atCursor(text: string, cursor: number): AtCursor | undefined {
  const scanned = scan(text).tokens;
  const index = scanned.findIndex(({ end }) => end >= cursor);
  const token = scanned[index];
  if (token === undefined || token.start === cursor) {
    return found(text, cursor, scanned, undefined);
  }
  if (token.type === 'comment') {
    const isBlock = text.startsWith('/*', token.start);
    return isBlock && cursor === token.end && !token.isOpen ? found(text, cursor, scanned, undefined) : undefined;
  }
  if (!isBeingWritten(text, token, cursor)) {
    return found(text, cursor, scanned, undefined);
  }
  if (!swallowsWhatFollows(text, token, cursor)) {
    return found(text, cursor, scanned, token);
  }
  const cut: ScanToken = { ...token, end: cursor, isOpen: true };
  return found(text, cursor, [...scanned.slice(0, index), cut, ...scan(text, cursor).tokens], cut);
}

function found(text: string, cursor: number, scanned: readonly ScanToken[], current: ScanToken | undefined): AtCursor {
  const tokens = new Tokens(text, scanned);
  const start = current?.start ?? cursor;
  const index = tokens.all.findIndex(({ end }) => end > start);
  return { text, cursor, tokens, current, before: index === -1 ? tokens.length : index };
}

function isBeingWritten(text: string, token: ScanToken, cursor: number): boolean {
  switch (token.type) {
    case 'space':
    case 'comment':
      return false;
    case 'symbol':
      return text.slice(token.start, token.end) === '!';
    case 'string':
      return cursor < token.end || token.isOpen;
    case 'invalid':
      return /^[&$.0-9]/.test(text.slice(token.start, token.start + 1));
    case 'word':
    case 'int':
    case 'float':
    case 'duration':
    case 'attribute':
    case 'intrinsic':
    case 'variable':
      return true;
  }
}

/** A quote that is not closed yet takes what follows for text; what follows it up to the next quote shows that. */
function swallowsWhatFollows(text: string, token: ScanToken, cursor: number): boolean {
  if (token.type !== 'string' && !(token.type === 'attribute' && text.slice(token.start, cursor).includes('"'))) {
    return false;
  }
  const rest = text.slice(cursor, Math.max(cursor, token.end - 1));
  return token.isOpen || rest.includes('&&') || rest.includes('||') || /[=~<>]$/.test(rest.trimEnd());
}
