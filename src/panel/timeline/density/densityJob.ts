import { type TimelineModel } from '../model/timelineModel';
import { type DensityColours } from './densityColours';
import { DensityLine } from './densityLine';
import { Canvas } from './picture';

/** Some of the trace's rows over some of its time, to be painted in `width` × `height` pixels. */
export interface DensityRequest {
  /** Ascending positions of the forest; undefined: the positions themselves, from `begin` to `end`. */
  readonly positions: Uint32Array | undefined;
  readonly begin: number;
  readonly end: number;
  readonly startNs: number;
  readonly endNs: number;
  readonly width: number;
  readonly height: number;
}

/** Spans between two looks at the clock: well under a millisecond. */
const STRIDE = 1 << 13;

/** A picture that is painted step by step. The caller stops between steps as it likes. */
export class PaintJob {
  readonly canvas: Canvas;
  readonly #steps: Generator<void, void>;
  done = false;

  constructor(canvas: Canvas, steps: Generator<void, void>) {
    this.canvas = canvas;
    this.#steps = steps;
  }

  /** Works until `deadline`, a time of `performance.now()`. True when all is done. */
  work(deadline: number): boolean {
    while (!this.done) {
      this.done = this.#steps.next().done === true;
      if (performance.now() >= deadline) {
        break;
      }
    }
    this.canvas.version += 1;
    return this.done;
  }
}

/** Paints line by line, from the top; what is done can be shown. */
export class DensityJob extends PaintJob {
  readonly request: DensityRequest;

  constructor(model: TimelineModel, request: DensityRequest, colours: DensityColours) {
    const canvas = new Canvas(request.width, request.height);
    super(canvas, paint(model, request, colours, canvas));
    this.request = request;
  }
}

function* paint(
  model: TimelineModel,
  { positions, begin, end, startNs, endNs, width, height }: DensityRequest,
  colours: DensityColours,
  canvas: Canvas
): Generator<void, void> {
  const { table, forest, tones, matchBits } = model;
  if (!table || width < 1 || height < 1) {
    return;
  }
  const { starts, ends, rows } = table.tree;
  const { statuses } = table.columns;
  const { order, nodes } = forest;
  const scale = width / (endNs - startNs);
  const line = new DensityLine(width);
  const count = end - begin;
  let steps = 0;
  for (let y = 0; y < height; y++) {
    const first = begin + Math.floor((y * count) / height);
    const last = begin + Math.floor(((y + 1) * count) / height);
    for (let at = first; at < last; at++) {
      const id = order[positions ? positions[at] : at];
      const fold = id >= nodes;
      if (fold && !positions) {
        // Its members follow.
        continue;
      }
      const start = fold ? model.startOf(id) : starts[id];
      const until = fold ? model.endOf(id) : ends[id];
      const x = Math.floor((start - startNs) * scale);
      const to = Math.max(x, Math.ceil((until - startNs) * scale) - 1);
      if (matchBits && !(fold ? model.holdsMatch(id) : model.isMatch(id))) {
        line.addPale(x, to);
      } else {
        line.add(x, to, tones[fold ? model.nodeOf(id) : id], !fold && id < rows && statuses[id] === 2);
      }
      if (++steps >= STRIDE) {
        steps = 0;
        yield;
      }
    }
    line.paint(canvas, y, last - first, colours);
    canvas.linesDone = y + 1;
    // A line costs what its pixels and tones do, too.
    steps += width;
    if (steps >= STRIDE) {
      steps = 0;
      yield;
    }
  }
}
