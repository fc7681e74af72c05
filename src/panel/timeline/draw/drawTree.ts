import { CYCLE, DUPLICATE_ID, SKEWED, spanIdText } from '@clew/trace-model';
import { type TraceTable } from '../../trace/traceTable';
import { type RowId } from '../model/types';
import { MARK } from '../render/renderer';
import { FONT, INK, paleInk, textInk, barInk } from '../theme/inks';
import { countText, durationText } from '../theme/timelineTheme';
import { TEXT_HEIGHT } from './layout';
import { type Scene } from './scene';
import {
  CARET_PX,
  caretLeft,
  indentLevels,
  INDENT_PX,
  TREE_LEFT_PX,
  treeMetrics,
  type TreeMetrics,
} from './treeMetrics';

const GAP = 6;
/** A column narrower than this has no room for words beside names. */
const ROOM_FOR_WORDS = 240;
const ROOM_FOR_BOTH = 140;
/** Less of a name than this tells nothing. */
const LEAST_NAME = 32;

/** Guides, carets, counts, the service and the name of each row in view. */
export function drawTree(scene: Scene): void {
  const { viewport, model, layout, renderer, batches } = scene;
  const table = model.table;
  if (!table || layout.tree.width < 1) {
    return;
  }
  renderer.clip(layout.tree);
  const metrics = treeMetrics(model, viewport, layout);
  const [first, end] = viewport.visibleRows;
  const height = viewport.rowHeight;
  for (let row = first; row < end; row++) {
    const id = model.rowId(row);
    const y = layout.tree.y + viewport.rowTop(row);
    if (height >= TEXT_HEIGHT) {
      drawRow(scene, table, metrics, id, y);
    } else {
      drawBlock(scene, table, metrics, id, y);
    }
  }
  batches.flush(renderer);
  renderer.clip(undefined);
}

function drawRow(scene: Scene, table: TraceTable, metrics: TreeMetrics, id: RowId, y: number): void {
  const { model, viewport, layout, batches, fitter, theme } = scene;
  const { rects, lines, texts, marks } = batches;
  const height = viewport.rowHeight;
  const middle = y + height / 2;
  const kind = model.kindOf(id);
  const node = model.nodeOf(id);
  const depth = model.depthOf(id);
  const service = kind === 'phantom' ? '' : table.services.get(table.columns.services[node]);
  const tone = kind === 'phantom' ? 0 : model.serviceTone(service);
  const faded = model.matchBits !== undefined && !(kind === 'fold' ? model.holdsMatch(id) : model.isMatch(id));

  if (id !== model.selected) {
    rects.add(0, y, 3, height, faded ? paleInk(tone) : barInk(tone));
  }
  const levels = indentLevels(metrics, depth);
  for (let level = 0; level < levels; level++) {
    lines.down(TREE_LEFT_PX + level * INDENT_PX + CARET_PX / 2, y, height, INK.line);
  }
  let x = caretLeft(metrics, depth);
  let right = layout.tree.width - 8;
  const hasRows = model.rowsBelow(id) > 0;
  if (hasRows) {
    const closed = model.isCollapsed(id);
    marks.add(closed ? MARK.caretClosed : MARK.caretOpen, x + CARET_PX / 2, middle, 8, closed ? INK.text : INK.textDim);
  }
  x += CARET_PX + 2;

  if (kind === 'span' && model.isErrorNode(node)) {
    marks.add(MARK.error, right - 6, middle, 12, INK.error);
    right -= 18;
  }
  right = drawFlags(scene, table, node, right, middle);

  if (kind === 'fold') {
    const count = `${countText(theme, model.foldCount(id))}×`;
    const width = fitter.width(count, FONT.strong);
    rects.add(x - 2, middle - 8, width + 8, 16, INK.hover);
    texts.add(count, x + 2, middle, INK.text, FONT.strong);
    x += width + GAP + 6;
  } else if (hasRows) {
    const count = countText(theme, model.descendants(id));
    const width = fitter.width(count, FONT.small);
    if (x + width < right - 60) {
      texts.add(count, x, middle, model.isCollapsed(id) ? INK.textDim : INK.textFaint, FONT.small);
      x += width + GAP;
    }
  }

  if (kind === 'phantom') {
    const bytes = table.tree.phantomIds;
    const text = `missing parent ${spanIdText(bytes, node - table.tree.rows)}`;
    texts.add(fitter.fit(text, FONT.italic, right - x), x, middle, INK.textDim, FONT.italic);
    return;
  }
  const name = table.names.get(table.columns.names[node]);
  // A service takes what the name leaves, and nearly half of what there is when both are long. In narrow places its colour must do.
  const room = right - x;
  const nameWidth = fitter.width(name, FONT.text);
  const forService = Math.max(room < ROOM_FOR_BOTH ? 0 : room * 0.45, room - nameWidth - GAP);
  const serviceText = forService < LEAST_NAME ? '' : fitter.fit(service, FONT.strong, forService);
  if (serviceText) {
    texts.add(serviceText, x, middle, faded ? INK.textFaint : textInk(tone), FONT.strong);
    x += fitter.width(serviceText, FONT.strong) + GAP;
  }
  if (kind === 'fold') {
    right = drawSums(scene, id, x + Math.min(nameWidth, 90) + GAP, right, middle);
  }
  const nameText = fitter.fit(name, FONT.text, right - x);
  if (nameText) {
    texts.add(nameText, x, middle, faded ? INK.textFaint : INK.text, FONT.text);
  }
}

