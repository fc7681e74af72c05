import {
  NO_SPAN,
  type FieldExpression,
  type Hint,
  type Literal,
  type Query,
  type SpansetExpression,
  type SpansetOperator,
} from '../ast.ts';
import { check } from '../check.ts';
import { format } from '../format.ts';
import { MAX_DEPTH } from '../limits.ts';
import { NIL_AS_VALUE } from '../nil-as-value.ts';
import { parse } from '../parser.ts';
import { PIPELINE_PRECEDENCE } from '../precedence.ts';
import { Tokens, filterEnd, looseConditions } from './lenient-filter.ts';
import { scan } from './scan.ts';

/**
 * What can be read of a query that is still being written, as TraceQL that finds at least what the whole will find; `{ }`
 * where that is nothing. A query without a fault comes back as it is. Otherwise the answer is its spansets with the
 * conditions that parse and pass the check; stages after the first `|` and all hints but
 * `nil_as_value` are left out, and a side of `!>>` and
 * its like, or of `&& !`, that lost a condition is left out with its operator, because there fewer conditions would find
 * less. Never throws; linear in the text.
 */
export function lenientQuery(text: string): string {
  if (isSound(text)) {
    return text;
  }
  const tokens = new Tokens(text, scan(text).tokens);
  if (tokens.length === 0) {
    return EVERYTHING;
  }
  const made = writeQuery(new SpansetReader(tokens).read().expression, hintsOf(tokens));
  return isSound(made) ? made : EVERYTHING;
}

const EVERYTHING = '{ }';

/** Of the filter that one of these tokens' braces hold. */
export function writeFilter(tokens: Tokens, expression: FieldExpression | null): string {
  const made = writeQuery({ kind: 'spansetFilter', expression, span: NO_SPAN }, hintsOf(tokens));
  return isSound(made) ? made : EVERYTHING;
}

function isSound(text: string): boolean {
  try {
    check(parse(text));
    return true;
  } catch {
    return false;
  }
}

/** The one hint that lets a query find more. */
function hintsOf(tokens: Tokens): Hint[] {
  const isThere = tokens.all.some((token) => token.type === 'word' && tokens.textOf(token) === NIL_AS_VALUE);
  const value: Literal = { kind: 'literal', type: 'boolean', value: true, span: NO_SPAN };
  return isThere ? [{ kind: 'hint', name: NIL_AS_VALUE, value, span: NO_SPAN }] : [];
}

function writeQuery(expression: SpansetExpression, hints: readonly Hint[]): string {
  const query: Query = {
    kind: 'query',
    text: '',
    body: { kind: 'pipeline', stages: [expression], span: NO_SPAN },
    hints,
    span: NO_SPAN,
  };
  return format(query);
}

interface LooseSpanset {
  readonly expression: SpansetExpression;
  readonly isExact: boolean;
}

const EVERY_SPAN: LooseSpanset = {
  expression: { kind: 'spansetFilter', expression: null, span: NO_SPAN },
  isExact: false,
};

const LEFT_EXCLUDES: ReadonlySet<string> = new Set(['!>', '!>>', '!<', '!<<', '!~']);
const OPERATORS: ReadonlySet<string> = new Set([
  ...['&&', '||', '>', '>>', '<', '<<', '~'],
  ...['!>', '!>>', '!<', '!<<', '!~', '&>', '&>>', '&<', '&<<', '&~'],
]);

/** Between two metrics: what both read is what the query reads. */
const METRICS_ARITHMETIC: ReadonlySet<string> = new Set(['+', '-', '*', '/']);

/** Spansets and their operators, as far as they are there. */
class SpansetReader {
  readonly #tokens: Tokens;
  #index = 0;
  #depth = 0;

  constructor(tokens: Tokens) {
    this.#tokens = tokens;
  }

  read(): LooseSpanset {
    return this.#operations(0);
  }

  #operations(minimum: number): LooseSpanset {
    let left = this.#operand();
    for (let operator = this.#operator(); operator !== undefined; operator = this.#operator()) {
      const precedence = PIPELINE_PRECEDENCE[operator];
      if (precedence < minimum) {
        break;
      }
      this.#index += operator === '&&!' ? 2 : 1;
      left = joined(operator, left, this.#operations(precedence + 1));
    }
    return left;
  }

  #operator(): SpansetOperator | undefined {
    const symbol = this.#tokens.symbol(this.#index);
    if (symbol !== undefined && METRICS_ARITHMETIC.has(symbol)) {
      return '||';
    }
    if (symbol === undefined || !OPERATORS.has(symbol) || this.#isComparison(symbol)) {
      return undefined;
    }
    return symbol === '&&' && this.#tokens.symbol(this.#index + 1) === '!' ? '&&!' : (symbol as SpansetOperator);
  }

  /** `({ … } | count()) > 2`: what follows tells it from `({ … }) > { … }`. */
  #isComparison(symbol: string): boolean {
    const next = this.#tokens.symbol(this.#index + 1);
    const isOfGroup = this.#tokens.symbol(this.#index - 1) === ')';
    return (symbol === '>' || symbol === '<') && isOfGroup && next !== '{' && next !== '(';
  }

  #operand(): LooseSpanset {
    const symbol = this.#tokens.symbol(this.#index);
    if (symbol === '{') {
      return this.#filter();
    }
    if (symbol === '(' && this.#depth < MAX_DEPTH) {
      this.#depth += 1;
      this.#index += 1;
      const inner = this.#operations(0);
      this.#depth -= 1;
      return this.#skipTo(')') ? { ...inner, isExact: false } : inner;
    }
    this.#skipOperand();
    return EVERY_SPAN;
  }

  #filter(): LooseSpanset {
    const from = this.#index + 1;
    const to = filterEnd(this.#tokens, from);
    const isClosed = this.#tokens.symbol(to) === '}';
    this.#index = isClosed ? to + 1 : to;
    const { expression, isExact } = looseConditions(this.#tokens, from, to);
    return {
      expression: { kind: 'spansetFilter', expression, span: NO_SPAN },
      isExact: isExact && isClosed,
    };
  }

  /** Past the closing parenthesis of what was entered. Whether there was more than that. */
  #skipTo(closing: ')'): boolean {
    const start = this.#index;
    for (let depth = 0; this.#index < this.#tokens.length; this.#index++) {
      const symbol = this.#tokens.symbol(this.#index);
      if (symbol === closing && depth === 0) {
        this.#index += 1;
        return this.#index - 1 > start;
      }
      depth += symbol === '(' ? 1 : symbol === ')' ? -1 : 0;
    }
    return true;
  }

  /** An aggregate, or anything else that is no spanset: up to what can follow one. */
  #skipOperand(): void {
    for (let depth = 0; this.#index < this.#tokens.length; this.#index++) {
      const symbol = this.#tokens.symbol(this.#index);
      const ends =
        symbol === ')' || symbol === '|' || symbol === '{' || (symbol !== undefined && OPERATORS.has(symbol));
      if (depth === 0 && ends) {
        return;
      }
      depth += symbol === '(' ? 1 : symbol === ')' ? -1 : 0;
    }
  }
}

function joined(operator: SpansetOperator, left: LooseSpanset, right: LooseSpanset): LooseSpanset {
  if (LEFT_EXCLUDES.has(operator) && !left.isExact) {
    return { ...right, isExact: false };
  }
  if (operator === '&&!' && !right.isExact) {
    return { ...left, isExact: false };
  }
  return {
    expression: {
      kind: 'spansetOperation',
      operator,
      left: left.expression,
      right: right.expression,
      span: NO_SPAN,
    },
    isExact: left.isExact && right.isExact,
  };
}
