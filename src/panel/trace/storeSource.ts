import {
  AttributeColumnDecoder,
  RowBitsDecoder,
  spanDetailsFromOtlp,
  spanIdText,
  UNTOLD_VALUE,
} from '@clew/trace-model';
import { asArray, asString, isObject } from '../../shared/narrowing';
import { StoreError } from '../../shared/storeError';
import { BatchedSpans } from './batchedSpans';
import { readBytes, readJson, readPieces, type ByteStream } from './byteStream';
import { type TraceSkeleton } from './traceFeed';
import { type AttributeColumn, type SpanDetails, type TraceSource } from './traceTable';

const PROTOBUF = 'application/protobuf';
const COLUMN_TYPE = 'application/vnd.clew.attribute-column';
const BITS_TYPE = 'application/vnd.clew.row-bits';
/** Between two answers in part: each is drawn. */
const PARTIAL_MS = 150;
/** For values that the store does not send: they are long, or there are too many. */
const UNTOLD_TEXT = '(another value)';

/** What a store knows of a trace beyond its skeleton. Rejects with StoreError. */
export class StoreSource implements TraceSource {
  /** As far as it has come: requests name spans by id. */
  skeleton: TraceSkeleton | undefined;
  readonly #stream: ByteStream;
  readonly #id: string;
  readonly #path: string;
  readonly #spans: BatchedSpans<SpanDetails[]>;

  constructor(stream: ByteStream, traceId: string) {
    this.#stream = stream;
    this.#id = encodeURIComponent(traceId);
    this.#path = `clew/v1/traces/${this.#id}`;
    this.#spans = new BatchedSpans((ids, signal) => this.#loadSpans(ids, signal));
  }

  /** The trace is read anew: what is known of it may have changed. */
  forget(): void {
    this.#spans.forget();
  }

  async details(rows: readonly number[], signal: AbortSignal): Promise<Array<SpanDetails | undefined>> {
    const { skeleton } = this;
    if (!skeleton) {
      return rows.map(() => undefined);
    }
    const ids = rows.map((row) => spanIdText(skeleton.columns.spanIds, row));
    const found = await this.#spans.get(ids, signal);
    return rows.map((row, index) => sameSpan(skeleton, row, found[index] ?? []));
  }

  async column(key: string, signal: AbortSignal): Promise<AttributeColumn> {
    const decoder = new AttributeColumnDecoder();
    const request = { path: `${this.#path}/column`, params: { key }, accept: COLUMN_TYPE, signal };
    await readPieces(this.#stream, request, (piece) => decoder.push(piece));
    decoder.end();
    this.#checkRows(decoder.rows);
    const texts = Array.from({ length: decoder.texts.length }, (_, index) => decoder.texts.get(index));
    const { values, numeric } = decoder;
    if (decoder.hasUntold) {
      texts.push(UNTOLD_TEXT);
      const untold = texts.length;
      for (let row = 0; row < values.length; row++) {
        if (values[row] === UNTOLD_VALUE) {
          values[row] = untold;
        }
      }
    }
    return { key, values, texts, numeric };
  }

  async keys(signal: AbortSignal): Promise<string[]> {
    const data = await readJson(this.#stream, { path: `${this.#path}/keys`, signal });
    return isObject(data)
      ? asArray(data.keys).flatMap((entry) => (isObject(entry) ? (asString(entry.key) ?? []) : []))
      : [];
  }

  async matches(query: string, signal: AbortSignal, onPartial?: (bits: Uint32Array) => void): Promise<Uint32Array> {
    const decoder = new RowBitsDecoder();
    const request = { path: `${this.#path}/matches`, params: { q: query }, accept: BITS_TYPE, signal };
    let toldAt = -Infinity;
    await readPieces(this.#stream, request, (piece) => {
      if (decoder.push(piece) > 0 && onPartial && performance.now() - toldAt > PARTIAL_MS) {
        toldAt = performance.now();
        onPartial(decoder.bits.slice());
      }
    });
    decoder.end();
    this.#checkRows(decoder.rows);
    return decoder.bits;
  }

  otlp(signal: AbortSignal): Promise<Uint8Array> {
    return readBytes(this.#stream, { path: `api/traces/${this.#id}`, accept: PROTOBUF, signal });
  }

  /** Rows count from the first of the trace: with spans between that came later, they would be those of others. */
  #checkRows(rows: number): void {
    if (this.skeleton?.complete && rows !== this.skeleton.columns.names.length) {
      throw new StoreError('query', 'The trace has grown since it was read: read it again.', { status: 200 });
    }
  }

  async #loadSpans(ids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, SpanDetails[]>> {
    const spans = new Map<string, SpanDetails[]>();
    const query = ids.map((id) => `span=${id}`).join('&');
    try {
      const bytes = await readBytes(this.#stream, {
        path: `${this.#path}/spans?${query}`,
        accept: PROTOBUF,
        signal,
      });
      for (const span of spanDetailsFromOtlp(bytes)) {
        const known = spans.get(span.spanId);
        if (known) {
          known.push(span);
        } else {
          spans.set(span.spanId, [span]);
        }
      }
    } catch (error) {
      // None of the spans is in the store any more.
      if (!(error instanceof StoreError && error.kind === 'trace-not-found')) {
        throw error;
      }
    }
    return spans;
  }
}

/** Of spans that share their id, the one that the row is about. */
function sameSpan(
  { baseNs, columns }: TraceSkeleton,
  row: number,
  spans: readonly SpanDetails[]
): SpanDetails | undefined {
  const startNs = baseNs + columns.startOffsets[row];
  const durationNs = columns.durations[row];
  return spans.find((span) => span.startNs === startNs && span.durationNs === durationNs) ?? spans[0];
}
