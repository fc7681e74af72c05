import { type TimelineModel } from '../model/timelineModel';
import { type Viewport } from '../viewport/viewport';
import { type Layout } from './layout';

export const INDENT_PX = 12;
/** Left of the carets of roots: the service's stripe and some room. */
export const TREE_LEFT_PX = 8;
export const CARET_PX = 14;

/** How depth becomes an indent. */
export interface TreeMetrics {
  /** Depths that are left out at the left, because all rows in view are deeper. */
  readonly skipped: number;
  /** Depths beyond `skipped` that still move to the right. */
  readonly most: number;
}

/**
 * Deep trees: names need room, so indents take half of the column at most; where rows in view are deeper than that, the levels that
 * all of them share are left out, eight at a time, so that rows stand still while one scrolls by less.
 */
export function treeMetrics(model: TimelineModel, viewport: Viewport, layout: Layout): TreeMetrics {
  const most = Math.max(2, Math.floor((layout.tree.width * 0.5 - TREE_LEFT_PX) / INDENT_PX));
  const { depths } = model.forest;
  const [first, end] = viewport.visibleRows;
  // Without text there are up to some thousand rows in view, or all of them: a sample tells.
  const stride = Math.max(1, Math.floor((end - first) / 256));
  let least = Infinity;
  let greatest = 0;
  for (let row = first; row < end; row += stride) {
    const depth = depths[model.rowPosition(row)];
    least = Math.min(least, depth);
    greatest = Math.max(greatest, depth);
  }
  if (greatest <= most || least === Infinity) {
    return { skipped: 0, most };
  }
  return { skipped: Math.floor(Math.max(0, least - 1) / 8) * 8, most };
}

export const indentLevels = ({ skipped, most }: TreeMetrics, depth: number): number =>
  Math.min(most, Math.max(0, depth - skipped));

/** Left border of the caret's box. */
export const caretLeft = (metrics: TreeMetrics, depth: number): number =>
  TREE_LEFT_PX + indentLevels(metrics, depth) * INDENT_PX;
