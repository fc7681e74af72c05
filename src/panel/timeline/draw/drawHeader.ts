import { HATCHED } from '../render/batches';
import { FONT, INK } from '../theme/inks';
import { countText, durationText } from '../theme/timelineTheme';
import { HEADER_HEIGHT } from './layout';
import { type Scene } from './scene';
import { ticksOf } from './ticks';

/** Names of the columns, the ruler, lines down from its ticks, and borders. */
export function drawHeader(scene: Scene): void {
  const { model, layout, batches, fitter, renderer, gesture } = scene;
  const { rects, lines, texts } = batches;
  const middle = HEADER_HEIGHT / 2;
  rects.add(0, 0, layout.width, HEADER_HEIGHT, INK.header);
  batches.flush(renderer);

  drawPath(scene);
  layout.columns.forEach((box, index) => {
    const key = model.columns[index]?.key ?? '';
    const text = fitter.fitEnd(key, FONT.small, box.width - 16);
    texts.add(text, box.x + 8, middle, INK.textDim, FONT.small);
  });
  drawRuler(scene);

  lines.horizontal(0, HEADER_HEIGHT - 1, layout.width, INK.border);
  const borders = [layout.tree, ...layout.columns];
  borders.forEach((box, index) => {
    const x = box.x + box.width;
    lines.down(x - 0.5, 0, layout.height, INK.border);
    if (gesture.border === index) {
      rects.add(x - 1.5, 0, 2, layout.height, INK.accent);
    }
  });
  const table = model.table;
  if (table && !table.complete) {
    const share = table.expectedSpans ? Math.min(1, table.tree.rows / table.expectedSpans) : 1;
    rects.add(0, HEADER_HEIGHT - 2, layout.width * share, 2, INK.accent, table.expectedSpans ? undefined : HATCHED);
  }
  batches.flush(renderer);
}

/** Where the rows in view are in the tree: names from the root to the parent of the first of them. */
function drawPath({ model, viewport, layout, batches, fitter, renderer, theme }: Scene): void {
  const table = model.table;
  if (!table) {
    return;
  }
  const { texts } = batches;
  const [first, end] = viewport.visibleRows;
  const room = layout.tree.width - 16;
  let text = `${countText(theme, table.tree.rows)} ${table.tree.rows === 1 ? 'span' : 'spans'}`;
  if (first < end && first > 0) {
    const names: string[] = [];
    // A path of ten thousand names does not fit: the last few say where we are.
    for (let id = model.parentOf(model.rowId(first)); id >= 0 && names.length < 6; id = model.parentOf(id)) {
      names.unshift(
        model.kindOf(id) === 'phantom' ? 'missing parent' : table.names.get(table.columns.names[model.nodeOf(id)])
      );
    }
    text = names.length > 0 ? names.join(' › ') : text;
  }
  renderer.clip({ x: 0, y: 0, width: layout.tree.width, height: HEADER_HEIGHT });
  texts.add(fitter.fitEnd(text, FONT.small, room), 8, HEADER_HEIGHT / 2, INK.textDim, FONT.small);
  batches.flush(renderer);
  renderer.clip(undefined);
}

function drawRuler({ model, viewport, layout, batches, fitter, renderer, gesture, theme }: Scene): void {
  const table = model.table;
  if (!table) {
    return;
  }
  const { bars } = layout;
  const { rects, lines, texts } = batches;
  const middle = HEADER_HEIGHT / 2;
  const zero = table.tree.firstStart;
  const { ticks, anchor } = ticksOf(viewport.startNs - zero, viewport.endNs - zero, bars.width);
  renderer.clip({ x: bars.x, y: 0, width: bars.width, height: layout.height });
  for (const tick of ticks) {
    lines.down(bars.x + tick.px, HEADER_HEIGHT - 6, 6, INK.textFaint);
  }
  const anchorWidth = anchor ? fitter.width(anchor, FONT.strong) + 12 : 0;
  for (const tick of ticks) {
    const x = tick.px + 5;
    const width = fitter.width(tick.label, FONT.small);
    if (x >= anchorWidth && x + width <= bars.width) {
      texts.add(tick.label, bars.x + x, middle, INK.textDim, FONT.small);
    }
  }
  if (anchor) {
    texts.add(anchor, bars.x + 6, middle, INK.text, FONT.strong);
  }
  batches.flush(renderer);
  if (gesture.range) {
    const [from, to] = gesture.range[0] < gesture.range[1] ? gesture.range : [gesture.range[1], gesture.range[0]];
    rects.add(bars.x + from, 0, to - from, layout.height, INK.selection);
    lines.down(bars.x + from, 0, layout.height, INK.accent);
    lines.down(bars.x + to, 0, layout.height, INK.accent);
    const label = durationText(theme, (to - from) * viewport.nsPerPx);
    const width = fitter.width(label, FONT.strong);
    const x = Math.min(bars.width - width - 8, Math.max(4, (from + to - width) / 2));
    batches.flush(renderer);
    rects.add(bars.x + x - 5, middle - 9, width + 10, 18, INK.accent);
    texts.add(label, bars.x + x, middle, INK.background, FONT.strong);
  } else if (gesture.cursorPx !== undefined) {
    const px = gesture.cursorPx;
    lines.down(bars.x + px, 0, layout.height, INK.border);
    const label = cursorLabel(viewport.toNs(px) - zero, anchor, (ns) => durationText(theme, ns));
    if (label) {
      const width = fitter.width(label, FONT.small);
      const x = Math.min(bars.width - width - 6, Math.max(4, px - width / 2));
      rects.add(bars.x + x - 5, middle - 9, width + 10, 18, INK.header);
      texts.add(label, bars.x + x, middle, INK.text, FONT.small);
    }
  }
  batches.flush(renderer);
  renderer.clip(undefined);
}

/** Deep inside of a long trace three digits say nothing: the ruler's own labels do. */
const cursorLabel = (ns: number, anchor: string, format: (ns: number) => string): string =>
  anchor ? '' : `${ns < 0 ? '−' : ''}${format(Math.abs(ns))}`;

/** Lines down from the ruler's ticks, behind the bars. */
export function drawGrid({ model, viewport, layout, batches }: Scene): void {
  const zero = model.table?.tree.firstStart ?? 0;
  const { bars } = layout;
  for (const tick of ticksOf(viewport.startNs - zero, viewport.endNs - zero, bars.width).ticks) {
    batches.lines.down(bars.x + tick.px, bars.y, bars.height, INK.line);
  }
}
