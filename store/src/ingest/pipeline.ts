import type { Engine } from '../engine/engine.ts';
import type { Journal, SealedSegment } from '../journal/journal.ts';
import type { OpenSegment } from '../journal/segment.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { IngestMetrics } from '../telemetry/metrics.ts';
import { RESOURCES, SPANS, type Table } from '../schema/tables.ts';
import { Columnizer, type AppendResult, type Batch } from './columnizer.ts';

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

interface Pending {
  readonly name: string;
  readonly bytes: number;
  /** Ready-made blocks; absent where they must be made from the segment's file. */
  batch: Batch | undefined;
  /** Resolves when the segment's file is complete; to false when the batch may hold what the file does not. */
  readonly sealed: Promise<boolean>;
}

/** Batches kept ready in memory; those behind them are made again from their segments when their turn comes. */
const MAX_READY_BATCHES = 3;
const FIRST_RETRY_MS = 200;
const LONGEST_RETRY_MS = 30_000;
const columnNames = (table: Table) => table.columns.map(({ name }) => name);
const SPAN_COLUMNS = columnNames(SPANS);
const RESOURCE_COLUMNS = columnNames(RESOURCES);

/**
 * From an OTLP request to the engine: the request is walked into column buffers and appended to the journal in the same
 * turn, acknowledged when the journal is synced, and inserted with its whole segment.
 */
export class IngestPipeline {
  readonly #journal: Journal;
  readonly #engine: Engine;
  readonly #options: PipelineOptions;
  readonly #metrics: IngestMetrics;
  readonly #log: Logger;
  readonly #columnizer = new Columnizer();
  #open: OpenSegment | undefined;
  #opening: Promise<void> | undefined;
  #openBytes = 0;
  #sealTimer: NodeJS.Timeout | undefined;
  readonly #pending: Pending[] = [];
  #pendingBytes = 0;
  #inserting: Promise<void> | undefined;
  #replayLeft: number;
  #closing = false;
  #giveUp = new AbortController();

