import { type DensityBook } from '../density/densityBook';
import { type DensityJob } from '../density/densityJob';
import { type Box } from '../render/renderer';
import { type Viewport } from '../viewport/viewport';
import { type Scene } from './scene';

/** Rows lower than a pixel: a picture of how many spans are where. */
export function drawDensity({ viewport, layout, renderer }: Scene, book: DensityBook, ratio: number): void {
  const box = { ...layout.bars, height: Math.min(layout.bars.height, viewport.rowCount * viewport.rowHeight) };
  renderer.clip(layout.bars);
  for (const job of book.pictures(viewport, box.width, box.height, ratio)) {
    drawStretched(renderer, job, viewport, box);
  }
  renderer.clip(undefined);
}

/** The part of a picture that lies in the window, where it lies in it. */
export function drawStretched(renderer: Scene['renderer'], job: DensityJob, viewport: Viewport, box: Box): void {
  const { request, canvas } = job;
  const scale = request.width / (request.endNs - request.startNs);
  const from = Math.max(0, (viewport.startNs - request.startNs) * scale);
  const to = Math.min(request.width, (viewport.endNs - request.startNs) * scale);
  const lines = canvas.linesDone;
  if (to <= from || lines === 0) {
    return;
  }
  const x = viewport.toPx(request.startNs + from / scale);
  const end = viewport.toPx(request.startNs + to / scale);
  renderer.picture(
    canvas,
    { x: from, y: 0, width: to - from, height: lines },
    { x: box.x + x, y: box.y, width: end - x, height: (box.height * lines) / request.height }
  );
}
