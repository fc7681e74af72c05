import { legibly } from '../files/trace-file-error.ts';
import { hexText, type FrameColumns } from '../wire-frame/columns.ts';
import { readColumn, readKeys, type AttributeColumn } from './local-column.ts';
import { extentOf, makeFrame, spansByTrace, type LocalFrame } from './local-frame.ts';
import type { SpanDetails } from './span-details.ts';
import { SpanIndex } from './span-index.ts';
import { SpanReader } from './span-reader.ts';
import { writeSpans } from './write-spans.ts';

/** Texts by index, as the wire frame's dictionaries give them. */
export interface LocalTexts {
  readonly length: number;
  get(index: number): string;
}

/**
 * A trace in memory, read from OTLP bytes that it keeps. What a list needs is known at once; columns are made when they are
 * first asked for, and a span is decoded when somebody asks for it.
 */
export class LocalTrace {
  /** 32 hex digits. */
  readonly traceId: string;
  /** As they stand in the bytes: one that is there twice counts twice. */
  readonly spanCount: number;
  /** Of the first span without a parent, or of the first span if all have one. */
  readonly rootName: string;
  readonly rootService: string;
  /** Unix nanoseconds of the first start. */
  readonly startNs: bigint;
  /** Nanoseconds from the first start to the last end. */
  readonly durationNs: bigint;
  readonly #index: SpanIndex;
  /** In the order of the bytes. */
  readonly #spans: Uint32Array;
  readonly #reader: SpanReader;
  #frame: LocalFrame | undefined;

  private constructor(reader: SpanReader, spans: Uint32Array) {
    const { index } = reader;
    this.#index = index;
    this.#reader = reader;
    this.#spans = spans;
    const trace = index.traceOf[spans[0]];
    this.traceId = hexText(index.bytes, index.traceIds.start(trace), index.traceIds.end(trace));
    this.spanCount = spans.length;
    const { root, startNs, endNs } = extentOf(index, spans);
    this.rootName = index.names.get(index.nameOf[root]);
    this.rootService = index.services.get(index.serviceOfResource[index.resourceOf(root)]);
    this.startNs = startNs;
    this.durationNs = endNs - startNs;
  }

  /**
   * The traces of OTLP TracesData, in the order in which they begin there. `onProblem` hears of each span that is left out
   * because it has no ids or is malformed. Throws TraceFileError for bytes that are not TracesData.
   */
  static fromOtlp(bytes: Uint8Array, onProblem?: (message: string) => void): LocalTrace[] {
    return legibly(() => {
      const index = new SpanIndex(bytes, onProblem);
      const reader = new SpanReader(index);
      return spansByTrace(index).map((spans) => new LocalTrace(reader, spans));
    });
  }

  /** Ordered by start, then span id. `resources` number the distinct Resource messages. */
  get columns(): FrameColumns {
    return this.#made.columns;
  }

  /** Unix nanoseconds that the columns' starts count from: the first start. */
  get baseNs(): bigint {
    return this.#made.baseNs;
  }

  get names(): LocalTexts {
    return this.#index.names;
  }

  get services(): LocalTexts {
    return this.#index.services;
  }

  get messages(): LocalTexts {
    return this.#index.messages;
  }

  get rows(): number {
    return this.#made.spans.length;
  }

  /** Everything about the span of a row. Throws RangeError for a row that is not there, TraceFileError for a malformed span. */
  details(row: number): SpanDetails {
    const span = this.#spanOf(row);
    return legibly(() => this.#reader.details(span));
  }

  /** The values of an attribute, by row. Throws RangeError for a key that is none, TraceFileError for malformed spans. */
  column(key: string): AttributeColumn {
    return legibly(() => readColumn(this.#index, this.#made.spans, key));
  }

  /** Keys of the spans' and resources' attributes as TraceQL writes them, ordered. Throws TraceFileError for malformed spans. */
  keys(): string[] {
    return legibly(() => readKeys(this.#index, this.#spans));
  }

  /** The trace as OTLP TracesData, spans in the order of the rows. */
  otlp(): Uint8Array {
    return writeSpans(this.#index, this.#made.spans);
  }

  get #made(): LocalFrame {
    return (this.#frame ??= makeFrame(this.#index, this.#spans));
  }

  #spanOf(row: number): number {
    const { spans } = this.#made;
    if (!(row >= 0 && row < spans.length)) {
      throw new RangeError(`Row ${row} of a trace of ${spans.length} spans`);
    }
    return spans[row];
  }
}

/** Each span of OTLP TracesData in full, in the order of the bytes. Throws TraceFileError for bytes that are not TracesData. */
export function spanDetailsFromOtlp(bytes: Uint8Array): SpanDetails[] {
  return legibly(() => {
    const reader = new SpanReader(new SpanIndex(bytes));
    return Array.from({ length: reader.index.count }, (_, span) => reader.details(span));
  });
}
