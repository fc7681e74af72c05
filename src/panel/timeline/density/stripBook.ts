import { type TimelineModel } from '../model/timelineModel';
import { type RowId } from '../model/types';
import { type Viewport } from '../viewport/viewport';
import { type DensityColours } from './densityColours';
import { DensityJob } from './densityJob';

const MOST_STRIPS = 96;

/** What is inside of a row that is closed, painted into its bar. */
export interface Strip {
  readonly job: DensityJob;
  readonly version: number;
}

/**
 * Strips by row. A strip is for one window of time; another window stretches what is there until the new one is painted, which
 * happens in what is left of frames, the rows that were asked for first before others.
 */
export class StripBook {
  readonly #model: TimelineModel;
  #colours: DensityColours;
  #shown = new Map<RowId, Strip>();
  #wanted = new Map<RowId, Strip>();

  constructor(model: TimelineModel, colours: DensityColours) {
    this.#model = model;
    this.#colours = colours;
  }

  setColours(colours: DensityColours): void {
    this.#colours = colours;
    this.#shown.clear();
    this.#wanted.clear();
  }

  /** The best there is now; what is missing is worked on. `lines` is the height in its pixels. */
  get(id: RowId, viewport: Viewport, width: number, lines: number): Strip | undefined {
    const { startNs, endNs } = viewport;
    const version = this.#model.version;
    const shown = this.#shown.get(id);
    if (shown?.version === version && fits(shown, startNs, endNs, width, lines)) {
      return shown;
    }
    const wanted = this.#wanted.get(id);
    // One that is under way is brought to its end: while the window moves, none would ever be.
    if (
      !wanted ||
      wanted.version !== version ||
      (!wanted.job.canvas.linesDone && !fits(wanted, startNs, endNs, width, lines))
    ) {
      const { positions, sizes } = this.#model.forest;
      const position = positions[id];
      const request = {
        positions: undefined,
        begin: position + 1,
        end: position + sizes[position],
        startNs,
        endNs,
        width,
        height: lines,
      };
      this.#wanted.set(id, { version, job: new DensityJob(this.#model, request, this.#colours) });
    }
    return shown?.version === version ? shown : undefined;
  }

  get pending(): boolean {
    return this.#wanted.size > 0;
  }

  /** Works until the deadline. True when something was finished. */
  work(deadline: number): boolean {
    let finished = false;
    for (const [id, strip] of this.#wanted) {
      if (strip.version !== this.#model.version) {
        this.#wanted.delete(id);
        continue;
      }
      if (strip.job.work(deadline)) {
        this.#wanted.delete(id);
        this.#shown.delete(id);
        this.#shown.set(id, strip);
        finished = true;
      }
      if (performance.now() >= deadline) {
        break;
      }
    }
    for (const id of this.#shown.keys()) {
      if (this.#shown.size <= MOST_STRIPS) {
        break;
      }
      this.#shown.delete(id);
    }
    return finished;
  }
}

function fits({ job }: Strip, startNs: number, endNs: number, width: number, lines: number): boolean {
  const { request } = job;
  return request.startNs === startNs && request.endNs === endNs && request.width === width && request.height === lines;
}
