import { wordsOf } from '../wire-frame/columns.ts';
import { hashId, randomWord } from './hash-id.ts';
import { STRIDE, type Steps } from './steps.ts';
import { DUPLICATE_ID } from './trace-tree.ts';

const NONE = -1;

/** Less than STRIDE, because the first rows touch most pages of the table for the first time. */
const SLOT_STRIDE = STRIDE >> 2;

/**
 * Which nodes have an id, in open addressing over the ids' halves: no key object, no collision list. Nodes of one id are
 * linked in their order. The ids come from whoever sends spans, so the hash is seeded: nobody can choose ids that all
 * fall together.
 */
export class SpanIds {
  readonly #words: Uint32Array;
  readonly #rows: number;
  readonly #mask: number;
  // Nodes count from 1 in these, so that they need no filling: a page of memory is first touched when it is needed.
  /** The first node of the id at a slot. */
  readonly #slots: Int32Array;
  /** By row: the next one of the same id. */
  readonly #next: Int32Array;
  readonly #seed = randomWord();
  readonly #otherSeed = randomWord();
  /** Halves of ids that no row has, as `add` got them. */
  #missing = new Uint32Array(64);
  #missingCount = 0;

  constructor(spanIds: Uint8Array) {
    this.#words = idWords(spanIds);
    this.#rows = this.#words.length >>> 1;
    // Each row may name a parent that is missing.
    let capacity = 16;
    while (capacity < this.#rows * 4) {
      capacity *= 2;
    }
    this.#mask = capacity - 1;
    this.#slots = new Int32Array(capacity);
    this.#next = new Int32Array(this.#rows);
  }

  /** Sets DUPLICATE_ID at all rows that share their id. */
  *addRows(flags: Uint8Array): Steps<void> {
    // The last one of each id that has several, so that they can be linked in order.
    let last: Int32Array | undefined;
    for (let row = 0; row < this.#rows; row++) {
      const slot = this.#slotOf(this.#words[row * 2], this.#words[row * 2 + 1]);
      const first = this.#slots[slot] - 1;
      if (first === NONE) {
        this.#slots[slot] = row + 1;
      } else {
        last ??= new Int32Array(this.#rows);
        this.#next[last[first] === 0 ? first : last[first]] = row + 1;
        last[first] = row;
        flags[first] |= DUPLICATE_ID;
        flags[row] |= DUPLICATE_ID;
      }
      if (row % SLOT_STRIDE === SLOT_STRIDE - 1) {
        yield;
      }
    }
  }

  /** The first node of an id, -1 for none. */
  find(low: number, high: number): number {
    return this.#slots[this.#slotOf(low, high)] - 1;
  }

  /** The first row of the id that a row has. */
  firstOf(row: number): number {
    return this.find(this.#words[row * 2], this.#words[row * 2 + 1]);
  }

  /** The next row of the same id, -1 behind the last one. */
  nextOf(row: number): number {
    return this.#next[row] - 1;
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
    this.#slots[this.#slotOf(low, high)] = node + 1;
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
    for (let slot = hashId(low, high, this.#seed, this.#otherSeed) & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const node = this.#slots[slot] - 1;
      if (node === NONE || this.#isAt(node, low, high)) {
        return slot;
      }
    }
  }

  #isAt(node: number, low: number, high: number): boolean {
    if (node < this.#rows) {
      return this.#words[node * 2] === low && this.#words[node * 2 + 1] === high;
    }
    const at = (node - this.#rows) * 2;
    return this.#missing[at] === low && this.#missing[at + 1] === high;
  }
}

/** Halves of eight-byte ids, also where the ids do not begin at a multiple of four bytes. */
export const idWords = (ids: Uint8Array): Uint32Array => wordsOf(ids.byteOffset % 4 === 0 ? ids : new Uint8Array(ids));