  constructor(
    journal: Journal,
    left: readonly SealedSegment[],
    engine: Engine,
    options: PipelineOptions,
    metrics: IngestMetrics,
    log: Logger
  ) {
    this.#journal = journal;
    this.#engine = engine;
    this.#options = options;
    this.#metrics = metrics;
    this.#log = log;
    this.#replayLeft = left.length;
    for (const { name, bytes } of left) {
      this.#enqueue({ name, bytes, batch: undefined, sealed: Promise.resolve(false) });
    }
    if (left.length > 0) {
      log.info({ segments: left.length, bytes: this.#pendingBytes }, 'replaying the journal');
    }
  }

  /** False while what an earlier run left is on its way into the engine. */
  get replayed(): boolean {
    return this.#replayLeft === 0;
  }

  /** Bytes of requests that are in the journal and not in the engine yet. */
  get backlogBytes(): number {
    return this.#pendingBytes + this.#openBytes;
  }

  /**
   * Takes one ExportTraceServiceRequest. Resolves when every accepted span is durable. Throws MalformedOtlp for bytes
   * that are not OTLP and IngestUnavailable when the client should retry; neither leaves anything behind.
   */
  async accept(body: Uint8Array, tenant: string): Promise<AppendResult> {
    this.#refuseIfUnable();
    while (!this.#open) {
      await (this.#opening ??= this.#begin());
      this.#refuseIfUnable();
    }
    // From here to the append nothing waits: another request could seal this segment meanwhile, and then the journal
    // would have these spans in one segment and the engine in the batch of another.
    const segment = this.#open;
    const receivedMs = Date.now();
    const result = this.#columnizer.append(body, receivedMs, tenant);
    if (result.accepted === 0) {
      this.#metrics.count(result);
      return result;
    }
    const durable = segment.append({ receivedMs, tenant, body });
    this.#openBytes += body.length;
    if (this.#openBytes >= this.#options.batchBytes || this.#columnizer.rows >= this.#options.batchSpans) {
      this.#seal();
    } else {
      this.#sealTimer ??= setTimeout(() => this.#seal(), this.#options.batchMs);
    }
    try {
      await durable;
    } catch (error) {
      if (this.#open === segment) {
        this.#seal();
      }
      throw new IngestUnavailable('journal', `The journal could not be written: ${describe(error)}`, 5, {
        cause: error,
      });
    }
    this.#metrics.count(result);
    return result;
  }

  /** Resolves when everything accepted so far can be queried. */
  async flush(): Promise<void> {
    this.#seal();
    while (this.#inserting) {
      await this.#inserting;
    }
  }

  /** Takes no more, and gives the engine `graceMs` for what is left; the rest stays in the journal for the next start. */
  async close(graceMs: number): Promise<void> {
    this.#closing = true;
    const timer = setTimeout(() => this.#giveUp.abort(), graceMs);
    await this.flush();
    clearTimeout(timer);
    this.#giveUp.abort();
    // A segment that could not be opened was reported to whoever asked for it.
    await this.#opening?.catch(() => undefined);
    if (this.#open) {
      await this.#open.seal();
      await this.#journal.remove(this.#open.name);
      this.#open = undefined;
    }
  }

  /** Throws when the client has to wait. */
  #refuseIfUnable(): void {
    if (this.#closing) {
      throw new IngestUnavailable('closing', 'The store is shutting down', 5);
    }
    if (this.#pendingBytes >= this.#options.journalBytes) {
      throw new IngestUnavailable(
        'backlog',
        `${this.#pendingBytes} bytes of spans wait for the engine, the limit is ${this.#options.journalBytes}`,
        2
      );
    }
  }

  async #begin(): Promise<void> {
    try {
      this.#open = await this.#journal.begin();
    } catch (error) {
      throw new IngestUnavailable('journal', `The journal could not be written: ${describe(error)}`, 5, {
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
    if (!segment || this.#columnizer.rows === 0) {
      return;
    }
    this.#open = undefined;
    const batch = this.#columnizer.take();
    const ready = this.#pending.filter((item) => item.batch).length < MAX_READY_BATCHES;
    const sealed = segment.seal().then(
      () => segment.failed === undefined,
      () => false
    );
    if (!ready) {
      batch.release();
    }
    this.#enqueue({ name: segment.name, bytes: this.#openBytes, batch: ready ? batch : undefined, sealed });
    this.#openBytes = 0;
  }

  #enqueue(item: Pending): void {
    this.#pending.push(item);
    this.#pendingBytes += item.bytes;
    this.#inserting ??= this.#insertPending();
  }

  async #insertPending(): Promise<void> {
    // In order: a batch relies on the resources that the batches before it have written.
    for (let item = this.#pending[0]; item; item = this.#pending[0]) {
      if (!(await this.#insertWithRetries(item))) {
        break;
      }
      this.#pending.shift();
      this.#pendingBytes -= item.bytes;
      this.#replayLeft = Math.max(0, this.#replayLeft - 1);
    }
    this.#inserting = undefined;
  }

  async #insertWithRetries(item: Pending): Promise<boolean> {
    for (let delay = FIRST_RETRY_MS; ; delay = Math.min(delay * 2, LONGEST_RETRY_MS)) {
      try {
        await this.#insert(item);
        return true;
      } catch (error) {
        this.#metrics.insertFailed();
        this.#log.error({ segment: item.name, error: describe(error), retryMs: delay }, 'insert failed');
      }
      await pause(delay, this.#giveUp.signal);
      if (this.#giveUp.signal.aborted) {
        this.#log.warn({ segments: this.#pending.length }, 'left in the journal for the next start');
        return false;
      }
    }
  }

  async #insert(item: Pending): Promise<void> {
    const intact = await item.sealed;
    if (!intact) {
      item.batch?.release();
      item.batch = undefined;
    }
    item.batch ??= await this.#fromFile(item.name);
    const { rows, resources, spans } = item.batch;
    const startedAt = performance.now();
    if (resources) {
      await this.#engine.insertNative(RESOURCES.name, RESOURCE_COLUMNS, resources, `${item.name}:resources`);
    }
    if (spans) {
      await this.#engine.insertNative(SPANS.name, SPAN_COLUMNS, spans, `${item.name}:spans`);
    }
    this.#metrics.inserted(rows, spans?.length ?? 0, (performance.now() - startedAt) / 1000);
    item.batch.release();
    item.batch = undefined;
    await this.#journal.remove(item.name);
  }

  /** The batch of a segment as it was when its requests came in. */
  async #fromFile(name: string): Promise<Batch> {
    const { records, droppedBytes } = await this.#journal.read(name);
    if (droppedBytes > 0) {
      this.#log.warn({ segment: name, droppedBytes }, 'the end of a journal segment was damaged and is dropped');
    }
    const columnizer = new Columnizer();
    for (const { body, receivedMs, tenant } of records) {
      columnizer.append(body, receivedMs, tenant);
    }
    return columnizer.take();
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