/** Sum and p95 of a fold, at the right border if there is room from `left` on. Answers what is left for the name. */
function drawSums({ model, batches, fitter, theme }: Scene, id: RowId, left: number, right: number, y: number): number {
  const fold = model.fold(id);
  if (!fold) {
    return right;
  }
  const sum = `Σ ${durationText(theme, fold.sumNs)}`;
  const both = `${sum}  p95 ${durationText(theme, fold.p95Ns)}`;
  for (const text of [both, sum]) {
    const width = fitter.width(text, FONT.small);
    if (left + width <= right) {
      batches.texts.add(text, right - width, y, INK.textDim, FONT.small);
      return right - width - GAP;
    }
  }
  return right;
}

const FLAG_WORDS: ReadonlyArray<readonly [flag: number, word: string]> = [
  [SKEWED, 'skew'],
  [CYCLE, 'cycle'],
  [DUPLICATE_ID, 'duplicate id'],
];

/** What is odd about a span: in words if there is room, else one sign. Answers the right border of what is left. */
function drawFlags(
  { layout, batches, fitter }: Scene,
  { tree }: TraceTable,
  node: number,
  right: number,
  y: number
): number {
  const flags = tree.flags[node];
  let left = right;
  if ((flags & (SKEWED | CYCLE | DUPLICATE_ID)) === 0) {
    return left;
  }
  if (layout.tree.width < ROOM_FOR_WORDS) {
    batches.marks.add(MARK.warning, left - 6, y, 11, INK.warning);
    return left - 18;
  }
  for (const [flag, word] of FLAG_WORDS) {
    if ((flags & flag) !== 0) {
      const width = fitter.width(word, FONT.small);
      batches.texts.add(word, left - width, y, INK.warning, FONT.small);
      left -= width + GAP;
    }
  }
  return left;
}

/** A row without text: the tree's shape, in the colours of services. */
function drawBlock(
  { model, viewport, layout, batches }: Scene,
  table: TraceTable,
  metrics: TreeMetrics,
  id: RowId,
  y: number
): void {
  const node = model.nodeOf(id);
  const tone = model.kindOf(id) === 'phantom' ? 0 : model.serviceTone(table.services.get(table.columns.services[node]));
  const x = indentLevels(metrics, model.depthOf(id)) * (INDENT_PX / 2);
  const height = viewport.rowHeight;
  const gap = height >= 4 ? 1 : 0;
  batches.rects.add(x, y, 3, height - gap, barInk(tone));
  batches.rects.add(x + 3, y, layout.tree.width - x - 3, height - gap, paleInk(tone));
}
