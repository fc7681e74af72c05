import { type RowId } from '../model/types';
import { INK } from '../theme/inks';
import { TEXT_HEIGHT } from './layout';
import { type Scene } from './scene';

const SIZE_PX = 3;
/** Between two marks: lines that are closer are one. */
const LEAST_GAP_PX = 4;
/** From these levels on a line is marked as what it says: a warning, an error. */
const WARNING = 4;
const ERROR = 5;

/** Log lines above a span's bar, each at its time; of lines that fall together the worst is seen. */
export function drawLogs({ model, viewport, layout, batches }: Scene, id: RowId, top: number): void {
  const logs = model.logs;
  if (!logs || viewport.rowHeight < TEXT_HEIGHT || model.kindOf(id) === 'fold') {
    return;
  }
  const { offsets, times, levels } = logs;
  let last = -Infinity;
  let worst = 0;
  const flush = (): void => {
    if (last >= -SIZE_PX && last <= layout.bars.width) {
      const ink = worst >= ERROR ? INK.error : worst >= WARNING ? INK.warning : INK.textDim;
      batches.rects.add(layout.bars.x + last - SIZE_PX / 2, top - SIZE_PX - 0.5, SIZE_PX, SIZE_PX, ink);
    }
  };
  for (let at = offsets[id]; at < offsets[id + 1]; at++) {
    const px = viewport.toPx(times[at]);
    if (px - last < LEAST_GAP_PX) {
      worst = Math.max(worst, levels[at]);
    } else {
      flush();
      last = px;
      worst = levels[at];
    }
  }
  flush();
}
