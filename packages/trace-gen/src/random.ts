/** Seeded random numbers (sfc32, public domain, by Chris Doty-Humphrey): the same seed gives the same traces forever. */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: number) {
    this.#a = 0x9e3779b9 ^ seed;
    this.#b = 0x243f6a88 ^ Math.imul(seed, 0x85ebca6b);
    this.#c = 0xb7e15162;
    for (let round = 0; round < 12; round++) {
      this.uint32();
    }
  }

  uint32(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    return sum >>> 0;
  }

  /** In [0, 1). */
  fraction(): number {
    return this.uint32() / 0x1_0000_0000;
  }

  /** A whole number in [0, below). */
  below(below: number): number {
    return Math.floor(this.fraction() * below);
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)];
  }

  /** An index of `length` with the skew of real traffic: the first ones come up most (Zipf-like). */
  skewed(length: number): number {
    return Math.floor(length * this.fraction() ** 2.5);
  }

  /** Log-normal around `median`: most are near, a few are many times larger. `sigma` 0.5 is a calm service. */
  logNormal(median: number, sigma: number): number {
    const normal = Math.sqrt(-2 * Math.log(1 - this.fraction())) * Math.cos(2 * Math.PI * this.fraction());
    return median * Math.exp(sigma * normal);
  }

  /** `count` bytes, not all zero, into `target` at `offset`. */
  fill(target: Uint8Array, offset: number, count: number): void {
    for (let at = offset; at < offset + count; at += 4) {
      const value = this.uint32();
      for (let byte = 0; byte < 4 && at + byte < offset + count; byte++) {
        target[at + byte] = value >>> (8 * byte);
      }
    }
    target[offset] ||= 1;
  }
}
