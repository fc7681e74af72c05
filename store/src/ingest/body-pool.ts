import type { Readable } from 'node:stream';

import type { BytesUnderWay } from './bytes-under-way.ts';

/** Bytes of buffers that are kept for the next bodies, and the largest that is worth keeping. */
const MAX_SPARE_BYTES = 16 * 1024 ** 2;
const MAX_SPARE_SIZE = 4 * 1024 ** 2;
/** Sizes are rounded up to this, so that a spare one fits the next body of about the same size. */
const GRANULE = 64 * 1024;

/** The body is longer than the listener takes; Fastify's own error has the same status. */
export class BodyTooLarge extends Error {
  readonly statusCode = 413;
}

/** So many bytes of bodies are under way that this one has to wait. */
export class TooManyBodies extends Error {
  readonly statusCode = 429;
}

/**
 * Reads request bodies into buffers that are used again. Clients send bodies of one size, some hundred a second: with a
 * new buffer for each, the garbage collector takes a fifth of the ingest's time.
 */
export class BodyPool {
  readonly #maxBytes: number;
  readonly #underWay: BytesUnderWay;
  readonly #spare: Buffer[] = [];
  #spareBytes = 0;
  /** The whole buffer behind each body that is out. */
  readonly #whole = new WeakMap<Buffer, Buffer>();

  constructor(maxBytes: number, underWay: BytesUnderWay) {
    this.#maxBytes = maxBytes;
    this.#underWay = underWay;
  }

  /**
   * The whole body. Rejects with BodyTooLarge, TooManyBodies, and when the client goes away. Give it back with
   * `release()`.
   */
  async read(payload: Readable, contentLength: string | undefined): Promise<Buffer> {
    const expected = Number(contentLength ?? GRANULE);
    if (expected > this.#maxBytes) {
      throw new BodyTooLarge();
    }
    let whole = this.#take(expected);
    let length = 0;
    try {
      for await (const chunk of payload as AsyncIterable<Buffer>) {
        const needed = length + chunk.length;
        if (needed > this.#maxBytes) {
          throw new BodyTooLarge();
        }
        if (needed > whole.length) {
          const larger = this.#take(Math.min(needed * 2, Math.max(needed, this.#maxBytes)));
          whole.copy(larger, 0, 0, length);
          this.#giveBack(whole);
          whole = larger;
        }
        chunk.copy(whole, length);
        length = needed;
      }
    } catch (error) {
      this.#giveBack(whole);
      throw error;
    }
    const body = whole.subarray(0, length);
    this.#whole.set(body, whole);
    return body;
  }

  /** The body will not be read any more. */
  release(body: Buffer): void {
    const whole = this.#whole.get(body);
    if (whole) {
      this.#whole.delete(body);
      this.#giveBack(whole);
    }
  }

  #take(bytes: number): Buffer {
    const size = Math.max(Math.ceil(bytes / GRANULE), 1) * GRANULE;
    const index = this.#spare.findIndex(({ length }) => length >= bytes && length <= size * 2);
    if (!this.#underWay.take(this.#spare[index]?.length ?? size)) {
      throw new TooManyBodies();
    }
    let buffer: Buffer;
    if (index >= 0) {
      [buffer] = this.#spare.splice(index, 1);
      this.#spareBytes -= buffer.length;
    } else {
      // None fits what comes now: let go of one, so that the pool follows the clients' sizes.
      this.#spareBytes -= this.#spare.pop()?.length ?? 0;
      buffer = Buffer.allocUnsafeSlow(size);
    }
    return buffer;
  }

  #giveBack(buffer: Buffer): void {
    this.#underWay.giveBack(buffer.length);
    if (buffer.length <= MAX_SPARE_SIZE && this.#spareBytes + buffer.length <= MAX_SPARE_BYTES) {
      this.#spareBytes += buffer.length;
      this.#spare.push(buffer);
    }
  }
}
