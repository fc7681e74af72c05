import { KIND_VALUES, STATUS_VALUES, type TextSpan } from '../ast.ts';
import { INTRINSIC_SPELLINGS } from '../intrinsics.ts';
import { METRICS_FUNCTIONS } from '../parse-metrics.ts';
import { scan, type ScanState, type ScanToken } from './scan.ts';

/** For highlighting. `name` is a word without a meaning of its own: a hint's name, or what is still being typed. */
export type TokenClass =
  | 'space'
  | 'comment'
  | 'keyword'
  | 'function'
  | 'attribute'
  | 'string'
  | 'number'
  | 'duration'
  | 'operator'
  | 'bracket'
  | 'variable'
  | 'name'
  | 'invalid';

export interface ClassifiedToken extends TextSpan {
  readonly class: TokenClass;
}

const KEYWORDS: ReadonlySet<string> = new Set([
  ...['true', 'false', 'nil', 'minInt', 'maxInt', 'with', 'by'],
  ...STATUS_VALUES,
  ...KIND_VALUES,
]);
const FUNCTIONS: ReadonlySet<string> = new Set([
  ...['count', 'min', 'max', 'avg', 'sum', 'select', 'coalesce', 'topk', 'bottomk'],
  ...METRICS_FUNCTIONS,
]);
const INTRINSICS: ReadonlySet<string> = new Set(INTRINSIC_SPELLINGS);
const BRACKETS = '{}(),';

/** Tokens that cover the whole text, in order and without gaps; never throws, whatever the text is. */
export function tokenize(text: string): ClassifiedToken[] {
  return scan(text).tokens.map((token) => ({ start: token.start, end: token.end, class: classOf(text, token) }));
}

/** As `tokenize`, line by line: `state` is what the line before gave, `code` for the first. `line` has no line break. */
export function tokenizeLine(line: string, state: ScanState): { tokens: ClassifiedToken[]; state: ScanState } {
  const scanned = scan(line, 0, state);
  return {
    tokens: scanned.tokens.map((token) => ({ start: token.start, end: token.end, class: classOf(line, token) })),
    state: scanned.state,
  };
}

function classOf(text: string, token: ScanToken): TokenClass {
  switch (token.type) {
    case 'symbol':
      return BRACKETS.includes(text[token.start] ?? '') ? 'bracket' : 'operator';
    case 'int':
    case 'float':
      return 'number';
    case 'intrinsic':
      return token.isOpen ? 'name' : 'attribute';
    case 'word':
      return wordClass(text.slice(token.start, token.end));
    case 'space':
    case 'comment':
    case 'string':
    case 'duration':
    case 'attribute':
    case 'variable':
    case 'invalid':
      return token.type;
  }
}

function wordClass(word: string): TokenClass {
  if (KEYWORDS.has(word)) {
    return 'keyword';
  }
  if (FUNCTIONS.has(word)) {
    return 'function';
  }
  return INTRINSICS.has(word) ? 'attribute' : 'name';
}
