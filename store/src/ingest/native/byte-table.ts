import { ByteWriter } from './byte-writer.ts';

/**
 * Gives each distinct byte string a number: 0 for the first one seen, then 1, 2, … Open addressing over one arena; no
 * JS string is made.
 */
export class ByteTable {
  readonly arena: ByteWriter;
  count = 0;
  #ends: Uint32Array;
  #hashes: Int32Array;
  /** Number + 1 of the string that hashes here; 0 for free. */
  #slots: Int32Array;
  /** By number: the number + 1 of the string that was asked for next the last time. */
  #followers: Int32Array;
  #last = 0;

  /** `capacity`: strings that there is room for from the start, a power of two. */
  constructor(capacity = 64) {
    this.arena = new ByteWriter(capacity * 64);
    this.#ends = new Uint32Array(capacity);
    this.#hashes = new Int32Array(capacity);
    this.#slots = new Int32Array(capacity * 4);
    this.#followers = new Int32Array(capacity);
  }

  start(id: number): number {
    return id === 0 ? 0 : this.#ends[id - 1];
  }

  end(id: number): number {
    return this.#ends[id];
  }

  intern(source: Uint8Array, start: number, end: number): number {
    const hash = hashBytes(source, start, end);
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = hash & mask;
    for (let entry = slots[slot]; entry !== 0; entry = slots[slot]) {
      const id = entry - 1;
      if (this.#hashes[id] === hash && this.#equals(id, source, start, end)) {
        return id;
      }
      slot = (slot + 1) & mask;
    }
    return this.#add(hash, source, start, end, slot);
  }

  /** The number of a string, or -1. */
  find(source: Uint8Array, start: number, end: number): number {
    const hash = hashBytes(source, start, end);
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (let entry = this.#slots[slot]; entry !== 0; entry = this.#slots[slot]) {
      if (this.#hashes[entry - 1] === hash && this.#equals(entry - 1, source, start, end)) {
        return entry - 1;
      }
      slot = (slot + 1) & mask;
    }
    return -1;
  }

  /**
   * As `intern`, for strings that come in much the same order again and again, as the keys of attributes do: the one that
   * followed the last time is compared before anything is hashed.
   */
  internNext(source: Uint8Array, start: number, end: number): number {
    const guess = this.#followers[this.#last] - 1;
    if (guess >= 0 && guess < this.count && this.#equals(guess, source, start, end)) {
      this.#last = guess;
      return guess;
    }
    const id = this.intern(source, start, end);
    this.#followers[this.#last] = id + 1;
    this.#last = id;
    return id;
  }

  /** Forgets all strings but the first `count`. Taken out in reverse order, none stands in another's way. */
  truncate(count: number): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    while (this.count > count) {
      const id = --this.count;
      let slot = this.#hashes[id] & mask;
      while (slots[slot] !== id + 1) {
        slot = (slot + 1) & mask;
      }
      slots[slot] = 0;
    }
    this.arena.length = count === 0 ? 0 : this.#ends[count - 1];
    this.#last = 0;
  }

  clear(): void {
    this.arena.clear();
    this.count = 0;
    this.#slots.fill(0);
    this.#followers.fill(0);
    this.#last = 0;
  }

  #equals(id: number, source: Uint8Array, start: number, end: number): boolean {
    const from = this.start(id);
    if (this.#ends[id] - from !== end - start) {
      return false;
    }
    const { bytes } = this.arena;
    // From the end: names of one family begin alike.
    for (let at = end - 1, own = this.#ends[id] - 1; at >= start; at--, own--) {
      if (bytes[own] !== source[at]) {
        return false;
      }
    }
    return true;
  }

  #add(hash: number, source: Uint8Array, start: number, end: number, slot: number): number {
    const id = this.count++;
    if (id === this.#ends.length) {
      this.#ends = grown(this.#ends, new Uint32Array(id * 2));
      this.#hashes = grown(this.#hashes, new Int32Array(id * 2));
      this.#followers = grown(this.#followers, new Int32Array(id * 2));
    }
    this.arena.copy(source, start, end);
    this.#ends[id] = this.arena.length;
    this.#hashes[id] = hash;
    this.#slots[slot] = id + 1;
    if (this.count * 2 > this.#slots.length) {
      this.#rehash(this.#slots.length * 2);
    }
    return id;
  }

  #rehash(size: number): void {
    const slots = new Int32Array(size);
    for (let id = 0; id < this.count; id++) {
      let slot = this.#hashes[id] & (size - 1);
      while (slots[slot] !== 0) {
        slot = (slot + 1) & (size - 1);
      }
      slots[slot] = id + 1;
    }
    this.#slots = slots;
  }
}

function grown<Typed extends Uint32Array | Int32Array>(from: Typed, to: Typed): Typed {
  to.set(from);
  return to;
}

/** FNV-1a with a final mix (murmur3's), because tables index by the low bits. */
function hashBytes(source: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) {
    hash = Math.imul(hash ^ source[at], 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}
