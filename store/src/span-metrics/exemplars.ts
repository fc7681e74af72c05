const ID_BYTES = 24;
const TRACE_ID_BYTES = 16;
const SPAN_ID_BYTES = 8;

/** The columns that exemplars are copied from, by row. */
export interface ExemplarSource {
  readonly traceId: { readonly bytes: Uint8Array };
  readonly spanId: { readonly bytes: Uint8Array };
}

/** The newest span of each histogram cell. While a block is counted only its row is noted, and copied once at the end. */
export class Exemplars {
  #ids = new Uint8Array(0);
  #seconds = new Float64Array(0);
  /** Epoch milliseconds; 0 for none. */
  #atMs = new Float64Array(0);
  /** Row + 1 of the block that is being counted. */
  #rows = new Int32Array(0);
  readonly #noted: number[] = [];

  /** Says that `row` is the newest of the cell so far. */
  note(cell: number, row: number): void {
    if (cell >= this.#rows.length) {
      this.#grow((cell + 1) * 2);
    }
    if (this.#rows[cell] === 0) {
      this.#noted.push(cell);
    }
    this.#rows[cell] = row + 1;
  }

  /** Copies what was noted. `seconds`: by row. */
  settle(source: ExemplarSource, seconds: Float64Array, nowMs: number): void {
    for (const cell of this.#noted) {
      const row = this.#rows[cell] - 1;
      this.#rows[cell] = 0;
      const at = cell * ID_BYTES;
      const { bytes } = source.traceId;
      for (let index = 0; index < TRACE_ID_BYTES; index++) {
        this.#ids[at + index] = bytes[row * TRACE_ID_BYTES + index];
      }
      const spanIds = source.spanId.bytes;
      for (let index = 0; index < SPAN_ID_BYTES; index++) {
        this.#ids[at + TRACE_ID_BYTES + index] = spanIds[row * SPAN_ID_BYTES + index];
      }
      this.#seconds[cell] = seconds[row];
      this.#atMs[cell] = nowMs;
    }
    this.#noted.length = 0;
  }

  /**
   * As OpenMetrics has it after a sample, ` # {trace_id="…",span_id="…"} value timestamp`; '' where there is none. The time
   * is that of counting: Prometheus refuses an exemplar that is older than the one before it.
   */
  text(cell: number): string {
    if (!(this.#atMs[cell] > 0)) {
      return '';
    }
    const at = cell * ID_BYTES;
    const id = (start: number, end: number) => Buffer.from(this.#ids.buffer, at + start, end - start).toString('hex');
    const spanId = id(TRACE_ID_BYTES, ID_BYTES);
    const traceId = id(0, TRACE_ID_BYTES);
    return ` # {trace_id="${traceId}",span_id="${spanId}"} ${this.#seconds[cell]} ${this.#atMs[cell] / 1000}`;
  }

  clear(start: number, end: number): void {
    this.#atMs.fill(0, start, end);
  }

  #grow(cells: number): void {
    const into = <Typed extends Uint8Array | Float64Array | Int32Array>(to: Typed, from: Typed): Typed => {
      to.set(from);
      return to;
    };
    this.#ids = into(new Uint8Array(cells * ID_BYTES), this.#ids);
    this.#seconds = into(new Float64Array(cells), this.#seconds);
    this.#atMs = into(new Float64Array(cells), this.#atMs);
    this.#rows = into(new Int32Array(cells), this.#rows);
  }
}
