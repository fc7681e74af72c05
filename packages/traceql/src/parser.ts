import type {
  Aggregate,
  CoalesceStage,
  ComparisonOperator,
  ConstantExpression,
  GroupStage,
  Hint,
  MetricsExpression,
  MetricsFilter,
  MetricsPipeline,
  MetricsSecondStage,
  Pipeline,
  PipelineStage,
  Query,
  ScalarFilter,
  ScalarPipeline,
  SelectStage,
  SpansetFilter,
} from './ast.ts';
import { combine, isConstant, isMetrics, isScalar, type Operand, type Operator } from './combine.ts';
import { Cursor } from './cursor.ts';
import { TraceqlError, positionAt } from './errors.ts';
import { MAX_TEXT_BYTES } from './limits.ts';
import { parseFieldExpression, parseLiteral } from './parse-field.ts';
import { isMetricsFunction, isMetricsTop, parseMetricsFirstStage, parseMetricsTop } from './parse-metrics.ts';
import { isAggregateWord, isStageWord, parseAggregate, parseStageWord } from './parse-stage.ts';
import {
  afterQuery,
  bareScalar,
  emptyQuery,
  notAMetricsStage,
  notANumber,
  notAStage,
  unclosedFilter,
  unclosedGroup,
} from './pipeline-mistakes.ts';
import { PIPELINE_PRECEDENCE, isRightAssociative } from './precedence.ts';
import { isTraceId } from './trace-id.ts';

/** @throws TraceqlError of kind `syntax`, or `invalid` for a limit. The result may still be refused by `check`. */
export function parse(text: string): Query {
  refuseLongText(text);
  refuseTraceId(text);
  const cursor = new Cursor(text);
  if (cursor.atEnd()) {
    throw emptyQuery(cursor);
  }
  const start = cursor.token.start;
  const sequence = parseSequence(cursor, { first: true, inParentheses: false });
  if (isScalar(sequence)) {
    throw bareScalar(cursor, sequence);
  }
  const body: Query['body'] =
    isMetrics(sequence) || sequence.kind === 'pipeline'
      ? sequence
      : { kind: 'pipeline', stages: [sequence], span: cursor.spanFrom(start) };
  const hints = parseHints(cursor);
  if (!cursor.atEnd()) {
    throw afterQuery(cursor, isMetrics(body), hints.length > 0);
  }
  return { kind: 'query', text, body, hints, span: cursor.spanFrom(start) };
}

function refuseLongText(text: string): void {
  let bytes = text.length;
  // Only between a third of the limit and the limit does the exact count matter.
  if (bytes <= MAX_TEXT_BYTES && bytes * 3 > MAX_TEXT_BYTES) {
    bytes = 0;
    for (const char of text) {
      const code = char.codePointAt(0) ?? 0;
      bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    }
  }
  if (bytes > MAX_TEXT_BYTES) {
    const message = `the query is longer than ${MAX_TEXT_BYTES / 1024} KiB`;
    throw new TraceqlError('invalid', message, { start: 0, end: text.length }, { line: 1, column: 1 });
  }
}

/** A pasted trace id: it may read as a number at first, and then no error about the number would help. */
function refuseTraceId(text: string): void {
  const id = text.trim();
  if (id.length >= 16 && isTraceId(id)) {
    const start = text.indexOf(id);
    const span = { start, end: start + id.length };
    const hint = `look it up as a trace ID, or write { trace:id = "${id}" }`;
    throw new TraceqlError('syntax', 'this is a trace ID, not a query', span, positionAt(text, start), hint);
  }
}

interface Place {
  /** Pipelines and metrics in parentheses may be operands in a query's first stage alone. */
  readonly first: boolean;
  readonly inParentheses: boolean;
}

