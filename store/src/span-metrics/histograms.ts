import { Exemplars, type Exemplar } from './exemplars.ts';
import { NativeHistograms } from './native-buckets.ts';

const FIRST_ROOM = 64;

/** `count` upper bounds in seconds, each twice the one before. */
export function doublingBounds(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => first * 2 ** index);
}

/**
 * Histograms by slot, each with classic buckets and with native ones of the same values. Counts are sums of weights, so they
 * may have fractions.
 */
export class Histograms {
  readonly bounds: readonly number[];
  /** By cell. */
  readonly exemplars = new Exemplars();
  readonly native = new NativeHistograms();
  /** Buckets of a slot, the one above all bounds too. */
  readonly width: number;
  #counts: Float64Array;
  #sums = new Float64Array(FIRST_ROOM);

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.width = bounds.length + 1;
    this.#counts = new Float64Array(FIRST_ROOM * this.width);
  }

  /** Adds a value and answers its cell, the number of its bucket among those of all slots. */
  observe(slot: number, seconds: number, weight: number): number {
    if (slot >= this.#sums.length) {
      this.#sums = grown(this.#sums, slot * 2);
      this.#counts = grown(this.#counts, slot * 2 * this.width);
    }
    const { bounds } = this;
    let bucket = 0;
    while (bucket < bounds.length && seconds > bounds[bucket]) {
      bucket++;
    }
    const cell = slot * this.width + bucket;
    this.#counts[cell] += weight;
    this.#sums[slot] += seconds * weight;
    this.native.observe(slot, seconds, weight);
    return cell;
  }

  /** The weights in one cell alone, not cumulated. */
  countAt(cell: number): number {
    return this.#counts[cell] ?? 0;
  }

  /** The sum of a slot's weights. */
  countOf(slot: number): number {
    let total = 0;
    for (let cell = slot * this.width; cell < (slot + 1) * this.width; cell++) {
      total += this.countAt(cell);
    }
    return total;
  }

  sumAt(slot: number): number {
    return this.#sums[slot] ?? 0;
  }

  /** One for each bucket that has one. */
  exemplarsOf(slot: number): Exemplar[] {
    const cells = Array.from({ length: this.width }, (_, bucket) => slot * this.width + bucket);
    return cells.flatMap((cell) => this.exemplars.at(cell) ?? []);
  }

  /** The newest of a slot. */
  exemplarOf(slot: number): Exemplar | undefined {
    return this.exemplars.newestOf(slot * this.width, (slot + 1) * this.width);
  }

  clear(slot: number): void {
    this.#counts.fill(0, slot * this.width, (slot + 1) * this.width);
    this.#sums.fill(0, slot, slot + 1);
    this.native.clear(slot);
    this.exemplars.clear(slot * this.width, (slot + 1) * this.width);
  }
}

function grown(from: Float64Array, length: number): Float64Array<ArrayBuffer> {
  const to = new Float64Array(length);
  to.set(from);
  return to;
}
