import type { Engine } from '../engine/engine.ts';
import { messageOf } from '../errors.ts';
import type { Journal, SealedSegment } from '../journal/journal.ts';
import { crcOfBody, NO_LIMITS, type JournalRecord, type SpanLimits } from '../journal/record.ts';
import type { OpenSegment } from '../journal/segment.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { IngestMetrics } from '../telemetry/metrics.ts';
import { Columnizer, type AppendResult, type SpanObserver } from './columnizer.ts';
import { RecentRequests } from './recent-requests.ts';
import { SegmentInserter } from './segment-inserter.ts';

export interface PipelineOptions {
  readonly batchBytes: number;
  readonly batchSpans: number;
  readonly batchMs: number;
  /** Bytes of sealed segments that may wait for the engine. */
  readonly journalBytes: number;
}

/** The request is fine and was not taken; the client should send it again. */
export class IngestUnavailable extends Error {
  readonly reason: 'backlog' | 'journal' | 'closing';
  readonly retryAfterSeconds: number;

  constructor(reason: IngestUnavailable['reason'], message: string, retryAfterSeconds: number, options?: ErrorOptions) {
    super(message, options);
    this.name = 'IngestUnavailable';
    this.reason = reason;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/**
 * From an OTLP request to the engine: the request is walked into column buffers and appended to the journal in the same
 * turn, acknowledged when the journal is synced, and inserted with its whole segment.
 */
export class IngestPipeline {
  readonly #journal: Journal;
  readonly #options: PipelineOptions;
  readonly #metrics: IngestMetrics;
  readonly #inserter: SegmentInserter;
  readonly #columnizer: Columnizer;
  readonly #recent = new RecentRequests();
  #open: OpenSegment | undefined;
  #opening: Promise<void> | undefined;
  #openBytes = 0;
  /** False when the open batch relies on resources of a segment that failed. */
  #openIsWhole = true;
  #sealTimer: NodeJS.Timeout | undefined;
  #closing = false;

  /**
   * `left` and `tail`: the segments of an earlier run, and the records of the newest of them. `observer` sees each span
   * once, with the batch in which it first came: neither requests that are sent again nor segments that are replayed.
   */
  constructor(
    journal: Journal,
    left: readonly SealedSegment[],
    tail: readonly JournalRecord[],
    engine: Engine,
    options: PipelineOptions,
    metrics: IngestMetrics,
    log: Logger,
    observer?: SpanObserver
  ) {
    this.#columnizer = new Columnizer(undefined, observer);
    this.#journal = journal;
    this.#options = options;
    this.#metrics = metrics;
    this.#inserter = new SegmentInserter(journal, left, engine, options.batchBytes, metrics, log);
    this.#rememberTail(tail);
  }

  /** False while what an earlier run left is on its way into the engine. */
  get replayed(): boolean {
    return this.#inserter.replayed;
  }

  /** What is in the journal and not in the engine yet. */
  get backlog(): { readonly bytes: number; readonly segments: number; readonly oldestMs: number | undefined } {
    const { bytes, segments, oldestMs } = this.#inserter;
    return { bytes: bytes + this.#openBytes, segments: segments + (this.#openBytes > 0 ? 1 : 0), oldestMs };
  }

  /**
   * Takes one ExportTraceServiceRequest. Resolves when every accepted span is durable; a request that was taken already
   * is answered as it was then. Throws MalformedOtlp for bytes that are not OTLP and IngestUnavailable when the client
   * should retry; neither leaves anything behind.
   */
  async accept(body: Uint8Array, tenant: string, limits: SpanLimits = NO_LIMITS): Promise<AppendResult> {
    this.#refuseIfClosing();
    const bodyCrc = crcOfBody(body);
    const key = RecentRequests.key(body, bodyCrc, tenant);
    const before = this.#recent.find(key);
    if (before) {
      this.#metrics.repeated();
      return before;
    }
    const outcome = this.#store(body, bodyCrc, tenant, limits);
    this.#recent.remember(key, outcome);
    return outcome;
  }

  /** Resolves when everything accepted so far can be queried. */
  async flush(): Promise<void> {
    this.#seal();
    await this.#inserter.idle();
  }

  /** Takes no more, and gives the engine `graceMs` for what is left; the rest stays in the journal for the next start. */
  async close(graceMs: number): Promise<void> {
    this.#closing = true;
    const timer = setTimeout(() => this.#inserter.giveUp(), graceMs);
    await this.flush();
    clearTimeout(timer);
    this.#inserter.giveUp();
    // A segment that could not be opened was reported to whoever asked for it.
    await this.#opening?.catch(() => undefined);
    if (this.#open) {
      await this.#open.seal();
      await this.#journal.remove(this.#open.name);
      this.#open = undefined;
    }
  }

  async #store(body: Uint8Array, bodyCrc: number, tenant: string, limits: SpanLimits): Promise<AppendResult> {
    this.#refuseIfUnable();
    await this.#inserter.paced();
    this.#refuseIfUnable();
    while (!this.#open) {
      await (this.#opening ??= this.#begin());
      this.#refuseIfUnable();
    }
    // From here to the append nothing waits: another request could seal this segment meanwhile, and then the journal
    // would have these spans in one segment and the engine in the batch of another.
    const segment = this.#open;
    const receivedMs = Date.now();
    const result = this.#columnizer.append(body, receivedMs, tenant, limits);
    if (result.stored) {
      const durable = segment.append({ receivedMs, tenant, limits, body, bodyCrc });
      this.#openBytes += body.length;
      if (this.#openBytes >= this.#options.batchBytes || this.#columnizer.rows >= this.#options.batchSpans) {
        this.#seal();
      } else {
        this.#sealTimer ??= setTimeout(() => this.#seal(), this.#options.batchMs);
      }
      try {
        await durable;
      } catch (error) {
        this.#journalFailed(segment);
        throw new IngestUnavailable('journal', `The journal could not be written: ${messageOf(error)}`, 5, {
          cause: error,
        });
      }
    }
    this.#metrics.count(result);
    return result;
  }

  /** Throws when the client has to wait. */
  #refuseIfUnable(): void {
    this.#refuseIfClosing();
    const { bytes } = this.#inserter;
    if (bytes >= this.#options.journalBytes) {
      throw new IngestUnavailable(
        'backlog',
        `${bytes} bytes of spans wait for the engine, the limit is ${this.#options.journalBytes}`,
        2
      );
    }
  }

  #refuseIfClosing(): void {
    if (this.#closing) {
      throw new IngestUnavailable('closing', 'The store is shutting down', 5);
    }
  }

  async #begin(): Promise<void> {
    try {
      this.#open = await this.#journal.begin();
    } catch (error) {
      throw new IngestUnavailable('journal', `The journal could not be written: ${messageOf(error)}`, 5, {
        cause: error,
      });
    } finally {
      this.#opening = undefined;
    }
  }

  /** Ends the open segment: its batch goes to the engine, the next request begins another. */
  #seal(): void {
    clearTimeout(this.#sealTimer);
    this.#sealTimer = undefined;
    const segment = this.#open;
    if (!segment || this.#columnizer.isEmpty) {
      return;
    }
    this.#open = undefined;
    const batch = this.#columnizer.take();
    const sealed = segment.seal().then(
      () => segment.failed === undefined,
      () => false
    );
    if (!this.#openIsWhole) {
      batch.release();
    }
    this.#inserter.add({ name: segment.name, bytes: this.#openBytes }, this.#openIsWhole ? batch : undefined, sealed);
    this.#openBytes = 0;
    this.#openIsWhole = true;
  }

  /**
   * An append to `segment` failed: its file ends before that request. Resources that the request brought are not in the
   * journal, so no batch may rely on them: all that follow are made again from their files, where each brings its own.
   */
  #journalFailed(segment: OpenSegment): void {
    this.#columnizer.forgetWritten();
    this.#inserter.dropBatches();
    this.#openIsWhole = false;
    if (this.#open === segment) {
      this.#seal();
    }
  }

  /** Clients whose answer was lost with the earlier run send those requests again. */
  #rememberTail(tail: readonly JournalRecord[]): void {
    const columnizer = new Columnizer();
    for (const { body, bodyCrc, receivedMs, tenant, limits } of tail) {
      try {
        const result = columnizer.append(body, receivedMs, tenant, limits);
        this.#recent.remember(RecentRequests.key(body, bodyCrc, tenant), Promise.resolve(result));
      } catch {
        // Not OTLP to this version: the replay reports it.
      }
    }
  }
}
