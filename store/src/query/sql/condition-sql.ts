import { HOUR_EXPRESSION, HOUR_NS, RESOURCES, SPANS } from '../../schema/tables.ts';
import {
  conjuncts,
  isTraceIntrinsic,
  needsTrace,
  type AttributeOperand,
  type AttributeScope,
  type Comparison,
  type Condition,
  type IntrinsicOperand,
  type Literal,
  type SpanTimeRange,
  type TraceIntrinsic,
} from '../plan/plan.ts';
import { AttributeSql } from './attribute-sql.ts';
import { compareSql, isComparable, NEVER, rightSql } from './compare-sql.ts';
import {
  compareSpanIntrinsic,
  compareTraceIntrinsic,
  spanIntrinsicExists,
  traceIntrinsicExists,
} from './intrinsic-sql.ts';
import { ANY_KEYS, type KnownKeys } from './known-keys.ts';
import type { SqlParameters } from './sql-text.ts';

/** The order in which `.name` looks for an attribute. */
export const LOOKUP_ORDER: readonly AttributeScope[] = ['span', 'resource', 'event', 'link', 'instrumentation'];

/** Which spans a statement is about, before any condition: everybody's `WHERE`. */
export interface SpanScope {
  readonly tenant: string;
  readonly range: SpanTimeRange;
  /** The part of the range in which spans are looked for; other spans of their traces count in all of it. */
  readonly window?: SpanTimeRange;
  /** Only spans of these traces: 32 hex digits each. */
  readonly traceIds?: readonly string[];
}

/** Turns conditions into SQL over `clew.spans`. All user text goes through `params`. */
export class ConditionSql {
  readonly #params: SqlParameters;
  readonly #scope: SpanScope;
  readonly #keys: KnownKeys;
  #tenant: string | undefined;
  /** What narrows subqueries over whole traces: conditions on spans that every match meets. */
  #narrowing: readonly Condition[] = [];

  constructor(params: SqlParameters, scope: SpanScope, keys: KnownKeys = ANY_KEYS) {
    this.#params = params;
    this.#scope = scope;
    this.#keys = keys;
  }

  /** Everything after `WHERE`: tenant, time, traces, and the condition on the span. */
  where(condition: Condition): string {
    this.#narrowing = conjuncts(condition).filter((part) => !needsTrace(part));
    const parts = conjuncts(condition).map((part) => this.#condition(part));
    return [...this.#scopeParts(), ...parts.filter((part) => part !== 'true')].join(' AND ');
  }

  /** The condition as a value of each row. What it asks of whole traces is asked of all in the scope: give it their ids. */
  test(condition: Condition): string {
    return this.#condition(condition);
  }

  #scopeParts(range = this.#scope.window ?? this.#scope.range): string[] {
    const { traceIds } = this.#scope;
    return [
      `tenant = ${this.#tenantSql()}`,
      ...this.#timeParts(range),
      ...(traceIds ? [`trace_id IN ${traceIdsSql(this.#params, traceIds)}`] : []),
    ];
  }

  #timeParts({ startNs, endNs }: SpanTimeRange): string[] {
    const value = (number: bigint) => this.#params.value('UInt64', number);
    return [
      ...(startNs === undefined
        ? []
        : [`${HOUR_EXPRESSION} >= ${value(startNs / HOUR_NS)}`, `start_ns >= ${value(startNs)}`]),
      ...(endNs === undefined
        ? []
        : [`${HOUR_EXPRESSION} <= ${value(endNs / HOUR_NS)}`, `start_ns <= ${value(endNs)}`]),
    ];
  }

