import { firstAtLeast } from './rowList';
import { type Forest } from './forest';

/** So many are found faster by going through all positions than by sorting. */
const MANY = 50_000;

/** Positions of a forest, ascending: what matched a search, or has an error. */
export class MatchList {
  readonly positions: Uint32Array;

  private constructor(positions: Uint32Array) {
    this.positions = positions;
  }

  /** Of rows that have their bit, from position `begin` to `end`. */
  static ofBits(forest: Forest, begin: number, end: number, bits: Uint32Array, rows: number): MatchList {
    const total = countBits(bits);
    const found = new Uint32Array(total);
    let count = 0;
    if (total > MANY) {
      for (let at = begin; at < end; at++) {
        const id = forest.order[at];
        if (id < rows && ((bits[id >>> 5] >>> (id & 31)) & 1) === 1) {
          found[count++] = at;
        }
      }
      return new MatchList(found.subarray(0, count));
    }
    for (let word = 0; word < bits.length; word++) {
      // From the lowest bit that is set to the next.
      for (let left = bits[word]; left !== 0; left &= left - 1) {
        const row = word * 32 + (31 - Math.clz32(left & -left));
        const position = row < rows ? forest.positions[row] : end;
        if (position >= begin && position < end) {
          found[count++] = position;
        }
      }
    }
    return new MatchList(found.subarray(0, count).sort());
  }

  /** Of rows with one value. */
  static ofValue(forest: Forest, begin: number, end: number, values: Uint8Array, value: number): MatchList {
    let total = 0;
    for (let row = 0; row < values.length; row++) {
      total += values[row] === value ? 1 : 0;
    }
    const found = new Uint32Array(total);
    let count = 0;
    if (total > MANY) {
      for (let at = begin; at < end; at++) {
        if (values[forest.order[at]] === value) {
          found[count++] = at;
        }
      }
      return new MatchList(found.subarray(0, count));
    }
    for (let row = 0; row < values.length; row++) {
      const position = values[row] === value ? forest.positions[row] : end;
      if (position >= begin && position < end) {
        found[count++] = position;
      }
    }
    return new MatchList(found.subarray(0, count).sort());
  }

  get count(): number {
    return this.positions.length;
  }

  /** Which one stands at a position; -1 if none does. */
  indexAt(position: number): number {
    const index = firstAtLeast(this.positions, this.count, position);
    return this.positions[index] === position ? index : -1;
  }

  /** The first one after a position, from the top again after the last. Undefined if there is none at all. */
  after(position: number): number | undefined {
    const index = firstAtLeast(this.positions, this.count, position + 1);
    return this.count === 0 ? undefined : this.positions[index % this.count];
  }

  before(position: number): number | undefined {
    const index = firstAtLeast(this.positions, this.count, Math.max(position, 0)) - 1;
    return this.count === 0 ? undefined : this.positions[(index + this.count) % this.count];
  }
}

function countBits(bits: Uint32Array): number {
  let count = 0;
  for (let word = 0; word < bits.length; word++) {
    let left = bits[word];
    left -= (left >>> 1) & 0x55555555;
    left = (left & 0x33333333) + ((left >>> 2) & 0x33333333);
    count += Math.imul((left + (left >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return count;
}
