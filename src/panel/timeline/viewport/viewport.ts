/** A part of the time: nanoseconds after the table's base. */
export interface TimeRange {
  readonly startNs: number;
  readonly endNs: number;
}

/** Never less is shown. */
export const LEAST_RANGE_NS = 1;
/** Room beside the trace at its fullest, in pixels: right of it stands the duration of the longest bar. */
const ROOM_BEFORE_PX = 6;
const ROOM_AFTER_PX = 68;
/** In narrow places the room is this part of the width at most. */
const MOST_ROOM = 0.28;

/**
 * Which time and which rows are in view. Time is kept as whole nanoseconds and a part of one, so that a window of one nanosecond ten
 * hours into a trace does not tremble. Sizes are CSS pixels.
 */
export class Viewport {
  /** Of the bars. */
  width = 1;
  /** Of the rows. */
  height = 1;
  rowCount = 0;

  #originNs = 0;
  /** 0 … 1, added to the origin. */
  #offsetNs = 0;
  #rangeNs = 1;
  #firstNs = 0;
  #lastNs = 1;
  #scrollRow = 0;
  /** As asked for; 0: all rows in the height. */
  #rowHeight = 24;

  // Time

  get startNs(): number {
    return this.#originNs + this.#offsetNs;
  }

  get endNs(): number {
    return this.startNs + this.#rangeNs;
  }

  get rangeNs(): number {
    return this.#rangeNs;
  }

  get nsPerPx(): number {
    return this.#rangeNs / this.width;
  }

