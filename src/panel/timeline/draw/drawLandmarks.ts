import { boxInk, FONT, INK, barInk, paleInk, textInk } from '../theme/inks';
import { TEXT_HEIGHT } from './layout';
import { landmarksOf, type Landmark, type LandmarkBook } from './landmarks';
import { type Scene } from './scene';
import { indentLevels, INDENT_PX, treeMetrics } from './treeMetrics';

const GAP = 6;

/** Of rows that are too low for text: the large subtrees among those in view. */
export function landmarksInView({ model, viewport }: Scene, book: LandmarkBook): Landmark[] {
  const height = viewport.rowHeight;
  if (height >= TEXT_HEIGHT) {
    return [];
  }
  const [first, end] = viewport.visibleRows;
  return height < 1 ? book.get(model, height) : landmarksOf(model, first, end, height);
}

/** Behind the bars: the time that a large subtree takes, so that a staircase of a million spans has steps. */
export function drawEnvelopes(scene: Scene, landmarks: readonly Landmark[]): void {
  const { model, viewport, layout, batches, renderer } = scene;
  const { bars } = layout;
  renderer.clip(bars);
  for (const { row, rows } of landmarks) {
    if (rows >= model.rowCount * 0.9) {
      // What is around everything says nothing.
      continue;
    }
    const id = model.rowId(row);
    const from = Math.max(0, viewport.toPx(model.startOf(id)));
    const to = Math.min(bars.width, viewport.toPx(model.endOf(id)));
    if (to > from) {
      const y = bars.y + viewport.rowTop(row);
      batches.rects.add(bars.x + from, y, to - from, rows * viewport.rowHeight, boxInk(model.toneOf(id)));
    }
  }
  batches.flush(renderer);
  renderer.clip(undefined);
}

/** In the tree's column: blocks, where rows are lower than a pixel, and names. */
export function drawLandmarks(scene: Scene, landmarks: readonly Landmark[]): void {
  const { model, viewport, layout, batches, fitter, renderer } = scene;
  const table = model.table;
  if (!table || landmarks.length === 0 || layout.tree.width < 40) {
    return;
  }
  const metrics = treeMetrics(model, viewport, layout);
  const right = layout.tree.width - 6;
  renderer.clip(layout.tree);
  for (const { row, rows, named } of landmarks) {
    const id = model.rowId(row);
    const node = model.nodeOf(id);
    const missing = model.kindOf(id) === 'phantom';
    const service = missing ? '' : table.services.get(table.columns.services[node]);
    const name = missing ? 'missing parent' : table.names.get(table.columns.names[node]);
    const tone = model.serviceTone(service);
    const top = layout.tree.y + viewport.rowTop(row);
    let x = indentLevels(metrics, model.depthOf(id)) * (INDENT_PX / 2);
    if (viewport.rowHeight < 1) {
      const height = rows * viewport.rowHeight;
      batches.rects.add(x, top, layout.tree.width - x, height, boxInk(tone));
      batches.rects.add(x, top, 3, height, barInk(tone));
      batches.rects.add(x + 3, top, layout.tree.width - x - 3, 1, paleInk(tone));
    }
    if (!named) {
      continue;
    }
    x += 9;
    if (viewport.rowHeight >= 1) {
      // Upon rows that are drawn one by one a name needs a ground.
      const width = Math.min(right - x, fitter.width(service, FONT.small) + GAP + fitter.width(name, FONT.small));
      batches.rects.add(x - 4, top + 1, width + 8, 15, INK.background);
    }
    const serviceText = fitter.fit(service, FONT.small, (right - x) * 0.5);
    if (serviceText) {
      batches.texts.add(serviceText, x, top + 9, textInk(tone), FONT.small);
      x += fitter.width(serviceText, FONT.small) + GAP;
    }
    const nameText = fitter.fit(name, FONT.small, right - x);
    if (nameText) {
      batches.texts.add(nameText, x, top + 9, INK.text, FONT.small);
    }
  }
  batches.flush(renderer);
  renderer.clip(undefined);
}
