/**
 * The tree of a TraceQL query. Nodes are plain, immutable objects; `kind` tells them apart.
 *
 * Parentheses are not nodes: the shape of the tree is the grouping, and the printer puts back the ones that are needed.
 * The parser never builds a chain that is deep to the right beyond `MAX_DEPTH`, but `a && b && c …` is as deep to the
 * left as the text is long: walk it with `leftSpine`, not by recursion.
 */

/** Half-open range of UTF-16 offsets in the query text. A node's span includes the parentheses around its operands. */
export interface TextSpan {
  readonly start: number;
  readonly end: number;
}

/** For nodes that were built, not parsed. */
export const NO_SPAN: TextSpan = Object.freeze({ start: 0, end: 0 });

interface Node {
  readonly span: TextSpan;
}

// ---- literals

export interface StringLiteral extends Node {
  readonly kind: 'literal';
  readonly type: 'string';
  readonly value: string;
}

/** 64-bit signed. The parser yields a negative one only for `minInt`; `-1` is a negation of 1. */
export interface IntLiteral extends Node {
  readonly kind: 'literal';
  readonly type: 'int';
  readonly value: bigint;
}

export interface FloatLiteral extends Node {
  readonly kind: 'literal';
  readonly type: 'float';
  readonly value: number;
}

/** `value` is nanoseconds, 64-bit signed. */
export interface DurationLiteral extends Node {
  readonly kind: 'literal';
  readonly type: 'duration';
  readonly value: bigint;
}

export interface BooleanLiteral extends Node {
  readonly kind: 'literal';
  readonly type: 'boolean';
  readonly value: boolean;
}

export const STATUS_VALUES = ['error', 'ok', 'unset'] as const;
export type StatusValue = (typeof STATUS_VALUES)[number];

export interface StatusLiteral extends Node {
  readonly kind: 'literal';
  readonly type: 'status';
  readonly value: StatusValue;
}

export const KIND_VALUES = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const;
export type KindValue = (typeof KIND_VALUES)[number];

export interface KindLiteral extends Node {
  readonly kind: 'literal';
  readonly type: 'kind';
  readonly value: KindValue;
}

export type NumberLiteral = IntLiteral | FloatLiteral | DurationLiteral;
export type Literal = StringLiteral | NumberLiteral | BooleanLiteral | StatusLiteral | KindLiteral;

// ---- what a query can read from a span

/** `any` is the unscoped `.x`: span, then resource, event, link, instrumentation. */
export const ATTRIBUTE_SCOPES = ['any', 'span', 'resource', 'event', 'link', 'instrumentation'] as const;
export type AttributeScope = (typeof ATTRIBUTE_SCOPES)[number];

export interface AttributeReference extends Node {
  readonly kind: 'attribute';
  readonly scope: AttributeScope;
  /** `parent.x`, `parent.span.x`, `parent.resource.x`: part of the grammar, refused by `check`. */
  readonly parent: boolean;
  /** As in the data, without quotes. Never empty. */
  readonly name: string;
}

/** One name per meaning: `name` and `span:name` are both `span:name`. `INTRINSICS` lists types and spellings. */
export type Intrinsic =
  | 'span:name'
  | 'span:duration'
  | 'span:status'
  | 'span:statusMessage'
  | 'span:kind'
  | 'span:id'
  | 'span:parentID'
  | 'span:childCount'
  | 'trace:id'
  | 'trace:duration'
  | 'trace:rootName'
  | 'trace:rootService'
  | 'event:name'
  | 'event:timeSinceStart'
  | 'link:traceID'
  | 'link:spanID'
  | 'instrumentation:name'
  | 'instrumentation:version'
  | 'nestedSetLeft'
  | 'nestedSetRight'
  | 'nestedSetParent'
  | 'parent';

export interface IntrinsicReference extends Node {
  readonly kind: 'intrinsic';
  readonly intrinsic: Intrinsic;
  /** How it was written: `name` or `span:name`. */
  readonly spelling: string;
}

/** What `select`, `by` of a metric and the tag endpoints take. */
export type Attribute = AttributeReference | IntrinsicReference;

// ---- field expressions: inside { }