  /** The whole nanosecond that labels of a narrow window count from, and the rest. */
  get origin(): { readonly ns: number; readonly offset: number } {
    return { ns: this.#originNs, offset: this.#offsetNs };
  }

  /** The widest there is to see. */
  get full(): TimeRange {
    const before = Math.min(ROOM_BEFORE_PX, this.width * MOST_ROOM);
    const after = Math.min(ROOM_AFTER_PX, this.width * MOST_ROOM);
    const nsPerPx = (this.#lastNs - this.#firstNs) / Math.max(1, this.width - before - after);
    return { startNs: this.#firstNs - before * nsPerPx, endNs: this.#lastNs + after * nsPerPx };
  }

  /** From the trace's start to its end. */
  get extent(): TimeRange {
    return { startNs: this.#firstNs, endNs: this.#lastNs };
  }

  /** All of the time is in view. */
  get isFull(): boolean {
    const { startNs, endNs } = this.full;
    return this.#rangeNs >= (endNs - startNs) * 0.999;
  }

  /** The trace's extent. A view of all of it stays one. */
  setExtent(firstNs: number, lastNs: number): void {
    const whole = this.isFull;
    this.#firstNs = firstNs;
    this.#lastNs = Math.max(lastNs, firstNs + LEAST_RANGE_NS);
    if (whole) {
      this.fit();
    } else {
      this.#clampTime();
    }
  }

  /** Pixels right of the left border of the bars. */
  toPx(ns: number): number {
    return (ns - this.#originNs - this.#offsetNs) / this.nsPerPx;
  }

  toNs(px: number): number {
    return this.#originNs + (this.#offsetNs + px * this.nsPerPx);
  }

  fit(): void {
    const { startNs, endNs } = this.full;
    this.setRange(startNs, endNs);
  }

  setRange(startNs: number, endNs: number): void {
    this.#originNs = Math.floor(startNs);
    this.#offsetNs = startNs - this.#originNs;
    this.#rangeNs = endNs - startNs;
    this.#clampTime();
  }

  /** `factor` > 1 shows less. What is at `px` stays there. */
  zoomAt(px: number, factor: number): void {
    const { startNs, endNs } = this.full;
    const range = Math.min(endNs - startNs, Math.max(LEAST_RANGE_NS, this.#rangeNs / factor));
    this.#offsetNs += (px * (this.#rangeNs - range)) / this.width;
    this.#rangeNs = range;
    this.#clampTime();
  }

  panPx(px: number): void {
    this.#offsetNs += px * this.nsPerPx;
    this.#clampTime();
  }

  /** A range as near as can be shown. */
  clamped({ startNs, endNs }: TimeRange): TimeRange {
    const { full } = this;
    const range = Math.min(full.endNs - full.startNs, Math.max(LEAST_RANGE_NS, endNs - startNs));
    const start = Math.min(full.endNs - range, Math.max(full.startNs, startNs));
    return { startNs: start, endNs: start + range };
  }

  /** A range with some room on both sides. */
  around(startNs: number, endNs: number): TimeRange {
    const length = Math.max(endNs - startNs, LEAST_RANGE_NS);
    return this.clamped({ startNs: startNs - length * 0.06, endNs: endNs + length * 0.12 });
  }

  #clampTime(): void {
    const { startNs, endNs } = this.full;
    this.#rangeNs = Math.min(endNs - startNs, Math.max(LEAST_RANGE_NS, this.#rangeNs));
    const start = this.#originNs + this.#offsetNs;
    if (start < startNs) {
      this.#originNs = Math.floor(startNs);
      this.#offsetNs = startNs - this.#originNs;
    } else if (start + this.#rangeNs > endNs) {
      const last = Math.max(startNs, endNs - this.#rangeNs);
      this.#originNs = Math.floor(last);
      this.#offsetNs = last - this.#originNs;
    }
    const whole = Math.floor(this.#offsetNs);
    this.#originNs += whole;
    this.#offsetNs -= whole;
  }

  // Rows

  /** CSS pixels a row; below 1 when all rows are to be in view. */
  get rowHeight(): number {
    return this.#rowHeight > 0 ? this.#rowHeight : Math.min(24, this.height / Math.max(1, this.rowCount));
  }

  /** 0: all rows in the height. What is at `px` stays there. */
  setRowHeight(height: number, px = 0): void {
    const row = this.rowAt(px);
    this.#rowHeight = height;
    this.#scrollRow = row - px / this.rowHeight;
    this.#clampRows();
  }

  /** The row at the upper border, with its part that is out of view. */
  get scrollRow(): number {
    return this.#scrollRow;
  }

  set scrollRow(row: number) {
    this.#scrollRow = row;
    this.#clampRows();
  }

  get rowsInView(): number {
    return this.height / this.rowHeight;
  }

  get maxScrollRow(): number {
    return Math.max(0, this.rowCount - this.rowsInView);
  }

  /** First and after-last row that are in view, in part at least. */
  get visibleRows(): readonly [first: number, end: number] {
    return [
      Math.max(0, Math.floor(this.#scrollRow)),
      Math.min(this.rowCount, Math.ceil(this.#scrollRow + this.rowsInView - 1e-9)),
    ];
  }

  /** May be past the last one. */
  rowAt(py: number): number {
    return this.#scrollRow + py / this.rowHeight;
  }

  rowTop(row: number): number {
    return (row - this.#scrollRow) * this.rowHeight;
  }

  scrollPx(px: number): void {
    this.scrollRow = this.#scrollRow + px / this.rowHeight;
  }

  /** Scrolls as little as it takes to have it in view, `margin` rows from the border. */
  scrollTo(row: number, margin = 2): void {
    const room = Math.min(margin, Math.max(0, (this.rowsInView - 1) / 2));
    if (row - room < this.#scrollRow) {
      this.scrollRow = row - room;
    } else if (row + 1 + room > this.#scrollRow + this.rowsInView) {
      this.scrollRow = row + 1 + room - this.rowsInView;
    }
  }

  /** A view of all of the time stays one. */
  setSize(width: number, height: number): void {
    const whole = this.isFull;
    this.width = Math.max(1, width);
    this.height = Math.max(1, height);
    if (whole) {
      this.fit();
    }
    this.#clampRows();
  }

  setRowCount(count: number): void {
    this.rowCount = count;
    this.#clampRows();
  }

  #clampRows(): void {
    this.#scrollRow = Math.min(this.maxScrollRow, Math.max(0, this.#scrollRow));
  }
}
