/** What the language has to offer, each with a line that says what it is. */
import type { AttributeScope, Intrinsic, KindValue, StatusValue } from '../ast.ts';
import type { CallName } from './place.ts';

export const SCOPE_DOCS: Readonly<Record<AttributeScope, string>> = {
  span: "the span's own attributes",
  resource: 'attributes of what emitted the span: service, host, pod',
  event: 'attributes of events on the span',
  link: "attributes of the span's links to other spans",
  instrumentation: 'attributes of the library that made the span',
  any: 'an attribute of any scope',
};

export const INTRINSIC_DOCS: Readonly<Record<Intrinsic, string>> = {
  'span:name': 'what the span does: GET /cart',
  'span:duration': 'from its start to its end',
  'span:status': 'error, ok or unset',
  'span:statusMessage': 'what the span says about its error',
  'span:kind': 'server, client, producer, consumer or internal',
  'span:id': 'the id of the span, in hexadecimal digits',
  'span:parentID': 'the id of its parent; empty for a root',
  'span:childCount': 'how many children it has',
  'trace:id': 'the id of the trace, in hexadecimal digits',
  'trace:duration': 'from the first start to the last end in the trace',
  'trace:rootName': "the name of the trace's root span",
  'trace:rootService': "the service of the trace's root span",
  'event:name': 'the name of an event on the span',
  'event:timeSinceStart': 'from the start of the span to the event',
  'link:traceID': 'the trace that a link leads to',
  'link:spanID': 'the span that a link leads to',
  'instrumentation:name': 'the library that made the span',
  'instrumentation:version': 'the version of that library',
  nestedSetLeft: 'place in the tree of the trace, by its left edge',
  nestedSetRight: 'place in the tree of the trace, by its right edge',
  nestedSetParent: 'place of the parent; below 0 for a root: nestedSetParent < 0',
  parent: 'the parent span',
};

export const COMPARISON_DOCS = {
  '=': 'equal',
  '!=': 'not equal; the attribute must be there',
  '>': 'greater',
  '>=': 'greater or equal',
  '<': 'less',
  '<=': 'less or equal',
  '=~': 'matches the whole of a regular expression',
  '!~': 'does not match a regular expression; the attribute must be there',
} as const;

export const LOGICAL_DOCS = {
  '&&': 'both hold for the same span',
  '||': 'one of them holds',
} as const;

export const ARITHMETIC_DOCS = {
  '+': 'sum',
  '-': 'difference',
  '*': 'product',
  '/': 'quotient',
} as const;

export const SPANSET_DOCS = {
  '&&': 'traces that have both; spans of both',
  '||': 'spans of either',
  '&& !': 'traces that have the left and nothing of the right',
  '>>': 'spans of the right that are below one of the left',
  '>': 'spans of the right that are children of one of the left',
  '<<': 'spans of the right that are above one of the left',
  '<': 'spans of the right that are parents of one of the left',
  '~': 'spans of the right that are siblings of one of the left',
  '!>>': 'spans of the right that are below none of the left',
  '!>': 'spans of the right that are children of none of the left',
  '!<<': 'spans of the right that are above none of the left',
  '!<': 'spans of the right that are parents of none of the left',
  '!~': 'spans of the right that are siblings of none of the left',
  '&>>': 'both sides: the left that is above, the right that is below',
  '&>': 'both sides: parents of the left, children of the right',
  '&<<': 'both sides: the left that is below, the right that is above',
  '&<': 'both sides: children of the left, parents of the right',
  '&~': 'both sides: siblings of one another',
} as const;

interface FunctionWords {
  readonly doc: string;
  /** What is inserted, with `§` where the cursor goes. */
  readonly insert: string;
}

