import { type TraceTable } from '../../trace/traceTable';
import { type RowId } from '../model/types';
import { HATCHED, OUTLINED } from '../render/batches';
import { MARK } from '../render/renderer';
import { barInk, INK, paleInk, shadeInk } from '../theme/inks';
import { barMetrics, type BarMetrics } from './barMetrics';
import { drawBarLabel } from './drawBarLabel';
import { drawLogs } from './drawLogs';
import { drawPath } from './drawPath';
import { TEXT_HEIGHT } from './layout';
import { type Scene } from './scene';

/** Children that are looked at in a frame, of all bars together, to shade when a bar waits for them. */
const MOST_CHILDREN = 250_000;
/** Of a line in a strip. */
const STRIP_LINE_PX = 2;

interface Strips {
  readonly id: RowId;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Work {
  readonly scene: Scene;
  readonly table: TraceTable;
  readonly bar: BarMetrics;
  readonly text: boolean;
  readonly strips: Strips[];
  children: number;
}

/** The bars of the rows in view, one rectangle or a few each. For rows of a pixel and more. */
export function drawBars(scene: Scene): void {
  const { model, viewport, layout, batches, renderer } = scene;
  const table = model.table;
  if (!table) {
    return;
  }
  renderer.clip(layout.bars);
  const work: Work = {
    scene,
    table,
    bar: barMetrics(viewport.rowHeight),
    text: viewport.rowHeight >= TEXT_HEIGHT,
    strips: [],
    children: MOST_CHILDREN,
  };
  const [first, end] = viewport.visibleRows;
  for (let row = first; row < end; row++) {
    drawBar(work, model.rowId(row), layout.bars.y + viewport.rowTop(row));
  }
  renderer.rects(batches.rects);
  batches.rects.clear();
  drawStrips(work);
  batches.flush(renderer);
  renderer.clip(undefined);
}

function drawBar(work: Work, id: RowId, y: number): void {
  const { scene, bar, text, strips } = work;
  const { model, viewport, layout, batches } = scene;
  const { rects, marks } = batches;
  const left = layout.bars.x;
  const width = layout.bars.width;
  const start = viewport.toPx(model.startOf(id));
  const end = Math.max(start + 1, viewport.toPx(model.endOf(id)));
  const middle = y + viewport.rowHeight / 2;
  if (end <= 0 || start >= width) {
    if (text) {
      const before = end <= 0;
      marks.add(
        before ? MARK.clippedLeft : MARK.clippedRight,
        left + (before ? 7 : width - 7),
        middle,
        6,
        INK.textFaint
      );
    }
    return;
  }
  const x = left + Math.max(-4, start);
  const barWidth = left + Math.min(width + 4, end) - x;
  const top = y + bar.top;
  const kind = model.kindOf(id);
  const tone = model.toneOf(id);
  const faded = model.matchBits !== undefined && !(kind === 'fold' ? model.holdsMatch(id) : model.isMatch(id));
  const closed = model.isCollapsed(id);
  if (kind === 'phantom') {
    rects.add(x, top, barWidth, bar.height, paleInk(tone));
    rects.add(x, top, barWidth, bar.height, INK.textFaint, HATCHED);
    rects.add(x, top, barWidth, bar.height, INK.textFaint, OUTLINED);
  } else if (text && (closed || kind === 'fold') && barWidth >= 6) {
    // What is inside of it shows on a ground of its own colour.
    rects.add(x, top, barWidth, bar.height, kind === 'fold' ? paleInk(tone) : shadeInk(tone));
    strips.push({ id, x, y: top, width: barWidth, height: bar.height });
    if (kind === 'fold') {
      rects.add(x, top, barWidth, bar.height, faded ? paleInk(tone) : shadeInk(tone), OUTLINED);
    }
  } else {
    rects.add(x, top, barWidth, bar.height, faded ? paleInk(tone) : barInk(tone));
    if (!closed && !faded && barWidth >= 3 && viewport.rowHeight >= 4) {
      shadeWaiting(work, id, tone, top);
    }
  }
  drawPath(scene, id, top, bar);
  const isError = kind === 'span' && model.isErrorNode(id);
  if (isError) {
    // Along the lower edge, and two pixels of the end: what failed shows on a bar of any colour and any width.
    const edge = viewport.rowHeight >= TEXT_HEIGHT ? 2.5 : Math.max(1, bar.height * 0.3);
    rects.add(x, top + bar.height - edge, barWidth, edge, INK.error);
    rects.add(x + Math.max(0, barWidth - 2), top, Math.min(2, barWidth), bar.height, INK.error);
  }
  if (id === model.selected && text) {
    rects.add(x - 1.5, top - 1.5, barWidth + 3, bar.height + 3, INK.accent, OUTLINED);
  }
  if (!text) {
    return;
  }
  drawEvents(work, id, top);
  drawLogs(scene, id, top);
  drawBarLabel(scene, { id, kind, start, end, middle, isError, faded });
}

/** The time for which a bar's children run is shaded: what stays bright is its own. */
function shadeWaiting(work: Work, id: RowId, tone: number, top: number): void {
  const { model, viewport, layout, batches } = work.scene;
  const { order, sizes, positions, nodes } = model.forest;
  const { starts, ends } = work.table.tree;
  const left = layout.bars.x;
  const width = layout.bars.width;
  const begin = positions[id];
  const end = begin + sizes[begin];
  const ownEnd = Math.min(width, viewport.toPx(model.endOf(id)));
  const endNs = viewport.endNs;
  // Siblings stand by start, unless folds have moved them together.
  const sorted = model.forest.groups === undefined;
  let from = NaN;
  let to = NaN;
  const flush = (): void => {
    const x = Math.max(0, from);
    const shaded = Math.min(to, ownEnd) - x;
    if (shaded > 0.25) {
      batches.rects.add(left + x, top, shaded, work.bar.height, shadeInk(tone));
    }
  };
  for (let at = begin + 1; at < end && work.children > 0; work.children--) {
    const child = order[at];
    if (child >= nodes) {
      // A fold's members are the children.
      at += 1;
      continue;
    }
    at += sizes[at];
    const childStart = starts[child];
    if (childStart > endNs) {
      if (sorted) {
        break;
      }
      continue;
    }
    const x = viewport.toPx(childStart);
    const until = viewport.toPx(ends[child]);
    if (until <= 0) {
      continue;
    }
    if (x <= to + 0.5 && x >= from) {
      to = Math.max(to, until);
    } else {
      flush();
      from = x;
      to = until;
    }
  }
  flush();
}

function drawStrips({ scene, strips }: Work): void {
  const { strips: book, viewport, layout, renderer, model } = scene;
  const { bars } = layout;
  for (const { id, x, y, width, height } of strips) {
    const lines = Math.max(1, Math.min(Math.floor(height / STRIP_LINE_PX), model.rowsBelow(id)));
    const strip = book.get(id, viewport, Math.round(bars.width), lines);
    if (!strip) {
      continue;
    }
    const { request, canvas } = strip.job;
    // The strip was painted for a window of time: the part of it that lies under the bar as it stands now.
    const pxOf = (ns: number): number => ((ns - request.startNs) / (request.endNs - request.startNs)) * request.width;
    const from = Math.max(0, pxOf(viewport.toNs(x - bars.x)));
    const to = Math.min(request.width, pxOf(viewport.toNs(x + width - bars.x)));
    const target = (px: number): number =>
      bars.x + viewport.toPx(request.startNs + (px / request.width) * (request.endNs - request.startNs));
    const source = { x: from, y: 0, width: to - from, height: canvas.height };
    renderer.picture(canvas, source, {
      x: target(from),
      y: y + 1,
      width: target(to) - target(from),
      height: height - 2,
    });
  }
}

function drawEvents({ scene, bar }: Work, id: RowId, top: number): void {
  const { model, viewport, layout, batches } = scene;
  const times = model.kindOf(id) === 'span' ? model.eventsOf(id) : undefined;
  if (!times) {
    return;
  }
  let last = -Infinity;
  for (const ns of times) {
    const px = viewport.toPx(ns);
    if (px >= 0 && px <= layout.bars.width && px - last >= 3) {
      batches.marks.add(MARK.event, layout.bars.x + px, top + bar.height / 2, bar.height, INK.eventTick);
      last = px;
    }
  }
}