  #tenantSql(): string {
    this.#tenant ??= this.#params.value('String', this.#scope.tenant);
    return this.#tenant;
  }

  #condition(condition: Condition): string {
    switch (condition.kind) {
      case 'constant':
        return String(condition.value);
      case 'and':
        return this.#joined(condition.operands, ' AND ');
      case 'or':
        return this.#joined(condition.operands, ' OR ');
      case 'not':
        return `NOT (${this.#condition(condition.operand)})`;
      case 'inTrace':
        return this.#inTrace(condition.condition);
      case 'compare': {
        const { operand, comparison, literal } = condition;
        return operand.kind === 'attribute'
          ? this.#compareAttribute(operand, comparison, literal)
          : this.#compareIntrinsic(operand, comparison, literal);
      }
      case 'exists':
        return condition.operand.kind === 'attribute'
          ? this.#attributeExists(condition.operand)
          : this.#intrinsicExists(condition.operand);
      case 'missing':
        return condition.operand.kind === 'attribute'
          ? this.#attributeMissing(condition.operand)
          : `NOT (${this.#intrinsicExists(condition.operand)})`;
    }
  }

  #joined(operands: readonly Condition[], separator: string): string {
    return `(${operands.map((operand) => this.#condition(operand)).join(separator)})`;
  }

  #inTrace(condition: Condition): string {
    const where = [...this.#scopeParts(this.#scope.range), this.#condition(condition)].join(' AND ');
    return `trace_id IN (SELECT trace_id FROM ${SPANS.name} WHERE ${where})`;
  }

  // ---- attributes

  #compareAttribute({ scope, name }: AttributeOperand, comparison: Comparison, literal: Literal): string {
    if (scope !== 'any') {
      return this.#compareInScope(scope, name, comparison, literal);
    }
    const branches: string[] = [];
    const earlier: string[] = [];
    for (const place of LOOKUP_ORDER) {
      const test = this.#compareInScope(place, name, comparison, literal);
      if (test !== NEVER) {
        branches.push(earlier.length === 0 ? test : `(${[test, ...earlier].join(' AND ')})`);
      }
      const exists = this.#existsInScope(place, name);
      if (exists !== NEVER) {
        earlier.push(`NOT ${exists}`);
      }
    }
    return branches.length === 0 ? NEVER : `(${branches.join(' OR ')})`;
  }

  #compareInScope(scope: AttributeScope, name: string, comparison: Comparison, literal: Literal): string {
    // The service's name is a column of its own. It is an empty string where a resource has none, as with Tempo.
    if (scope === 'resource' && name === 'service.name' && literal.type === 'string') {
      return compareSql('service', comparison, rightSql(comparison, literal, this.#params));
    }
    return this.#onSpan(scope, this.#attribute(scope, name).compare(comparison, literal));
  }

  #attributeExists({ scope, name }: AttributeOperand): string {
    if (scope !== 'any') {
      return this.#existsInScope(scope, name);
    }
    const places = LOOKUP_ORDER.map((place) => this.#existsInScope(place, name)).filter((test) => test !== NEVER);
    return places.length === 0 ? NEVER : `(${places.join(' OR ')})`;
  }

  #existsInScope(scope: AttributeScope, name: string): string {
    return this.#onSpan(scope, this.#attribute(scope, name).exists());
  }

  #attributeMissing({ scope, name }: AttributeOperand): string {
    if (scope === 'event' || scope === 'link') {
      return lacksKey(`${scope}_attributes`, name, this.#params);
    }
    return `NOT ${this.#attributeExists({ kind: 'attribute', scope, name })}`;
  }

  #attribute(scope: AttributeScope, name: string): AttributeSql {
    return new AttributeSql(scope, name, this.#params, this.#keys);
  }

  /** A test on the columns of a scope, as a test on spans: resources and instrumentation scopes are in another table. */
  #onSpan(scope: AttributeScope, test: string): string {
    const isElsewhere = scope === 'resource' || scope === 'instrumentation';
    return isElsewhere && test !== NEVER ? this.#ofResource(test) : test;
  }

  #ofResource(sql: string): string {
    return `resource_id IN (SELECT resource_id FROM ${RESOURCES.name} WHERE tenant = ${this.#tenantSql()} AND ${sql})`;
  }

  // ---- intrinsics

  #compareIntrinsic(operand: IntrinsicOperand, comparison: Comparison, literal: Literal): string {
    if (isTraceIntrinsic(operand)) {
      return this.#ofTrace(compareTraceIntrinsic(operand.name, comparison, literal, this.#params));
    }
    const { name } = operand;
    if (name === 'instrumentation:name' || name === 'instrumentation:version') {
      const column = name === 'instrumentation:name' ? 'scope_name' : 'scope_version';
      return isComparable('string', comparison, literal)
        ? this.#ofResource(compareSql(column, comparison, rightSql(comparison, literal, this.#params)))
        : NEVER;
    }
    return compareSpanIntrinsic(name as Exclude<typeof name, TraceIntrinsic>, comparison, literal, this.#params);
  }

  #intrinsicExists(operand: IntrinsicOperand): string {
    if (isTraceIntrinsic(operand)) {
      return this.#ofTrace(traceIntrinsicExists(operand.name));
    }
    return spanIntrinsicExists(operand.name as Exclude<typeof operand.name, TraceIntrinsic>);
  }

  /**
   * Traces as a whole: all their spans count, also those outside of the time range. Only traces that have a span which
   * meets the rest of the query are looked at.
   */
  #ofTrace(having: string): string {
    if (having === NEVER || having === 'true') {
      return having;
    }
    const candidates = [...this.#scopeParts(), ...this.#narrowing.map((part) => this.#condition(part))]
      .filter((part) => part !== 'true')
      .join(' AND ');
    return `trace_id IN (SELECT trace_id FROM ${SPANS.name} WHERE tenant = ${this.#tenantSql()} AND trace_id IN (SELECT trace_id FROM ${SPANS.name} WHERE ${candidates}) GROUP BY trace_id HAVING ${having})`;
  }
}

/** A set of trace ids for the right side of IN. */
export function traceIdsSql(params: SqlParameters, traceIds: readonly string[]): string {
  return `(SELECT toFixedString(unhex(arrayJoin(${params.value('Array(String)', traceIds)})), 16))`;
}

/** OTLP's KeyValue.key: field 1, length-delimited. */
const KEY_TAG = 0x0a;

/**
 * Whether an event or link has no attribute of this name. The attributes of each are kept as bytes: the key is looked
 * for as protobuf writes it, which text inside a value imitates only on purpose.
 */
function lacksKey(column: string, name: string, params: SqlParameters): string {
  const size = Buffer.byteLength(name);
  const length = size < 0x80 ? [size] : [(size & 0x7f) | 0x80, size >> 7];
  const hex = Buffer.concat([Buffer.from([KEY_TAG, ...length]), Buffer.from(name)]).toString('hex');
  return `arrayExists(v -> position(v, unhex(${params.value('String', hex)})) = 0, ${column})`;
}
