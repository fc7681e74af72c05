import type { SpanBlock } from '../ingest/span-block.ts';
import { BlockNumbers } from './block-numbers.ts';
import { TextExposition } from './exposition.ts';
import type { SeriesSet } from './families.ts';
import { CONTENT_TYPES, type MetricsFormat } from './formats.ts';
import { protobufPieces } from './protobuf-exposition.ts';
import { ServiceGraph } from './service-graph.ts';
import { SpanSeries } from './span-series.ts';

const IDLE_MS = 15 * 60_000;
/** Tempo's defaults (modules/generator/processor/servicegraphs/config.go). */
const MAX_PENDING = 10_000;
const WAIT_MS = 10_000;
/** How often idle series are looked for while nobody reads. */
const EXPIRE_EVERY_MS = 30_000;

export interface Exposition {
  readonly contentType: string;
  readonly pieces: Iterable<string> | AsyncIterable<Uint8Array>;
}

/**
 * Metrics made of spans as they come in, in memory: calls and latencies by span name, and calls between services. They
 * begin at 0 with the process. A batch is counted once, when it is complete and before it goes to the engine: batches that
 * are made again from the journal are made elsewhere.
 */
export class SpanMetrics {
  readonly #numbers = new BlockNumbers();
  readonly #series: SpanSeries;
  readonly #graph: ServiceGraph;
  #expiredMs = 0;

  /** `maxSeries`: label sets of spans, and as many of calls between services. */
  constructor(maxSeries: number) {
    this.#series = new SpanSeries(maxSeries, IDLE_MS);
    this.#graph = new ServiceGraph({ maxSeries, idleMs: IDLE_MS, maxPending: MAX_PENDING, waitMs: WAIT_MS });
  }

  /** Spans and calls counted in the overflow's series. */
  get overflowed(): number {
    return this.#series.overflowed + this.#graph.overflowed;
  }

  /** Spans that gave way before they had waited long enough for their other side. */
  get dropped(): number {
    return this.#graph.dropped;
  }

  /** Spans whose other side never came and is not named. */
  get unpaired(): number {
    return this.#graph.unpaired;
  }

  observe(spans: SpanBlock, nowMs = Date.now()): void {
    if (spans.block.rows > 0) {
      if (nowMs - this.#expiredMs >= EXPIRE_EVERY_MS) {
        this.#expire(nowMs);
      }
      this.#numbers.read(spans);
      this.#series.observe(spans, this.#numbers, nowMs);
      this.#graph.observe(spans, this.#numbers, nowMs);
    }
  }

  /** All series, in pieces. */
  expose(format: MetricsFormat, nowMs = Date.now()): Exposition {
    const sets = this.current(nowMs);
    const contentType = CONTENT_TYPES[format];
    return format === 'protobuf'
      ? { contentType, pieces: protobufPieces(sets) }
      : { contentType, pieces: new TextExposition(format === 'openmetrics').pieces(sets) };
  }

  /** All series but the idle ones. They go on counting. */
  current(nowMs = Date.now()): readonly SeriesSet[] {
    this.#expire(nowMs);
    return [this.#series.set, this.#graph.set];
  }

  #expire(nowMs: number): void {
    this.#expiredMs = nowMs;
    this.#series.expire(nowMs);
    this.#graph.expire(nowMs);
  }
}
