import { TONES } from '../theme/tones';
import { ERROR_STEPS, STRENGTHS, type DensityColours } from './densityColours';
import { type Canvas } from './picture';

/** Errors that are longer than this many pixels are marked at their end alone: a failed request fails all the way up. */
const WHOLE_ERROR_PX = 3;

/**
 * One line of a density picture: how many spans of each tone cover each pixel, by difference arrays, so that a span costs the same
 * however long it is. The tone that covers most is painted, stronger the more there is; an error is painted over all else.
 */
export class DensityLine {
  readonly #width: number;
  /** By tone: differences of counts, one place more than pixels. */
  readonly #counts: Int32Array;
  readonly #errors: Int32Array;
  readonly #pale: Int32Array;
  readonly #least = new Int32Array(TONES);
  readonly #most = new Int32Array(TONES);
  readonly #used: number[] = [];
  readonly #best: Int32Array;
  readonly #bestTone: Uint8Array;
  readonly #total: Int32Array;
  #anyError = false;
  #anyPale = false;

  constructor(width: number) {
    this.#width = width;
    this.#counts = new Int32Array(TONES * (width + 1));
    this.#errors = new Int32Array(width + 1);
    this.#pale = new Int32Array(width + 1);
    this.#best = new Int32Array(width);
    this.#bestTone = new Uint8Array(width);
    this.#total = new Int32Array(width);
    this.#least.fill(width);
    this.#most.fill(-1);
  }

  /** Covers pixels `first` to `last`, both in the line or not. */
  add(first: number, last: number, tone: number, isError: boolean): void {
    const width = this.#width;
    if (last < 0 || first >= width) {
      return;
    }
    const from = first < 0 ? 0 : first;
    const to = last >= width ? width - 1 : last;
    const base = tone * (width + 1);
    this.#counts[base + from] += 1;
    this.#counts[base + to + 1] -= 1;
    if (this.#most[tone] < 0) {
      this.#used.push(tone);
    }
    if (from < this.#least[tone]) {
      this.#least[tone] = from;
    }
    if (to > this.#most[tone]) {
      this.#most[tone] = to;
    }
    if (isError && last < width) {
      this.#errors[last - first <= WHOLE_ERROR_PX ? from : Math.max(from, to - 1)] += 1;
      this.#errors[to + 1] -= 1;
      this.#anyError = true;
    }
  }

  /** What a search did not find. */
  addPale(first: number, last: number): void {
    if (last >= 0 && first < this.#width) {
      this.#pale[first < 0 ? 0 : first] += 1;
      this.#pale[last >= this.#width ? this.#width : last + 1] -= 1;
      this.#anyPale = true;
    }
  }

  /** Paints it, and is empty again. `rows`: how many rows the line stands for. */
  paint(canvas: Canvas, line: number, rows: number, colours: DensityColours): void {
    const { words } = canvas;
    const width = this.#width;
    const start = line * width;
    const strengths = strengthsFor(rows);
    if (this.#anyPale) {
      let count = 0;
      for (let x = 0; x < width; x++) {
        count += this.#pale[x];
        if (count > 0) {
          words[start + x] = colours.pale[strengths[Math.min(count, STRENGTH_COUNTS - 1)]];
        }
      }
      this.#pale.fill(0);
      this.#anyPale = false;
    }
    for (const tone of this.#used) {
      this.#addUp(tone);
    }
    const total = this.#total;
    if (this.#used.length > 0) {
      const best = this.#best;
      for (let x = 0; x < width; x++) {
        if (best[x] > 0) {
          const strength = strengths[Math.min(total[x], STRENGTH_COUNTS - 1)];
          words[start + x] = colours.tones[this.#bestTone[x] * STRENGTHS + strength];
        }
      }
    }
    if (this.#anyError) {
      let count = 0;
      for (let x = 0; x < width; x++) {
        count += this.#errors[x];
        // One of many is seen, one of eight is as strong as can be.
        if (count > 0) {
          words[start + x] = colours.errors[Math.min(ERROR_STEPS, Math.ceil((count * ERROR_STEPS * 8) / total[x])) - 1];
        }
      }
      this.#errors.fill(0);
      this.#anyError = false;
    }
    if (this.#used.length > 0) {
      this.#best.fill(0);
      total.fill(0);
      this.#used.length = 0;
    }
  }

  #addUp(tone: number): void {
    const base = tone * (this.#width + 1);
    const least = this.#least[tone];
    const most = this.#most[tone];
    let count = 0;
    for (let x = least; x <= most; x++) {
      count += this.#counts[base + x];
      this.#counts[base + x] = 0;
      this.#total[x] += count;
      if (count > this.#best[x]) {
        this.#best[x] = count;
        this.#bestTone[x] = tone;
      }
    }
    this.#counts[base + most + 1] = 0;
    this.#least[tone] = this.#width;
    this.#most[tone] = -1;
  }
}

const STRENGTH_COUNTS = 256;
const tables = new Map<number, Uint8Array>();

/** By how many spans cover a pixel: how strong it is, on a logarithmic scale that ends at the most there can be. */
function strengthsFor(rows: number): Uint8Array {
  const most = Math.min(STRENGTH_COUNTS, 2 << Math.ceil(Math.log2(Math.max(1, rows))));
  let table = tables.get(most);
  if (!table) {
    table = new Uint8Array(STRENGTH_COUNTS);
    for (let count = 1; count < STRENGTH_COUNTS; count++) {
      // With few rows a line even one is strong.
      const share = Math.min(1, (Math.log2(count) + 8 - Math.log2(most)) / 8);
      table[count] = Math.round(Math.max(0, share) * (STRENGTHS - 1));
    }
    tables.set(most, table);
  }
  return table;
}
