import type { Readable } from 'node:stream';

/** Buffers kept for the next bodies. More requests under way than this allocate and forget. */
const MAX_SPARE = 32;
/** Sizes are rounded up to this, so that a spare one fits the next body of about the same size. */
const GRANULE = 64 * 1024;

/** The body is longer than the listener takes; Fastify's own error has the same status. */
export class BodyTooLarge extends Error {
  readonly statusCode = 413;
}

/**
 * Reads request bodies into buffers that are used again. Clients send bodies of one size, some hundred a second: with a
 * new buffer for each, the garbage collector takes a fifth of the ingest's time.
 */
export class BodyPool {
  readonly #maxBytes: number;
  readonly #spare: Buffer[] = [];
  /** The whole buffer behind each body that is out. */
  readonly #whole = new WeakMap<Buffer, Buffer>();

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The whole body. Rejects with BodyTooLarge, and when the client goes away. Give it back with `release()`. */
  async read(payload: Readable, contentLength: string | undefined): Promise<Buffer> {
    const expected = Number(contentLength ?? GRANULE);
    if (expected > this.#maxBytes) {
      throw new BodyTooLarge();
    }
    let whole = this.#take(expected);
    let length = 0;
    for await (const chunk of payload as AsyncIterable<Buffer>) {
      const needed = length + chunk.length;
      if (needed > this.#maxBytes) {
        throw new BodyTooLarge();
      }
      if (needed > whole.length) {
        const larger = this.#take(Math.min(needed * 2, Math.max(needed, this.#maxBytes)));
        whole.copy(larger, 0, 0, length);
        whole = larger;
      }
      chunk.copy(whole, length);
      length = needed;
    }
    const body = whole.subarray(0, length);
    this.#whole.set(body, whole);
    return body;
  }

  /** The body will not be read any more. */
  release(body: Buffer): void {
    const whole = this.#whole.get(body);
    if (whole && this.#spare.length < MAX_SPARE) {
      this.#whole.delete(body);
      this.#spare.push(whole);
    }
  }

  #take(bytes: number): Buffer {
    const index = this.#spare.findIndex((spare) => spare.length >= bytes);
    if (index >= 0) {
      return this.#spare.splice(index, 1)[0];
    }
    // Too small for what comes now: let go of one, so that the pool follows the clients' sizes.
    this.#spare.pop();
    return Buffer.allocUnsafeSlow(Math.max(Math.ceil(bytes / GRANULE), 1) * GRANULE);
  }
}
