import type { AggregateFunction, MetricsFunction, TextSpan } from '../ast.ts';
import { INTRINSICS, intrinsicFromSpelling, type ValueType } from '../intrinsics.ts';
import { isMetricsFunction, isMetricsTop } from '../parse-metrics.ts';
import { isAggregateWord } from '../parse-stage.ts';
import type { Tokens } from './lenient-filter.ts';
import type { ScanToken } from './scan.ts';

/** A function whose parentheses are open, or are to be opened. */
export type CallName =
  AggregateFunction | MetricsFunction | 'by' | 'select' | 'coalesce' | 'compare' | 'distinct' | 'topk' | 'bottomk';

/** What may stand next in a query, after the tokens that are read. */
export type Place =
  /** A spanset, or whatever else begins a query. */
  | { readonly kind: 'start' }
  | { readonly kind: 'spanset' }
  | { readonly kind: 'afterSpanset' }
  | { readonly kind: 'stage'; readonly isMetric: boolean }
  | { readonly kind: 'afterStage' }
  | { readonly kind: 'afterAggregate' }
  | { readonly kind: 'afterMetric'; readonly canGroup: boolean; readonly inParentheses: boolean }
  | { readonly kind: 'scalar'; readonly isDuration: boolean }
  | { readonly kind: 'call'; readonly name: CallName | 'with' }
  | { readonly kind: 'end' }
  /** In braces, or in what takes an expression. `filter` is the index of the brace. */
  | { readonly kind: 'operand'; readonly filter?: number; readonly isNumeric: boolean }
  | { readonly kind: 'afterOperand'; readonly type: ValueType; readonly isFilter: boolean }
  | { readonly kind: 'value'; readonly subject?: Subject; readonly operator: string; readonly filter?: number }
  | { readonly kind: 'afterCondition'; readonly isFilter: boolean }
  /** In `select(…)` and its like. */
  | { readonly kind: 'attribute'; readonly isNumeric: boolean }
  | { readonly kind: 'afterAttribute'; readonly call: CallName }
  | { readonly kind: 'number'; readonly call: CallName }
  | { readonly kind: 'hint' }
  | { readonly kind: 'afterHintName' }
  | { readonly kind: 'hintValue'; readonly name: string }
  | { readonly kind: 'afterHint' };

/** What is compared. */
export interface Subject extends TextSpan {
  readonly type: ValueType;
}

type FieldState = 'operand' | 'afterOperand' | 'value' | 'afterCondition';

interface FieldFrame {
  readonly kind: 'field';
  /** What opened it: a brace, a parenthesis inside of an expression, or a function. */
  readonly opener: 'brace' | 'parenthesis' | 'call';
  readonly filter: number | undefined;
  readonly isNumeric: boolean;
  state: FieldState;
  type: ValueType;
  subject: Subject | undefined;
  operator: string;
}

interface PipelineFrame {
  readonly kind: 'pipeline';
  readonly inParentheses: boolean;
  place: Place;
  isMetric: boolean;
}

interface ListFrame {
  readonly kind: 'list';
  readonly call: CallName;
  /** Arguments that are complete. */
  commas: number;
  isAfter: boolean;
}

interface HintsFrame {
  readonly kind: 'hints';
  name: string;
  place: Place;
}

type Frame = FieldFrame | PipelineFrame | ListFrame | HintsFrame;

const COMPARISONS: ReadonlySet<string> = new Set(['=', '!=', '<', '<=', '>', '>=', '=~', '!~']);
const ARITHMETIC: ReadonlySet<string> = new Set(['+', '-', '*', '/', '%', '^']);
const SPANSET_OPERATORS: ReadonlySet<string> = new Set([
  ...['&&', '||', '>', '>>', '<', '<<', '~'],
  ...['!>', '!>>', '!<', '!<<', '!~', '&>', '&>>', '&<', '&<<', '&~'],
]);
const FIELD_CALLS: ReadonlySet<string> = new Set(['by', 'min', 'max', 'avg', 'sum']);

/** What may follow the first `count` tokens. One pass; whatever cannot be understood is passed over. */
export function placeAfter(tokens: Tokens, count: number): Place {
  const reader = new PlaceReader(tokens);
  for (let index = 0; index < count; index++) {
    reader.read(index);
  }
  return reader.place();
}

