import { type StoreClient, type TimeWindow } from '../../shared/storeClient';
import { type TagScope, type TagValue } from '../../shared/storeTypes';

/** As many as a person can look through; typing a value that is not listed is always possible. */
export const TAG_LIMIT = 1000;
/** Long enough for a query to be written in, short enough for what was just sent to be offered. */
const FRESH_MS = 30_000;
/** Answers kept at a time; a query that is being written asks for a few. */
const MAX_KEPT = 200;

interface Kept {
  readonly answer: Promise<unknown>;
  readonly askedAt: number;
}

/** What an editor can offer of the store's attributes in a time range. Answers are kept for 30 s, failures are not. */
export class TagSource {
  readonly #client: StoreClient;
  readonly #window: () => TimeWindow | undefined;
  readonly #now: () => number;
  readonly #kept = new Map<string, Kept>();

  /** `window` is read with each question. */
  constructor(client: StoreClient, window: () => TimeWindow | undefined, now: () => number = Date.now) {
    this.#client = client;
    this.#window = window;
    this.#now = now;
  }

  /** Names of attributes and intrinsics, by scope. Rejects with a StoreError, as the next one does. */
  scopes(): Promise<readonly TagScope[]> {
    return this.#once('scopes', () => this.#client.tagScopes({ window: this.#window(), limit: TAG_LIMIT }));
  }

  /** Values of a tag, as TraceQL has it, on spans that match `query`. */
  values(tag: string, query: string | undefined): Promise<readonly TagValue[]> {
    return this.#once(valuesKey(tag, query), () =>
      this.#client.tagValues(tag, { query, window: this.#window(), limit: TAG_LIMIT })
    );
  }

  hasScopes(): boolean {
    return this.#fresh('scopes') !== undefined;
  }

  hasValues(tag: string, query: string | undefined): boolean {
    return this.#fresh(valuesKey(tag, query)) !== undefined;
  }

  #fresh(key: string): Promise<unknown> | undefined {
    const kept = this.#kept.get(key);
    return kept && this.#now() - kept.askedAt < FRESH_MS ? kept.answer : undefined;
  }

  #once<T>(key: string, ask: () => Promise<T>): Promise<T> {
    const known = this.#fresh(key);
    if (known !== undefined) {
      return known as Promise<T>;
    }
    const answer = ask();
    const kept: Kept = { answer, askedAt: this.#now() };
    // Set anew at its end, so that the first one is the oldest.
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MAX_KEPT && oldest !== undefined) {
      this.#kept.delete(oldest);
    }
    answer.catch(() => {
      if (this.#kept.get(key) === kept) {
        this.#kept.delete(key);
      }
    });
    return answer;
  }
}

const valuesKey = (tag: string, query: string | undefined): string => `values ${tag}\n${query ?? ''}`;
