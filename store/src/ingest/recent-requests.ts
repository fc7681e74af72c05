import { createHash, hash } from 'node:crypto';

import type { AppendResult } from './columnizer.ts';

/** Requests remembered at least; at most twice as many. At 10k spans a second in batches of 512, ten minutes and more. */
const GENERATION = 16_384;
/** Of a request of some hundred kilobytes, hashing all takes 4 % of the ingest's CPU. */
const END_BYTES = 16 * 1024;
const DIGEST_BYTES = 16;

/**
 * What became of the requests received lately, by their bytes: a client that did not get its answer sends the same bytes
 * again, and is answered without storing them twice. In memory; a start adds what the end of the journal holds.
 */
export class RecentRequests {
  #young = new Map<string, Promise<AppendResult>>();
  #old = new Map<string, Promise<AppendResult>>();

  /**
   * The key of a request: tenant, length, CRC-32 (`bodyCrc`), and a SHA-256 of its bytes, of a long one's two ends. The
   * ends hold the ids of the first and of the last span. The checksum alone is not enough: among thousands of requests of
   * one size two have the same one every few hundred thousand.
   */
  static key(body: Uint8Array, bodyCrc: number, tenant: string): string {
    const { length } = body;
    const digest =
      length <= END_BYTES * 2
        ? hash('sha256', body, 'buffer')
        : createHash('sha256')
            .update(body.subarray(0, END_BYTES))
            .update(body.subarray(length - END_BYTES))
            .digest();
    return `${tenant}\0${length}\0${bodyCrc}\0${digest.toString('latin1', 0, DIGEST_BYTES)}`;
  }

  find(key: string): Promise<AppendResult> | undefined {
    return this.#young.get(key) ?? this.#old.get(key);
  }

  /** `outcome` is forgotten again if it rejects: such a request was not stored. */
  remember(key: string, outcome: Promise<AppendResult>): void {
    if (this.#young.size >= GENERATION) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, outcome);
    outcome.catch(() => {
      this.#young.delete(key);
      this.#old.delete(key);
    });
  }
}
