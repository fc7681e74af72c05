import type { AttributeScope } from '../ast.ts';
import type { Value } from './value.ts';

export type NamedScope = Exclude<AttributeScope, 'any'>;

/** The value on a span, by the span's index. */
export type AttributeReader = (span: number) => Value;

/**
 * The spans of one trace, all of them, as the evaluator reads them: by index, from 0 up to `size`. Objects fit behind it
 * and columns too, since an attribute's name is looked up once per trace and not once per span.
 *
 * A span that was delivered twice must be there once. Ids are lower-case hex digits in their full length, times
 * nanoseconds since 1970.
 */
export interface EvaluatedTrace {
  readonly traceId: string;
  readonly size: number;
  spanId(span: number): string;
  /** Empty for a span without a parent. */
  parentSpanId(span: number): string;
  name(span: number): string;
  /** OTLP's number: 0 unset, 1 ok, 2 error. */
  statusCode(span: number): number;
  statusMessage(span: number): string;
  /** OTLP's number: 0 unspecified, 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  kindCode(span: number): number;
  startNs(span: number): bigint;
  /** End less start; below zero where a clock went back. */
  durationNs(span: number): bigint;
  /** Empty where there is none. */
  scopeName(span: number): string;
  scopeVersion(span: number): string;
  eventNames(span: number): readonly string[];
  eventTimesNs(span: number): readonly bigint[];
  linkTraceIds(span: number): readonly string[];
  linkSpanIds(span: number): readonly string[];
  /**
   * undefined where no span of the trace has it. Of the scopes `event` and `link`: the values of all events, or links, of
   * the span. An array without elements is no value.
   */
  attribute(scope: NamedScope, name: string): AttributeReader | undefined;
  /** Whether at least one event, or link, of the span lacks the attribute. */
  lacksAttribute(scope: 'event' | 'link', name: string): (span: number) => boolean;
}
