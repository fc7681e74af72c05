import { wordsOf } from '../wire-frame/columns.ts';
import { STRIDE, type Steps } from './steps.ts';

const NONE = -1;

/**
 * Which nodes have an id, in open addressing over the ids' halves: no key object, no collision list. Nodes of one id are
 * linked in their order. The ids come from whoever sends spans, so the hash is seeded: nobody can choose ids that all
 * fall together.
 */
export class SpanIds {
  readonly #words: Uint32Array;
  readonly #rows: number;
  readonly #mask: number;
  /** The first node of the id at a slot. */
  readonly #slots: Int32Array;
  /** By row: the next one of the same id. */
  readonly #next: Int32Array;
  readonly #seed = (Math.random() * 0x1_0000_0000) >>> 0;
  /** Halves of ids that no row has, as `add` got them. */
  #missing = new Uint32Array(64);
  #missingCount = 0;
  /** Rows that share their id with an earlier one. */
  duplicates = 0;

  constructor(spanIds: Uint8Array) {
    this.#words = wordsOf(spanIds);
    this.#rows = this.#words.length >>> 1;
    // Each row may name a parent that is missing.
    let capacity = 16;
    while (capacity < this.#rows * 4) {
      capacity *= 2;
    }
    this.#mask = capacity - 1;
    this.#slots = new Int32Array(capacity).fill(NONE);
    this.#next = new Int32Array(this.#rows).fill(NONE);
  }

  *addRows(): Steps<void> {
    // The last one of each id that has several, so that they can be linked in order.
    let last: Int32Array | undefined;
    for (let row = 0; row < this.#rows; row++) {
      const slot = this.#slotOf(this.#words[row * 2], this.#words[row * 2 + 1]);
      const first = this.#slots[slot];
      if (first === NONE) {
        this.#slots[slot] = row;
      } else {
        last ??= new Int32Array(this.#rows).fill(NONE);
        this.#next[last[first] === NONE ? first : last[first]] = row;
        last[first] = row;
        this.duplicates += 1;
      }
      if (row % STRIDE === STRIDE - 1) {
        yield;
      }
    }
  }

  /** The first node of an id, -1 for none. */
  find(low: number, high: number): number {
    return this.#slots[this.#slotOf(low, high)];
  }

  /** The next row of the same id, -1 behind the last one. */
  nextOf(row: number): number {
    return row < this.#rows ? this.#next[row] : NONE;
  }

  /** A node for an id that no row has: the number of the rows and of those that were added before. */
  add(low: number, high: number): number {
    if (this.#missingCount * 2 === this.#missing.length) {
      const grown = new Uint32Array(this.#missing.length * 2);
      grown.set(this.#missing);
      this.#missing = grown;
    }
    const node = this.#rows + this.#missingCount;
    this.#missing[this.#missingCount * 2] = low;
    this.#missing[this.#missingCount * 2 + 1] = high;
    this.#missingCount += 1;
    this.#slots[this.#slotOf(low, high)] = node;
    return node;
  }

  get missing(): number {
    return this.#missingCount;
  }

  /** Eight bytes for each added id. */
  missingIds(): Uint8Array {
    return new Uint8Array(this.#missing.slice(0, this.#missingCount * 2).buffer);
  }

  #slotOf(low: number, high: number): number {
    // murmur3's finalizer over both halves.
    let hash = Math.imul(low ^ this.#seed, 0x85eb_ca6b) ^ high;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
    for (let slot = (hash ^ (hash >>> 16)) & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const node = this.#slots[slot];
      if (node === NONE || this.#isAt(node, low, high)) {
        return slot;
      }
    }
  }

  #isAt(node: number, low: number, high: number): boolean {
    const [words, at] = node < this.#rows ? [this.#words, node * 2] : [this.#missing, (node - this.#rows) * 2];
    return words[at] === low && words[at + 1] === high;
  }
}
