const ID_BYTES = 24;
const TRACE_ID_BYTES = 16;
const SPAN_ID_BYTES = 8;

/** The columns that exemplars are copied from, by row. */
export interface ExemplarSource {
  readonly traceId: { readonly bytes: Uint8Array };
  readonly spanId: { readonly bytes: Uint8Array };
}

/** A span that stands for what was counted. */
export interface Exemplar {
  /** Hex, 32 digits. */
  readonly traceId: string;
  /** Hex, 16 digits. */
  readonly spanId: string;
  readonly seconds: number;
  /** Epoch milliseconds of counting: Prometheus refuses an exemplar that is older than the one before it. */
  readonly atMs: number;
}

/** Where the ids of a span are: 16 bytes at `traceAt`, 8 at `spanAt`. */
export interface SpanIds {
  readonly traceIds: Uint8Array;
  readonly traceAt: number;
  readonly spanIds: Uint8Array;
  readonly spanAt: number;
}

/**
 * The newest span of each histogram cell. What comes row by row is only noted while a block is counted, and copied once at
 * the end.
 */
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
      this.#copy(cell, source.traceId.bytes, row * TRACE_ID_BYTES, source.spanId.bytes, row * SPAN_ID_BYTES);
      this.#seconds[cell] = seconds[row];
      this.#atMs[cell] = nowMs;
    }
    this.#noted.length = 0;
  }

  /** Keeps a span as a cell's newest, unless it has one of the same time: that spares copying in a busy moment. */
  put(cell: number, { traceIds, traceAt, spanIds, spanAt }: SpanIds, seconds: number, nowMs: number): void {
    if (this.#atMs[cell] === nowMs) {
      return;
    }
    if (cell >= this.#rows.length) {
      this.#grow((cell + 1) * 2);
    }
    this.#copy(cell, traceIds, traceAt, spanIds, spanAt);
    this.#seconds[cell] = seconds;
    this.#atMs[cell] = nowMs;
  }

  at(cell: number): Exemplar | undefined {
    if (!(this.#atMs[cell] > 0)) {
      return undefined;
    }
    const at = cell * ID_BYTES;
    const id = (start: number, end: number) => Buffer.from(this.#ids.buffer, at + start, end - start).toString('hex');
    return {
      traceId: id(0, TRACE_ID_BYTES),
      spanId: id(TRACE_ID_BYTES, ID_BYTES),
      seconds: this.#seconds[cell],
      atMs: this.#atMs[cell],
    };
  }

  /** The newest of the cells from `start` to before `end`. */
  newestOf(start: number, end: number): Exemplar | undefined {
    let newest = start;
    for (let cell = start + 1; cell < end; cell++) {
      if (this.#atMs[cell] > (this.#atMs[newest] ?? 0)) {
        newest = cell;
      }
    }
    return this.at(newest);
  }

  clear(start: number, end: number): void {
    this.#atMs.fill(0, start, end);
  }

  #copy(cell: number, traceIds: Uint8Array, traceAt: number, spanIds: Uint8Array, spanAt: number): void {
    const at = cell * ID_BYTES;
    for (let index = 0; index < TRACE_ID_BYTES; index++) {
      this.#ids[at + index] = traceIds[traceAt + index];
    }
    for (let index = 0; index < SPAN_ID_BYTES; index++) {
      this.#ids[at + TRACE_ID_BYTES + index] = spanIds[spanAt + index];
    }
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