class PlaceReader {
  readonly #tokens: Tokens;
  readonly #frames: Frame[] = [pipeline(false)];
  /** Whether the last aggregate or metric gives durations. */
  #isDuration = false;

  constructor(tokens: Tokens) {
    this.#tokens = tokens;
  }

  get #frame(): Frame {
    return this.#frames[this.#frames.length - 1] ?? pipeline(false);
  }

  place(): Place {
    const frame = this.#frame;
    switch (frame.kind) {
      case 'pipeline':
      case 'hints':
        return frame.place;
      case 'list':
        return listPlace(frame);
      case 'field':
        return fieldPlace(frame);
    }
  }

  read(index: number): void {
    const token = this.#tokens.all[index];
    if (token === undefined) {
      return;
    }
    const symbol = this.#tokens.symbol(index);
    const frame = this.#frame;
    if (symbol === '}') {
      this.#closeBrace();
    } else if (symbol === ')') {
      this.#closeParenthesis();
    } else if (frame.kind !== 'pipeline' && (symbol === '|' || (symbol === '{' && !isCompare(frame)))) {
      // What was open is not closed, and here something else begins.
      this.#leaveFields();
      this.#pipelineToken(this.#enclosing(), token, symbol, index);
    } else if (frame.kind === 'pipeline') {
      this.#pipelineToken(frame, token, symbol, index);
    } else if (frame.kind === 'field') {
      this.#fieldToken(frame, token, symbol);
    } else if (frame.kind === 'list') {
      this.#listToken(frame, symbol, index, token);
    } else {
      this.#hintToken(frame, token, symbol);
    }
  }

  /** The innermost pipeline; the outermost is never left. */
  #enclosing(): PipelineFrame {
    const frame = this.#frame;
    return frame.kind === 'pipeline' ? frame : pipeline(false);
  }

  #leaveFields(): void {
    while (this.#frame.kind !== 'pipeline') {
      this.#frames.pop();
    }
    const frame = this.#enclosing();
    frame.place = { kind: 'afterSpanset' };
  }

  #closeBrace(): void {
    while (this.#frame.kind !== 'pipeline') {
      const left = this.#frames.pop();
      if (left?.kind === 'field' && left.opener === 'brace') {
        break;
      }
    }
    const frame = this.#frame;
    if (frame.kind === 'pipeline') {
      frame.place = { kind: 'afterSpanset' };
    } else if (frame.kind === 'list') {
      frame.isAfter = true;
    }
  }

  #closeParenthesis(): void {
    const frame = this.#frame;
    if (frame.kind === 'field' && frame.opener === 'brace') {
      return;
    }
    if (frame.kind === 'pipeline') {
      if (this.#frames.length > 1) {
        this.#frames.pop();
        this.#afterGroup(frame);
      }
      return;
    }
    this.#frames.pop();
    const outer = this.#frame;
    if (frame.kind === 'field' && frame.opener === 'parenthesis') {
      if (outer.kind === 'field') {
        outer.state = outer.state === 'value' ? 'afterCondition' : 'afterOperand';
        outer.type = 'attribute';
        outer.subject = undefined;
      }
    } else if (outer.kind === 'pipeline') {
      outer.place = this.#afterCall(frame, outer);
    }
  }

  #afterGroup(inner: PipelineFrame): void {
    const outer = this.#enclosing();
    if (inner.isMetric) {
      outer.isMetric = true;
      outer.place = { kind: 'afterMetric', canGroup: false, inParentheses: true };
    } else {
      outer.place = { kind: inner.place.kind === 'afterAggregate' ? 'afterAggregate' : 'afterSpanset' };
    }
  }

  #afterCall(call: Frame, outer: PipelineFrame): Place {
    if (call.kind === 'hints') {
      return { kind: 'end' };
    }
    if (call.kind === 'field') {
      return call.isNumeric ? { kind: 'afterAggregate' } : { kind: 'afterStage' };
    }
    if (call.kind === 'list' && call.call === 'count') {
      return { kind: 'afterAggregate' };
    }
    if (call.kind === 'list' && (call.call === 'select' || call.call === 'coalesce')) {
      return { kind: 'afterStage' };
    }
    outer.isMetric = true;
    const canGroup = call.kind === 'list' && isGroupable(call.call);
    return { kind: 'afterMetric', canGroup, inParentheses: false };
  }

  #pipelineToken(frame: PipelineFrame, token: ScanToken, symbol: string | undefined, index: number): void {
    if (symbol !== undefined) {
      this.#pipelineSymbol(frame, symbol, index);
    } else if (token.type === 'word') {
      this.#pipelineWord(frame, this.#tokens.textOf(token));
    } else if (isNumber(token) || token.type === 'variable') {
      frame.place = frame.isMetric
        ? { kind: 'afterMetric', canGroup: false, inParentheses: false }
        : { kind: 'afterStage' };
    }
  }

  #pipelineSymbol(frame: PipelineFrame, symbol: string, index: number): void {
    const { place } = frame;
    if (symbol === '{') {
      this.#frames.push(field('brace', { filter: index }));
    } else if (symbol === '(') {
      if (place.kind === 'call') {
        this.#openCall(place.name);
      } else {
        this.#frames.push(pipeline(true));
      }
    } else if (symbol === '|') {
      frame.place = { kind: 'stage', isMetric: frame.isMetric };
    } else if (place.kind === 'afterAggregate' || place.kind === 'afterMetric') {
      if (COMPARISONS.has(symbol)) {
        frame.place = { kind: 'scalar', isDuration: this.#isDuration };
      } else if (ARITHMETIC.has(symbol)) {
        frame.place = place.kind === 'afterMetric' ? { kind: 'spanset' } : { kind: 'scalar', isDuration: false };
      }
    } else if (SPANSET_OPERATORS.has(symbol) && place.kind === 'afterSpanset') {
      frame.place = { kind: 'spanset' };
    }
  }

  #pipelineWord(frame: PipelineFrame, word: string): void {
    if (word === 'with') {
      frame.place = { kind: 'call', name: 'with' };
    } else if (isCallName(word)) {
      frame.place = { kind: 'call', name: word };
    }
  }

  #openCall(name: CallName | 'with'): void {
    if (name === 'with') {
      this.#frames.push({ kind: 'hints', name: '', place: { kind: 'hint' } });
      return;
    }
    const outer = this.#enclosing();
    if (FIELD_CALLS.has(name) && !(name === 'by' && outer.isMetric)) {
      this.#isDuration = false;
      this.#frames.push(field('call', { isNumeric: name !== 'by' }));
      return;
    }
    if (name !== 'by') {
      this.#isDuration = false;
    }
    this.#frames.push({ kind: 'list', call: name, commas: 0, isAfter: false });
  }

  #fieldToken(frame: FieldFrame, token: ScanToken, symbol: string | undefined): void {
    if (symbol !== undefined) {
      this.#fieldSymbol(frame, symbol);
      return;
    }
    const subject = subjectOf(this.#tokens, token);
    if (frame.opener === 'call' && frame.isNumeric && subject?.type === 'duration') {
      this.#isDuration = true;
    }
    if (frame.state === 'value') {
      frame.state = 'afterCondition';
    } else if (subject === undefined && isLiteral(token)) {
      frame.state = 'afterOperand';
      frame.type = literalType(this.#tokens, token);
      frame.subject = undefined;
    } else {
      frame.state = 'afterOperand';
      frame.type = subject?.type ?? 'attribute';
      frame.subject = subject;
    }
  }

  #fieldSymbol(frame: FieldFrame, symbol: string): void {
    if (symbol === '(') {
      this.#frames.push(field('parenthesis', { filter: frame.filter, isNumeric: frame.isNumeric }));
    } else if (symbol === '&&' || symbol === '||') {
      frame.state = 'operand';
      frame.subject = undefined;
    } else if (COMPARISONS.has(symbol)) {
      frame.state = 'value';
      frame.operator = symbol;
    } else if (ARITHMETIC.has(symbol) && frame.state !== 'value') {
      frame.state = 'operand';
      frame.subject = undefined;
    }
  }

  #listToken(frame: ListFrame, symbol: string | undefined, index: number, token: ScanToken): void {
    if (symbol === '{') {
      this.#frames.push(field('brace', { filter: index }));
    } else if (symbol === ',') {
      frame.commas += 1;
      frame.isAfter = false;
    } else if (symbol === undefined) {
      frame.isAfter = true;
      if (frame.commas === 0 && subjectOf(this.#tokens, token)?.type === 'duration' && isMetricsFunction(frame.call)) {
        this.#isDuration = true;
      }
    }
  }

  #hintToken(frame: HintsFrame, token: ScanToken, symbol: string | undefined): void {
    if (symbol === ',') {
      frame.place = { kind: 'hint' };
    } else if (symbol === '=') {
      frame.place = { kind: 'hintValue', name: frame.name };
    } else if (frame.place.kind === 'hint') {
      frame.name = this.#tokens.textOf(token);
      frame.place = { kind: 'afterHintName' };
    } else {
      frame.place = { kind: 'afterHint' };
    }
  }
}

