/** Durations of which percentiles are asked: exact up to MOST of them, then of every second one, and so on. */
export class Durations {
  #values = new Float64Array(16);
  #kept = 0;
  /** One of so many is kept. */
  #stride = 1;
  #skipped = 0;
  #count = 0;
  #totalNs = 0;

  get count(): number {
    return this.#count;
  }

  get totalNs(): number {
    return this.#totalNs;
  }

  add(ns: number): void {
    this.#count += 1;
    this.#totalNs += ns;
    this.#keep(ns, 1);
  }

  addAll(other: Durations): void {
    this.#count += other.#count;
    this.#totalNs += other.#totalNs;
    while (this.#stride < other.#stride) {
      this.#thin();
    }
    for (let at = 0; at < other.#kept; at++) {
      this.#keep(other.#values[at], other.#stride);
    }
  }

  /** The shortest duration that such shares of all (0 to 1) do not exceed; 0 of none. */
  quantiles(...shares: readonly number[]): number[] {
    const ascending = this.#values.slice(0, this.#kept).sort();
    return shares.map((share) => (this.#kept === 0 ? 0 : ascending[Math.max(0, Math.ceil(this.#kept * share) - 1)]));
  }

  /** `weight`: how many durations this one stands for, no more than the stride. */
  #keep(ns: number, weight: number): void {
    this.#skipped += weight;
    if (this.#skipped < this.#stride) {
      return;
    }
    this.#skipped -= this.#stride;
    if (this.#kept === MOST) {
      this.#thin();
    } else if (this.#kept === this.#values.length) {
      const values = new Float64Array(this.#kept * 2);
      values.set(this.#values);
      this.#values = values;
    }
    this.#values[this.#kept++] = ns;
  }

  #thin(): void {
    this.#kept >>>= 1;
    this.#stride *= 2;
    for (let at = 0; at < this.#kept; at++) {
      this.#values[at] = this.#values[at * 2 + 1];
    }
  }
}

/** Two megabytes. */
const MOST = 2 ** 18;