export type ComparisonOperator = '=' | '!=' | '<' | '<=' | '>' | '>=';
export type RegexOperator = '=~' | '!~';
export type LogicalOperator = '&&' | '||';
export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%' | '^';
export type FieldOperator = ComparisonOperator | RegexOperator | LogicalOperator | ArithmeticOperator;

export interface UnaryExpression extends Node {
  readonly kind: 'unary';
  readonly operator: '-' | '!';
  readonly operand: FieldExpression;
}

export interface BinaryExpression extends Node {
  readonly kind: 'binary';
  readonly operator: FieldOperator;
  readonly left: FieldExpression;
  readonly right: FieldExpression;
}

/** `x != nil` (there is an x) and `x = nil`, in either order. `nil = nil` and `nil != nil` are the literal `false`. */
export interface NilTest extends Node {
  readonly kind: 'nilTest';
  readonly operator: '=' | '!=';
  readonly operand: FieldExpression;
}

export type FieldExpression = Literal | Attribute | UnaryExpression | BinaryExpression | NilTest;

// ---- spansets and pipelines

export interface SpansetFilter extends Node {
  readonly kind: 'spansetFilter';
  /** null for `{}`, which is every span. */
  readonly expression: FieldExpression | null;
}

/** Which spans of the right side (or, for `&`, of both) stay. */
export type StructuralOperator =
  '>' | '>>' | '<' | '<<' | '~' | '!>' | '!>>' | '!<' | '!<<' | '!~' | '&>' | '&>>' | '&<' | '&<<' | '&~';
/**
 * `{A} && !{B}`: the spans of A, in traces in which B yields none. Not in Tempo's grammar, where `!` before a spanset is an
 * error. The right side is a filter or stands in parentheses.
 */
export type WithoutOperator = '&&!';
export type SpansetOperator = LogicalOperator | StructuralOperator | WithoutOperator;

export interface SpansetOperation extends Node {
  readonly kind: 'spansetOperation';
  readonly operator: SpansetOperator;
  readonly left: SpansetOperand;
  readonly right: SpansetOperand;
}

export type SpansetExpression = SpansetFilter | SpansetOperation;

/** A pipeline as an operand, `({…} | count() > 1) >> {…}`, occurs only in a query's first stage. */
export type SpansetOperand = SpansetExpression | Pipeline;

export interface GroupStage extends Node {
  readonly kind: 'group';
  readonly expression: FieldExpression;
}

export interface CoalesceStage extends Node {
  readonly kind: 'coalesce';
}

export interface SelectStage extends Node {
  readonly kind: 'select';
  readonly attributes: readonly Attribute[];
}

export interface ScalarFilter extends Node {
  readonly kind: 'scalarFilter';
  readonly operator: ComparisonOperator;
  readonly left: ScalarExpression;
  readonly right: ScalarExpression;
}

export type PipelineStage = SpansetExpression | ScalarFilter | GroupStage | CoalesceStage | SelectStage;

/** `a | b | c`; at least one stage, the first is never `coalesce()`. */
export interface Pipeline extends Node {
  readonly kind: 'pipeline';
  readonly stages: readonly PipelineStage[];
}

// ---- scalars: aggregates and constants

export type AggregateFunction = 'count' | 'min' | 'max' | 'avg' | 'sum';

export interface Aggregate extends Node {
  readonly kind: 'aggregate';
  readonly function: AggregateFunction;
  /** null for `count()`, an expression for all others. */
  readonly operand: FieldExpression | null;
}

/** `-2` where a constant is expected; binds tighter than every operator (unlike `-` inside `{ }`). */
export interface ConstantNegation extends Node {
  readonly kind: 'constantNegation';
  readonly operand: ConstantExpression;
}

export interface ConstantOperation extends Node {
  readonly kind: 'constantOperation';
  readonly operator: ArithmeticOperator;
  readonly left: ConstantExpression;
  readonly right: ConstantExpression;
}

/** Numbers alone; `foldConstant` gives the value. */
export type ConstantExpression = NumberLiteral | ConstantNegation | ConstantOperation;

