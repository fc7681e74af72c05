import type { Attribute, Query } from '../ast.ts';
import { TraceqlError, positionAt } from '../errors.ts';
import { writeOutNilAsValue } from '../nil-as-value.ts';
import { FieldCompiler } from './field.ts';
import { Frame } from './frame.ts';
import { PipelineCompiler, type SpansetAttribute, type Stage } from './pipeline.ts';
import type { AttributeReader, EvaluatedTrace } from './source.ts';

/** Start of spans in nanoseconds since 1970; both ends belong to it, either may be open. */
export interface EvaluatedRange {
  readonly startNs?: bigint;
  readonly endNs?: bigint;
}

/** Matching spans of one trace that stay together: one set, unless the query splits it with `by()`. */
export interface MatchedSpanset {
  /** Indexes of the spans, ascending. Never empty. */
  readonly spans: Int32Array;
  readonly attributes: readonly SpansetAttribute[];
}

/**
 * A search made ready to run over many traces, one after the other: what Tempo answers, span for span (features.md 1;
 * where it differs, the docstrings of this folder say so and why).
 *
 * A run takes time in proportion to the spans of the trace, for each part of the query; structural operators too, `by()`
 * as well. Deep or circular traces, spans without a parent, ids that occur twice make no difference to that.
 */
export class SearchEvaluator {
  readonly #frame = new Frame();
  readonly #run: Stage;

  /** @throws TraceqlError for metrics, for what `check` refuses and cannot be evaluated, and for a pattern too large */
  constructor(query: Query) {
    const { body, text } = writeOutNilAsValue(query);
    if (body.kind !== 'pipeline') {
      const message = 'a metric is no search for spans';
      throw new TraceqlError('unsupported', message, body.span, positionAt(text, body.span.start));
    }
    this.#run = new PipelineCompiler(this.#frame, text).compile(body);
  }

  /**
   * What matches in a trace; nothing if none does. With a range only spans that start in it can match, but the whole trace
   * counts for its duration, its root and its tree.
   * @throws TraceqlError of kind `invalid` for what only the data brings to light: an int divided by zero, arithmetic on
   * arrays, structural operators on groups
   */
  evaluate(trace: EvaluatedTrace, range: EvaluatedRange = {}): MatchedSpanset[] {
    this.#frame.enter(trace);
    try {
      const positions = this.#candidates(trace, range);
      const spansets = positions.length > 0 ? this.#run([{ positions, attributes: [] }]) : [];
      return spansets.map(({ positions: matching, attributes }) => ({ spans: this.#spansAt(matching), attributes }));
    } finally {
      this.#frame.leave();
    }
  }

  #candidates(trace: EvaluatedTrace, { startNs, endNs }: EvaluatedRange): Int32Array {
    const all = Int32Array.from({ length: trace.size }, (_, position) => position);
    if (startNs === undefined && endNs === undefined) {
      return all;
    }
    return all.filter((position) => {
      const start = trace.startNs(this.#frame.spanAt(position));
      return (startNs === undefined || start >= startNs) && (endNs === undefined || start <= endNs);
    });
  }

  #spansAt(positions: Int32Array): Int32Array {
    return positions.map((position) => this.#frame.spanAt(position)).sort();
  }
}

/** The value of an attribute or intrinsic for each span of a trace, as a query would read it. @throws as SearchEvaluator */
export function readAttribute(trace: EvaluatedTrace, attribute: Attribute): AttributeReader {
  const frame = new Frame();
  const field = new FieldCompiler(frame, '').attribute(attribute);
  frame.enter(trace);
  return field;
}
