/** Amounts of one tenant may run ahead of its rate by this much. */
const BURST_SECONDS = 2;

/**
 * A rate as a bucket: `perSecond` flow in, up to two seconds' worth, and each request takes its amount out. A request is let
 * in while anything is left, so one that is larger than the bucket passes, and those behind it wait for longer.
 */
export class RateLimit {
  readonly #perSecond: number;
  #left: number;
  #atMs: number;

  constructor(perSecond: number, nowMs: number) {
    this.#perSecond = perSecond;
    this.#left = perSecond * BURST_SECONDS;
    this.#atMs = nowMs;
  }

  /** Seconds until a request is let in; 0 for now. */
  waitSeconds(nowMs: number): number {
    this.#refill(nowMs);
    return this.#left > 0 ? 0 : Math.max(1, Math.ceil(-this.#left / this.#perSecond));
  }

  take(amount: number): void {
    this.#left -= amount;
  }

  #refill(nowMs: number): void {
    const seconds = Math.max(0, nowMs - this.#atMs) / 1000;
    this.#left = Math.min(this.#perSecond * BURST_SECONDS, this.#left + seconds * this.#perSecond);
    this.#atMs = nowMs;
  }
}
