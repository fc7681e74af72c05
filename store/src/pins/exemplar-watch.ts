import { hash } from 'node:crypto';

import { messageOf } from '../errors.ts';
import type { SpanMetrics } from '../span-metrics/span-metrics.ts';
import type { Logger } from '../telemetry/logger.ts';
import { ExemplarBook, type ExemplarSource, type SeenExemplar } from './exemplar-book.ts';
import { idLabel, readExemplarId } from './exemplar-id.ts';
import type { ExemplarJudge } from './exemplar-judge.ts';
import { AnswerTooLarge, type PrometheusClient, type PrometheusExemplar } from './prometheus-client.ts';
import { ownExemplars } from './span-metrics-exemplars.ts';

export interface WatchOptions {
  /** Absent where none is linked. */
  readonly prometheus?: Pick<PrometheusClient, 'exemplars' | 'url'>;
  /** Whose exemplars those of the Prometheus are. */
  readonly prometheusTenant: string;
  readonly everyMs: number;
  /** Labels that have an id, the first that is there. */
  readonly labels: readonly string[];
  /** Absent where there are none. */
  readonly spanMetrics?: SpanMetrics;
  readonly isMultiTenant: boolean;
  readonly judgeOf: (tenant: string) => ExemplarJudge;
}

export interface PrometheusState {
  readonly url: string;
  readonly everySeconds: number;
  readonly lastReadMs: number | null;
  /** Of the last read; null when it went well. */
  readonly lastError: string | null;
  readonly errorMs: number | null;
}

const HOUR_MS = 3_600_000;
/**
 * So far back the first reading goes, and one in each hour: Prometheus holds a number of exemplars, not a time, and takes old
 * ones of series that it has not met before.
 */
const FIRST_MS = 31 * 24 * HOUR_MS;
const ALL_EVERY_MS = HOUR_MS;
const MIN_WINDOW_MS = 1000;
/** Exemplars come to Prometheus with the next scrape, and through remote write later still. */
const OVERLAP_MS = 120_000;
const MAX_BACKOFF_MS = 15 * 60_000;
/** Traces come and go: what resolved is looked for again. */
const AGAIN_MS = 6 * HOUR_MS;
/** Exemplars remembered as seen: at most twice as many. */
const GENERATION = 100_000;
const MAX_ID_LENGTH = 200;

/**
 * Reads the exemplars of the linked Prometheus, and those of the store's own metrics, every so often; has
 * their traces pinned; and remembers the newest for the list of links.
 */
export class ExemplarWatch {
  readonly #options: WatchOptions;
  readonly #log: Logger;
  readonly #stop = new AbortController();
  readonly #byTenant = new Map<string, { readonly book: ExemplarBook; readonly judge: ExemplarJudge }>();
  #seen = new Set<string>();
  #seenBefore = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #readUntilMs = 0;
  #readAllMs = 0;
  #ownUntilMs = 0;
  #windowMs = FIRST_MS;
  #failures = 0;
  #notBeforeMs = 0;
  #lastReadMs: number | null = null;
  #lastError: string | null = null;
  #errorMs: number | null = null;
  /** Since the start. */
  reads = 0;
  failedReads = 0;

  constructor(options: WatchOptions, log: Logger) {
    this.#options = options;
    this.#log = log;
  }

  start(): void {
    const tick = () => {
      this.#running ??= this.run(Date.now()).finally(() => (this.#running = undefined));
    };
    tick();
    this.#timer = setInterval(tick, this.#options.everyMs);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stop.abort();
    await this.#running;
  }

  get labels(): readonly string[] {
    return this.#options.labels;
  }

  get prometheus(): PrometheusState | null {
    const { prometheus, everyMs } = this.#options;
    return prometheus
      ? {
          url: prometheus.url,
          everySeconds: everyMs / 1000,
          lastReadMs: this.#lastReadMs,
          lastError: this.#lastError,
          errorMs: this.#errorMs,
        }
      : null;
  }

  /** What is remembered of a tenant's exemplars. */
  book(tenant: string): ExemplarBook {
    return this.#of(tenant).book;
  }

