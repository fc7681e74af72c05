import { type TimelineModel } from '../model/timelineModel';
import { type MatchList } from '../model/matchList';
import { INK } from '../theme/inks';
import { type Viewport } from '../viewport/viewport';
import { type Layout } from './layout';
import { type Scene } from './scene';

const LEAST_THUMB = 20;
/** Of a mark on it. */
const MARK_HEIGHT = 2;

export interface Thumb {
  readonly y: number;
  readonly height: number;
}

/** Undefined when all rows are in view. */
export function thumbOf(viewport: Viewport, layout: Layout): Thumb | undefined {
  const { scrollbar } = layout;
  if (viewport.maxScrollRow <= 0) {
    return undefined;
  }
  const height = Math.max(LEAST_THUMB, (viewport.rowsInView / viewport.rowCount) * scrollbar.height);
  const y = scrollbar.y + (viewport.scrollRow / viewport.maxScrollRow) * (scrollbar.height - height);
  return { y, height };
}

/** The scroll position with the thumb's upper border at `y`. */
export function scrollRowAt(viewport: Viewport, layout: Layout, y: number): number {
  const thumb = thumbOf(viewport, layout);
  const room = layout.scrollbar.height - (thumb?.height ?? 0);
  return room > 0 ? ((y - layout.scrollbar.y) / room) * viewport.maxScrollRow : 0;
}

/** Errors and matches of all rows, as marks along the scrollbar; kept until rows or matches change. */
export class ScrollMarks {
  #key = '';
  #errors: Uint8Array = new Uint8Array(0);
  #matches: Uint8Array = new Uint8Array(0);

  update(model: TimelineModel, height: number): { readonly errors: Uint8Array; readonly matches: Uint8Array } {
    const slots = Math.max(1, Math.floor(height / MARK_HEIGHT));
    const key = `${model.version}/${slots}`;
    if (key !== this.#key) {
      this.#key = key;
      this.#errors = slotsOf(model, model.errors, slots);
      this.#matches = model.matches ? slotsOf(model, model.matches, slots) : new Uint8Array(slots);
    }
    return { errors: this.#errors, matches: this.#matches };
  }
}

/** Both are ascending, so one pass is enough. What is in a closed row is marked there. */
function slotsOf(model: TimelineModel, { positions }: MatchList, slots: number): Uint8Array {
  const marked = new Uint8Array(slots);
  const { rowCount, rowPositions } = model;
  let row = 0;
  for (const position of positions) {
    while (row + 1 < rowCount && rowPositions[row + 1] <= position) {
      row += 1;
    }
    if (row < rowCount && rowPositions[row] <= position) {
      marked[Math.min(slots - 1, Math.floor((row / rowCount) * slots))] = 1;
    }
  }
  return marked;
}

export function drawScrollbar(scene: Scene, scrollMarks: ScrollMarks): void {
  const { model, viewport, layout, batches, gesture, renderer } = scene;
  const { scrollbar } = layout;
  const { rects, lines } = batches;
  rects.add(scrollbar.x, scrollbar.y, scrollbar.width, scrollbar.height, INK.background);
  lines.down(scrollbar.x, scrollbar.y, scrollbar.height, INK.line);
  const thumb = thumbOf(viewport, layout);
  const { errors, matches } = scrollMarks.update(model, scrollbar.height);
  for (let slot = 0; slot < errors.length; slot++) {
    const y = scrollbar.y + slot * MARK_HEIGHT;
    if (errors[slot]) {
      rects.add(scrollbar.x + 7, y, 4, MARK_HEIGHT, INK.error);
    }
    if (matches[slot]) {
      rects.add(scrollbar.x + 2, y, 4, MARK_HEIGHT, INK.match);
    }
  }
  if (thumb) {
    rects.add(
      scrollbar.x + 2,
      thumb.y,
      scrollbar.width - 3,
      thumb.height,
      gesture.overScrollbar ? INK.thumbHover : INK.thumb
    );
  }
  batches.flush(renderer);
}
