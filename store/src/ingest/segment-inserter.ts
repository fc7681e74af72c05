import { EngineError, type Engine } from '../engine/engine.ts';
import { messageOf } from '../errors.ts';
import type { Damage, Journal, SealedSegment } from '../journal/journal.ts';
import type { JournalRecord } from '../journal/record.ts';
import { createdMs, isPiecewise } from '../journal/segment-name.ts';
import { LOSSES, RESOURCES, SPANS, TAGS, type Table } from '../schema/tables.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { IngestMetrics } from '../telemetry/metrics.ts';
import { Columnizer, type Batch } from './columnizer.ts';
import { MalformedOtlp } from './otlp-wire.ts';

interface Pending {
  name: string;
  bytes: number;
  /** Ready-made blocks; absent where they must be made from the segment's file. */
  batch: Batch | undefined;
  /** Resolves when the segment's file is complete; to false when the batch may hold what the file does not. */
  readonly sealed: Promise<boolean>;
  /** Left by an earlier run. */
  readonly replayed: boolean;
  /** Epoch milliseconds: when it came into the queue; what an earlier run left is as old as that run. */
  readonly sinceMs: number;
}

/** Batches kept ready in memory; those behind them are made again from their segments when their turn comes. */
const MAX_READY_BATCHES = 3;
/** The longest that a request is held back for the engine's sake. */
const PACE_MS = 1000;
/** An insert that takes longer is no pace. */
const STUCK_MS = 3000;
const FIRST_RETRY_MS = 200;
const LONGEST_RETRY_MS = 5000;
/** How often a segment is tried before the store concludes that it is the segment's own fault. */
const TRIES_OF_BAD_DATA = 3;
/**
 * ClickHouse's codes for a block that it cannot read or store, however often it is sent (ErrorCodes.cpp): sizes of columns
 * (9), data ends early (32, 33), bad arguments (36), types (43, 50, 53, 70), logical error (49), bounds (69),
 * incorrect data (117), too large array or string (128, 131), sizes of arrays (190), NULL (349).
 */
const BAD_DATA_CODES = new Set([9, 32, 33, 36, 43, 49, 50, 53, 69, 70, 117, 128, 131, 190, 349]);
/** Codes of a segment file that cannot be read, and will not be on the next try. */
const UNREADABLE_CODES = new Set(['EISDIR', 'EACCES', 'EPERM', 'EIO', 'ENOENT']);
const GONE = 'ENOENT';

const columnNames = ({ columns }: Table) => columns.map(({ name }) => name);
const COLUMNS = {
  resources: columnNames(RESOURCES),
  spans: columnNames(SPANS),
  losses: columnNames(LOSSES),
  tags: columnNames(TAGS),
};

/** Brings sealed segments into the engine, one after the other, each exactly once. */
export class SegmentInserter {
  readonly #journal: Journal;
  readonly #engine: Engine;
  readonly #maxJoinedBytes: number;
  readonly #metrics: IngestMetrics;
  readonly #log: Logger;
  readonly #queue: Pending[] = [];
  readonly #giveUp = new AbortController();
  #waiting: Array<() => void> = [];
  #isFailing = false;
  /** When the last insert ended, or the first of a new queue began. */
  #progressAt = performance.now();
  #bytes = 0;
  #running: Promise<void> | undefined;

