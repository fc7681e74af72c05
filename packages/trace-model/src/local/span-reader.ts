import { RESOURCE } from '../otlp/fields.ts';
import { readAttributes, type Attribute } from './attribute-value.ts';
import { NO_SCOPE, readScope, readSpanDetails, type SpanDetails, type SpanScope } from './span-details.ts';
import type { SpanIndex } from './span-index.ts';

/** Decodes single spans of an index; resources and scopes, which spans share, once. Its methods throw ProtobufError. */
export class SpanReader {
  readonly index: SpanIndex;
  readonly #resources = new Map<number, readonly Attribute[]>();
  readonly #scopes = new Map<number, SpanScope>();

  constructor(index: SpanIndex) {
    this.index = index;
  }

  /** `withAttributes`: whether to decode the span's own, which are most of the work. */
  details(span: number, withAttributes = true): SpanDetails {
    const { bytes, spanStarts, spanEnds, groups, groupOf } = this.index;
    const { resource, scope } = groups[groupOf[span]];
    return readSpanDetails(
      bytes,
      spanStarts[span],
      spanEnds[span],
      this.#resource(resource),
      this.#scope(scope),
      withAttributes
    );
  }

  #resource(number: number): readonly Attribute[] {
    const { bytes, resources } = this.index;
    let attributes = this.#resources.get(number);
    if (!attributes) {
      attributes = readAttributes(bytes, resources.start(number), resources.end(number), RESOURCE.attributes);
      this.#resources.set(number, attributes);
    }
    return attributes;
  }

  #scope(number: number): SpanScope {
    const { bytes, scopes } = this.index;
    let scope = this.#scopes.get(number);
    if (!scope) {
      scope =
        scopes.start(number) === scopes.end(number)
          ? NO_SCOPE
          : readScope(bytes, scopes.start(number), scopes.end(number));
      this.#scopes.set(number, scope);
    }
    return scope;
  }
}
