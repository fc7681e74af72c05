import {
  AttributeColumnDecoder,
  decodeTraceFrame,
  joinChunks,
  RowBitsDecoder,
  spanIdText,
  UNTOLD_VALUE,
} from '@clew/trace-model';
import type { SpanRecord } from '@clew/traceql';

import { rawGet } from './raw-get.ts';

/** What identifies a span in tests: those that agree in it are one span that was sent twice. */
export const rowKey = ({ startNs, spanId, name, kindCode, durationNs }: SpanRecord): string =>
  [startNs, spanId, name, kindCode, durationNs].join(' ');

/** Reads what is told of the rows of traces from a store at `url`. */
export class TraceRows {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  get(traceId: string, path: string, headers?: Record<string, string>) {
    return rawGet(`${this.#url}/clew/v1/traces/${traceId}/${path}`, headers);
  }

  /** `rowKey` of each row. */
  async keys(traceId: string): Promise<string[]> {
    const { body } = await this.get(traceId, 'frame');
    const { frame, chunks } = decodeTraceFrame(body);
    const columns = joinChunks(chunks);
    return Array.from(columns.kinds, (kind, row) =>
      [
        frame.baseNs + columns.startOffsets[row],
        spanIdText(columns.spanIds, row),
        frame.names.get(columns.names[row]),
        kind,
        columns.durations[row],
      ].join(' ')
    );
  }

  /** Rows that match, and how many there are; or the error. */
  async matches(traceId: string, query: string) {
    const { status, body } = await this.get(traceId, `matches?q=${encodeURIComponent(query)}`);
    if (status !== 200) {
      return { error: errorOf(body) };
    }
    const decoder = new RowBitsDecoder();
    decoder.push(body);
    decoder.end();
    const { bits, rows, matched } = decoder;
    const found = Array.from({ length: rows }, (_, row) => row).filter((row) => (bits[row >> 5] >>> (row & 31)) & 1);
    expect(found).toHaveLength(matched);
    return { rows, found };
  }

  /** The text of each row, undefined where there is none, null where it is not told; or the error. */
  async column(traceId: string, key: string) {
    const { status, body } = await this.get(traceId, `column?key=${encodeURIComponent(key)}`);
    if (status !== 200) {
      return { error: errorOf(body) };
    }
    const decoder = new AttributeColumnDecoder();
    decoder.push(body);
    decoder.end();
    const texts = Array.from(decoder.values, (value) =>
      value === 0 ? undefined : value === UNTOLD_VALUE ? null : decoder.texts.get(value - 1)
    );
    return { texts, numeric: decoder.numeric, distinct: decoder.texts.length };
  }
}

interface StoreError {
  readonly code: string;
  readonly message: string;
  readonly line?: number;
  readonly column?: number;
  readonly hint?: string;
}

export const errorOf = (body: Buffer): StoreError => (JSON.parse(body.toString()) as { error: StoreError }).error;
