import {
  ATTRIBUTE_SCOPES,
  KIND_VALUES,
  NO_SPAN,
  STATUS_VALUES,
  type Aggregate,
  type AggregateFunction,
  type ArithmeticOperator,
  type Attribute,
  type ComparisonOperator,
  type ConstantExpression,
  type FieldExpression,
  type FieldOperator,
  type Literal,
  type MetricsExpression,
  type MetricsFirstStage,
  type MetricsFunction,
  type MetricsOperand,
  type MetricsSecondStage,
  type NumberLiteral,
  type Pipeline,
  type PipelineStage,
  type Query,
  type ScalarExpression,
  type ScalarFilter,
  type SpansetFilter,
  type SpansetOperand,
  type SpansetOperator,
} from '../src/ast.ts';
import { INTRINSIC_SPELLINGS, intrinsicFromSpelling } from '../src/intrinsics.ts';
import { MAX_INT, MIN_INT } from '../src/literals.ts';

/** Mulberry32: small, seeded, good enough to choose shapes. Gives numbers from 0 up to 1. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const FIELD_OPERATORS: readonly FieldOperator[] = [
  ...(['=', '!=', '<', '<=', '>', '>=', '=~', '!~', '&&', '||'] as const),
  ...(['+', '-', '*', '/', '%', '^'] as const),
];
const SPANSET_OPERATORS: readonly SpansetOperator[] = [
  '&&!',
  ...(['&&', '||', '>', '>>', '<', '<<', '~', '!>', '!>>', '!<', '!<<', '!~'] as const),
  ...(['&>', '&>>', '&<', '&<<', '&~'] as const),
];
const COMPARISONS: readonly ComparisonOperator[] = ['=', '!=', '<', '<=', '>', '>='];
const ARITHMETIC: readonly ArithmeticOperator[] = ['+', '-', '*', '/', '%', '^'];
const NAMES = [
  ...['a', 'http.method', 'x-y', 'a b', 'q"q', 'back\\slash', 'both"\\', '5', '5s', 'span.x', 'resource.x', 'nil'],
  ...['{', 'a=b', 'é', '\u00a0', '//c', '.dot', 'dot.', ' ', '\n', 'a:b', '-1', 'with', "'", '`', 'x"', '\u{1f600}'],
];
const TEXTS = [
  '',
  'x',
  'a"b',
  'a\\b',
  'a\nb\r\t',
  '`',
  '\u0000\u0007\u007f',
  'é\u{1f600}',
  '\u2028',
  '// no',
  '.*',
  "'",
];
const FLOATS = [0, 0.5, 1, 1e21, 1e-7, 123.456, 5e-324, Number.MAX_VALUE];
const INTS = [0n, 1n, 42n, 9007199254740993n, MAX_INT, MIN_INT];
const DURATIONS = [
  0n,
  1n,
  999n,
  1_000n,
  1_500n,
  1_000_000n,
  90_000_000_000n,
  3_600_000_000_000n,
  5_400_000_000_001n,
  MAX_INT,
];

/** Trees of every kind of node, as the parser could have built them; most would not pass the check. */
export class RandomQueries {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = randomNumbers(seed);
  }

  query(): Query {
    const body = this.#chance(0.6) ? this.#body() : this.#metrics(2);
    const hints = this.#several(0, 2, () => {
      const name = this.#pick(['sample', 'most_recent', 'x1']);
      return { kind: 'hint', name, value: this.#literal(false), span: NO_SPAN } as const;
    });
    return { kind: 'query', text: '', body, hints, span: NO_SPAN };
  }

  #below(limit: number): number {
    return Math.floor(this.#next() * limit);
  }

  #chance(probability: number): boolean {
    return this.#next() < probability;
  }

  #pick<T>(choices: readonly [T, ...T[]] | readonly T[]): T {
    const choice = choices[this.#below(choices.length)];
    if (choice === undefined) {
      throw new Error('nothing to choose from');
    }
    return choice;
  }

  #several<T>(least: number, most: number, make: () => T): T[] {
    return Array.from({ length: least + this.#below(most - least + 1) }, make);
  }

  #body(): Pipeline {
    return { kind: 'pipeline', stages: this.#stages(2, true), span: NO_SPAN };
  }

  /** `first`: for the start of a query, where pipelines in parentheses may be operands. */
  #stages(depth: number, first: boolean): PipelineStage[] {
    const stages = [this.#firstStage(depth, first)];
    while (this.#chance(0.5)) {
      stages.push(this.#laterStage(depth));
    }
    return stages;
  }

  #firstStage(depth: number, first: boolean): PipelineStage {
    const kind = this.#below(10);
    if (kind === 0) {
      return { kind: 'group', expression: this.#field(3), span: NO_SPAN };
    }
    if (kind === 1) {
      return { kind: 'select', attributes: this.#several(1, 3, () => this.#attribute()), span: NO_SPAN };
    }
    return kind === 2 ? this.#scalarFilter(depth, first) : this.#spanset(depth, first);
  }

  #laterStage(depth: number): PipelineStage {
    return this.#chance(0.1) ? { kind: 'coalesce', span: NO_SPAN } : this.#firstStage(depth, false);
  }

  #filter(): SpansetFilter {
    return { kind: 'spansetFilter', expression: this.#chance(0.1) ? null : this.#field(4), span: NO_SPAN };
  }

  #spanset(depth: number, pipelines: boolean): PipelineStage & SpansetOperand {
    if (depth === 0 || this.#chance(0.4)) {
      return this.#filter();
    }
    const left = this.#spansetOperand(depth - 1, pipelines);
    const right = this.#spansetOperand(depth - 1, pipelines);
    return { kind: 'spansetOperation', operator: this.#pick(SPANSET_OPERATORS), left, right, span: NO_SPAN };
  }

  #spansetOperand(depth: number, pipelines: boolean): SpansetOperand {
    if (!pipelines || this.#chance(0.8)) {
      return this.#spanset(depth, pipelines);
    }
    return this.#operandPipeline(depth);
  }

  /** Parentheses around one spanset are no pipeline. */
  #operandPipeline(depth: number): Pipeline {
    const [first, ...rest] = this.#stages(depth, true);
    const alone = first?.kind === 'spansetFilter' || first?.kind === 'spansetOperation';
    const more: PipelineStage[] = rest.length === 0 && alone ? [{ kind: 'coalesce', span: NO_SPAN }] : rest;
    return { kind: 'pipeline', stages: first === undefined ? more : [first, ...more], span: NO_SPAN };
  }

  #attribute(): Attribute {
    if (this.#chance(0.3)) {
      const spelling = this.#pick(INTRINSIC_SPELLINGS);
      return { kind: 'intrinsic', intrinsic: intrinsicFromSpelling(spelling) ?? 'parent', spelling, span: NO_SPAN };
    }
    const parent = this.#chance(0.1);
    const scope = parent ? this.#pick(['any', 'span', 'resource'] as const) : this.#pick(ATTRIBUTE_SCOPES);
    return { kind: 'attribute', scope, parent, name: this.#pick(NAMES), span: NO_SPAN };
  }

  #number(): NumberLiteral {
    const type = this.#pick(['int', 'float', 'duration'] as const);
    switch (type) {
      case 'int':
        return { kind: 'literal', type, value: this.#pick(INTS), span: NO_SPAN };
      case 'float':
        return { kind: 'literal', type, value: this.#pick(FLOATS), span: NO_SPAN };
      case 'duration':
        return { kind: 'literal', type, value: this.#pick(DURATIONS), span: NO_SPAN };
    }
  }

  #literal(text = true): Literal {
    const type = this.#pick(['number', 'string', 'boolean', 'status', 'kind'] as const);
    switch (type) {
      case 'number':
        return this.#number();
      case 'string':
        return { kind: 'literal', type, value: text ? this.#pick(TEXTS) : 'x', span: NO_SPAN };
      case 'boolean':
        return { kind: 'literal', type, value: this.#chance(0.5), span: NO_SPAN };
      case 'status':
        return { kind: 'literal', type, value: this.#pick(STATUS_VALUES), span: NO_SPAN };
      case 'kind':
        return { kind: 'literal', type, value: this.#pick(KIND_VALUES), span: NO_SPAN };
    }
  }

  #field(depth: number): FieldExpression {
    if (depth === 0 || this.#chance(0.2)) {
      return this.#chance(0.6) ? this.#attribute() : this.#literal();
    }
    const kind = this.#below(10);
    if (kind < 2) {
      const operator = this.#pick(['-', '!'] as const);
      return { kind: 'unary', operator, operand: this.#field(depth - 1), span: NO_SPAN };
    }
    if (kind < 3) {
      const operator = this.#pick(['=', '!='] as const);
      return { kind: 'nilTest', operator, operand: this.#field(depth - 1), span: NO_SPAN };
    }
    const [left, right] = [this.#field(depth - 1), this.#field(depth - 1)];
    return { kind: 'binary', operator: this.#pick(FIELD_OPERATORS), left, right, span: NO_SPAN };
  }

  #scalarFilter(depth: number, pipelines: boolean): ScalarFilter {
    const operator = this.#pick(COMPARISONS);
    // A pipeline's aggregate compared with a constant is read as that pipeline with a filter.
    const left = this.#scalar(depth, pipelines);
    const constant = left.kind !== 'scalarPipeline' && this.#chance(0.7);
    const right = constant ? this.#constant(2) : this.#scalar(depth, pipelines);
    return { kind: 'scalarFilter', operator, left, right, span: NO_SPAN };
  }

  #aggregate(): Aggregate {
    const name: AggregateFunction = this.#pick(['count', 'min', 'max', 'avg', 'sum'] as const);
    return { kind: 'aggregate', function: name, operand: name === 'count' ? null : this.#field(2), span: NO_SPAN };
  }

  /** With at least one aggregate. */
  #scalar(depth: number, pipelines: boolean): Exclude<ScalarExpression, ConstantExpression> {
    if (depth === 0 || this.#chance(0.5)) {
      if (pipelines && this.#chance(0.2)) {
        const pipeline: Pipeline = { kind: 'pipeline', stages: this.#stages(0, true), span: NO_SPAN };
        return { kind: 'scalarPipeline', pipeline, aggregate: this.#aggregate(), span: NO_SPAN };
      }
      return this.#aggregate();
    }
    const scalar = this.#scalar(depth - 1, pipelines);
    const other = this.#chance(0.5) ? this.#constant(2) : this.#scalar(depth - 1, pipelines);
    const [left, right] = this.#chance(0.5) ? [scalar, other] : [other, scalar];
    return { kind: 'scalarOperation', operator: this.#pick(ARITHMETIC), left, right, span: NO_SPAN };
  }

  #constant(depth: number): ConstantExpression {
    if (depth === 0 || this.#chance(0.4)) {
      return this.#number();
    }
    if (this.#chance(0.3)) {
      return { kind: 'constantNegation', operand: this.#constant(depth - 1), span: NO_SPAN };
    }
    const [left, right] = [this.#constant(depth - 1), this.#constant(depth - 1)];
    return { kind: 'constantOperation', operator: this.#pick(ARITHMETIC), left, right, span: NO_SPAN };
  }

  #metrics(depth: number): MetricsExpression {
    const secondStages = this.#several(0, 2, () => this.#secondStage());
    if (depth === 0 || this.#chance(0.5)) {
      const pipeline: Pipeline = { kind: 'pipeline', stages: this.#stages(1, true), span: NO_SPAN };
      return { kind: 'metricsPipeline', pipeline, firstStage: this.#metricsFunction(), secondStages, span: NO_SPAN };
    }
    const metrics = this.#metrics(depth - 1);
    const other: MetricsOperand = this.#chance(0.3) ? this.#constant(2) : this.#metrics(depth - 1);
    const [left, right] = this.#chance(0.5) ? [metrics, other] : [other, metrics];
    const operator = this.#pick(['+', '-', '*', '/'] as const);
    return { kind: 'metricsOperation', operator, left, right, secondStages, span: NO_SPAN };
  }

  #metricsFunction(): MetricsFirstStage {
    if (this.#chance(0.2)) {
      const topN = this.#chance(0.6) ? 10n : null;
      const [startNs, endNs] =
        topN !== null && this.#chance(0.5) ? [1_700_000_000_000_000_000n, MAX_INT] : [null, null];
      return { kind: 'metricsCompare', selection: this.#filter(), topN, startNs, endNs, span: NO_SPAN };
    }
    const names: readonly MetricsFunction[] = ['rate', 'count_over_time', 'avg_over_time', 'quantile_over_time'];
    const name = this.#pick(names);
    const attribute = name === 'rate' || name === 'count_over_time' ? null : this.#attribute();
    const quantiles =
      name === 'quantile_over_time' ? this.#several(1, 3, () => this.#pick([0, 0.5, 0.99, 1, 1e-7])) : [];
    const by = this.#several(0, 3, () => this.#attribute());
    return { kind: 'metricsAggregate', function: name, attribute, quantiles, by, span: NO_SPAN };
  }

  #secondStage(): MetricsSecondStage {
    return this.#chance(0.5)
      ? { kind: 'metricsTop', function: this.#pick(['topk', 'bottomk'] as const), limit: 5n, span: NO_SPAN }
      : { kind: 'metricsFilter', operator: this.#pick(COMPARISONS), value: this.#constant(2), span: NO_SPAN };
  }
}
