import type { AttributeReader, EvaluatedTrace, NamedScope } from './source.ts';
import type { ArrayValue, Value } from './value.ts';

/** A bigint is an int, a number a float. Nested lists are keys joined by dots, bytes base64. */
export type AttributeContent = string | boolean | bigint | number | ReadonlyArray<string | boolean | bigint | number>;
export type Attributes = ReadonlyMap<string, AttributeContent>;

export interface EventRecord {
  readonly name: string;
  readonly timeNs: bigint;
  readonly attributes: Attributes;
}

export interface LinkRecord {
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: Attributes;
}

/** A span as one object. Ids, codes and times are as in EvaluatedTrace. */
export interface SpanRecord {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for a root. */
  readonly parentSpanId: string;
  readonly name: string;
  readonly statusCode: number;
  readonly statusMessage: string;
  readonly kindCode: number;
  readonly startNs: bigint;
  readonly durationNs: bigint;
  readonly attributes: Attributes;
  readonly resource: Attributes;
  readonly scopeName: string;
  readonly scopeVersion: string;
  readonly scopeAttributes: Attributes;
  readonly events: readonly EventRecord[];
  readonly links: readonly LinkRecord[];
}

/** A trace of objects, one per span. */
export class ObjectTrace implements EvaluatedTrace {
  readonly traceId: string;
  readonly #spans: readonly SpanRecord[];

  /** All spans of one trace. */
  constructor(spans: readonly SpanRecord[]) {
    this.#spans = spans;
    this.traceId = spans[0]?.traceId ?? '';
  }

  get size(): number {
    return this.#spans.length;
  }

  spanId(span: number): string {
    return this.#spans[span].spanId;
  }

  parentSpanId(span: number): string {
    return this.#spans[span].parentSpanId;
  }

  name(span: number): string {
    return this.#spans[span].name;
  }

  statusCode(span: number): number {
    return this.#spans[span].statusCode;
  }

  statusMessage(span: number): string {
    return this.#spans[span].statusMessage;
  }

  kindCode(span: number): number {
    return this.#spans[span].kindCode;
  }

  startNs(span: number): bigint {
    return this.#spans[span].startNs;
  }

  durationNs(span: number): bigint {
    return this.#spans[span].durationNs;
  }

  scopeName(span: number): string {
    return this.#spans[span].scopeName;
  }

  scopeVersion(span: number): string {
    return this.#spans[span].scopeVersion;
  }

  eventNames(span: number): readonly string[] {
    return this.#spans[span].events.map(({ name }) => name);
  }

  eventTimesNs(span: number): readonly bigint[] {
    return this.#spans[span].events.map(({ timeNs }) => timeNs);
  }

  linkTraceIds(span: number): readonly string[] {
    return this.#spans[span].links.map(({ traceId }) => traceId);
  }

  linkSpanIds(span: number): readonly string[] {
    return this.#spans[span].links.map(({ spanId }) => spanId);
  }

  attribute(scope: NamedScope, name: string): AttributeReader | undefined {
    const read = this.#reader(scope, name);
    return this.#spans.some((_, span) => read(span) !== undefined) ? read : undefined;
  }

  lacksAttribute(scope: 'event' | 'link', name: string): (span: number) => boolean {
    return (span) => this.#nested(scope, span).some(({ attributes }) => valueIn(attributes, name) === undefined);
  }

  #reader(scope: NamedScope, name: string): AttributeReader {
    switch (scope) {
      case 'span':
        return (span) => valueIn(this.#spans[span].attributes, name);
      case 'resource':
        return (span) => valueIn(this.#spans[span].resource, name);
      case 'instrumentation':
        return (span) => valueIn(this.#spans[span].scopeAttributes, name);
      case 'event':
      case 'link':
        return (span) => {
          const values = this.#nested(scope, span).map(({ attributes }) => valueIn(attributes, name));
          const found = values.filter((value) => value !== undefined);
          return found.length > 1 ? found.flat() : found[0];
        };
    }
  }

  #nested(scope: 'event' | 'link', span: number): ReadonlyArray<{ readonly attributes: Attributes }> {
    return scope === 'event' ? this.#spans[span].events : this.#spans[span].links;
  }
}

/** An array without elements is no value: nothing is true of it. */
function valueIn(attributes: Attributes, name: string): Exclude<Value, ArrayValue> | ArrayValue {
  const value = attributes.get(name);
  return Array.isArray(value) && value.length === 0 ? undefined : value;
}
