/** What people write between stages by habit, and what works instead. */
import type { ScalarExpression, TextSpan } from './ast.ts';
import { isConstant } from './combine.ts';
import type { Cursor } from './cursor.ts';
import { excerpt, type TraceqlError } from './errors.ts';
import { nearest } from './suggest.ts';

const FIRST_STAGES = ['rate', 'count_over_time', 'min_over_time', 'max_over_time', 'avg_over_time', 'sum_over_time'];
const FUNCTIONS = [
  ...FIRST_STAGES,
  ...['quantile_over_time', 'histogram_over_time', 'compare', 'topk', 'bottomk'],
  ...['count', 'min', 'max', 'avg', 'sum', 'by', 'coalesce', 'select'],
];

/** Names from other query languages. */
const FOREIGN_FUNCTIONS: ReadonlyMap<string, string> = new Map([
  ['average', 'avg'],
  ['mean', 'avg'],
  ['p50', 'quantile_over_time(duration, 0.5)'],
  ['p90', 'quantile_over_time(duration, 0.9)'],
  ['p95', 'quantile_over_time(duration, 0.95)'],
  ['p99', 'quantile_over_time(duration, 0.99)'],
  ['quantile', 'quantile_over_time(duration, 0.95)'],
  ['histogram', 'histogram_over_time(duration)'],
  ['groupby', 'by(…)'],
  ['group', 'by(…)'],
  ['limit', 'topk(10) (after a metric; a search takes its limit beside the query)'],
]);

const ARITHMETIC: readonly string[] = ['+', '-', '*', '/', '%', '^'];
const METRICS_ARITHMETIC = 'arithmetic on metrics needs parentheses around each: ({ … } | rate()) + 5';

export function emptyQuery(cursor: Cursor): TraceqlError {
  return cursor.error('the query is empty', cursor.token, 'write {} for every span');
}

/** An aggregate or a number where a stage, or a whole query, must stand. */
export function bareScalar(cursor: Cursor, scalar: ScalarExpression): TraceqlError {
  const { span } = scalar;
  if (isConstant(scalar)) {
    return cursor.error('a number alone is no stage', span, 'compare an aggregate with it: { … } | count() > 2');
  }
  const text = scalar.kind === 'aggregate' ? excerpt(cursor.text.slice(span.start, span.end)) : 'count()';
  const series = scalar.kind === 'aggregate' && scalar.function !== 'count' ? `${scalar.function}_over_time` : '';
  const hint = `compare it: ${text} > 2; for a time series use ${series || 'count_over_time'}()`;
  return cursor.error('an aggregate alone is no stage', span, hint);
}

/** For a token after an operator whose left side is an aggregate, a number or a metric. */
export function notANumber(cursor: Cursor): TraceqlError {
  return cursor.unexpected(
    'a number or a duration',
    cursor.at('=') ? 'operators are written without spaces' : undefined
  );
}

/** For a token where a filter, an aggregate or another stage must begin. */
export function notAStage(cursor: Cursor): TraceqlError {
  const { token } = cursor;
  if (token.type === 'word') {
    return unknownStage(cursor, token.text);
  }
  const before = cursor.text.slice(0, token.start).trimEnd();
  if (token.type === 'end') {
    return before.endsWith('|')
      ? cursor.unexpected('a stage after "|"', 'write | count() > 2, | rate(), | select(.a), or drop the |')
      : cursor.unexpected('a filter, such as { status = error }');
  }
  if (token.type === 'attribute' || token.type === 'intrinsic') {
    return cursor.unexpected('a filter', 'attributes stand between braces: { .a = "x" }');
  }
  if (token.type === 'string') {
    const hint = 'the values of a query stand between braces: { .a = "x" }; an aggregate is compared with a number';
    return cursor.unexpected('a filter or a number', hint);
  }
  if (token.type === 'symbol' && token.text === '}') {
    return cursor.unexpected('a filter', 'this } closes nothing');
  }
  if (token.type === 'symbol' && token.text === ')' && before.endsWith('(')) {
    return cursor.unexpected('a query between the parentheses');
  }
  if (token.type === 'symbol' && token.text === '!') {
    return cursor.unexpected(
      'a filter',
      'negate inside the braces: { !(…) }; traces without are {} && !{ … }; a relation is negated with !>, !>>, !<, !<<, !~'
    );
  }
  if (token.type === 'symbol' && token.text === '|' && before.endsWith('|')) {
    return cursor.unexpected('a stage after "|"', 'one | is enough; || joins spansets');
  }
  return cursor.unexpected('a filter, an aggregate or another stage');
}

