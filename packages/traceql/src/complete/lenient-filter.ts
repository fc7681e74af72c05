import { NO_SPAN, type BinaryExpression, type FieldExpression, type TextSpan } from '../ast.ts';
import { check } from '../check.ts';
import { MAX_DEPTH } from '../limits.ts';
import { parse } from '../parser.ts';
import type { ScanToken } from './scan.ts';

/** What is known of a filter of which a part is not there yet. */
export interface Loose {
  /** null: every span. */
  readonly expression: FieldExpression | null;
  /** False where something was left out, so that more may match than what is meant. */
  readonly isExact: boolean;
}

export const ANYTHING: Loose = { expression: null, isExact: false };

/** The tokens that mean something, and their texts. */
export class Tokens {
  readonly text: string;
  readonly all: readonly ScanToken[];

  constructor(text: string, tokens: readonly ScanToken[]) {
    this.text = text;
    this.all = tokens.filter(({ type }) => type !== 'space' && type !== 'comment');
  }

  get length(): number {
    return this.all.length;
  }

  /** The symbol at an index; undefined where there is another token, or none. */
  symbol(index: number): string | undefined {
    const token = this.all[index];
    return token?.type === 'symbol' ? this.textOf(token) : undefined;
  }

  textOf({ start, end }: TextSpan): string {
    return this.text.slice(start, end);
  }

  /** Where the token begins; where there is none, the end of the text. */
  start(index: number): number {
    return this.all[index]?.start ?? this.text.length;
  }

  end(index: number): number {
    return this.all[index]?.end ?? 0;
  }
}

/** The index after the last token of a filter's inside that begins at `from`: of what cannot stand in it, or the end. */
export function filterEnd(tokens: Tokens, from: number): number {
  for (let index = from; index < tokens.length; index++) {
    const symbol = tokens.symbol(index);
    if (symbol === '}' || symbol === '{' || symbol === '|') {
      return index;
    }
  }
  return tokens.length;
}

/**
 * The conditions between two indexes that can be read, joined as they are. One that cannot, and one that `cursor` stands
 * in, is taken for true of every span: beside `&&` it is left out, beside `||` it takes the other side with it, and what
 * is negated or compared as a whole is read as a whole. So what comes out matches at least what is meant. Tempo leaves a
 * condition out beside `||` as well, which then hides what the other half of the "or" was going to add.
 */
export function looseConditions(tokens: Tokens, from: number, to: number, cursor?: number): Loose {
  if (from >= to) {
    return { expression: null, isExact: true };
  }
  return logical(tokens, from, to, closings(tokens, from, to), cursor, 0);
}

/** For each `(` its `)`, or the end of the range where it has none. */
function closings(tokens: Tokens, from: number, to: number): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  const open: number[] = [];
  for (let index = from; index < to; index++) {
    const symbol = tokens.symbol(index);
    if (symbol === '(') {
      open.push(index);
    } else if (symbol === ')') {
      const opening = open.pop();
      if (opening !== undefined) {
        found.set(opening, index);
      }
    }
  }
  for (const opening of open) {
    found.set(opening, to);
  }
  return found;
}

function logical(
  tokens: Tokens,
  from: number,
  to: number,
  closing: ReadonlyMap<number, number>,
  cursor: number | undefined,
  depth: number
): Loose {
  let result: Loose | undefined;
  let operator: '&&' | '||' = '&&';
  let start = from;
  for (let index = from; index <= to; index++) {
    const symbol = index < to ? tokens.symbol(index) : undefined;
    if (symbol === '(') {
      index = Math.min(closing.get(index) ?? to, to);
      if (index < to) {
        continue;
      }
    }
    const isEnd = index >= to;
    if (!isEnd && symbol !== '&&' && symbol !== '||') {
      continue;
    }
    const operand = readOperand(tokens, start, Math.min(index, to), closing, cursor, depth);
    result = result === undefined ? operand : joined(operator, result, operand);
    if (!isEnd) {
      operator = symbol === '||' ? '||' : '&&';
    }
    start = index + 1;
  }
  return result ?? ANYTHING;
}

function joined(operator: '&&' | '||', left: Loose, right: Loose): Loose {
  const isExact = left.isExact && right.isExact;
  if (left.expression !== null && right.expression !== null) {
    const { expression } = left;
    const operation: BinaryExpression = {
      kind: 'binary',
      operator,
      left: expression,
      right: right.expression,
      span: NO_SPAN,
    };
    return { expression: operation, isExact };
  }
  return operator === '&&'
    ? { expression: left.expression ?? right.expression, isExact }
    : { expression: null, isExact };
}

function readOperand(
  tokens: Tokens,
  from: number,
  to: number,
  closing: ReadonlyMap<number, number>,
  cursor: number | undefined,
  depth: number
): Loose {
  if (from >= to) {
    return ANYTHING;
  }
  const close = tokens.symbol(from) === '(' ? Math.min(closing.get(from) ?? to, to) : undefined;
  if (close !== undefined && close >= to - 1) {
    return depth < MAX_DEPTH ? logical(tokens, from + 1, close, closing, cursor, depth + 1) : ANYTHING;
  }
  const holdsCursor = cursor !== undefined && tokens.end(from - 1) <= cursor && cursor <= tokens.start(to);
  return holdsCursor ? ANYTHING : readCondition(tokens.text.slice(tokens.start(from), tokens.end(to - 1)));
}

function readCondition(text: string): Loose {
  try {
    const query = parse(`{${text}}`);
    check(query);
    const [stage] = query.body.kind === 'pipeline' ? query.body.stages : [];
    return stage?.kind === 'spansetFilter' ? { expression: stage.expression, isExact: true } : ANYTHING;
  } catch {
    return ANYTHING;
  }
}
