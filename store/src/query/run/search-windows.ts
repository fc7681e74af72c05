import type { SpanTimeRange } from '../plan/plan.ts';
import { HOUR_NS } from '../../schema/tables.ts';

/** Hours of the first window, and how much longer the next is at most. */
const FIRST_HOURS = 1n;
const MAX_GROWTH = 24n;
/** A window that would be longer takes in all that is left: what is so rare is found by the indexes. */
const MAX_HOURS = 48n;

/**
 * The parts of a time range in which a search looks, newest first: an hour, the sort key's unit, then as much as the last one
 * promises to be enough. An open end is taken to be now; what lies in the future belongs to the first window.
 */
export class SearchWindows {
  readonly #range: SpanTimeRange;
  /** Where the next window ends; undefined for an open end. */
  #endNs: bigint | undefined;
  /** Where the last one began. */
  #startNs: bigint;
  #hours: bigint;
  #done = false;

  /** `inOne`: the whole range at once. */
  constructor(range: SpanTimeRange, nowNs: bigint, inOne = false) {
    this.#range = range;
    this.#hours = inOne ? MAX_HOURS + 1n : FIRST_HOURS;
    this.#endNs = range.endNs;
    this.#startNs = (range.endNs ?? nowNs) + 1n;
  }

  /** The next window, until the range's beginning is reached. */
  next(): SpanTimeRange | undefined {
    if (this.#done) {
      return undefined;
    }
    const endNs = this.#endNs;
    const begin = this.#range.startNs;
    // A window begins with an hour, so that no hour is read twice.
    const startNs = ((this.#startNs - 1n) / HOUR_NS - this.#hours + 1n) * HOUR_NS;
    this.#done = this.#hours > MAX_HOURS || startNs <= (begin ?? 0n);
    if (this.#done) {
      return { startNs: begin, endNs };
    }
    this.#startNs = startNs;
    this.#endNs = startNs - 1n;
    return { startNs, endNs };
  }

  /** The next window ends at `endNs` instead, because this one was not read to its beginning. */
  resumeAt(endNs: bigint): void {
    this.#done = false;
    this.#endNs = endNs;
    this.#startNs = endNs + 1n;
    this.#hours = FIRST_HOURS;
  }

  /** Of `wanted` traces, `found` lay in the last window. */
  grow(found: number, wanted: number): void {
    const needed = found === 0 ? MAX_GROWTH : BigInt(Math.ceil((wanted / found) * 1.5));
    this.#hours *= needed > MAX_GROWTH ? MAX_GROWTH : needed;
  }
}
