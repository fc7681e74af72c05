import {
  attributesOfStage,
  check,
  formatExpression,
  leftSpine,
  NO_SPAN,
  parse,
  TraceqlError,
  writeOutNilAsValue,
  type Attribute,
  type BinaryExpression,
  type FieldExpression,
  type Pipeline,
  type PipelineStage,
  type Query,
  type SpansetFilter,
  type SpansetOperand,
  type SpansetOperation,
} from '@clew/traceql';

import { emittedComparisons, FilterPlanner, joined, MAX_COMPARISONS } from './filter-plan.ts';
import { ALWAYS, needsTrace, type Condition } from './plan.ts';

/**
 * How a search is run: SQL finds traces that may match, decides for each of their spans what it can decide, and the
 * evaluator does the rest, the trees above all, on these spans alone.
 */
export interface SearchPlan {
  /** The pipeline is the one that was asked for, with filters that SQL decides replaced by `bitName(0)`, `bitName(1)`… */
  readonly query: Query;
  /** What SQL says of each span. */
  readonly bits: readonly Condition[];
  /** Every span that the query yields meets it; not every span that meets it need be yielded. */
  readonly candidates: Condition;
  /** Attributes and intrinsics that the text names, each once: they come back with each span. */
  readonly mentioned: readonly Attribute[];
}

/** Columns in the statement that reads spans. What is beyond is evaluated. */
const MAX_BITS = 64;

/** The attribute `span.<name>` that stands for a bit. No attribute of a client has this name in a query: it has no NUL. */
export const bitName = (bit: number): string => `\0${bit}`;

/** The plan for a query's text. Throws TraceqlError. */
export function planSearch(text: string): SearchPlan {
  const query = parse(text);
  check(query);
  return planSearchQuery(writeOutNilAsValue(query));
}

/** The plan for a checked query. Throws TraceqlError of kind `unsupported`. */
export function planSearchQuery(query: Query): SearchPlan {
  return new SearchPlanner(query).plan();
}

/**
 * The plan for what was not asked in TraceQL: traces in which each condition is met by some span, and whose duration is
 * within the limits. It yields the spans that meet a condition, all spans where there is none.
 */
export function planTraces(
  conditions: readonly Condition[],
  durations: ReadonlyArray<{ readonly operator: '>=' | '<='; readonly ns: bigint }>
): SearchPlan {
  const span = NO_SPAN;
  const filter = (expression: FieldExpression | null): SpansetFilter => ({ kind: 'spansetFilter', expression, span });
  const limits = durations.map(({ operator, ns }) =>
    filter({
      kind: 'binary',
      operator,
      left: { kind: 'intrinsic', intrinsic: 'trace:duration', spelling: 'traceDuration', span },
      right: { kind: 'literal', type: 'duration', value: ns, span },
      span,
    })
  );
  const spansets = conditions
    .map((_, index): SpansetOperand => filter(bitReference(index)))
    .reduce<SpansetOperand | undefined>(
      (left, right) => (left ? { kind: 'spansetOperation', operator: '&&', left, right, span } : right),
      undefined
    );
  const first = (spansets ?? filter(null)) as SpansetFilter | SpansetOperation;
  const body: Pipeline = { kind: 'pipeline', stages: [first, ...limits], span };
  const ofTrace = new SearchPlanner({ kind: 'query', text: '', body: { ...body, stages: limits }, hints: [], span });
  const somewhereElse = conditions.map((condition): Condition => ({ kind: 'inTrace', condition }));
  return {
    query: { kind: 'query', text: '', body, hints: [], span },
    bits: conditions,
    candidates: allOf([
      conditions.length === 0 ? ALWAYS : joined('or', conditions),
      ...(conditions.length > 1 ? somewhereElse : []),
      ofTrace.plan().candidates,
    ]),
    mentioned: [],
  };
}

/** What has to be in a trace for an expression to yield spans. */
interface Need {
  /** On each span that is yielded. */
  readonly span: Condition;
  /** On other spans of the trace: conditions of kind `inTrace`. */
  readonly trace: readonly Condition[];
  /** Whether `trace` says already that some span meets `span`. */
  readonly isImplied: boolean;
}

const NOTHING_NEEDED: Need = { span: ALWAYS, trace: [], isImplied: true };

class SearchPlanner {
  readonly #query: Query;
  readonly #bits: Condition[] = [];
  readonly #bitsByText = new Map<string, number>();
  #comparisons = 0;

  constructor(query: Query) {
    this.#query = query;
  }

