import { type Canvas } from '../density/picture';
import { type TimelineModel } from '../model/timelineModel';
import { type Batches } from './scene';
import { type Renderer } from '../render/renderer';
import { INK } from '../theme/inks';
import { type TimeRange, type Viewport } from '../viewport/viewport';

export const MINIMAP_HEIGHT = 52;
const PADDING = 4;
/** Of a row, in a trace of few. */
const MOST_LINE_HEIGHT = 5;

export interface MinimapScene {
  readonly model: TimelineModel;
  readonly viewport: Viewport;
  readonly renderer: Renderer;
  readonly batches: Batches;
  readonly width: number;
  readonly picture: Canvas | undefined;
  /** Pixels that are being dragged over. */
  readonly range: readonly [number, number] | undefined;
}

/** The trace and a hundredth more on both sides, for the grips of a window at its border. */
export function minimapRange(viewport: Viewport): TimeRange {
  const { startNs, endNs } = viewport.extent;
  const room = (endNs - startNs) / 100;
  return { startNs: startNs - room, endNs: endNs + room };
}

/** Where time stands on the minimap: it shows all that there is. */
export function minimapPx(viewport: Viewport, width: number, ns: number): number {
  const { startNs, endNs } = minimapRange(viewport);
  return ((ns - startNs) / (endNs - startNs)) * width;
}

export function minimapNs(viewport: Viewport, width: number, px: number): number {
  const { startNs, endNs } = minimapRange(viewport);
  return startNs + (px / width) * (endNs - startNs);
}

/** The whole trace, and what of it is in view. */
export function drawMinimap({ model, viewport, renderer, batches, width, picture, range }: MinimapScene): void {
  const { rects, lines } = batches;
  const height = MINIMAP_HEIGHT;
  rects.add(0, 0, width, height, INK.background);
  batches.flush(renderer);
  if (picture && picture.linesDone > 0) {
    const lineHeight = Math.min(MOST_LINE_HEIGHT, (height - 2 * PADDING) / picture.height);
    renderer.picture(
      picture,
      { x: 0, y: 0, width: picture.width, height: picture.linesDone },
      { x: 0, y: PADDING, width, height: lineHeight * picture.linesDone }
    );
  }
  const count = model.forest.count;
  if (count > 0) {
    const from = Math.max(0, minimapPx(viewport, width, viewport.startNs));
    const to = Math.min(width, minimapPx(viewport, width, viewport.endNs));
    rects.add(0, 0, from, height, INK.veil);
    rects.add(to, 0, width - to, height, INK.veil);
    // The window keeps two pixels, however narrow the time is.
    const left = Math.min(from, width - 2);
    const right = Math.max(to, left + 2);
    if (!viewport.isFull) {
      rects.add(left, 0, right - left, height, INK.hover);
      rects.add(left - 1, 0, 2, height, INK.accent);
      rects.add(right - 1, 0, 2, height, INK.accent);
      if (right - left >= 16) {
        rects.add(left - 3, height / 2 - 7, 6, 14, INK.accent);
        rects.add(right - 3, height / 2 - 7, 6, 14, INK.accent);
      }
    }
    drawRowsInView({ model, viewport, batches }, right, count);
  }
  if (range) {
    const [from, to] = range[0] < range[1] ? range : [range[1], range[0]];
    rects.add(from, 0, to - from, height, INK.selection);
    lines.down(from, 0, height, INK.accent);
    lines.down(to, 0, height, INK.accent);
  }
  lines.horizontal(0, height - 1, width, INK.border);
  batches.flush(renderer);
}

/** Which rows are in view: a mark along the right border of the window. */
function drawRowsInView(
  { model, viewport, batches }: Pick<MinimapScene, 'model' | 'viewport' | 'batches'>,
  right: number,
  count: number
): void {
  const [first, end] = viewport.visibleRows;
  if (first >= end || viewport.maxScrollRow <= 0) {
    return;
  }
  const { sizes } = model.forest;
  const lastPosition = model.rowPosition(end - 1);
  const room = Math.min(MINIMAP_HEIGHT - 2 * PADDING, count * MOST_LINE_HEIGHT);
  const top = (model.rowPosition(first) / count) * room;
  const closed = model.isCollapsed(model.rowId(end - 1)) ? sizes[lastPosition] : 1;
  const bottom = ((lastPosition + closed) / count) * room;
  batches.rects.add(right - 6, PADDING + top, 3, Math.max(3, bottom - top), INK.accent);
}
