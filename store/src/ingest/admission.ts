import type { Tenants } from '../tenants.ts';
import { RateLimit } from './rate-limit.ts';

/** Tenants whose rates are remembered; more than that at once, and all begin anew. */
const MAX_TENANTS = 10_000;

interface Rates {
  readonly spans: RateLimit | undefined;
  readonly bytes: RateLimit | undefined;
}

/** Over its rate. */
export interface Refusal {
  readonly message: string;
  readonly retryAfterSeconds: number;
}

/** Holds tenants to their rates of spans and bytes. */
export class Admission {
  readonly #tenants: Tenants;
  readonly #rates = new Map<string, Rates>();

  constructor(tenants: Tenants) {
    this.#tenants = tenants;
  }

  /** Why a request of the tenant has to wait; undefined when it need not. */
  refusal(tenant: string, nowMs: number): Refusal | undefined {
    const { spans, bytes } = this.#of(tenant, nowMs);
    const { spansPerSecond, bytesPerSecond } = this.#tenants.limitsOf(tenant);
    const who = tenant === '' ? '' : ` of tenant ${tenant}`;
    const spansWait = spans?.waitSeconds(nowMs) ?? 0;
    if (spansWait > 0) {
      return {
        message: `The limit${who} is ${spansPerSecond} spans a second (CLEW_MAX_SPANS_PER_SECOND)`,
        retryAfterSeconds: spansWait,
      };
    }
    const bytesWait = bytes?.waitSeconds(nowMs) ?? 0;
    return bytesWait > 0
      ? {
          message: `The limit${who} is ${bytesPerSecond} bytes a second (CLEW_MAX_BYTES_PER_SECOND)`,
          retryAfterSeconds: bytesWait,
        }
      : undefined;
  }

  /** Counts what was let in. */
  admitted(tenant: string, spans: number, bytes: number): void {
    const rates = this.#rates.get(tenant);
    rates?.spans?.take(spans);
    rates?.bytes?.take(bytes);
  }

  #of(tenant: string, nowMs: number): Rates {
    const known = this.#rates.get(tenant);
    if (known) {
      return known;
    }
    if (this.#rates.size >= MAX_TENANTS) {
      this.#rates.clear();
    }
    const { spansPerSecond, bytesPerSecond } = this.#tenants.limitsOf(tenant);
    const rates: Rates = {
      spans: spansPerSecond > 0 ? new RateLimit(spansPerSecond, nowMs) : undefined,
      bytes: bytesPerSecond > 0 ? new RateLimit(bytesPerSecond, nowMs) : undefined,
    };
    this.#rates.set(tenant, rates);
    return rates;
  }
}