  /** `left` are the segments of an earlier run; they are joined to inserts of up to `maxJoinedBytes`. */
  constructor(
    journal: Journal,
    left: readonly SealedSegment[],
    engine: Engine,
    maxJoinedBytes: number,
    metrics: IngestMetrics,
    log: Logger
  ) {
    this.#journal = journal;
    this.#engine = engine;
    this.#maxJoinedBytes = maxJoinedBytes;
    this.#metrics = metrics;
    this.#log = log;
    for (const { name, bytes } of left) {
      const sealed = Promise.resolve(true);
      this.#enqueue({ name, bytes, batch: undefined, sealed, replayed: true, sinceMs: createdMs(name) });
    }
    if (left.length > 0) {
      log.info({ segments: left.length, bytes: this.#bytes }, 'replaying the journal');
    }
  }

  /** Bytes of segments that are not in the engine yet. */
  get bytes(): number {
    return this.#bytes;
  }

  get segments(): number {
    return this.#queue.length;
  }

  /** Since when the oldest of them waits, in epoch milliseconds. */
  get oldestMs(): number | undefined {
    return this.#queue.at(0)?.sinceMs;
  }

  /** False while what an earlier run left is on its way into the engine. */
  get replayed(): boolean {
    return !this.#queue[0]?.replayed;
  }

  /** `sealed` resolves when the file is complete, to false when an append failed: then the file counts, not the batch. */
  add(segment: SealedSegment, batch: Batch | undefined, sealed: Promise<boolean>): void {
    const ready = batch && this.#readyBatches() < MAX_READY_BATCHES;
    if (!ready) {
      batch?.release();
    }
    const kept = ready ? batch : undefined;
    this.#enqueue({ ...segment, batch: kept, sealed, replayed: false, sinceMs: Date.now() });
  }

  /**
   * Resolves when another batch can be kept ready, or after `PACE_MS`. Who waits here comes no faster than the engine
   * takes, so that no block is made, dropped and made again. An engine that fails or stalls is not waited for: that is
   * what the journal is for.
   */
  async paced(): Promise<void> {
    const isStuck = this.#isFailing || performance.now() - this.#progressAt > STUCK_MS;
    if (isStuck || this.#readyBatches() < MAX_READY_BATCHES) {
      return;
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, PACE_MS);
      this.#waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** Forgets the ready-made blocks: every segment's are made from its file. */
  dropBatches(): void {
    for (const item of this.#queue.slice(1)) {
      item.batch?.release();
      item.batch = undefined;
    }
  }

  /** Resolves when all is in the engine, or after `giveUp()`. */
  async idle(): Promise<void> {
    while (this.#running) {
      await this.#running;
    }
  }

  /** What is not in the engine yet stays in the journal for the next start. */
  giveUp(): void {
    this.#giveUp.abort();
  }

  #progressed(): void {
    this.#progressAt = performance.now();
    this.#waiting.splice(0).forEach((resume) => resume());
  }

  #readyBatches(): number {
    return this.#queue.reduce((count, { batch }) => count + (batch ? 1 : 0), 0);
  }

  #enqueue(item: Pending): void {
    if (this.#queue.length === 0) {
      this.#progressAt = performance.now();
    }
    this.#queue.push(item);
    this.#bytes += item.bytes;
    this.#running ??= this.#run();
  }

  async #run(): Promise<void> {
    // In order: a batch relies on the resources that the batches before it have written.
    for (let item = this.#queue[0]; item; item = this.#queue[0]) {
      if (!(await this.#untilInserted(item))) {
        this.#log.warn({ segments: this.#queue.length }, 'left in the journal for the next start');
        break;
      }
      this.#queue.shift();
      this.#bytes -= item.bytes;
      this.#isFailing = false;
      this.#progressed();
      if (item.replayed) {
        await this.#joinNext();
        if (this.replayed) {
          this.#log.info({}, 'the journal is replayed');
        }
      }
    }
    this.#running = undefined;
  }

  async #untilInserted(item: Pending): Promise<boolean> {
    let badData = 0;
    for (let delay = FIRST_RETRY_MS; !this.#giveUp.signal.aborted; delay = Math.min(delay * 2, LONGEST_RETRY_MS)) {
      try {
        await this.#insert(item);
        return true;
      } catch (error) {
        this.#metrics.insertFailed();
        this.#isFailing = true;
        this.#progressed();
        this.#log.error({ segment: item.name, error: messageOf(error), retryMs: delay }, 'insert failed');
        badData += isBadData(error) || isUnreadable(error) ? 1 : 0;
        if (badData >= TRIES_OF_BAD_DATA && (await this.#setAside(item, error))) {
          return true;
        }
      }
      await pause(delay, this.#giveUp.signal);
    }
    return false;
  }

  async #insert(item: Pending): Promise<void> {
    if (!(await item.sealed)) {
      item.batch?.release();
      item.batch = undefined;
    }
    if (isPiecewise(item.name)) {
      await this.#insertPiecewise(item.name);
    } else {
      item.batch ??= this.#columnize(item.name, await this.#read(item.name));
      await this.#insertBatch(item.batch, item.name);
      item.batch.release();
      item.batch = undefined;
    }
    await this.#journal.remove(item.name);
  }

