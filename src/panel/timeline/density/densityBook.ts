import { type TimelineModel } from '../model/timelineModel';
import { type TimeRange, type Viewport } from '../viewport/viewport';
import { type DensityColours } from './densityColours';
import { DensityJob } from './densityJob';

/** Pictures of more pixels than this take too long and show nothing more. */
const MOST_PIXELS = 2_500_000;

interface Painted {
  readonly job: DensityJob;
  readonly key: string;
}

/**
 * Pictures of all rows: one of the whole time, which is always there to fall back on, and one of the window. While the window
 * moves, the last one is stretched; what is under way is brought to its end before the next is begun, so that a picture comes every
 * few frames however long one zooms.
 */
export class DensityBook {
  readonly #model: TimelineModel;
  #colours: DensityColours;
  #whole: Painted | undefined;
  #window: Painted | undefined;
  #next: Painted | undefined;
  #generation = 0;

  constructor(model: TimelineModel, colours: DensityColours) {
    this.#model = model;
    this.#colours = colours;
  }

  setColours(colours: DensityColours): void {
    this.#colours = colours;
    this.#generation += 1;
  }

  /** What to draw, from the back to the front. Asks for what is missing. */
  pictures(viewport: Viewport, width: number, height: number, ratio: number): DensityJob[] {
    const scale = Math.min(ratio, Math.sqrt(MOST_PIXELS / Math.max(1, width * height)));
    const size = {
      width: Math.max(1, Math.round(width * scale)),
      height: Math.max(1, Math.min(this.#model.rowCount, Math.round(height * scale))),
    };
    const kind = `${this.#generation}/${this.#model.version}/${size.width}x${size.height}`;
    const make = ({ startNs, endNs }: TimeRange): Painted => ({
      key: `${kind}/${startNs}/${endNs}`,
      job: new DensityJob(
        this.#model,
        { positions: this.#model.rowPositions, begin: 0, end: this.#model.rowCount, startNs, endNs, ...size },
        this.#colours
      ),
    });
    const { full } = viewport;
    const wholeKey = `${kind}/${full.startNs}/${full.endNs}`;
    if (this.#whole?.key !== wholeKey) {
      this.#whole = make(full);
      this.#window = undefined;
      this.#next = undefined;
    }
    if (viewport.isFull) {
      this.#window = undefined;
      this.#next = undefined;
      return [this.#whole.job];
    }
    const windowKey = `${kind}/${viewport.startNs}/${viewport.endNs}`;
    if (this.#window?.key !== windowKey && !this.#next) {
      this.#next = make(viewport);
    }
    return [this.#whole, this.#window].filter((painted) => painted !== undefined).map(({ job }) => job);
  }

  get pending(): boolean {
    return (this.#whole !== undefined && !this.#whole.job.done) || this.#next !== undefined;
  }

  /** Works until the deadline. True when there is something new to be seen. */
  work(deadline: number): boolean {
    if (this.#whole && !this.#whole.job.done) {
      this.#whole.job.work(deadline);
      return true;
    }
    if (this.#next?.job.work(deadline)) {
      this.#window = this.#next;
      this.#next = undefined;
      return true;
    }
    return false;
  }

  /** Rows are tall enough to be drawn one by one: memory is given back. */
  clear(): void {
    this.#whole = undefined;
    this.#window = undefined;
    this.#next = undefined;
  }
}
