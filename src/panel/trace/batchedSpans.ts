import { abortError } from './abort';

/** Spans that one request may ask for. */
const MAX_IDS = 200;
/** Ids of which the answers are kept; the oldest go first. */
const MAX_KEPT = 4000;

type Load<Value> = (ids: readonly string[], signal: AbortSignal) => Promise<ReadonlyMap<string, Value>>;

interface Waiting<Value> {
  readonly promise: Promise<Value | undefined>;
  readonly settle: (value: Value | undefined) => void;
  readonly fail: (error: unknown) => void;
  /** How many still want it. */
  wanted: number;
  batch: Batch | undefined;
}

interface Batch {
  readonly abort: AbortController;
  /** Ids of it that somebody still wants. */
  live: number;
}

/**
 * Values by id, asked for in batches: what is asked for in one turn goes in one request, what is known or under way is not asked
 * for again. A request that nobody waits for any more is aborted.
 */
export class BatchedSpans<Value> {
  readonly #load: Load<Value>;
  /** null: the answer was that there is none. */
  readonly #kept = new Map<string, Value | null>();
  readonly #waiting = new Map<string, Waiting<Value>>();
  #queue: string[] = [];

  constructor(load: Load<Value>) {
    this.#load = load;
  }

  forget(): void {
    this.#kept.clear();
  }

  /** In the order of the ids, undefined where there is none. Rejects as `load`, and when `signal` is aborted. */
  get(ids: readonly string[], signal: AbortSignal): Promise<Array<Value | undefined>> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(abortError());
        return;
      }
      const mine: Array<[string, Waiting<Value>]> = [];
      const answers = ids.map((id) => {
        const kept = this.#kept.get(id);
        if (kept !== undefined) {
          return kept ?? undefined;
        }
        const waiting = this.#ask(id);
        mine.push([id, waiting]);
        return waiting.promise;
      });
      const onAbort = () => {
        mine.forEach(([id, waiting]) => this.#release(id, waiting));
        reject(abortError());
      };
      signal.addEventListener('abort', onAbort, { once: true });
      Promise.all(answers)
        .then(resolve, reject)
        .finally(() => signal.removeEventListener('abort', onAbort));
    });
  }

  #ask(id: string): Waiting<Value> {
    let waiting = this.#waiting.get(id);
    if (!waiting) {
      waiting = newWaiting<Value>();
      this.#waiting.set(id, waiting);
      if (this.#queue.length === 0) {
        setTimeout(() => this.#flush(), 0);
      }
      this.#queue.push(id);
    }
    waiting.wanted += 1;
    return waiting;
  }

  #release(id: string, waiting: Waiting<Value>): void {
    waiting.wanted -= 1;
    if (waiting.wanted > 0 || this.#waiting.get(id) !== waiting) {
      return;
    }
    this.#waiting.delete(id);
    if (waiting.batch && --waiting.batch.live === 0) {
      waiting.batch.abort.abort();
    }
  }

  #flush(): void {
    const ids = this.#queue.filter((id) => this.#waiting.has(id));
    this.#queue = [];
    for (let at = 0; at < ids.length; at += MAX_IDS) {
      void this.#request(ids.slice(at, at + MAX_IDS));
    }
  }

  async #request(ids: readonly string[]): Promise<void> {
    const batch: Batch = { abort: new AbortController(), live: ids.length };
    const asked = ids.flatMap((id) => {
      const waiting = this.#waiting.get(id);
      return waiting ? [{ id, waiting }] : [];
    });
    asked.forEach(({ waiting }) => (waiting.batch = batch));
    try {
      const values = await this.#load(ids, batch.abort.signal);
      for (const { id, waiting } of asked) {
        const value = values.get(id);
        this.#keep(id, value ?? null);
        this.#finish(id, waiting);
        waiting.settle(value);
      }
    } catch (error) {
      for (const { id, waiting } of asked) {
        this.#finish(id, waiting);
        waiting.fail(error);
      }
    }
  }

  #finish(id: string, waiting: Waiting<Value>): void {
    if (this.#waiting.get(id) === waiting) {
      this.#waiting.delete(id);
    }
  }

  #keep(id: string, value: Value | null): void {
    this.#kept.set(id, value);
    if (this.#kept.size > MAX_KEPT) {
      for (const oldest of this.#kept.keys()) {
        this.#kept.delete(oldest);
        break;
      }
    }
  }
}

function newWaiting<Value>(): Waiting<Value> {
  let settle: Waiting<Value>['settle'] = () => undefined;
  let fail: Waiting<Value>['fail'] = () => undefined;
  const promise = new Promise<Value | undefined>((resolve, reject) => {
    settle = resolve;
    fail = reject;
  });
  // Whoever has gone does not hear of it.
  promise.catch(() => undefined);
  return { promise, settle, fail, wanted: 0, batch: undefined };
}
