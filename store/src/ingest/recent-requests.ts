import { hash } from 'node:crypto';

import type { AppendResult } from './columnizer.ts';

/** Requests remembered at least; at most twice as many. At 10k spans a second in batches of 512, ten minutes and more. */
const GENERATION = 16_384;

/**
 * What became of the requests received lately, by their bytes: a client that did not get its answer sends the same bytes
 * again, and is answered without storing them twice. In memory; a start adds what the end of the journal holds.
 */
export class RecentRequests {
  #young = new Map<string, Promise<AppendResult>>();
  #old = new Map<string, Promise<AppendResult>>();

  /** The key of a request: the same bytes of the same tenant. */
  static key(body: Uint8Array, tenant: string): string {
    return tenant + hash('sha256', body, 'buffer').toString('latin1', 0, 16);
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
