import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

import type { AppendResult } from '../ingest/columnizer.ts';

/** What is in the journal and not in the engine yet. */
interface Backlog {
  readonly bytes: number;
  readonly segments: number;
  /** Epoch milliseconds at which the oldest of it was begun. */
  readonly oldestMs: number | undefined;
}

/** What the ingest path reports. */
export class IngestMetrics {
  readonly #received: Counter;
  readonly #refusedSpans: Counter<'reason'>;
  readonly #refusedRequests: Counter<'reason'>;
  readonly #ack: Histogram<'protocol'>;
  readonly #insertSeconds: Histogram;
  readonly #insertRows: Histogram;
  readonly #insertBytes: Counter;
  readonly #insertFailures: Counter;
  readonly #repeated: Counter;
  readonly #cutAttributes: Counter;
  readonly #quarantined: Counter;
  readonly #refused = new Map<string, number>();
  readonly #lastRefusedMs = new Map<string, number>();
  #receivedSpans = 0;

  constructor(registry: Registry, backlog: () => Backlog) {
    const registers = [registry];
    this.#received = new Counter({
      name: 'clew_received_spans_total',
      help: 'Spans acknowledged: they are durable.',
      registers,
    });
    this.#refusedSpans = new Counter({
      name: 'clew_refused_spans_total',
      help: 'Spans refused one by one, reported to the client as partial success.',
      labelNames: ['reason'],
      registers,
    });
    this.#refusedRequests = new Counter({
      name: 'clew_refused_requests_total',
      help: 'Whole requests refused.',
      labelNames: ['reason'],
      registers,
    });
    this.#ack = new Histogram({
      name: 'clew_ack_seconds',
      help: 'From the whole request received to its acknowledgement.',
      labelNames: ['protocol'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers,
    });
    this.#insertSeconds = new Histogram({
      name: 'clew_insert_seconds',
      help: 'Time of one insert into the engine.',
      buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    });
    this.#insertRows = new Histogram({
      name: 'clew_insert_spans',
      help: 'Spans of one insert.',
      buckets: [10, 100, 1000, 10_000, 50_000, 100_000, 250_000],
      registers,
    });
    this.#insertBytes = new Counter({
      name: 'clew_insert_bytes_total',
      help: 'Bytes of Native blocks inserted.',
      registers,
    });
    this.#insertFailures = new Counter({
      name: 'clew_insert_failures_total',
      help: 'Inserts that failed and are tried again.',
      registers,
    });
    this.#repeated = new Counter({
      name: 'clew_repeated_requests_total',
      help: 'Requests that were sent again after they had been taken; they are acknowledged and not stored twice.',
      registers,
    });
    this.#cutAttributes = new Counter({
      name: 'clew_cut_attributes_total',
      help: 'Attributes longer than the limit: texts that were cut, other values that were dropped.',
      registers,
    });
    this.#quarantined = new Counter({
      name: 'clew_quarantined_total',
      help: 'Requests or segments that the engine will never take, moved to the quarantine folder.',
      registers,
    });
    const gauge = (name: string, help: string, read: () => number) =>
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(read());
        },
      });
    gauge('clew_journal_bytes', 'Bytes received and not in the engine yet.', () => backlog().bytes);
    gauge('clew_journal_segments', 'Segments received and not in the engine yet.', () => backlog().segments);
    gauge('clew_journal_age_seconds', 'Age of the oldest segment that is not in the engine yet.', () => {
      const { oldestMs } = backlog();
      return oldestMs === undefined ? 0 : Math.max(0, Date.now() - oldestMs) / 1000;
    });
  }

  get receivedSpans(): number {
    return this.#receivedSpans;
  }

  /** Spans and requests refused since the start, by reason. */
  get refused(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#refused);
  }

  /** When something was refused last, by reason: Unix milliseconds. */
  get lastRefusedMs(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#lastRefusedMs);
  }

  count({ accepted, refused, cutAttributes }: AppendResult): void {
    this.#received.inc(accepted);
    this.#receivedSpans += accepted;
    this.#cutAttributes.inc(cutAttributes);
    for (const [reason, spans] of Object.entries(refused)) {
      this.refusedSpans(reason, spans);
    }
  }

  refusedSpans(reason: string, spans: number): void {
    this.#refusedSpans.inc({ reason }, spans);
    this.#addRefused(reason, spans);
  }

  repeated(): void {
    this.#repeated.inc();
  }

  quarantined(): void {
    this.#quarantined.inc();
  }

  requestRefused(reason: string): void {
    this.#refusedRequests.inc({ reason });
    this.#addRefused(reason, 1);
  }

  acknowledged(protocol: 'grpc' | 'http', seconds: number): void {
    this.#ack.observe({ protocol }, seconds);
  }

  inserted(rows: number, bytes: number, seconds: number): void {
    this.#insertRows.observe(rows);
    this.#insertBytes.inc(bytes);
    this.#insertSeconds.observe(seconds);
  }

  insertFailed(): void {
    this.#insertFailures.inc();
  }

  #addRefused(reason: string, count: number): void {
    this.#refused.set(reason, (this.#refused.get(reason) ?? 0) + count);
    this.#lastRefusedMs.set(reason, Date.now());
  }
}

/** Days of receipt that retention dropped, by reason. */
export function createRetentionCounter(registry: Registry): Counter<'reason'> {
  return new Counter({
    name: 'clew_retention_dropped_days_total',
    help: 'Days of receipt dropped: age, bytes (CLEW_RETENTION_BYTES) or disk (CLEW_MIN_FREE_BYTES).',
    labelNames: ['reason'],
    registers: [registry],
  });
}

export function createRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}
