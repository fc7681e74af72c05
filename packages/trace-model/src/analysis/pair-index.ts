/** Numbers pairs of 32-bit numbers in the order in which they come. */
export class PairIndex {
  #length = 0;
  #firsts: Uint32Array;
  #seconds: Uint32Array;
  /** Open addressing; 1 + the pair's number, 0 where free. */
  #slots: Uint32Array;

  constructor(expected = 64) {
    let size = 64;
    while (size < expected) {
      size *= 2;
    }
    this.#firsts = new Uint32Array(size);
    this.#seconds = new Uint32Array(size);
    this.#slots = new Uint32Array(size * 2);
  }

  get length(): number {
    return this.#length;
  }

  /** The number of a pair, the next one if it has none yet. */
  add(first: number, second: number): number {
    const found = this.#slotOf(first, second);
    const known = this.#slots[found];
    if (known !== 0) {
      return known - 1;
    }
    const number = this.#length++;
    if (number === this.#firsts.length) {
      this.#grow();
      this.#slots[this.#slotOf(first, second)] = number + 1;
    } else {
      this.#slots[found] = number + 1;
    }
    this.#firsts[number] = first;
    this.#seconds[number] = second;
    return number;
  }

  /** By number. */
  firsts(): Uint32Array {
    return this.#firsts.slice(0, this.#length);
  }

  seconds(): Uint32Array {
    return this.#seconds.slice(0, this.#length);
  }

  #slotOf(first: number, second: number): number {
    const mask = this.#slots.length - 1;
    let hash = Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35);
    let slot = (hash ^ (hash >>> 13)) & mask;
    for (let known = this.#slots[slot]; known !== 0; known = this.#slots[slot]) {
      if (this.#firsts[known - 1] === first && this.#seconds[known - 1] === second) {
        return slot;
      }
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #grow(): void {
    const [firsts, seconds] = [this.#firsts, this.#seconds];
    this.#firsts = new Uint32Array(firsts.length * 2);
    this.#seconds = new Uint32Array(firsts.length * 2);
    this.#firsts.set(firsts);
    this.#seconds.set(seconds);
    this.#slots = new Uint32Array(firsts.length * 4);
    for (let number = 0; number < firsts.length; number++) {
      this.#slots[this.#slotOf(firsts[number], seconds[number])] = number + 1;
    }
  }
}
