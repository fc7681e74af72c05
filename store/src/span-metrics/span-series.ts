import type { SpanBlock } from '../ingest/span-block.ts';
import type { BlockNumbers } from './block-numbers.ts';
import type { SeriesSet } from './families.ts';
import { doublingBounds, Histograms } from './histograms.ts';
import { OVERFLOW, SeriesTable } from './series-table.ts';
import { Texts } from './texts.ts';

/** As opentelemetry-proto names the numbers (trace.proto, SpanKind and StatusCode). */
const KINDS = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
const STATUS_CODES = ['UNSET', 'OK', 'ERROR'];

/** Calls and latencies by service, span name, kind and status: Tempo's span metrics, with its names, labels and buckets. */
export class SpanSeries {
  readonly set: SeriesSet;
  readonly #table: SeriesTable;
  readonly #latency = new Histograms(doublingBounds(0.002, 14));
  #overflowed = 0;

  constructor(maxSeries: number, idleMs: number) {
    this.#table = new SeriesTable(['service', 'span_name', 'span_kind', 'status_code'], maxSeries, idleMs);
    const latency = this.#latency;
    this.set = {
      table: this.#table,
      families: [
        {
          kind: 'counter',
          name: 'traces_spanmetrics_calls',
          help: 'Spans by service, name, kind and status.',
          valueAt: (slot) => latency.countOf(slot),
          exemplarAt: (slot) => latency.exemplarOf(slot),
        },
        {
          kind: 'histogram',
          name: 'traces_spanmetrics_latency',
          help: 'Durations of spans in seconds.',
          histograms: latency,
        },
      ],
    };
  }

  /** Spans that were counted into the overflow's series since the start. */
  get overflowed(): number {
    return this.#overflowed;
  }

  get size(): number {
    return this.#table.size;
  }

  observe(spans: SpanBlock, { seconds, weights }: BlockNumbers, nowMs: number): void {
    const { rows } = spans.block;
    const kinds = spans.kind.bytes;
    const codes = spans.statusCode.bytes;
    const tenants = new Texts(spans.tenant);
    const services = new Texts(spans.service);
    const names = new Texts(spans.name);
    // Two numbers, because the four together could pass 2^53. Neither map outlives the block.
    const byEmitter = new Map<number, Map<number, number>>();
    let emitter = -1;
    let slots = new Map<number, number>();
    for (let row = 0; row < rows; row++) {
      const rowEmitter = spans.tenant.indexAt(row) * 0x100_0000 + spans.service.indexAt(row);
      if (rowEmitter !== emitter) {
        emitter = rowEmitter;
        slots = byEmitter.get(emitter) ?? new Map<number, number>();
        byEmitter.set(emitter, slots);
      }
      const kind = kinds[row] < KINDS.length ? kinds[row] : 0;
      const code = codes[row] < STATUS_CODES.length ? codes[row] : 0;
      const key = spans.name.indexAt(row) * 32 + kind * 4 + code;
      let slot = slots.get(key);
      if (slot === undefined) {
        slot = this.#table.slotOf(valuesOf(tenants.at(row), services.at(row), names.at(row), kind, code), nowMs);
        slots.set(key, slot);
      }
      if (slot === OVERFLOW) {
        this.#overflowed++;
      }
      this.#latency.exemplars.note(this.#latency.observe(slot, seconds[row], weights[row]), row);
    }
    this.#latency.exemplars.settle(spans, seconds, nowMs);
  }

  expire(nowMs: number): void {
    this.#table.expire(nowMs, (slot) => this.#latency.clear(slot));
  }
}

function valuesOf(tenant: string, service: string, name: string, kind: number, code: number): string[] {
  return [service, name, `SPAN_KIND_${KINDS[kind]}`, `STATUS_CODE_${STATUS_CODES[code]}`, tenant];
}
