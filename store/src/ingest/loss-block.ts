import { LOSSES, type LossReason } from '../schema/tables.ts';
import { NativeBlock } from './native/block.ts';
import type { ByteWriter } from './native/byte-writer.ts';
import { BytesColumn, LowCardinalityColumn, SparseUint32Column } from './native/columns.ts';
import type { SpanContext } from './span-walk.ts';

const encode = (text: string) => new TextEncoder().encode(text);
const REASONS: Readonly<Record<LossReason, Uint8Array>> = {
  bad_span_id: encode('bad_span_id'),
  bad_parent_span_id: encode('bad_parent_span_id'),
  span_too_large: encode('span_too_large'),
  attribute_too_long: encode('attribute_too_long'),
};

/** The column buffers of `clew.losses`. Losses of one kind that follow each other within a trace make one row. */
export class LossBlock {
  readonly #tenant = new LowCardinalityColumn();
  readonly #receivedDay = new BytesColumn();
  readonly #receivedMs = new BytesColumn();
  readonly #traceId = new BytesColumn();
  readonly #reason = new LowCardinalityColumn();
  readonly #limit = new BytesColumn();
  readonly #counts = new SparseUint32Column();
  readonly #block = new NativeBlock(LOSSES, {
    tenant: this.#tenant,
    received_day: this.#receivedDay,
    received_ms: this.#receivedMs,
    trace_id: this.#traceId,
    reason: this.#reason,
    limit_bytes: this.#limit,
    count: this.#counts,
  });
  #lastReason: LossReason | undefined;
  #lastMs = 0;
  #savedCut = 0;
  /** All attributes that were cut since the block was made. */
  cutAttributes = 0;

  get rows(): number {
    return this.#block.rows;
  }

  /** `count` spans or attributes of the trace whose id is at `traceIdAt`. */
  add(context: SpanContext, bytes: Uint8Array, traceIdAt: number, reason: LossReason, count: number): void {
    if (reason === 'attribute_too_long') {
      this.cutAttributes += count;
    }
    const { receivedMs, day, tenant, limits } = context;
    if (reason === this.#lastReason && receivedMs === this.#lastMs && this.#isLastTrace(bytes, traceIdAt)) {
      this.#counts.add(this.#block.rows - 1, count);
      return;
    }
    const row = this.#block.rows;
    this.#tenant.set(row, tenant, 0, tenant.length);
    this.#receivedDay.byte(day);
    this.#receivedDay.byte(day >>> 8);
    this.#receivedMs.uint64(receivedMs >>> 0, Math.floor(receivedMs / 0x1_0000_0000));
    this.#traceId.copy(bytes, traceIdAt, traceIdAt + 16);
    this.#reason.set(row, REASONS[reason], 0, REASONS[reason].length);
    const limit =
      reason === 'span_too_large' ? limits.spanBytes : reason === 'attribute_too_long' ? limits.attributeBytes : 0;
    this.#limit.uint32(limit);
    this.#counts.set(row, count);
    this.#block.rows++;
    this.#lastReason = reason;
    this.#lastMs = receivedMs;
  }

  save(): void {
    this.#block.save();
    this.#savedCut = this.cutAttributes;
    // A later request begins a row of its own, so that taking it back leaves the row before it alone.
    this.#lastReason = undefined;
  }

  restore(): void {
    this.#block.restore();
    this.cutAttributes = this.#savedCut;
    this.#lastReason = undefined;
  }

  take(out: ByteWriter): Uint8Array | undefined {
    this.#lastReason = undefined;
    return this.#block.take(out);
  }

  #isLastTrace(bytes: Uint8Array, at: number): boolean {
    const ids = this.#traceId;
    const last = ids.length - 16;
    for (let index = 0; index < 16; index++) {
      if (ids.bytes[last + index] !== bytes[at + index]) {
        return false;
      }
    }
    return true;
  }
}
