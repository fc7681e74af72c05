/** The slot of everything that has no room. */
export const OVERFLOW = 0;

const FIRST_ROOM = 64;

/**
 * Numbers ("slots") for label sets: at most `max` of them beside the overflow, each given back when it has not been met for
 * a while. Values live in arrays by slot, elsewhere.
 */
export class SeriesTable {
  /** By slot: the labels as both text formats write them, `a="b",c="d"`; undefined where the slot is free. */
  readonly labels: Array<string | undefined> = [];
  readonly #max: number;
  readonly #idleMs: number;
  readonly #slots = new Map<string, number>();
  readonly #free: number[] = [];
  readonly #overflowLabels: string;
  #seenMs = new Float64Array(FIRST_ROOM);

  /** `names`: of the labels; the overflow's series has `__overflow__` in each. */
  constructor(names: readonly string[], max: number, idleMs: number) {
    this.#overflowLabels = names.map((name) => `${name}="__overflow__"`).join(',');
    this.#max = max;
    this.#idleMs = idleMs;
    this.labels.push(undefined);
  }

  /** Slots in use are below this. */
  get end(): number {
    return this.labels.length;
  }

  /** Series that are shown, the overflow's not counted. */
  get size(): number {
    return this.#slots.size;
  }

  /** The slot of a label set, a new one where it has none, OVERFLOW where there is no room. */
  slotOf(labels: string, nowMs: number): number {
    const known = this.#slots.get(labels);
    if (known !== undefined) {
      this.touch(known, nowMs);
      return known;
    }
    if (this.#slots.size >= this.#max) {
      this.labels[OVERFLOW] = this.#overflowLabels;
      this.touch(OVERFLOW, nowMs);
      return OVERFLOW;
    }
    const slot = this.#free.pop() ?? this.labels.length;
    this.labels[slot] = labels;
    this.#slots.set(labels, slot);
    this.touch(slot, nowMs);
    return slot;
  }

  touch(slot: number, nowMs: number): void {
    if (slot >= this.#seenMs.length) {
      const grown = new Float64Array(slot * 2);
      grown.set(this.#seenMs);
      this.#seenMs = grown;
    }
    this.#seenMs[slot] = nowMs;
  }

  /** Gives back the slots that have been idle; `clear` empties their values. Answers whether there were any. */
  expire(nowMs: number, clear: (slot: number) => void): boolean {
    const before = nowMs - this.#idleMs;
    let hasFreed = false;
    for (let slot = 0; slot < this.labels.length; slot++) {
      const labels = this.labels[slot];
      if (labels === undefined || this.#seenMs[slot] > before) {
        continue;
      }
      clear(slot);
      this.labels[slot] = undefined;
      hasFreed = true;
      if (slot !== OVERFLOW) {
        this.#slots.delete(labels);
        this.#free.push(slot);
      }
    }
    return hasFreed;
  }
}

/** A label as the text formats have it: backslash, quote and line feed escaped. */
export function label(name: string, value: string): string {
  return `${name}="${value.replace(/[\\"\n]/g, (letter) => (letter === '\n' ? '\\n' : `\\${letter}`))}"`;
}
