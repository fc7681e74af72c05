import { compress } from 'snappyjs';

import { messageOf } from '../errors.ts';
import type { SeriesSet } from '../span-metrics/families.ts';
import type { Series } from '../span-metrics/series-table.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { DropReason, RemoteWriteMetrics } from './own-metrics.ts';
import { post, type Outcome } from './post.ts';
import type { RemoteWriteTarget } from './target.ts';
import { WriteRequest, type Stamps } from './write-request.ts';

/** A request is sent when it has so many samples: what Prometheus sends at once by default (max_samples_per_send). */
const SAMPLES_AT_ONCE = 2000;
const TIMEOUT_MS = 30_000;
const FIRST_BACKOFF_MS = 500;
const MAX_BACKOFF_MS = 30_000;
/** A series' 0 is dated back to its beginning, but no further than receivers take. */
const MAX_ZERO_AGE_MS = 300_000;
/** The same trouble is logged again after this. */
const LOG_AGAIN_MS = 300_000;

/** A label set in a request. */
interface Entry {
  readonly set: SeriesSet;
  readonly series: Series;
  /** Undefined for one that is gone. */
  readonly slot: number | undefined;
}

/**
 * Sends all span metrics every interval by Prometheus remote write 1.0
 * (https://prometheus.io/docs/specs/prw/remote_write_spec/). Counts only grow, so the newest sample says it all: nothing is
 * queued. There is one request at a time, made when it is sent; when it does not get through before the interval's end, it is
 * given up for newer samples.
 */
export class RemoteWriter {
  readonly #source: () => readonly SeriesSet[];
  readonly #target: RemoteWriteTarget;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #metrics: RemoteWriteMetrics;
  readonly #log: Logger;
  readonly #request = new WriteRequest();
  /** What the receiver has of each set, by text: it has to be told when they end. */
  readonly #known = new Map<SeriesSet, Map<string, Series>>();
  readonly #closing = new AbortController();
  /** Ends the request that is under way, too. */
  readonly #abandon = new AbortController();
  #running: Promise<void> | undefined;
  #backoffMs = FIRST_BACKOFF_MS;
  #notBeforeMs = 0;
  #stampMs = 0;
  #exemplarsAfterMs = 0;
  #trouble = '';
  #loggedMs = 0;

  /** `source`: all series as they are now. */
  constructor(
    source: () => readonly SeriesSet[],
    target: RemoteWriteTarget,
    version: string,
    metrics: RemoteWriteMetrics,
    log: Logger
  ) {
    this.#source = source;
    this.#target = target;
    this.#headers = {
      ...target.headers,
      'content-type': 'application/x-protobuf',
      'content-encoding': 'snappy',
      'x-prometheus-remote-write-version': '0.1.0',
      'user-agent': `clew/${version}`,
    };
    this.#metrics = metrics;
    this.#log = log;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Sends what is counted by now, and that all series end, within `graceMs`. Never rejects. */
  async close(graceMs: number): Promise<void> {
    const endMs = Date.now() + graceMs;
    this.#closing.abort();
    await Promise.race([this.#running, sleep(graceMs / 2)]);
    this.#abandon.abort();
    await this.#running;
    await this.#round(endMs, true);
  }

  async #run(): Promise<void> {
    let nextMs = Date.now() + this.#target.intervalMs;
    for (;;) {
      await this.#sleepUntil(Math.max(nextMs, this.#notBeforeMs));
      if (this.#closing.signal.aborted) {
        return;
      }
      nextMs = Date.now() + this.#target.intervalMs;
      await this.#round(nextMs, false);
    }
  }

  async #round(endMs: number, isLast: boolean): Promise<void> {
    const startedMs = Date.now();
    try {
      if (await this.#sendAll(endMs, isLast)) {
        this.#exemplarsAfterMs = startedMs;
        this.#reportSuccess();
      }
    } catch (error) {
      this.#log.error({ error: messageOf(error) }, 'Span metrics could not be written for their receiver');
    }
  }