function pipeline(inParentheses: boolean): PipelineFrame {
  return { kind: 'pipeline', inParentheses, place: { kind: 'start' }, isMetric: false };
}

function field(
  opener: FieldFrame['opener'],
  { filter, isNumeric = false }: { filter?: number; isNumeric?: boolean }
): FieldFrame {
  return {
    kind: 'field',
    opener,
    filter,
    isNumeric,
    state: 'operand',
    type: 'attribute',
    subject: undefined,
    operator: '',
  };
}

function fieldPlace({ state, opener, filter, isNumeric, type, subject, operator }: FieldFrame): Place {
  const isFilter = opener !== 'call' && filter !== undefined;
  switch (state) {
    case 'operand':
      return { kind: 'operand', filter, isNumeric };
    case 'afterOperand':
      return { kind: 'afterOperand', type, isFilter };
    case 'value':
      return { kind: 'value', subject, operator, filter };
    case 'afterCondition':
      return { kind: 'afterCondition', isFilter };
  }
}

function listPlace({ call, commas, isAfter }: ListFrame): Place {
  if (call === 'compare' && commas === 0 && !isAfter) {
    return { kind: 'spanset' };
  }
  if (isAfter) {
    return { kind: 'afterAttribute', call };
  }
  const takesNumber = isMetricsTop(call) || call === 'compare' || (call === 'quantile_over_time' && commas > 0);
  const takesNothing = call === 'count' || call === 'rate' || call === 'count_over_time' || call === 'coalesce';
  if (takesNothing) {
    return { kind: 'afterAttribute', call };
  }
  return takesNumber ? { kind: 'number', call } : { kind: 'attribute', isNumeric: call.endsWith('_over_time') };
}

