import { INK } from '../theme/inks';
import { TEXT_HEIGHT } from './layout';
import { type Scene } from './scene';

/** What lies behind rows: selected, under the pointer, found. */
export function drawRows({ model, viewport, layout, batches, focused }: Scene): void {
  const { rects } = batches;
  const { x, y, width, height } = layout.rows;
  rects.add(x, y, width, height, INK.background);
  const right = layout.scrollbar.x;
  const rowHeight = viewport.rowHeight;
  const [first, end] = viewport.visibleRows;
  if (model.matchBits && rowHeight >= TEXT_HEIGHT) {
    for (let row = first; row < end; row++) {
      if (model.isMatch(model.rowId(row))) {
        rects.add(0, y + viewport.rowTop(row), right, rowHeight, INK.matchRow);
      }
    }
  }
  const band = (id: number | undefined, ink: number): number => {
    const row = id === undefined ? -1 : model.closestRow(id);
    if (row >= first && row < end) {
      rects.add(0, y + viewport.rowTop(row), right, Math.max(2, rowHeight), ink);
    }
    return row;
  };
  band(model.hovered, INK.hover);
  const row = band(model.selected, INK.selected);
  if (row >= first && row < end) {
    rects.add(0, y + viewport.rowTop(row), focused ? 3 : 2, Math.max(2, rowHeight), INK.accent);
  }
}

/** Where rows are too low for a band behind them to be seen: a line over the selected one. */
export function drawSelectedLine({ model, viewport, layout, batches, renderer }: Scene): void {
  const row = model.selected === undefined ? -1 : model.closestRow(model.selected);
  if (row < 0 || viewport.rowHeight >= TEXT_HEIGHT) {
    return;
  }
  const y = layout.rows.y + viewport.rowTop(row);
  if (y >= layout.rows.y && y < layout.height) {
    batches.rects.add(0, y, layout.scrollbar.x, Math.max(1, viewport.rowHeight), INK.selection);
    batches.rects.add(0, y - 1, 4, Math.max(3, viewport.rowHeight + 2), INK.accent);
    batches.rects.add(layout.bars.x, y - 1, 4, Math.max(3, viewport.rowHeight + 2), INK.accent);
  }
  batches.flush(renderer);
}
