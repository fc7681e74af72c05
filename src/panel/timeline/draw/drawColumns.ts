import { FONT, INK, barInk } from '../theme/inks';
import { TEXT_HEIGHT } from './layout';
import { type Scene } from './scene';

const PADDING = 8;

/** Attribute columns: text left, numbers right. */
export function drawColumns({ model, viewport, layout, batches, fitter, renderer }: Scene): void {
  const rows = model.table?.tree.rows ?? 0;
  if (layout.columns.length === 0 || viewport.rowHeight < TEXT_HEIGHT) {
    return;
  }
  const [first, end] = viewport.visibleRows;
  const coloured = model.colouring.kind === 'column' ? model.colouring.column.key : undefined;
  layout.columns.forEach((box, index) => {
    const column = model.columns[index];
    if (!column) {
      return;
    }
    renderer.clip(box);
    for (let row = first; row < end; row++) {
      const id = model.rowId(row);
      const value = id < rows ? column.values[id] : 0;
      if (!value) {
        continue;
      }
      const middle = box.y + viewport.rowTop(row) + viewport.rowHeight / 2;
      let left = box.x + PADDING;
      if (column.key === coloured) {
        batches.rects.add(left, middle - 4, 8, 8, barInk(model.toneOf(id)));
        left += 13;
      }
      const text = fitter.fit(column.texts[value - 1] ?? '', FONT.text, box.x + box.width - PADDING - left);
      const x = column.numeric ? box.x + box.width - PADDING - fitter.width(text, FONT.text) : left;
      batches.texts.add(text, x, middle, INK.textDim, FONT.text);
    }
    batches.flush(renderer);
  });
  renderer.clip(undefined);
}
