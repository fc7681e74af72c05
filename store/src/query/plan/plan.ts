/**
 * What a query asks of the store, as data: made from a TraceQL tree by traceql-plan.ts or from Tempo's older parameters
 * by tags-plan.ts, turned into SQL by sql/.
 */
export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=' | '=~' | '!~';

export type AttributeScope = 'span' | 'resource' | 'event' | 'link' | 'instrumentation';

/** `any` is `.name`: the first scope of span, resource, event, link, instrumentation that has it. */
export interface AttributeOperand {
  readonly kind: 'attribute';
  readonly scope: AttributeScope | 'any';
  readonly name: string;
}

/** By the name that TraceQL gives it with a scope. */
export type SpanIntrinsic =
  | 'span:name'
  | 'span:duration'
  | 'span:status'
  | 'span:statusMessage'
  | 'span:kind'
  | 'span:id'
  | 'span:parentID'
  | 'trace:id'
  | 'event:name'
  | 'event:timeSinceStart'
  | 'link:traceID'
  | 'link:spanID'
  | 'instrumentation:name'
  | 'instrumentation:version'
  /** Below zero for a root, and not for any other span: more than its sign takes a tree. */
  | 'nestedSetParent';

/** Facts of a whole trace, not of one of its spans. */
export type TraceIntrinsic = 'trace:duration' | 'trace:rootName' | 'trace:rootService';

export interface IntrinsicOperand {
  readonly kind: 'intrinsic';
  readonly name: SpanIntrinsic | TraceIntrinsic;
}

export type Operand = AttributeOperand | IntrinsicOperand;

export type StatusName = 'unset' | 'ok' | 'error';
export type KindName = 'unspecified' | 'internal' | 'server' | 'client' | 'producer' | 'consumer';

export type Literal =
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'int'; readonly value: bigint }
  | { readonly type: 'float'; readonly value: number }
  | { readonly type: 'bool'; readonly value: boolean }
  /** Nanoseconds. */
  | { readonly type: 'duration'; readonly value: bigint }
  | { readonly type: 'status'; readonly value: StatusName }
  | { readonly type: 'kind'; readonly value: KindName };

/**
 * True or false for a span, never unknown: a comparison with what a span does not have, or has in another type, is
 * false whatever the operator (Tempo's rule).
 */
export type Condition =
  | { readonly kind: 'constant'; readonly value: boolean }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Condition[] }
  | { readonly kind: 'not'; readonly operand: Condition }
  | { readonly kind: 'compare'; readonly operand: Operand; readonly comparison: Comparison; readonly literal: Literal }
  /** `operand != nil`. */
  | { readonly kind: 'exists'; readonly operand: Operand }
  /** `operand = nil`. For events and links: at least one of them lacks it. */
  | { readonly kind: 'missing'; readonly operand: Operand }
  /** Some span of the same trace, within the same time range, meets the condition. */
  | { readonly kind: 'inTrace'; readonly condition: Condition };

/** Start of spans in nanoseconds since the epoch; both ends belong to it, either may be open. */
export interface SpanTimeRange {
  readonly startNs: bigint | undefined;
  readonly endNs: bigint | undefined;
}

export interface SearchPlan {
  readonly condition: Condition;
  /** What the query mentions: comes back with each span. */
  readonly mentioned: readonly Operand[];
}

export const ALWAYS: Condition = { kind: 'constant', value: true };

/** Every comparison in a condition. */
export function* comparisonsOf(condition: Condition): Generator<Extract<Condition, { kind: 'compare' }>> {
  switch (condition.kind) {
    case 'and':
    case 'or':
      for (const operand of condition.operands) {
        yield* comparisonsOf(operand);
      }
      return;
    case 'not':
      yield* comparisonsOf(condition.operand);
      return;
    case 'inTrace':
      yield* comparisonsOf(condition.condition);
      return;
    case 'compare':
      yield condition;
  }
}

/** Every operand of a condition, as often as it occurs. */
export function* operandsOf(condition: Condition): Generator<Operand> {
  switch (condition.kind) {
    case 'and':
    case 'or':
      for (const operand of condition.operands) {
        yield* operandsOf(operand);
      }
      return;
    case 'not':
      yield* operandsOf(condition.operand);
      return;
    case 'inTrace':
      yield* operandsOf(condition.condition);
      return;
    case 'compare':
    case 'exists':
    case 'missing':
      yield condition.operand;
  }
}

/** The operands of the outermost `&&`. */
export function conjuncts(condition: Condition): readonly Condition[] {
  return condition.kind === 'and' ? condition.operands.flatMap(conjuncts) : [condition];
}

export function isTraceIntrinsic(operand: Operand): operand is IntrinsicOperand & { name: TraceIntrinsic } {
  return (
    operand.kind === 'intrinsic' &&
    (operand.name === 'trace:duration' || operand.name === 'trace:rootName' || operand.name === 'trace:rootService')
  );
}

/** Whether a condition asks for other spans of the same trace. */
export function looksElsewhere(condition: Condition): boolean {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.operands.some(looksElsewhere);
    case 'not':
      return looksElsewhere(condition.operand);
    default:
      return condition.kind === 'inTrace';
  }
}

/** Whether a condition asks for something of the whole trace. */
export function needsTrace(condition: Condition): boolean {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.operands.some(needsTrace);
    case 'not':
      return needsTrace(condition.operand);
    case 'compare':
    case 'exists':
    case 'missing':
      return isTraceIntrinsic(condition.operand);
    case 'inTrace':
      return true;
    case 'constant':
      return false;
  }
}