function isCompare(frame: Frame): boolean {
  return frame.kind === 'list' && frame.call === 'compare';
}

function isCallName(word: string): word is CallName {
  return (
    isAggregateWord(word) ||
    isMetricsFunction(word) ||
    isMetricsTop(word) ||
    ['by', 'select', 'coalesce'].includes(word)
  );
}

function isGroupable(call: CallName): boolean {
  return isMetricsFunction(call) && call !== 'compare' && call !== 'distinct';
}

function isNumber({ type }: ScanToken): boolean {
  return type === 'int' || type === 'float' || type === 'duration';
}

function isLiteral(token: ScanToken): boolean {
  return isNumber(token) || token.type === 'string' || token.type === 'word' || token.type === 'variable';
}

/** What a token reads from a span; undefined for one that reads nothing. */
function subjectOf(tokens: Tokens, token: ScanToken): Subject | undefined {
  const { start, end } = token;
  if (token.type === 'attribute') {
    return { start, end, type: 'attribute' };
  }
  if (token.type === 'word' || token.type === 'intrinsic') {
    const intrinsic = intrinsicFromSpelling(tokens.textOf(token));
    return intrinsic && { start, end, type: INTRINSICS[intrinsic].type };
  }
  return undefined;
}

function literalType(tokens: Tokens, token: ScanToken): ValueType {
  switch (token.type) {
    case 'int':
    case 'float':
    case 'duration':
    case 'string':
      return token.type;
    default:
      return tokens.textOf(token) === 'true' || tokens.textOf(token) === 'false' ? 'boolean' : 'attribute';
  }
}
