import type { AppendResult } from './columnizer.ts';

/** Requests remembered at least; at most twice as many. At 10k spans a second in batches of 512, ten minutes and more. */
const GENERATION = 16_384;
const SAMPLES = 12;
const SAMPLE_BYTES = 16;

/**
 * What became of the requests received lately, by their bytes: a client that did not get its answer sends the same bytes
 * again, and is answered without storing them twice. In memory; a start adds what the end of the journal holds.
 */
export class RecentRequests {
  #young = new Map<string, Promise<AppendResult>>();
  #old = new Map<string, Promise<AppendResult>>();

  /**
   * The key of a request: tenant, length, CRC-32 (`bodyCrc`), and samples from all over the body. A tenth of a request is
   * random ids, so two that differ agree in the samples next to never, and then once in 2^32 in the checksum. A
   * cryptographic hash would cost 4 % of the ingest's CPU.
   */
  static key(body: Uint8Array, bodyCrc: number, tenant: string): string {
    const { buffer, byteOffset, length } = body;
    const view = Buffer.from(buffer, byteOffset, length);
    let key = `${tenant}\0${length}\0${bodyCrc}\0`;
    const stride = Math.max(SAMPLE_BYTES, Math.floor(length / SAMPLES));
    for (let at = 0; at < length; at += stride) {
      key += view.toString('latin1', at, at + SAMPLE_BYTES);
    }
    return key;
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