/** Arithmetic with at least one aggregate. In the grammar; `check` refuses it as unsupported. */
export interface ScalarOperation extends Node {
  readonly kind: 'scalarOperation';
  readonly operator: ArithmeticOperator;
  readonly left: ScalarExpression;
  readonly right: ScalarExpression;
}

/** `({…} | count())` as an operand. In the grammar; `check` refuses it as unsupported. */
export interface ScalarPipeline extends Node {
  readonly kind: 'scalarPipeline';
  readonly pipeline: Pipeline;
  readonly aggregate: Aggregate;
}

export type ScalarExpression = Aggregate | ScalarOperation | ScalarPipeline | ConstantExpression;

// ---- metrics

export type MetricsFunction =
  | 'rate'
  | 'count_over_time'
  | 'min_over_time'
  | 'max_over_time'
  | 'avg_over_time'
  | 'sum_over_time'
  | 'quantile_over_time'
  | 'histogram_over_time';

export interface MetricsAggregate extends Node {
  readonly kind: 'metricsAggregate';
  readonly function: MetricsFunction;
  /** null for `rate()` and `count_over_time()`, present for all others. */
  readonly attribute: Attribute | null;
  /** For `quantile_over_time` alone, where there is at least one; `check` holds them in 0…1. */
  readonly quantiles: readonly number[];
  readonly by: readonly Attribute[];
}

export interface MetricsCompare extends Node {
  readonly kind: 'metricsCompare';
  readonly selection: SpansetFilter;
  /** Values shown per attribute; null where it was not written, which means 10. */
  readonly topN: bigint | null;
  /** Unix nanoseconds of the selection's time range. Both or neither; neither means the whole range. */
  readonly startNs: bigint | null;
  readonly endNs: bigint | null;
}

export type MetricsFirstStage = MetricsAggregate | MetricsCompare;

export interface MetricsTop extends Node {
  readonly kind: 'metricsTop';
  readonly function: 'topk' | 'bottomk';
  readonly limit: bigint;
}

export interface MetricsFilter extends Node {
  readonly kind: 'metricsFilter';
  readonly operator: ComparisonOperator;
  readonly value: ConstantExpression;
}

export type MetricsSecondStage = MetricsTop | MetricsFilter;

export interface MetricsPipeline extends Node {
  readonly kind: 'metricsPipeline';
  readonly pipeline: Pipeline;
  readonly firstStage: MetricsFirstStage;
  readonly secondStages: readonly MetricsSecondStage[];
}

/** At least one side is a metric; a constant may stand on the other. */
export interface MetricsOperation extends Node {
  readonly kind: 'metricsOperation';
  readonly operator: '+' | '-' | '*' | '/';
  readonly left: MetricsOperand;
  readonly right: MetricsOperand;
  readonly secondStages: readonly MetricsSecondStage[];
}

export type MetricsExpression = MetricsPipeline | MetricsOperation;
export type MetricsOperand = MetricsExpression | ConstantExpression;

// ---- the query

/** `with(name=value)`. Unknown names and types are for the reader of the hint to ignore, as in Tempo. */
export interface Hint extends Node {
  readonly kind: 'hint';
  readonly name: string;
  readonly value: Literal;
}

export interface Query extends Node {
  readonly kind: 'query';
  /** What was parsed, for positions in messages; empty where the query was built. */
  readonly text: string;
  /** A pipeline is a search for spans; the other two give time series. */
  readonly body: Pipeline | MetricsExpression;
  readonly hints: readonly Hint[];
}

// ---- walking

/** Ends a `switch` over a union: a new member that it does not handle is a compile error. */
export function assertUnreachable(value: never): never {
  throw new Error(`unreachable: ${String(value)}`);
}

type Chain = BinaryExpression | SpansetOperation | ScalarOperation | ConstantOperation;

/**
 * The operations along the left edge of a chain, innermost first: for `a && b || c` it gives `[a && b, (a && b) || c]`.
 * The leftmost operand is `left` of the first. A loop, because such chains can be thousands of terms long.
 */
export function leftSpine<T extends Chain>(top: T): T[] {
  const spine: T[] = [top];
  let node: Chain = top;
  while (node.left.kind === top.kind) {
    node = node.left;
    spine.push(node as T);
  }
  return spine.reverse();
}
