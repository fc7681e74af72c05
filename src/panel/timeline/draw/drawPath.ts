import { type PathMarks } from '../model/pathMarks';
import { type RowId } from '../model/types';
import { INK } from '../theme/inks';
import { type BarMetrics } from './barMetrics';
import { TEXT_HEIGHT } from './layout';
import { type Scene } from './scene';

/** Stretches of one row that are looked at in a frame. */
const MOST_STRETCHES = 50_000;
/** Rows that are lower show no path. */
const LEAST_HEIGHT = 4;

/**
 * The critical path below a bar: the time for which its span itself was at work on it; of what is closed or folded, the time for
 * which anything in it was.
 */
export function drawPath(scene: Scene, id: RowId, top: number, bar: BarMetrics): void {
  const { model, viewport, layout, batches } = scene;
  const marks = model.path;
  const { rowHeight } = viewport;
  if (!marks || rowHeight < LEAST_HEIGHT) {
    return;
  }
  const isRoomy = rowHeight >= TEXT_HEIGHT;
  const y = isRoomy ? top + bar.height + 1 : top + bar.height - 1.5;
  const height = isRoomy ? 2 : 1.5;
  const left = layout.bars.x;
  const line = { from: NaN, to: NaN };
  const flush = (): void => {
    const x = Math.max(0, line.from);
    const width = Math.min(line.to, layout.bars.width) - x;
    if (width > 0) {
      batches.rects.add(left + x, y, Math.max(width, 1), height, INK.text);
    }
  };
  eachStretch(scene, marks, id, (fromNs, untilNs) => {
    if (untilNs < viewport.startNs || fromNs > viewport.endNs) {
      return;
    }
    const from = viewport.toPx(fromNs);
    const to = viewport.toPx(untilNs);
    // Stretches that touch are one line.
    if (from <= line.to + 0.5 && from >= line.from) {
      line.to = Math.max(line.to, to);
    } else {
      flush();
      line.from = from;
      line.to = to;
    }
  });
  flush();
}

function eachStretch(
  { model, viewport }: Scene,
  { offsets, starts, ends, from, until }: PathMarks,
  id: RowId,
  add: (fromNs: number, untilNs: number) => void
): void {
  const fold = model.fold(id);
  if (fold) {
    const last = Math.min(fold.nodes.length, MOST_STRETCHES);
    for (let at = 0; at < last; at++) {
      const node = fold.nodes[at];
      if (until[node] > from[node]) {
        add(from[node], until[node]);
      }
    }
  } else if (model.isCollapsed(id)) {
    if (until[id] > from[id]) {
      add(from[id], until[id]);
    }
  } else {
    const end = offsets[id + 1];
    const first = firstEndingAfter(ends, offsets[id], end, viewport.startNs);
    const last = Math.min(end, first + MOST_STRETCHES);
    for (let at = first; at < last && starts[at] <= viewport.endNs; at++) {
      add(starts[at], ends[at]);
    }
  }
}

function firstEndingAfter(ends: Float64Array, begin: number, end: number, ns: number): number {
  let [low, high] = [begin, end];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ends[middle] > ns) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}