  plan(): SearchPlan {
    const { body, text } = this.#query;
    if (body.kind !== 'pipeline') {
      throw new FilterPlanner(text).unsupported(
        body.span,
        'A metric is no search for spans',
        'Ask for it at /api/metrics/query_range, or leave out what comes after the last |.'
      );
    }
    const { span, trace } = this.#pipelineNeed(body);
    const candidates = allOf([span, ...trace]);
    if (emittedComparisons(candidates) > MAX_COMPARISONS) {
      throw new FilterPlanner(text).unsupported(
        body.span,
        `A query of more than ${MAX_COMPARISONS} comparisons is not supported`,
        'Use a regular expression in place of many values.'
      );
    }
    const query = { ...this.#query, body: this.#pipeline(body) };
    return { query, bits: this.#bits, candidates, mentioned: distinct(attributesOfStage(body)) };
  }

  // ---- what a trace needs

  #pipelineNeed({ stages }: Pipeline): Need {
    const needs = stages.flatMap((stage) =>
      stage.kind === 'spansetFilter' || stage.kind === 'spansetOperation' ? [this.#need(stage)] : []
    );
    return needs.length === 1
      ? needs[0]
      : {
          span: allOf(needs.map(({ span }) => span)),
          trace: needs.flatMap(({ trace }) => trace),
          isImplied: needs.length === 0,
        };
  }

  #need(operand: SpansetOperand): Need {
    switch (operand.kind) {
      case 'spansetFilter':
        return operand.expression
          ? { span: this.#approximate(operand.expression), trace: [], isImplied: false }
          : NOTHING_NEEDED;
      case 'pipeline':
        return this.#pipelineNeed(operand);
      case 'spansetOperation': {
        const spine = leftSpine(operand);
        return spine.reduce((left, { operator, right }) => {
          const need = combine(operator, left, this.#need(right));
          return operator === '&&!' ? { ...need, trace: [...need.trace, ...this.#nowhere(right)] } : need;
        }, this.#need(spine[0].left));
      }
    }
  }

  /** That no span of the trace is one of what must not be there; nothing where only the evaluator can tell. */
  #nowhere(operand: SpansetOperand): Condition[] {
    const condition =
      operand.kind === 'spansetFilter' && (operand.expression ? this.#decide(operand.expression) : ALWAYS);
    return condition ? [{ kind: 'not', operand: { kind: 'inTrace', condition } }] : [];
  }

  /** A condition that every span meets for which the expression is true. */
  #approximate(expression: FieldExpression): Condition {
    const exact = this.#decide(expression);
    if (exact) {
      return exact;
    }
    if (expression.kind !== 'binary') {
      return ALWAYS;
    }
    const chain = logicalChain(expression);
    if (chain.length > 0) {
      return chain.reduce((left, node) => {
        const right = this.#approximate(node.right);
        return node.operator === '&&' ? allOf([left, right]) : anyOf([left, right]);
      }, this.#approximate(chain[0].left));
    }
    // Nothing is true of what is missing, and a sum with something missing is missing.
    return allOf(computedWith(expression).map((attribute) => this.#exists(attribute)));
  }

  #exists(attribute: Attribute): Condition {
    if (attribute.kind === 'intrinsic') {
      return ALWAYS;
    }
    return this.#decide({ kind: 'nilTest', operator: '!=', operand: attribute, span: attribute.span }) ?? ALWAYS;
  }

  // ---- the query with bits in it

  #pipeline(pipeline: Pipeline): Pipeline {
    return { ...pipeline, stages: pipeline.stages.map((stage) => this.#stage(stage)) };
  }

  #stage(stage: PipelineStage): PipelineStage {
    switch (stage.kind) {
      case 'spansetFilter':
        return this.#spansetFilter(stage);
      case 'spansetOperation':
        return this.#spansetOperation(stage);
      default:
        return stage;
    }
  }

  #operand(operand: SpansetOperand): SpansetOperand {
    return operand.kind === 'pipeline' ? this.#pipeline(operand) : (this.#stage(operand) as SpansetOperand);
  }

  #spansetOperation(top: SpansetOperation): SpansetOperation {
    const [first, ...rest] = leftSpine(top);
    const innermost = { ...first, left: this.#operand(first.left), right: this.#operand(first.right) };
    return rest.reduce((left, node) => ({ ...node, left, right: this.#operand(node.right) }), innermost);
  }

  #spansetFilter(filter: SpansetFilter): SpansetFilter {
    return filter.expression ? { ...filter, expression: this.#expression(filter.expression) } : filter;
  }

  #expression(expression: FieldExpression): FieldExpression {
    const condition = this.#decide(expression);
    if (condition && !needsTrace(condition)) {
      return condition.kind === 'constant'
        ? { kind: 'literal', type: 'boolean', value: condition.value, span: expression.span }
        : this.#bit(expression, condition);
    }
    const chain = expression.kind === 'binary' ? logicalChain(expression) : [];
    if (chain.length === 0) {
      return expression;
    }
    return chain.reduce<FieldExpression>(
      (left, node) => ({ ...node, left, right: this.#expression(node.right) }),
      this.#expression(chain[0].left)
    );
  }

  #bit(expression: FieldExpression, condition: Condition): FieldExpression {
    const text = formatExpression(expression);
    const known = this.#bitsByText.get(text);
    if (known !== undefined) {
      return bitReference(known);
    }
    const comparisons = emittedComparisons(condition);
    if (this.#bits.length === MAX_BITS || this.#comparisons + comparisons > MAX_COMPARISONS) {
      return expression;
    }
    this.#comparisons += comparisons;
    this.#bitsByText.set(text, this.#bits.length);
    this.#bits.push(condition);
    return bitReference(this.#bits.length - 1);
  }

  /** The condition that says the same as the expression; undefined where there is none. */
  #decide(expression: FieldExpression): Condition | undefined {
    try {
      return new FilterPlanner(this.#query.text).condition(expression);
    } catch (error) {
      if (error instanceof TraceqlError && error.kind === 'unsupported') {
        return undefined;
      }
      throw error;
    }
  }
}

/** Attributes without which a comparison is not true: those that it compares, or computes with. */
function computedWith(expression: FieldExpression): Attribute[] {
  switch (expression.kind) {
    case 'attribute':
      return [expression];
    case 'unary':
      return expression.operator === '-' ? computedWith(expression.operand) : [];
    case 'binary': {
      const spine = leftSpine(expression);
      const isComputed = (operand: FieldExpression) =>
        operand.kind !== 'binary' || ['+', '-', '*', '/', '%', '^'].includes(operand.operator);
      const operands = [spine[0].left, ...spine.map(({ right }) => right)];
      return spine.slice(0, -1).every(isComputed)
        ? operands.filter(isComputed).flatMap(computedWith)
        : [expression.right].filter(isComputed).flatMap(computedWith);
    }
    default:
      return [];
  }
}

/** The && and || along the left edge, innermost first; none where the expression is no && and no ||. */
function logicalChain(expression: BinaryExpression): BinaryExpression[] {
  const spine = leftSpine(expression);
  return spine.slice(spine.findLastIndex(({ operator }) => operator !== '&&' && operator !== '||') + 1);
}

function combine(operator: SpansetOperation['operator'], left: Need, right: Need): Need {
  switch (operator) {
    case '&&':
      return {
        span: anyOf([left.span, right.span]),
        trace: [...left.trace, ...right.trace, ...somewhere(left), ...somewhere(right)],
        isImplied: true,
      };
    case '&&!':
      return left;
    case '||':
      return {
        span: anyOf([allOf([left.span, ...left.trace]), allOf([right.span, ...right.trace])]),
        trace: [],
        isImplied: false,
      };
    case '>':
    case '>>':
    case '<':
    case '<<':
    case '~':
      return { span: right.span, trace: [...left.trace, ...somewhere(left), ...right.trace], isImplied: false };
    case '!>':
    case '!>>':
    case '!<':
    case '!<<':
    case '!~':
      return right;
    case '&>':
    case '&>>':
    case '&<':
    case '&<<':
    case '&~':
      return combine('&&', left, right);
  }
}

/** That some span of the trace is one of what is needed. */
function somewhere({ span, isImplied }: Need): Condition[] {
  return isImplied || isAlways(span) ? [] : [{ kind: 'inTrace', condition: span }];
}

const isAlways = (condition: Condition): boolean => condition.kind === 'constant' && condition.value;

/** Operands of one kind stand side by side, so that a long chain is not a deep tree. */
function allOf(conditions: readonly Condition[]): Condition {
  const telling = conditions.flatMap((condition) => (condition.kind === 'and' ? condition.operands : [condition]));
  const needed = telling.filter((condition) => !isAlways(condition));
  return needed.length === 0 ? ALWAYS : joined('and', needed);
}

function anyOf(conditions: readonly Condition[]): Condition {
  const operands = conditions.flatMap((condition) => (condition.kind === 'or' ? condition.operands : [condition]));
  return operands.some(isAlways) ? ALWAYS : joined('or', operands);
}

const bitReference = (bit: number): Attribute => ({
  kind: 'attribute',
  scope: 'span',
  parent: false,
  name: bitName(bit),
  span: NO_SPAN,
});

function distinct(attributes: Iterable<Attribute>): Attribute[] {
  const known = new Map<string, Attribute>();
  for (const attribute of attributes) {
    const key = attribute.kind === 'attribute' ? `${attribute.scope} ${attribute.name}` : attribute.intrinsic;
    if (!known.has(key)) {
      known.set(key, attribute);
    }
  }
  return [...known.values()];
}