export const FUNCTIONS: Readonly<Record<CallName, FunctionWords>> = {
  count: { doc: 'how many spans there are in the spanset', insert: 'count() > §' },
  avg: { doc: 'the mean of a number over the spanset', insert: 'avg(§)' },
  min: { doc: 'the smallest of a number in the spanset', insert: 'min(§)' },
  max: { doc: 'the greatest of a number in the spanset', insert: 'max(§)' },
  sum: { doc: 'the sum of a number over the spanset', insert: 'sum(§)' },
  by: { doc: 'splits the spanset by a value', insert: 'by(§)' },
  coalesce: { doc: 'joins again what by() split', insert: 'coalesce()' },
  select: { doc: 'attributes to show beside the spans found', insert: 'select(§)' },
  rate: { doc: 'spans per second over time', insert: 'rate()' },
  count_over_time: { doc: 'spans per interval over time', insert: 'count_over_time()' },
  min_over_time: { doc: 'the smallest of a number, over time', insert: 'min_over_time(§)' },
  max_over_time: { doc: 'the greatest of a number, over time', insert: 'max_over_time(§)' },
  avg_over_time: { doc: 'the mean of a number, over time', insert: 'avg_over_time(§)' },
  sum_over_time: { doc: 'the sum of a number, over time', insert: 'sum_over_time(§)' },
  quantile_over_time: { doc: 'quantiles of a number, over time', insert: 'quantile_over_time(duration, 0.95§)' },
  histogram_over_time: { doc: 'how a number is spread, over time', insert: 'histogram_over_time(duration§)' },
  compare: { doc: 'which values the selected spans have more often', insert: 'compare({ status = error§ })' },
  distinct: { doc: 'the values that an attribute has, with how many spans each', insert: 'distinct(§)' },
  topk: { doc: 'the greatest series', insert: 'topk(10§)' },
  bottomk: { doc: 'the smallest series', insert: 'bottomk(10§)' },
};

export const AGGREGATES = ['count', 'avg', 'min', 'max', 'sum'] as const;
export const STAGES = ['select', 'by', 'coalesce'] as const;
export const METRICS = [
  ...['rate', 'count_over_time', 'quantile_over_time', 'histogram_over_time'],
  ...['avg_over_time', 'min_over_time', 'max_over_time', 'sum_over_time', 'compare', 'distinct'],
] as readonly CallName[];
export const SECOND_STAGES = ['topk', 'bottomk'] as const;

export const STATUS_DOCS: Readonly<Record<StatusValue, string>> = {
  error: 'it failed',
  ok: 'somebody said that it went well',
  unset: 'nothing was said, which mostly means that it went well',
};

export const KIND_DOCS: Readonly<Record<KindValue, string>> = {
  server: 'answers a request',
  client: 'sends a request',
  producer: 'puts a message into a queue',
  consumer: 'takes a message from a queue',
  internal: 'stays inside the process',
  unspecified: 'no kind was given',
};

export const DURATIONS = ['10ms', '50ms', '100ms', '500ms', '1s', '5s', '10s', '1m'] as const;

export const UNIT_DOCS = {
  ns: 'nanoseconds',
  us: 'microseconds',
  ms: 'milliseconds',
  s: 'seconds',
  m: 'minutes',
  h: 'hours',
  d: 'days',
} as const;

interface HintWords {
  readonly doc: string;
  readonly insert: string;
  readonly values: readonly string[];
}

export const HINTS: Readonly<Record<string, HintWords>> = {
  most_recent: {
    doc: 'the newest traces, which is what is answered anyway',
    insert: 'most_recent=true',
    values: ['true', 'false'],
  },
  nil_as_value: {
    doc: '!= and !~ also find spans without the attribute',
    insert: 'nil_as_value=true',
    values: ['true', 'false'],
  },
  exact: { doc: 'quantiles of the values themselves, not of buckets', insert: 'exact=true', values: ['true', 'false'] },
  exemplars: { doc: 'examples in the answer, at most', insert: 'exemplars=§', values: ['100', 'true', 'false'] },
  sample: {
    doc: 'Tempo may estimate; here the answer is always whole',
    insert: 'sample=true',
    values: ['true', 'false'],
  },
};

export const EXAMPLES: ReadonlyArray<{ readonly insert: string; readonly doc: string }> = [
  { insert: '{ § }', doc: 'spans for which a condition holds' },
  { insert: '{ status = error§ }', doc: 'spans that failed' },
  { insert: '{ resource.service.name = § }', doc: 'spans of a service' },
  { insert: '{ duration > § }', doc: 'slow spans' },
  { insert: '{ nestedSetParent < 0§ }', doc: 'root spans' },
  { insert: '{ status = error } | rate() by (resource.service.name)§', doc: 'errors per second, by service' },
  { insert: '{ } | quantile_over_time(duration, 0.95) by (name)§', doc: 'how slow the slowest 5 % are, by operation' },
];