  /** Sends every series once. `isLast`: and that it ends. Answers whether all was taken. */
  async #sendAll(endMs: number, isLast: boolean): Promise<boolean> {
    const request = this.#request;
    const sets = this.#source();
    const entries = sets.flatMap((set) => this.#entriesOf(set));
    let isComplete = true;
    for (let next = 0; next < entries.length;) {
      request.clear();
      if (next === 0) {
        sets.forEach((set) => set.families.forEach((family) => request.addMetadata(family)));
      }
      const stampMs = this.#nextStamp();
      const added: Entry[] = [];
      while (next < entries.length && request.samples < SAMPLES_AT_ONCE) {
        const entry = this.#add(entries[next++], stampMs, isLast);
        if (entry) {
          added.push(entry);
        }
      }
      const outcome = await this.#deliver(compress(request.bytes), endMs, isLast);
      // What may have been stored, though no answer came, must not be begun again at 0.
      if (outcome.kind !== 'failed' || !outcome.isUntouched) {
        added.forEach((entry) => this.#remember(entry));
      }
      if (outcome.kind === 'taken') {
        this.#metrics.sent(request.samples);
        continue;
      }
      isComplete = false;
      if (outcome.kind === 'refused') {
        this.#metrics.dropped('refused', request.samples);
        continue;
      }
      const rest = entries.slice(next).reduce((sum, { set }) => sum + samplesOf(set), 0);
      const reason: DropReason = isLast ? 'closing' : 'overtaken';
      this.#metrics.dropped(reason, request.samples + rest);
      return false;
    }
    return isComplete;
  }

  /** Tries until it is taken or refused, or until `endMs` would pass. */
  async #deliver(body: Uint8Array<ArrayBuffer>, endMs: number, isLast: boolean): Promise<Outcome> {
    for (;;) {
      const timeoutMs = isLast ? Math.max(endMs - Date.now(), 1) : TIMEOUT_MS;
      const abandon = isLast ? undefined : this.#abandon.signal;
      const outcome = await post(this.#target.url, this.#headers, body, timeoutMs, abandon);
      if (outcome.kind === 'taken') {
        this.#backoffMs = FIRST_BACKOFF_MS;
        return outcome;
      }
      this.#reportTrouble(outcome.problem);
      if (outcome.kind === 'refused') {
        this.#backoffMs = FIRST_BACKOFF_MS;
        return outcome;
      }
      this.#metrics.failed(outcome.reason);
      const waitMs = Math.max(outcome.retryAfterMs ?? 0, this.#backoffMs * (0.75 + Math.random() / 2));
      this.#backoffMs = Math.min(this.#backoffMs * 2, MAX_BACKOFF_MS);
      this.#notBeforeMs = Date.now() + waitMs;
      if (isLast || this.#notBeforeMs >= endMs || this.#closing.signal.aborted) {
        return outcome;
      }
      await this.#sleepUntil(this.#notBeforeMs);
      if (this.#closing.signal.aborted) {
        return outcome;
      }
    }
  }

  #entriesOf(set: SeriesSet): Entry[] {
    const entries: Entry[] = [];
    for (const [slot, series] of set.table.series.entries()) {
      if (series) {
        entries.push({ set, series, slot });
      }
    }
    for (const series of this.#known.get(set)?.values() ?? []) {
      if (!set.table.has(series)) {
        entries.push({ set, series, slot: undefined });
      }
    }
    return entries;
  }

  /** Answers what was added; undefined where nothing was. */
  #add({ set, series, slot }: Entry, stampMs: number, isLast: boolean): Entry | undefined {
    // A slot may have got another series while earlier requests were under way; its turn comes in the next round.
    const isAlive = slot !== undefined && set.table.series[slot] === series;
    const known = this.#known.get(set)?.get(series.text);
    if (!isAlive && (known === undefined || set.table.has(series))) {
      return undefined;
    }
    const isNew = isAlive && known !== series && series.createdMs < stampMs;
    const stamps: Stamps = {
      zeroMs: isNew ? Math.max(series.createdMs, stampMs - MAX_ZERO_AGE_MS) : undefined,
      valueMs: isAlive ? stampMs : undefined,
      staleMs: isAlive && !isLast ? undefined : stampMs + 1,
      exemplarsAfterMs: this.#exemplarsAfterMs,
    };
    const added = isAlive ? { set, series, slot } : { set, series, slot: undefined };
    this.#request.add(set, series, added.slot, stamps);
    return added;
  }

  #remember({ set, series, slot }: Entry): void {
    const known = this.#known.get(set) ?? new Map<string, Series>();
    this.#known.set(set, known);
    if (slot === undefined) {
      known.delete(series.text);
    } else {
      known.set(series.text, series);
    }
  }

  /** Later than all before, also when the clock was set back. The end of a series is a millisecond after. */
  #nextStamp(): number {
    this.#stampMs = Math.max(Date.now(), this.#stampMs + 2);
    return this.#stampMs;
  }

  #reportTrouble(problem: string): void {
    // The status, or the beginning of a code: not what differs from request to request.
    const kind = problem.slice(0, 3);
    const nowMs = Date.now();
    if (kind !== this.#trouble || nowMs - this.#loggedMs >= LOG_AGAIN_MS) {
      this.#log.warn({ url: this.#target.url, problem }, 'The receiver of span metrics does not take them');
      this.#loggedMs = nowMs;
      this.#trouble = kind;
    }
  }

  #reportSuccess(): void {
    if (this.#trouble !== '') {
      this.#log.info({ url: this.#target.url }, 'The receiver of span metrics takes them again');
      this.#trouble = '';
    }
  }

  async #sleepUntil(untilMs: number): Promise<void> {
    await sleep(untilMs - Date.now(), this.#closing.signal);
  }
}

/** Samples of one label set. */
function samplesOf({ families }: SeriesSet): number {
  // A histogram has its buckets, a sum, a count, and the native one.
  return families.reduce((sum, family) => sum + (family.kind === 'counter' ? 1 : family.histograms.width + 3), 0);
}

/** Ends early, without an error, when the signal says so. */
function sleep(waitMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (waitMs <= 0 || signal?.aborted) {
      resolve();
      return;
    }
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, waitMs);
    signal?.addEventListener('abort', done);
  });
}