  /** One round. Does not reject. */
  async run(nowMs: number): Promise<void> {
    const { prometheus, spanMetrics, isMultiTenant } = this.#options;
    if (prometheus && nowMs >= this.#notBeforeMs) {
      await this.#read(prometheus, nowMs);
    }
    const own = spanMetrics ? ownExemplars(spanMetrics.current(nowMs), this.#ownUntilMs, isMultiTenant) : [];
    for (const { tenant, exemplar } of own) {
      this.#take(tenant, exemplar, 'span_metrics', nowMs);
      this.#ownUntilMs = Math.max(this.#ownUntilMs, exemplar.timeMs);
    }
    for (const [tenant, { book, judge }] of this.#byTenant) {
      try {
        judge.add(book.list(({ state, judgedMs }) => state === 'resolved' && nowMs - judgedMs > AGAIN_MS));
        await judge.run(nowMs);
      } catch (error) {
        this.#log.error({ tenant, error: messageOf(error) }, 'exemplars could not be looked up');
      }
    }
  }

  async #read(prometheus: Pick<PrometheusClient, 'exemplars'>, nowMs: number): Promise<void> {
    this.reads += 1;
    try {
      const isAll = nowMs - this.#readAllMs >= ALL_EVERY_MS;
      let from = Math.max(isAll ? 0 : this.#readUntilMs - OVERLAP_MS, nowMs - FIRST_MS);
      while (from < nowMs && !this.#stop.signal.aborted) {
        const to = Math.min(from + this.#windowMs, nowMs);
        const exemplars = await this.#window(prometheus, from, to);
        if (exemplars) {
          for (const exemplar of exemplars) {
            this.#take(this.#options.prometheusTenant, exemplar, 'prometheus', nowMs);
          }
          from = to;
          this.#readUntilMs = to;
        }
      }
      this.#windowMs = Math.min(this.#windowMs * 2, FIRST_MS);
      this.#readAllMs = isAll ? nowMs : this.#readAllMs;
      this.#failures = 0;
      this.#lastReadMs = nowMs;
      this.#lastError = null;
      this.#errorMs = null;
    } catch (error) {
      if (this.#stop.signal.aborted) {
        return;
      }
      this.failedReads += 1;
      this.#failures += 1;
      this.#notBeforeMs = nowMs + Math.min(this.#options.everyMs * 2 ** (this.#failures - 1), MAX_BACKOFF_MS);
      this.#lastError = messageOf(error);
      this.#errorMs = nowMs;
      this.#log.warn({ error: this.#lastError }, 'exemplars could not be read');
    }
  }

  /** Undefined where the answer is too long: the next one is for half the time. What is too long for a second is left out. */
  async #window(
    prometheus: Pick<PrometheusClient, 'exemplars'>,
    from: number,
    to: number
  ): Promise<PrometheusExemplar[] | undefined> {
    try {
      return await prometheus.exemplars(from, to, this.#stop.signal);
    } catch (error) {
      if (!(error instanceof AnswerTooLarge)) {
        throw error;
      }
      if (to - from <= MIN_WINDOW_MS) {
        this.#log.warn({ error: error.message }, 'exemplars of a second are left out');
        return [];
      }
      this.#windowMs = Math.max(MIN_WINDOW_MS, Math.floor((to - from) / 2));
      return undefined;
    }
  }

  #take(tenant: string, exemplar: PrometheusExemplar, source: ExemplarSource, nowMs: number): void {
    const { metric, labels, own, value, timeMs } = exemplar;
    const found = idLabel(own, this.#options.labels);
    if (!this.#isNew(JSON.stringify([tenant, source, metric, labels, found?.id, timeMs]))) {
      return;
    }
    const { book, judge } = this.#of(tenant);
    if (!found) {
      book.withoutId += 1;
      return;
    }
    const read = readExemplarId(found.id);
    const seen: SeenExemplar = {
      metric,
      labels,
      label: found.label,
      id: found.id.slice(0, MAX_ID_LENGTH),
      traceId: 'traceId' in read ? read.traceId : undefined,
      value,
      timeMs,
      seenMs: nowMs,
      source,
      ...('traceId' in read
        ? { state: 'too_new', reason: 'It came less than a minute ago: its spans may be on their way.', judgedMs: 0 }
        : { state: 'malformed_id', reason: read.problem, judgedMs: nowMs }),
    };
    book.add(seen);
    if (seen.traceId !== undefined) {
      judge.add([seen]);
    }
  }

  #isNew(identity: string): boolean {
    const key = hash('sha1', identity, 'base64').slice(0, 16);
    if (this.#seen.has(key) || this.#seenBefore.has(key)) {
      return false;
    }
    if (this.#seen.size >= GENERATION) {
      this.#seenBefore = this.#seen;
      this.#seen = new Set();
    }
    this.#seen.add(key);
    return true;
  }

  #of(tenant: string): { readonly book: ExemplarBook; readonly judge: ExemplarJudge } {
    const known = this.#byTenant.get(tenant);
    if (known) {
      return known;
    }
    const made = { book: new ExemplarBook(), judge: this.#options.judgeOf(tenant) };
    this.#byTenant.set(tenant, made);
    return made;
  }
}
