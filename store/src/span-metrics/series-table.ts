/** The slot of everything that has no room. */
export const OVERFLOW = 0;

const FIRST_ROOM = 64;
const OVERFLOW_VALUE = '__overflow__';

/** A label set that has a slot. Another object when the same labels come back after they had been idle. */
export interface Series {
  /** In the order of the table's names; '' for none. */
  readonly values: readonly string[];
  /** As both text formats write them, `a="b",c="d"`. */
  readonly text: string;
  /** Epoch milliseconds at which it began at 0. */
  readonly createdMs: number;
}

/**
 * Numbers ("slots") for label sets: at most `max` of them beside the overflow, each given back when it has not been met for
 * a while. Values live in arrays by slot, elsewhere.
 */
export class SeriesTable {
  /** Of the labels, in the order of `Series.values`. `tenant` is the last of them: only some stores have it. */
  readonly names: readonly string[];
  /** By slot: undefined where it is free. */
  readonly series: Array<Series | undefined> = [undefined];
  readonly #max: number;
  readonly #idleMs: number;
  readonly #slots = new Map<string, number>();
  readonly #free: number[] = [];
  #seenMs = new Float64Array(FIRST_ROOM);

  /** `names`: of the labels beside `tenant`; the overflow's series has `__overflow__` in each. */
  constructor(names: readonly string[], max: number, idleMs: number) {
    this.names = [...names, 'tenant'];
    this.#max = max;
    this.#idleMs = idleMs;
  }

  /** Series that are shown, the overflow's not counted. */
  get size(): number {
    return this.#slots.size;
  }

  /** The slot of a label set, a new one where it has none, OVERFLOW where there is no room. `values`: one for each name. */
  slotOf(values: readonly string[], nowMs: number): number {
    const text = textOf(this.names, values);
    const known = this.#slots.get(text);
    if (known !== undefined) {
      this.touch(known, nowMs);
      return known;
    }
    if (this.#slots.size >= this.#max) {
      this.series[OVERFLOW] ??= this.#overflow(nowMs);
      this.touch(OVERFLOW, nowMs);
      return OVERFLOW;
    }
    const slot = this.#free.pop() ?? this.series.length;
    this.series[slot] = { values, text, createdMs: nowMs };
    this.#slots.set(text, slot);
    this.touch(slot, nowMs);
    return slot;
  }

  /** Whether a label set that had a slot has one, the same or another. */
  has({ text }: Series): boolean {
    return this.#slots.has(text) || this.series[OVERFLOW]?.text === text;
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
    for (let slot = 0; slot < this.series.length; slot++) {
      const series = this.series[slot];
      if (series === undefined || this.#seenMs[slot] > before) {
        continue;
      }
      clear(slot);
      this.series[slot] = undefined;
      hasFreed = true;
      if (slot !== OVERFLOW) {
        this.#slots.delete(series.text);
        this.#free.push(slot);
      }
    }
    return hasFreed;
  }

  #overflow(createdMs: number): Series {
    const values = this.names.map((name) => (name === 'tenant' ? '' : OVERFLOW_VALUE));
    return { values, text: textOf(this.names, values), createdMs };
  }
}

/** Labels as the text formats have them: backslash, quote and line feed escaped. `tenant` is left out where it is ''. */
function textOf(names: readonly string[], values: readonly string[]): string {
  const labels: string[] = [];
  for (const [index, name] of names.entries()) {
    const value = values[index];
    if (value !== '' || name !== 'tenant') {
      const escaped = value.replace(/[\\"\n]/g, (letter) => (letter === '\n' ? '\\n' : `\\${letter}`));
      labels.push(`${name}="${escaped}"`);
    }
  }
  return labels.join(',');
}