/** Stages joined by `|`, as a whole query or between parentheses. An operand without stages comes back as itself. */
function parseSequence(cursor: Cursor, place: Place): Operand {
  const start = cursor.token.start;
  const first = parseStage(cursor, place.first);
  if (isMetrics(first)) {
    return parseSecondStages(cursor, first, start);
  }
  if (isScalar(first)) {
    if (cursor.at('|')) {
      throw bareScalar(cursor, first);
    }
    return first;
  }
  const stages: PipelineStage[] = first.kind === 'pipeline' ? [...first.stages] : [first];
  /** Whether the `|` before the next stage has been read. */
  let isOpen = false;
  while (isOpen || cursor.at('|')) {
    const pipeline: Pipeline = { kind: 'pipeline', stages, span: cursor.spanFrom(start) };
    if (!isOpen) {
      cursor.advance();
    }
    isOpen = false;
    const word = cursor.word;
    if (word !== undefined && isMetricsFunction(word)) {
      const firstStage = parseMetricsFirstStage(cursor, parseSpansetFilter);
      const span = cursor.spanFrom(start);
      const metrics: MetricsPipeline = { kind: 'metricsPipeline', pipeline, firstStage, secondStages: [], span };
      return parseSecondStages(cursor, metrics, start);
    }
    const stageStart = cursor.token.start;
    const aggregate = word !== undefined && isAggregateWord(word) ? parseAggregate(cursor, word, true) : undefined;
    if (aggregate && cursor.word === 'by') {
      const grouped = parseGroupedAggregate(cursor, aggregate);
      stages.push(...grouped.stages);
      ({ isOpen } = grouped);
      continue;
    }
    const stage = aggregate ? parseOperators(cursor, 0, false, false, aggregate) : parseStage(cursor, false);
    if (stage.kind === 'aggregate' && place.inParentheses && cursor.at(')')) {
      const span = cursor.spanFrom(start);
      return { kind: 'scalarPipeline', pipeline, aggregate: stage, span } satisfies ScalarPipeline;
    }
    if (isScalar(stage)) {
      throw bareScalar(cursor, stage);
    }
    if (isMetrics(stage) || stage.kind === 'pipeline') {
      throw laterParentheses(cursor, stageStart);
    }
    stages.push(stage);
  }
  if (stages.length === 1 && (first.kind === 'spansetFilter' || first.kind === 'spansetOperation')) {
    return first;
  }
  if (stages.length === 1 && first.kind === 'scalarFilter' && !place.inParentheses) {
    return first;
  }
  return { kind: 'pipeline', stages, span: cursor.spanFrom(start) };
}

/**
 * `count() by (a) > 3`, `avg(duration) by (a, b) | > 1s`, which people write who come from other languages, and Tempo refuses:
 * `by(a) | by(b) | avg(duration) > 1s`. Without a comparison every group stays for which the aggregate has a value.
 */
function parseGroupedAggregate(cursor: Cursor, aggregate: Aggregate): { stages: PipelineStage[]; isOpen: boolean } {
  cursor.advance();
  cursor.expect('(', '"(" after by', 'write by (resource.service.name)');
  const groups: GroupStage[] = [];
  do {
    const expression = parseFieldExpression(cursor);
    groups.push({ kind: 'group', expression, span: expression.span });
  } while (cursor.accept(','));
  cursor.expect(')', '"," or ")" in by()');
  const isOpen = cursor.accept('|');
  const operator = pipelineOperator(cursor);
  if (operator === undefined || !isComparison(operator)) {
    const right: ConstantExpression = { kind: 'literal', type: 'int', value: -(2n ** 63n), span: aggregate.span };
    const all: ScalarFilter = { kind: 'scalarFilter', operator: '>=', left: aggregate, right, span: aggregate.span };
    return { stages: [...groups, all], isOpen };
  }
  cursor.advance();
  const right: Operand | ConstantExpression = parseOperators(cursor, COMPARISON_PRECEDENCE + 1, false, true);
  if (!isConstant(right)) {
    throw cursor.error('a group is compared with a number', right.span, 'write it as … | count() by (name) > 3');
  }
  const span = cursor.spanFrom(aggregate.span.start);
  return { stages: [...groups, { kind: 'scalarFilter', operator, left: aggregate, right, span }], isOpen: false };
}

