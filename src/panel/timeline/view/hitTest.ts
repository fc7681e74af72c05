import { TEXT_HEIGHT, type Layout } from '../draw/layout';
import { CARET_PX, caretLeft, treeMetrics } from '../draw/treeMetrics';
import { type TimelineModel } from '../model/timelineModel';
import { type RowId } from '../model/types';
import { type Viewport } from '../viewport/viewport';

const BORDER_PX = 4;

export type Hit =
  | { readonly kind: 'border'; readonly index: number }
  | { readonly kind: 'head' }
  | { readonly kind: 'ruler' }
  | { readonly kind: 'scrollbar' }
  | {
      readonly kind: 'row';
      readonly id: RowId;
      readonly row: number;
      readonly part: 'tree' | 'column' | 'bars';
      readonly caret: boolean;
      readonly column: number | undefined;
    }
  | { readonly kind: 'nothing'; readonly part: 'tree' | 'column' | 'bars' };

/** What is under a point of the canvas. */
export function hitTest(model: TimelineModel, viewport: Viewport, layout: Layout, x: number, y: number): Hit {
  const borders = [layout.tree, ...layout.columns];
  const index = borders.findIndex((box) => Math.abs(box.x + box.width - x) <= BORDER_PX);
  if (index >= 0) {
    return { kind: 'border', index };
  }
  if (x >= layout.scrollbar.x) {
    return { kind: 'scrollbar' };
  }
  if (y < layout.rows.y) {
    return x >= layout.bars.x ? { kind: 'ruler' } : { kind: 'head' };
  }
  const column = layout.columns.findIndex((box) => x >= box.x && x < box.x + box.width);
  const part = x >= layout.bars.x ? 'bars' : column >= 0 ? 'column' : 'tree';
  const row = Math.floor(viewport.rowAt(y - layout.rows.y));
  if (row < 0 || row >= model.rowCount) {
    return { kind: 'nothing', part };
  }
  const id = model.rowId(row);
  return {
    kind: 'row',
    id,
    row,
    part,
    caret: part === 'tree' && onCaret(model, viewport, layout, id, x),
    column: column >= 0 ? column : undefined,
  };
}

function onCaret(model: TimelineModel, viewport: Viewport, layout: Layout, id: RowId, x: number): boolean {
  if (viewport.rowHeight < TEXT_HEIGHT || model.rowsBelow(id) === 0) {
    return false;
  }
  const left = caretLeft(treeMetrics(model, viewport, layout), model.depthOf(id));
  return x >= left - 3 && x <= left + CARET_PX + 3;
}
