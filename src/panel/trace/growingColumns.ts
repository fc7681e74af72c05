import { copyColumns, emptyColumns, sliceColumns, type FrameChunk, type FrameColumns } from '@clew/trace-model';

/** Rows that memory is taken for on the sender's word alone; beyond it memory doubles as rows come. */
const MAX_TRUSTED_ROWS = 1 << 21;
const FIRST_MESSAGES = 1 << 10;

type Mutable<Columns> = { -readonly [Name in keyof Columns]: Columns[Name] };

/** Chunks of a frame, one after the other in columns of one piece each. */
export class GrowingColumns {
  rows = 0;
  #messages = 0;
  #columns: Mutable<FrameColumns> = { ...emptyColumns(0, 0) };
  #capacity = 0;
  #messageCapacity = 0;

  /**
   * In steps, since memory for a million rows is not there at once. `expectedRows`: how many there will be at most, if that is
   * known. A chunk that is the whole frame is kept as it is.
   */
  *append(chunk: FrameChunk, expectedRows: number | undefined): Generator<void, void> {
    if (this.rows === 0 && chunk.rows === expectedRows) {
      this.#columns = { ...chunk };
      this.#capacity = chunk.rows;
      this.#messageCapacity = chunk.messages.length;
    } else {
      yield* this.#makeRoom(this.rows + chunk.rows, this.#messages + chunk.messages.length, expectedRows ?? 0);
      copyColumns(chunk, this.#columns, this.rows, this.#messages, -this.rows);
    }
    this.rows += chunk.rows;
    this.#messages += chunk.messages.length;
  }

  /** Views of what has come. Rows that come later do not change it. */
  view(): FrameColumns {
    return sliceColumns(this.#columns, 0, this.rows, 0, this.#messages);
  }

  *#makeRoom(rows: number, messages: number, expectedRows: number): Generator<void, void> {
    const columns = this.#columns;
    if (messages > this.#messageCapacity) {
      const capacity = Math.max(messages, this.#messageCapacity * 2, FIRST_MESSAGES);
      columns.messageRows = copied(columns.messageRows, new Uint32Array(capacity));
      columns.messages = copied(columns.messages, new Uint32Array(capacity));
      this.#messageCapacity = capacity;
    }
    if (rows > this.#capacity) {
      const capacity = Math.max(rows, this.#capacity * 2, Math.min(expectedRows, MAX_TRUSTED_ROWS));
      columns.spanIds = copied(columns.spanIds, new Uint8Array(capacity * 8));
      yield;
      columns.parentSpanIds = copied(columns.parentSpanIds, new Uint8Array(capacity * 8));
      yield;
      columns.startOffsets = copied(columns.startOffsets, new BigUint64Array(capacity));
      yield;
      columns.durations = copied(columns.durations, new BigInt64Array(capacity));
      yield;
      columns.resources = copied(columns.resources, new Uint32Array(capacity));
      columns.names = copied(columns.names, new Uint32Array(capacity));
      yield;
      columns.services = copied(columns.services, new Uint32Array(capacity));
      columns.eventCounts = copied(columns.eventCounts, new Uint16Array(capacity));
      columns.linkCounts = copied(columns.linkCounts, new Uint16Array(capacity));
      yield;
      columns.kinds = copied(columns.kinds, new Uint8Array(capacity));
      columns.statuses = copied(columns.statuses, new Uint8Array(capacity));
      columns.flags = copied(columns.flags, new Uint8Array(capacity));
      this.#capacity = capacity;
    }
  }
}

interface Column<Element> extends ArrayLike<Element> {
  set(source: ArrayLike<Element>): void;
}

function copied<Element, Array extends Column<Element>>(source: ArrayLike<Element>, target: Array): Array {
  target.set(source);
  return target;
}
