import type { TextSection } from './layout.ts';

/** Entries that the next chunk has to bring, and how many there are in all. Whoever adds knows what is there already. */
export class TextDictionaryWriter {
  /** Entries ever added: the index of the next one. */
  count = 0;
  #ends = new Uint32Array(64);
  #pending = 0;
  #bytes = new Uint8Array(1024);
  #length = 0;

  /** Adds UTF-8 text and answers its index. */
  add(source: Uint8Array, start = 0, end = source.length): number {
    const length = this.#length + end - start;
    if (length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(length, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = grown;
    }
    this.#bytes.set(source.subarray(start, end), this.#length);
    this.#length = length;
    if (this.#pending === this.#ends.length) {
      const grown = new Uint32Array(this.#pending * 2);
      grown.set(this.#ends);
      this.#ends = grown;
    }
    this.#ends[this.#pending++] = length;
    return this.count++;
  }

  get pendingEntries(): number {
    return this.#pending;
  }

  get pendingBytes(): number {
    return this.#length;
  }

  /** Moves what is pending into a chunk. */
  flush(target: TextSection): void {
    target.ends.set(this.#ends.subarray(0, this.#pending));
    target.bytes.set(this.#bytes.subarray(0, this.#length));
    this.#pending = 0;
    this.#length = 0;
  }
}

/** Numbers distinct 64-bit values, given as halves, in the order in which they come: open addressing, no BigInt. */
export class ResourceDictionaryWriter {
  count = 0;
  /** Low and high half of each value, alternating. */
  #values = new Uint32Array(128);
  /** Index + 1 of the value that hashes here; 0 for free. */
  #slots = new Uint32Array(256);
  #flushed = 0;

  intern(low: number, high: number): number {
    const mask = this.#slots.length - 1;
    let slot = hashOf(low, high) & mask;
    for (let entry = this.#slots[slot]; entry !== 0; entry = this.#slots[slot]) {
      if (this.#values[entry * 2 - 2] === low && this.#values[entry * 2 - 1] === high) {
        return entry - 1;
      }
      slot = (slot + 1) & mask;
    }
    const index = this.count++;
    if (this.count * 2 > this.#values.length) {
      const grown = new Uint32Array(this.#values.length * 2);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[index * 2] = low;
    this.#values[index * 2 + 1] = high;
    this.#slots[slot] = index + 1;
    if (this.count * 2 > this.#slots.length) {
      this.#rehash();
    }
    return index;
  }

  get pendingEntries(): number {
    return this.count - this.#flushed;
  }

  flush(words: Uint32Array): void {
    words.set(this.#values.subarray(this.#flushed * 2, this.count * 2));
    this.#flushed = this.count;
  }

  #rehash(): void {
    const slots = new Uint32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let index = 0; index < this.count; index++) {
      let slot = hashOf(this.#values[index * 2], this.#values[index * 2 + 1]) & mask;
      while (slots[slot] !== 0) {
        slot = (slot + 1) & mask;
      }
      slots[slot] = index + 1;
    }
    this.#slots = slots;
  }
}

const hashOf = (low: number, high: number): number => Math.imul(low ^ (high >>> 3), 0x9e3779b1) >>> 7;
