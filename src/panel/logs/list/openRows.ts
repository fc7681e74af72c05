/** A list of rows of one height, of which some are open and have their details below them: where each stands. Pixels. */
export class OpenRows {
  readonly #rowHeight: number;
  readonly #count: number;
  /** Places of open rows, ascending, and the sum of the heights of details before each. */
  readonly #places: readonly number[];
  readonly #before: readonly number[];
  readonly #total: number;

  /** `open`: heights of details, by the place of their row. */
  constructor(count: number, rowHeight: number, open: ReadonlyMap<number, number>) {
    this.#count = count;
    this.#rowHeight = rowHeight;
    const places = [...open.keys()].filter((place) => place < count).sort((a, b) => a - b);
    const before: number[] = [];
    let sum = 0;
    for (const place of places) {
      before.push(sum);
      sum += open.get(place) ?? 0;
    }
    this.#places = places;
    this.#before = before;
    this.#total = sum;
  }

  get height(): number {
    return this.#count * this.#rowHeight + this.#total;
  }

  topOf(place: number): number {
    const at = this.#places.findIndex((open) => open >= place);
    return place * this.#rowHeight + (at === -1 ? this.#total : this.#before[at]);
  }

  /** The last place that begins at or above `top`. */
  placeAt(top: number): number {
    let [low, high] = [0, Math.max(0, this.#count - 1)];
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.topOf(middle) <= top) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }
}
