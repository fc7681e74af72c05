import { type DensityBook } from '../density/densityBook';
import { drawBars } from './drawBars';
import { drawColumns } from './drawColumns';
import { drawDensity } from './drawDensity';
import { drawEnd } from './drawEnd';
import { drawGrid, drawHeader } from './drawHeader';
import { drawRows, drawSelectedLine } from './drawRows';
import { drawScrollbar, type ScrollMarks } from './drawScrollbar';
import { drawEnvelopes, drawLandmarks, landmarksInView } from './drawLandmarks';
import { drawTree } from './drawTree';
import { type LandmarkBook } from './landmarks';
import { type Scene } from './scene';

/** What is kept from frame to frame. */
export interface Books {
  readonly density: DensityBook;
  readonly landmarks: LandmarkBook;
  readonly scrollMarks: ScrollMarks;
}

/** The whole picture but the minimap, from the back to the front. What it costs depends on the pixels, not on the spans. */
export function drawFrame(scene: Scene, books: Books, ratio: number): void {
  const { layout, renderer, batches, viewport } = scene;
  renderer.begin(layout.width, layout.height, ratio);
  drawRows(scene);
  drawGrid(scene);
  batches.flush(renderer);
  const landmarks = landmarksInView(scene, books.landmarks);
  drawEnvelopes(scene, landmarks);
  if (viewport.rowHeight < 1) {
    drawDensity(scene, books.density, ratio);
  } else {
    books.density.clear();
    drawTree(scene);
    drawColumns(scene);
    drawBars(scene);
    drawEnd(scene);
  }
  drawLandmarks(scene, landmarks);
  drawSelectedLine(scene);
  drawHeader(scene);
  drawScrollbar(scene, books.scrollMarks);
  renderer.end();
}