  async #insertBatch(batch: Batch, token: string): Promise<void> {
    const startedAt = performance.now();
    for (const [kind, table] of [
      ['resources', RESOURCES],
      ['losses', LOSSES],
      // Before the spans: who looks for an attribute asks here where it is.
      ['tags', TAGS],
      ['spans', SPANS],
    ] as const) {
      const block = batch[kind];
      if (block) {
        await this.#engine.insertNative(table.name, COLUMNS[kind], block, `${token}:${kind}`);
      }
    }
    this.#metrics.inserted(batch.rows, batch.spans?.length ?? 0, (performance.now() - startedAt) / 1000);
  }

  /** Small segments of an earlier run go in together: an insert costs the same for ten spans as for thousands. */
  async #joinNext(): Promise<void> {
    let bytes = 0;
    let count = 0;
    for (const { name, replayed, bytes: more } of this.#queue) {
      if (!replayed || isPiecewise(name) || (count > 0 && bytes + more > this.#maxJoinedBytes)) {
        break;
      }
      bytes += more;
      count++;
    }
    if (count < 2) {
      return;
    }
    const names = this.#queue.slice(0, count).map(({ name }) => name);
    try {
      const segment = await this.#journal.join(
        names,
        (name, damage) => this.#warnOf(damage, name),
        (error) => this.#log.warn({ error: messageOf(error) }, 'joined segments are left over for now')
      );
      this.#bytes += segment.bytes - bytes;
      const { sinceMs } = this.#queue[0];
      const sealed = Promise.resolve(true);
      this.#queue.splice(0, count, { ...segment, batch: undefined, sealed, replayed: true, sinceMs });
    } catch (error) {
      this.#log.warn({ segments: count, error: messageOf(error) }, 'segments could not be joined: one insert each');
    }
  }

  async #read(name: string): Promise<JournalRecord[]> {
    const { records, damage } = await this.#journal.read(name);
    if (damage) {
      this.#warnOf(damage, name);
    }
    return records;
  }

  /** The batch of a segment as it was when its requests came in. */
  #columnize(name: string, records: readonly JournalRecord[]): Batch {
    const columnizer = new Columnizer();
    for (const { body, receivedMs, tenant, limits } of records) {
      try {
        columnizer.append(body, receivedMs, tenant, limits);
      } catch (error) {
        if (!(error instanceof MalformedOtlp)) {
          throw error;
        }
        throw new BadSegment(`${name} holds a request that is not OTLP: ${error.message}`);
      }
    }
    return columnizer.take();
  }

  /** Request by request, each under a token of its own; those that cannot be stored are kept in the quarantine. */
  async #insertPiecewise(name: string): Promise<void> {
    for (const [index, record] of (await this.#read(name)).entries()) {
      const piece = `${name}-${index}`;
      try {
        const batch = this.#columnize(piece, [record]);
        await this.#insertBatch(batch, piece);
      } catch (error) {
        if (!isBadData(error)) {
          throw error;
        }
        const path = await this.#journal.quarantine(piece, record);
        this.#metrics.quarantined();
        this.#log.error({ path, error: messageOf(error) }, 'a request that the engine refuses is kept here');
      }
    }
  }

  /** A segment that will never be inserted must not block those behind it. Answers whether it is out of the way. */
  async #setAside(item: Pending, cause: unknown): Promise<boolean> {
    try {
      if (isUnreadable(cause)) {
        if (cause.code === GONE) {
          this.#log.error({ segment: item.name }, 'a journal segment was removed by someone else');
          return true;
        }
        const path = await this.#journal.quarantineFile(item.name);
        this.#metrics.quarantined();
        this.#log.error({ path, error: messageOf(cause) }, 'a journal segment that cannot be read is kept here');
        return true;
      }
      item.batch?.release();
      item.batch = undefined;
      if (!isPiecewise(item.name)) {
        item.name = await this.#journal.toPiecewise(item.name);
        this.#log.warn({ segment: item.name }, 'the engine refuses the segment: its requests are inserted one by one');
      }
    } catch (error) {
      this.#log.error({ segment: item.name, error: messageOf(error) }, 'a bad segment could not be set aside');
    }
    return false;
  }

  #warnOf({ droppedBytes, keptAt }: Damage, segment: string): void {
    if (keptAt === undefined) {
      this.#log.warn({ segment, droppedBytes }, 'the journal segment ends within a record, which is dropped');
      return;
    }
    this.#metrics.quarantined();
    this.#log.error({ segment, droppedBytes, keptAt }, 'a journal segment is damaged: what follows is kept apart');
  }
}

/** A segment whose records are whole and yet cannot be read as OTLP. */
class BadSegment extends Error {}

function isBadData(error: unknown): boolean {
  const code = error instanceof EngineError ? error.clickhouseCode : undefined;
  return error instanceof BadSegment || (code !== undefined && BAD_DATA_CODES.has(code));
}

function isUnreadable(error: unknown): error is NodeJS.ErrnoException {
  return (
    typeof error === 'object' &&
    error !== null &&
    'syscall' in error &&
    'code' in error &&
    UNREADABLE_CODES.has(String(error.code)) &&
    ['open', 'read'].includes(String(error.syscall))
  );
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
