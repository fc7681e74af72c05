import type {
  Attribute,
  MetricsCompare,
  MetricsFirstStage,
  MetricsFunction,
  MetricsTop,
  SpansetFilter,
} from './ast.ts';
import type { Cursor } from './cursor.ts';
import { parseAttributeArgument, parseAttributeList } from './parse-stage.ts';

type Arguments = 'none' | 'attribute' | 'quantiles';

const FUNCTIONS: Readonly<Record<MetricsFunction, Arguments>> = {
  rate: 'none',
  count_over_time: 'none',
  min_over_time: 'attribute',
  max_over_time: 'attribute',
  avg_over_time: 'attribute',
  sum_over_time: 'attribute',
  quantile_over_time: 'quantiles',
  histogram_over_time: 'attribute',
};

export const METRICS_FUNCTIONS: readonly string[] = [...Object.keys(FUNCTIONS), 'compare', 'distinct'];

export function isMetricsFunction(word: string): word is MetricsFunction | 'compare' | 'distinct' {
  return METRICS_FUNCTIONS.includes(word);
}

export function isMetricsTop(word: string): word is MetricsTop['function'] {
  return word === 'topk' || word === 'bottomk';
}

export function parseMetricsFirstStage(
  cursor: Cursor,
  parseSpansetFilter: (cursor: Cursor) => SpansetFilter
): MetricsFirstStage {
  const start = cursor.token.start;
  const name = cursor.word ?? '';
  if (name === 'compare') {
    return parseCompare(cursor, parseSpansetFilter);
  }
  if (name === 'distinct') {
    return parseDistinct(cursor);
  }
  const fn = name as MetricsFunction;
  cursor.advance();
  cursor.expect('(', `"(" after ${fn}`, `write ${example(fn)}`);
  let attribute: Attribute | null = null;
  let quantiles: number[] = [];
  switch (FUNCTIONS[fn]) {
    case 'none': {
      const hint = 'it counts spans; filter them before, group them after: rate() by (name)';
      cursor.expect(')', `")": ${fn}() takes nothing`, hint);
      break;
    }
    case 'attribute':
      attribute = parseMetricsAttribute(cursor, fn);
      cursor.expect(')', `")": ${fn}() takes one attribute`);
      break;
    case 'quantiles':
      attribute = parseMetricsAttribute(cursor, fn);
      cursor.expect(',', '"," and a quantile', `write ${example(fn)}`);
      quantiles = parseQuantiles(cursor);
      break;
  }
  const by = parseBy(cursor);
  return { kind: 'metricsAggregate', function: fn, attribute, quantiles, by, span: cursor.spanFrom(start) };
}

function example(fn: MetricsFunction): string {
  const args: Readonly<Record<Arguments, string>> = { none: '', attribute: 'duration', quantiles: 'duration, 0.95' };
  return `${fn}(${args[FUNCTIONS[fn]]})`;
}

function parseMetricsAttribute(cursor: Cursor, fn: MetricsFunction): Attribute {
  if (cursor.symbol === ')') {
    throw cursor.unexpected(`an attribute in ${fn}()`, `write ${example(fn)}`);
  }
  return parseAttributeArgument(cursor, fn);
}

function parseQuantiles(cursor: Cursor): number[] {
  const quantiles: number[] = [];
  do {
    const { token } = cursor;
    if (token.type !== 'int' && token.type !== 'float') {
      throw cursor.unexpected(
        'a quantile',
        'quantiles are numbers from 0 to 1: quantile_over_time(duration, 0.5, 0.99)'
      );
    }
    quantiles.push(Number(token.value));
    cursor.advance();
  } while (cursor.accept(','));
  cursor.expect(')', '"," or ")" in quantile_over_time()');
  return quantiles;
}

function parseBy(cursor: Cursor): Attribute[] {
  if (cursor.word !== 'by') {
    return [];
  }
  cursor.advance();
  cursor.expect('(', '"(" after by', 'write by (resource.service.name)');
  return parseAttributeList(cursor, 'by');
}

/**
 * `distinct(a)`, which Tempo does not have: the values of an attribute on the spans, each with how many there are. Another
 * way to write `count_over_time() by (a)`, and the same tree.
 */
function parseDistinct(cursor: Cursor): MetricsFirstStage {
  const start = cursor.token.start;
  cursor.advance();
  cursor.expect('(', '"(" after distinct', 'write distinct(resource.service.name)');
  const by = parseAttributeList(cursor, 'distinct');
  const span = cursor.spanFrom(start);
  return { kind: 'metricsAggregate', function: 'count_over_time', attribute: null, quantiles: [], by, span };
}

function parseCompare(cursor: Cursor, parseSpansetFilter: (cursor: Cursor) => SpansetFilter): MetricsCompare {
  const start = cursor.token.start;
  const form = 'compare({ status = error }), with two options: the number of values, then start and end in nanoseconds';
  cursor.advance();
  cursor.expect('(', '"(" after compare', form);
  if (cursor.symbol !== '{') {
    throw cursor.unexpected('the selection as a filter', form);
  }
  const selection = parseSpansetFilter(cursor);
  const numbers: bigint[] = [];
  while (cursor.accept(',')) {
    const { token } = cursor;
    if (token.type !== 'int') {
      throw cursor.unexpected('an integer', form);
    }
    numbers.push(token.value);
    cursor.advance();
    if (numbers.length === 3) {
      break;
    }
  }
  if (numbers.length === 2) {
    throw cursor.unexpected('"," and the end time', form);
  }
  cursor.expect(')', numbers.length === 3 ? '")": compare() takes no more' : '"," or ")" in compare()', form);
  if (cursor.word === 'by') {
    throw cursor.error('compare() has no "by"', cursor.token, 'it compares every attribute by itself');
  }
  const [topN = null, startNs = null, endNs = null] = numbers;
  return { kind: 'metricsCompare', selection, topN, startNs, endNs, span: cursor.spanFrom(start) };
}

export function parseMetricsTop(cursor: Cursor, fn: MetricsTop['function']): MetricsTop {
  const start = cursor.token.start;
  cursor.advance();
  cursor.expect('(', `"(" after ${fn}`, `write ${fn}(10)`);
  const { token } = cursor;
  if (token.type !== 'int') {
    throw cursor.unexpected('a number of series, 1 or more', `write ${fn}(10)`);
  }
  cursor.advance();
  cursor.expect(')', `")": ${fn}() takes one number`);
  return { kind: 'metricsTop', function: fn, limit: token.value, span: cursor.spanFrom(start) };
}