function unknownStage(cursor: Cursor, word: string): TraceqlError {
  const { token } = cursor;
  const lower = word.toLowerCase();
  const afterPipe = cursor.text.slice(0, token.start).trimEnd().endsWith('|');
  if (FIRST_STAGES.concat('quantile_over_time', 'histogram_over_time', 'compare').includes(word)) {
    const message = afterPipe ? `${word}() cannot stand here` : `${word}() has nothing to work on`;
    return cursor.error(message, token, `write { … } | ${word}(${/^(rate|count_over_time)$/.test(word) ? '' : '…'})`);
  }
  if (word === 'topk' || word === 'bottomk') {
    const hint = `it takes series: { … } | rate() by (name) | ${word}(10)`;
    return cursor.error(`${word}() needs a metric before it`, token, hint);
  }
  if (word === 'with') {
    return cursor.error('with() goes to the end of a query', token, '{ … } with(most_recent=true)');
  }
  const foreign = FOREIGN_FUNCTIONS.get(lower);
  const calls = /^\s*\(/.test(cursor.text.slice(token.end, token.end + 100));
  if (calls || afterPipe) {
    const suggestion = foreign ?? nearest(word, FUNCTIONS);
    const hint = suggestion
      ? `did you mean ${suggestion}?`
      : 'stages are { … }, by, select, coalesce, count, min, max, avg, sum, and the metrics functions such as rate';
    return cursor.error(`unknown function "${excerpt(word)}"`, token, hint);
  }
  if (/^[\w.:-]*\s*[=!<>]/.test(cursor.text.slice(token.end, token.end + 300))) {
    return cursor.unexpected('a filter', 'conditions stand between braces: { .a = "x" }');
  }
  return cursor.unexpected('a filter', 'a query begins with a filter: { resource.service.name = "x" }');
}

/** After `metric |`. */
export function notAMetricsStage(cursor: Cursor): TraceqlError {
  const expected = 'topk or bottomk after a metric';
  const symbol = cursor.symbol;
  if (symbol !== undefined && ['=', '!=', '<', '<=', '>', '>='].includes(symbol)) {
    return cursor.unexpected(expected, 'a comparison follows without a |: rate() > 10');
  }
  switch (cursor.word) {
    case 'by':
      return cursor.unexpected(expected, 'group without a |: rate() by (name)');
    case 'select':
      return cursor.unexpected(expected, 'a metric has no spans to select from; group with: rate() by (name)');
    case 'limit':
      return cursor.unexpected(expected, 'topk(10) keeps the ten largest series');
    case 'with':
      return cursor.unexpected(expected, 'with() follows without a |');
    default:
      return cursor.unexpected(
        expected,
        symbol === '{' ? 'filter before the metric: { … } | { … } | rate()' : undefined
      );
  }
}

/** For what is left where a query must end. */
export function afterQuery(cursor: Cursor, isMetric: boolean, hasHints: boolean): TraceqlError {
  const symbol = cursor.symbol;
  const word = cursor.word?.toLowerCase();
  if (hasHints) {
    const hint = word === 'with' ? 'put all hints into one: with(a=1, b=2)' : 'with() goes to the end of the query';
    return cursor.unexpected('the end of the query after with()', hint);
  }
  if (symbol === ')') {
    return cursor.unexpected('the end of the query', 'this ) closes nothing');
  }
  if (symbol === '}') {
    return cursor.unexpected('the end of the query', 'this } closes nothing');
  }
  const expected = '"|", an operator or the end of the query';
  if (isMetric && symbol !== undefined && ARITHMETIC.includes(symbol)) {
    return cursor.unexpected(expected, METRICS_ARITHMETIC);
  }
  return cursor.unexpected(expected, joinHint(symbol, word, isMetric));
}

function joinHint(symbol: string | undefined, word: string | undefined, isMetric: boolean): string | undefined {
  if (symbol === '{' || symbol === '(') {
    return 'join filters with &&, || or a relation such as >>, or add a stage with |';
  }
  switch (word) {
    case 'and':
      return 'use && for "and"';
    case 'or':
      return 'use || for "or"';
    case 'not':
      return 'negate inside the braces: { !(…) }';
    case 'by':
      return isMetric ? 'only one by (…), right after the function' : 'a stage begins with |: { … } | by(.a)';
    case 'limit':
      return 'a search takes its limit beside the query';
    case 'where':
      return 'filter inside the braces: { .a = 1 && .b = 2 }';
    default:
      return word === undefined ? undefined : 'a stage begins with |';
  }
}

/** For what stands where `}` must. */
export function unclosedFilter(cursor: Cursor, open: TextSpan): TraceqlError {
  if (cursor.atEnd()) {
    return cursor.error('this filter does not end', open, 'end it with }');
  }
  if (cursor.symbol === ',') {
    return cursor.unexpected('an operator or "}"', 'join conditions with && or ||');
  }
  return cursor.unexpected('an operator or "}"', cursor.symbol === ')' ? 'this ) closes nothing' : undefined);
}

/** For what stands where `)` must. */
export function unclosedGroup(cursor: Cursor, open: TextSpan, isMetric: boolean): TraceqlError {
  const symbol = cursor.symbol;
  if (cursor.atEnd()) {
    return cursor.error('this parenthesis does not end', open, 'end it with )');
  }
  if (cursor.word === 'with') {
    return cursor.unexpected('")"', 'with() goes to the end of the query, after the parentheses');
  }
  if (isMetric && symbol !== undefined && ARITHMETIC.includes(symbol)) {
    return cursor.unexpected('")"', METRICS_ARITHMETIC);
  }
  return cursor.unexpected('"|", an operator or ")"', joinHint(symbol, cursor.word?.toLowerCase(), isMetric));
}

/** For what stands where an attribute must, in the function or stage `where`. */
export function notAnAttribute(cursor: Cursor, where: string, found: boolean): TraceqlError {
  if (found) {
    return cursor.unexpected(`"," or ")" in ${where}()`, `${where}() takes attributes, not expressions`);
  }
  const { token } = cursor;
  if (token.type === 'word') {
    const name = /^[^\s{}()=~!<>&|^,"'`]+/.exec(cursor.text.slice(token.start, token.start + 300))?.[0] ?? token.text;
    const shown = excerpt(name);
    const scoped = /^(service|k8s|host|deployment)\./.test(name)
      ? `resource.${shown}`
      : `span.${shown} or resource.${shown}`;
    return cursor.error(
      `"${shown}" is no attribute`,
      { start: token.start, end: token.start + name.length },
      `write ${scoped}`
    );
  }
  return cursor.unexpected(
    `an attribute in ${where}()`,
    `${where}() takes attributes, not expressions: ${attributeExample(where)}`
  );
}

function attributeExample(where: string): string {
  switch (where) {
    case 'select':
      return 'select(span.http.method, status)';
    case 'by':
      return 'by(resource.service.name)';
    case 'quantile_over_time':
      return 'quantile_over_time(duration, 0.95)';
    default:
      return `${where}(duration)`;
  }
}
