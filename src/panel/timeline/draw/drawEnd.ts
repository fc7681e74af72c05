import { FONT, INK } from '../theme/inks';
import { countText } from '../theme/timelineTheme';
import { TEXT_HEIGHT } from './layout';
import { type Scene } from './scene';

/** Below the last row: that more spans are coming, or that there is nothing. */
export function drawEnd({ model, viewport, layout, batches, renderer, theme, fitter }: Scene): void {
  const text = endText(model, (count) => countText(theme, count));
  const y = layout.rows.y + viewport.rowTop(viewport.rowCount);
  if (!text || viewport.rowHeight < TEXT_HEIGHT || y > layout.height) {
    return;
  }
  const shown = fitter.fit(text, FONT.italic, layout.scrollbar.x - 24);
  batches.texts.add(shown, 12, y + TEXT_HEIGHT / 2 + 3, INK.textDim, FONT.italic);
  batches.flush(renderer);
}

function endText({ table, rowCount, hideOthers }: Scene['model'], format: (count: number) => string): string {
  if (!table) {
    return '';
  }
  if (!table.complete) {
    const so = format(table.tree.rows);
    return table.expectedSpans ? `${so} of ${format(table.expectedSpans)} spans so far…` : `${so} spans so far…`;
  }
  return rowCount === 0 && hideOthers ? 'No span matches' : '';
}
