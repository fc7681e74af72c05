import { readUtf8 } from '../protobuf/utf8.ts';

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** Distinct ranges of one buffer, numbered in the order in which they came: equal bytes have one number. */
export class ByteRanges {
  readonly bytes: Uint8Array;
  /** Slots hold a number + 1; 0 is free. A power of two of them, at most half of them in use. */
  #slots = new Uint32Array(256);
  #starts = new Uint32Array(128);
  #ends = new Uint32Array(128);
  #hashes = new Uint32Array(128);
  #length = 0;
  readonly #texts: Array<string | undefined> = [];

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get length(): number {
    return this.#length;
  }

  start(number: number): number {
    return this.#starts[number];
  }

  end(number: number): number {
    return this.#ends[number];
  }

  /** The range as text. Throws RangeError for a number that is not there. */
  get(number: number): string {
    if (!(number >= 0 && number < this.#length)) {
      throw new RangeError(`Index ${number} of a dictionary of ${this.#length} entries`);
    }
    return (this.#texts[number] ??= readUtf8(this.bytes, this.#starts[number], this.#ends[number]));
  }

  intern(start: number, end: number): number {
    const hash = this.#hash(start, end);
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (let held = this.#slots[slot]; held !== 0; held = this.#slots[slot]) {
      if (this.#hashes[held - 1] === hash && this.#same(held - 1, start, end)) {
        return held - 1;
      }
      slot = (slot + 1) & mask;
    }
    const number = this.#length++;
    this.#slots[slot] = number + 1;
    if (number === this.#starts.length) {
      this.#starts = grown(this.#starts);
      this.#ends = grown(this.#ends);
      this.#hashes = grown(this.#hashes);
    }
    this.#starts[number] = start;
    this.#ends[number] = end;
    this.#hashes[number] = hash;
    if (this.#length * 2 > this.#slots.length) {
      this.#rehash();
    }
    return number;
  }

  #hash(start: number, end: number): number {
    const { bytes } = this;
    let hash = FNV_OFFSET;
    for (let at = start; at < end; at++) {
      hash = Math.imul(hash ^ bytes[at], FNV_PRIME);
    }
    // The lower bits of FNV say little about the upper ones.
    return (hash ^ (hash >>> 15)) >>> 0;
  }

  #same(number: number, start: number, end: number): boolean {
    const { bytes } = this;
    const from = this.#starts[number];
    if (this.#ends[number] - from !== end - start) {
      return false;
    }
    for (let at = start, other = from; at < end; at++, other++) {
      if (bytes[at] !== bytes[other]) {
        return false;
      }
    }
    return true;
  }

  #rehash(): void {
    const slots = new Uint32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let number = 0; number < this.#length; number++) {
      let slot = this.#hashes[number] & mask;
      while (slots[slot] !== 0) {
        slot = (slot + 1) & mask;
      }
      slots[slot] = number + 1;
    }
    this.#slots = slots;
  }
}

function grown(column: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(column.length * 2);
  larger.set(column);
  return larger;
}
