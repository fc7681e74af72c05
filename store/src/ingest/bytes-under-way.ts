import type { Refusal } from './admission.ts';

/** How long a client waits that came when the memory for requests was taken. */
const RETRY_SECONDS = 1;

/**
 * Bounds what the requests under way take together, whatever protocol they come by: many clients with large requests
 * must not fill the memory before anybody can say that there is a backlog.
 */
export class BytesUnderWay {
  readonly #max: number;
  #bytes = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** What a client is told whose request does not fit in. */
  get refusal(): Refusal {
    return {
      message: `Requests of ${this.#max} bytes are under way, more is not taken at once (CLEW_MAX_INFLIGHT_BYTES)`,
      retryAfterSeconds: RETRY_SECONDS,
    };
  }

  /** Whether so many bytes more fit in; if so they count until they are given back. One request always fits in. */
  take(bytes: number): boolean {
    if (this.#bytes > 0 && this.#bytes + bytes > this.#max) {
      return false;
    }
    this.#bytes += bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.#bytes -= bytes;
  }
}
