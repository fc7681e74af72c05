import { type TimelineModel } from '../model/timelineModel';
import { type Viewport } from '../viewport/viewport';

/** Keeps a row where it is on the screen while others come and go above it. */
export class RowAnchor {
  readonly #model: TimelineModel;
  readonly #viewport: Viewport;
  #held: { readonly node: number; readonly px: number } | undefined;

  constructor(model: TimelineModel, viewport: Viewport) {
    this.#model = model;
    this.#viewport = viewport;
  }

  /** After a frame: the selection if it is in view, else the first row, unless that is the very first: then the top stays the top. */
  take(): void {
    const model = this.#model;
    const viewport = this.#viewport;
    const [first, end] = viewport.visibleRows;
    const selected = model.selected === undefined ? -1 : model.rowOf(model.selected);
    const row = selected >= first && selected < end ? selected : first;
    this.#held =
      row < end && viewport.scrollRow > 0 ? { node: model.nodeOfRow(row), px: viewport.rowTop(row) } : undefined;
  }

  forget(): void {
    this.#held = undefined;
  }

  /** After other rows. */
  keep(): void {
    const viewport = this.#viewport;
    viewport.setRowCount(this.#model.rowCount);
    if (this.#held && this.#held.node < this.#model.forest.nodes) {
      const row = this.#model.closestRow(this.#held.node);
      if (row >= 0) {
        viewport.scrollRow = row - this.#held.px / viewport.rowHeight;
      }
    }
  }
}
