import type { SpanIds } from './exemplars.ts';

/** 128 bits of trace id and 64 of span id. */
const KEY_WORDS = 6;
const TRACE_ID_BYTES = 16;
const NONE = -1;

/** One half of a call. The client's key is its own span id, the server's its parent's. */
export interface Half {
  isServer: boolean;
  /** Sent or received by a queue. */
  isMessage: boolean;
  hasFailed: boolean;
  seconds: number;
  weight: number;
  tenant: string;
  service: string;
  /** What a client says that it talks to, '' for nothing. */
  peer: string;
}

/**
 * Halves of calls that wait for the other one, at most `max` of them, for `waitMs` each. Entries are used again: nothing is
 * allocated for a span.
 */
export class PendingSpans {
  readonly #max: number;
  readonly #waitMs: number;
  readonly #halves: Half[] = [];
  readonly #keys: Uint32Array;
  readonly #keyBytes: Uint8Array;
  readonly #expiresMs: Float64Array;
  /** First entry of each hash; the next with the same hash, or the next free one. */
  readonly #heads: Int32Array;
  readonly #next: Int32Array;
  /** All wait equally long, so the order of arrival is that of expiry. */
  readonly #older: Int32Array;
  readonly #newer: Int32Array;
  #oldest = NONE;
  #newest = NONE;
  #free = NONE;
  #size = 0;
  #dropped = 0;
  readonly #key = new Uint32Array(KEY_WORDS);
  #slot = 0;

  constructor(max: number, waitMs: number) {
    this.#max = max;
    this.#waitMs = waitMs;
    this.#keys = new Uint32Array(max * KEY_WORDS);
    this.#keyBytes = new Uint8Array(this.#keys.buffer);
    this.#expiresMs = new Float64Array(max);
    this.#heads = new Int32Array(2 ** Math.ceil(Math.log2(max * 2))).fill(NONE);
    this.#next = new Int32Array(max);
    this.#older = new Int32Array(max);
    this.#newer = new Int32Array(max);
  }

  get size(): number {
    return this.#size;
  }

  /** Entries that gave way since the start. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Sets the key that `take` and `add` are about. Ids as bytes, at these offsets. */
  seek(traceIds: Uint8Array, traceAt: number, spanIds: Uint8Array, spanAt: number): void {
    const key = this.#key;
    key[0] = word(traceIds, traceAt);
    key[1] = word(traceIds, traceAt + 4);
    key[2] = word(traceIds, traceAt + 8);
    key[3] = word(traceIds, traceAt + 12);
    key[4] = word(spanIds, spanAt);
    key[5] = word(spanIds, spanAt + 4);
    this.#slot = slotOf(key, 0, this.#heads.length);
  }

  /** Removes and answers the other half of a call; it is valid until the next `add`. */
  take(isServer: boolean, tenant: string): Half | undefined {
    for (let entry = this.#heads[this.#slot]; entry !== NONE; entry = this.#next[entry]) {
      const half = this.#halves[entry];
      if (half.isServer !== isServer && half.tenant === tenant && this.#hasKey(entry)) {
        this.#remove(entry, this.#slot);
        return half;
      }
    }
    return undefined;
  }

  /**
   * An entry to be filled in. Where all are taken the oldest gives way: of two halves the second most often comes soon.
   */
  add(nowMs: number): Half {
    if (this.#size >= this.#max) {
      this.#dropped++;
      this.#remove(this.#oldest, this.#slotOfEntry(this.#oldest));
    }
    let entry = this.#free;
    if (entry === NONE) {
      entry = this.#halves.length;
      this.#halves.push(emptyHalf());
    } else {
      this.#free = this.#next[entry];
    }
    this.#keys.set(this.#key, entry * KEY_WORDS);
    this.#expiresMs[entry] = nowMs + this.#waitMs;
    this.#next[entry] = this.#heads[this.#slot];
    this.#heads[this.#slot] = entry;
    this.#older[entry] = this.#newest;
    this.#newer[entry] = NONE;
    if (this.#newest === NONE) {
      this.#oldest = entry;
    } else {
      this.#newer[this.#newest] = entry;
    }
    this.#newest = entry;
    this.#size++;
    return this.#halves[entry];
  }

  /** Removes what has waited long enough. The ids are those of its key. */
  expire(nowMs: number, visit: (half: Half, ids: SpanIds) => void): void {
    while (this.#oldest !== NONE && this.#expiresMs[this.#oldest] <= nowMs) {
      const entry = this.#oldest;
      this.#remove(entry, this.#slotOfEntry(entry));
      visit(this.#halves[entry], this.#idsOf(entry));
    }
  }

  #idsOf(entry: number): SpanIds {
    // Words were packed with their first byte lowest, as the processors that the engine is made for keep them.
    const bytes = this.#keyBytes;
    const traceAt = entry * KEY_WORDS * 4;
    return { traceIds: bytes, traceAt, spanIds: bytes, spanAt: traceAt + TRACE_ID_BYTES };
  }

  #slotOfEntry(entry: number): number {
    return slotOf(this.#keys, entry * KEY_WORDS, this.#heads.length);
  }

  #hasKey(entry: number): boolean {
    const at = entry * KEY_WORDS;
    for (let index = 0; index < KEY_WORDS; index++) {
      if (this.#keys[at + index] !== this.#key[index]) {
        return false;
      }
    }
    return true;
  }

  #remove(entry: number, slot: number): void {
    if (this.#heads[slot] === entry) {
      this.#heads[slot] = this.#next[entry];
    } else {
      let before = this.#heads[slot];
      while (this.#next[before] !== entry) {
        before = this.#next[before];
      }
      this.#next[before] = this.#next[entry];
    }
    const older = this.#older[entry];
    const newer = this.#newer[entry];
    if (older === NONE) {
      this.#oldest = newer;
    } else {
      this.#newer[older] = newer;
    }
    if (newer === NONE) {
      this.#newest = older;
    } else {
      this.#older[newer] = older;
    }
    this.#next[entry] = this.#free;
    this.#free = entry;
    this.#size--;
  }
}

/** `count`: of slots, a power of two. */
function slotOf(keys: Uint32Array, at: number, count: number): number {
  let hash = keys[at] ^ keys[at + 2] ^ keys[at + 4];
  hash ^= Math.imul(keys[at + 1] ^ keys[at + 3] ^ keys[at + 5], 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) & (count - 1);
}

function word(bytes: Uint8Array, at: number): number {
  return (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0;
}

function emptyHalf(): Half {
  return {
    isServer: false,
    isMessage: false,
    hasFailed: false,
    seconds: 0,
    weight: 0,
    tenant: '',
    service: '',
    peer: '',
  };
}
