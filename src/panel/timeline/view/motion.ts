import { type TimeRange, type Viewport } from '../viewport/viewport';

const DURATION_MS = 180;

/** Glides from one window to another. */
export class Motion {
  readonly #viewport: Viewport;
  /** The reader's wish for less motion: everything is there at once. */
  readonly #still: boolean;
  #from: TimeRange | undefined;
  #to: TimeRange = { startNs: 0, endNs: 1 };
  #begun = NaN;

  constructor(viewport: Viewport, still: boolean) {
    this.#viewport = viewport;
    this.#still = still;
  }

  get moving(): boolean {
    return this.#from !== undefined;
  }

  /** Where it goes: what further keys count from. */
  get target(): TimeRange {
    const { startNs, endNs } = this.#viewport;
    return this.moving ? this.#to : { startNs, endNs };
  }

  glide(to: TimeRange): void {
    if (this.#still) {
      this.#viewport.setRange(to.startNs, to.endNs);
      return;
    }
    const { startNs, endNs } = this.#viewport;
    this.#from = { startNs, endNs };
    this.#to = to;
    this.#begun = NaN;
  }

  /** Whoever moves the window by hand ends it. */
  stop(): void {
    this.#from = undefined;
  }

  /** What is under way is over, and there. */
  finish(): void {
    if (this.#from) {
      this.#viewport.setRange(this.#to.startNs, this.#to.endNs);
      this.#from = undefined;
    }
  }

  step(now: number): void {
    const from = this.#from;
    if (!from) {
      return;
    }
    if (Number.isNaN(this.#begun)) {
      this.#begun = now;
    }
    const share = (now - this.#begun) / DURATION_MS;
    if (share >= 1) {
      this.finish();
      return;
    }
    const { startNs, endNs } = between(from, this.#to, 1 - (1 - share) ** 3);
    this.#viewport.setRange(startNs, endNs);
  }
}

/** Ranges by powers, around the time that has the same place in both. */
export function between(from: TimeRange, to: TimeRange, share: number): TimeRange {
  const fromRange = from.endNs - from.startNs;
  const toRange = to.endNs - to.startNs;
  const range = fromRange * (toRange / fromRange) ** share;
  const grown = toRange - fromRange;
  const part = Math.abs(grown) > fromRange * 1e-6 ? (range - fromRange) / grown : share;
  const startNs = from.startNs + (to.startNs - from.startNs) * part;
  return { startNs, endNs: startNs + range };
}