function laterParentheses(cursor: Cursor, start: number): TraceqlError {
  const hint = 'parentheses with stages inside go at the start of a query; here write the stages without them';
  return cursor.error('a query in parentheses cannot be a later stage', cursor.spanFrom(start), hint);
}

/** A stage that begins with a word, or operands joined by operators. */
function parseStage(cursor: Cursor, first: boolean): Operand | GroupStage | CoalesceStage | SelectStage {
  const word = cursor.word;
  return word !== undefined && isStageWord(word)
    ? parseStageWord(cursor, word, first)
    : parseOperators(cursor, 0, first);
}

function pipelineOperator(cursor: Cursor): Operator | undefined {
  const symbol = cursor.symbol;
  return symbol !== undefined && symbol in PIPELINE_PRECEDENCE ? (symbol as Operator) : undefined;
}

const COMPARISON_PRECEDENCE = PIPELINE_PRECEDENCE['='];

/** Precedence climbing over spansets, scalars and metrics alike; `combine` says what goes with what. */
function parseOperators(
  cursor: Cursor,
  minimum: number,
  first: boolean,
  afterNumber = false,
  leftmost?: Operand
): Operand {
  const start = leftmost?.span.start ?? cursor.token.start;
  let left = leftmost ?? parseOperand(cursor, first, afterNumber);
  for (let operator = pipelineOperator(cursor); operator !== undefined; operator = pipelineOperator(cursor)) {
    const precedence = PIPELINE_PRECEDENCE[operator];
    // A comparison after a metric is not an operation on it but a stage, like topk: it ends what is before it.
    if (precedence < minimum || (isMetrics(left) && precedence === COMPARISON_PRECEDENCE && isComparison(operator))) {
      break;
    }
    const operatorSpan = { start: cursor.token.start, end: cursor.token.end };
    cursor.advance();
    if (operator === '&&' && cursor.accept('!')) {
      const without = parseWithout(cursor, first);
      left = combine(cursor, '&&!', operatorSpan, left, without, cursor.spanFrom(start));
      continue;
    }
    const right: Operand = isRightAssociative(operator)
      ? cursor.nested(() => parseOperators(cursor, precedence, first, isScalar(left)))
      : parseOperators(cursor, precedence + 1, first, isScalar(left));
    left = combine(cursor, operator, operatorSpan, left, right, cursor.spanFrom(start));
  }
  return left;
}

/** What `&& !` says that a trace must not have. */
function parseWithout(cursor: Cursor, first: boolean): Operand {
  if (cursor.symbol !== '{' && cursor.symbol !== '(') {
    throw cursor.unexpected('"{" or "(" after "&& !"', 'traces with A and without B: { A } && !{ B }');
  }
  const operand = parseOperand(cursor, first, false);
  const operator = pipelineOperator(cursor);
  if (operator !== undefined && PIPELINE_PRECEDENCE[operator] > PIPELINE_PRECEDENCE['&&!']) {
    const hint = `say what is excluded with parentheses: && !({ … } ${operator} { … })`;
    throw cursor.unexpected('the end of what is excluded', hint);
  }
  return operand;
}

function isComparison(operator: string): operator is ComparisonOperator {
  return ['=', '!=', '<', '<=', '>', '>='].includes(operator);
}

/** `afterNumber`: it follows an operator whose left side is an aggregate or a number. */
function parseOperand(cursor: Cursor, first: boolean, afterNumber: boolean): Operand {
  const start = cursor.token.start;
  const word = cursor.word;
  if (cursor.symbol === '{') {
    return parseSpansetFilter(cursor);
  }
  if (cursor.symbol === '(') {
    return cursor.nested(() => parseParentheses(cursor, first));
  }
  if (cursor.symbol === '-') {
    return cursor.nested(() => {
      cursor.advance();
      const operand = parseOperand(cursor, first, true);
      if (!isConstant(operand)) {
        const hint = 'here a minus stands before a number alone';
        throw cursor.error('this cannot be negated', operand.span, hint);
      }
      return { kind: 'constantNegation', operand, span: cursor.spanFrom(start) };
    });
  }
  if (word !== undefined && isAggregateWord(word)) {
    return parseAggregate(cursor, word);
  }
  const { type } = cursor.token;
  if (type === 'int' || type === 'float' || type === 'duration' || word === 'minInt' || word === 'maxInt') {
    const literal = parseLiteral(cursor);
    if (literal?.type === 'int' || literal?.type === 'float' || literal?.type === 'duration') {
      return literal;
    }
  }
  throw afterNumber ? notANumber(cursor) : notAStage(cursor);
}

function parseParentheses(cursor: Cursor, first: boolean): Operand {
  const { start, end } = cursor.token;
  cursor.advance();
  const operand = parseSequence(cursor, { first, inParentheses: true });
  if (!cursor.accept(')')) {
    throw unclosedGroup(cursor, { start, end }, isMetrics(operand));
  }
  if (!first && (operand.kind === 'pipeline' || operand.kind === 'scalarPipeline')) {
    throw laterParentheses(cursor, start);
  }
  return operand;
}

function parseSpansetFilter(cursor: Cursor): SpansetFilter {
  const { start, end } = cursor.token;
  if (!cursor.accept('{')) {
    throw cursor.unexpected('a filter: { … }');
  }
  const expression = cursor.symbol === '}' ? null : parseFieldExpression(cursor);
  if (!cursor.accept('}')) {
    throw unclosedFilter(cursor, { start, end });
  }
  return { kind: 'spansetFilter', expression, span: cursor.spanFrom(start) };
}

/** `| topk(5)`, `> 10`, …: they are added to those that the metric has from inside its parentheses. */
function parseSecondStages(cursor: Cursor, metrics: MetricsExpression, start: number): MetricsExpression {
  const stages: MetricsSecondStage[] = [];
  for (;;) {
    const operator = pipelineOperator(cursor);
    if (cursor.accept('|')) {
      const word = cursor.word;
      if (word === undefined || !isMetricsTop(word)) {
        throw notAMetricsStage(cursor);
      }
      stages.push(parseMetricsTop(cursor, word));
    } else if (operator !== undefined && isComparison(operator)) {
      stages.push(parseMetricsFilter(cursor, operator));
    } else if (stages.length === 0) {
      return metrics;
    } else {
      return { ...metrics, secondStages: [...metrics.secondStages, ...stages], span: cursor.spanFrom(start) };
    }
  }
}

function parseMetricsFilter(cursor: Cursor, operator: ComparisonOperator): MetricsFilter {
  const start = cursor.token.start;
  cursor.advance();
  const value: Operand | ConstantExpression = parseOperators(cursor, COMPARISON_PRECEDENCE + 1, false, true);
  if (!isConstant(value)) {
    throw cursor.error('a metric is compared with a number', value.span, 'write it as … | rate() > 10');
  }
  return { kind: 'metricsFilter', operator, value, span: cursor.spanFrom(start) };
}

/** `with(most_recent=true, …)`, or nothing. */
function parseHints(cursor: Cursor): Hint[] {
  const hints: Hint[] = [];
  if (cursor.word !== 'with') {
    return hints;
  }
  cursor.advance();
  cursor.expect('(', '"(" after with', 'write with(most_recent=true)');
  do {
    const start = cursor.token.start;
    const name = cursor.word;
    if (name === undefined) {
      throw cursor.unexpected("a hint's name", 'write with(most_recent=true)');
    }
    cursor.advance();
    cursor.expect('=', `"=" after the hint ${name}`, `write with(${name}=true)`);
    const value = parseLiteral(cursor);
    if (value === undefined) {
      const hint = 'a hint takes a number, a duration, true, false or a text in double quotes';
      throw cursor.unexpected(`a value for the hint ${name}`, hint);
    }
    hints.push({ kind: 'hint', name, value, span: cursor.spanFrom(start) });
  } while (cursor.accept(','));
  cursor.expect(')', '"," or ")" in with()');
  return hints;
}
