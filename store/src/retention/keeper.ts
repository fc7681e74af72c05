import type { Engine } from '../engine/engine.ts';
import { messageOf } from '../errors.ts';
import type { KeptTraces } from '../pins/kept-traces.ts';
import type { PinCounts, PinStore } from '../pins/pin-store.ts';
import { textSql } from '../pins/sql-text.ts';
import { DROPPED_DAYS } from '../schema/kept-tables.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { DayKeeper, LeavingDay } from './day-keeper.ts';
import { copyStatements, pinnedOfDay } from './keep-day.ts';
import { dropOldestDay, keptSize, sweep, unpinnedCount, unpinOldestDay, type KeptSize } from './kept-space.ts';

export interface KeeperOptions {
  /** Bytes on disk that kept traces may take; 0: none are kept. */
  readonly maxBytes: number;
  /** Pins by exemplars. */
  readonly maxPins: number;
}

/** Why pins or kept traces went. */
export type GoneReason = 'max_pins' | 'budget' | 'unpinned' | 'disk';

/** What is reported. */
export interface KeeperEvents {
  pinsRemoved(reason: GoneReason, pins: number): void;
  /** They had been kept. */
  tracesRemoved(reason: GoneReason, traces: number): void;
  /** They were pinned, and have gone with their day. */
  tracesLost(reason: 'budget' | 'disk', traces: number): void;
}

const NOTHING: KeptSize = { bytes: 0, spans: 0, days: 0, oldestDay: undefined };
/** A trace compresses worse among few. */
const BYTES_FACTOR = 2;
/** Removing what nobody pins any more writes parts anew. */
const SWEEP_EVERY_MS = 3_600_000;
/** Days in one run: each is a mutation. */
const MOST_DAYS = 100;

/** Copies pinned traces out of a day that is about to be dropped, and keeps what is kept within its bounds. */
export class Keeper implements DayKeeper {
  readonly #engine: Engine;
  readonly #kept: KeptTraces;
  readonly #pins: PinStore;
  readonly #options: KeeperOptions;
  readonly #events: KeeperEvents;
  readonly #log: Logger;
  #size = NOTHING;
  #counts: PinCounts = { hand: 0, exemplar: 0, span_metrics: 0 };
  #sweptMs = 0;

  constructor(
    engine: Engine,
    kept: KeptTraces,
    pins: PinStore,
    options: KeeperOptions,
    events: KeeperEvents,
    log: Logger
  ) {
    this.#engine = engine;
    this.#kept = kept;
    this.#pins = pins;
    this.#options = options;
    this.#events = events;
    this.#log = log;
  }

  /** As of the last run. */
  get size(): KeptSize {
    return this.#size;
  }

  /** As of the last run. */
  get pins(): PinCounts {
    return this.#counts;
  }

  async keep(leaving: LeavingDay): Promise<boolean> {
    const { tenant, day, reason } = leaving;
    try {
      const left = await this.#copy(leaving);
      if (left > 0) {
        this.#lost(leaving, left, 'they do not fit');
      }
    } catch (error) {
      const problem = messageOf(error);
      if (reason !== 'disk') {
        this.#log.error({ tenant, day, error: problem }, 'pinned traces could not be copied: the day stays');
        return false;
      }
      // A full disk takes no copy, and has to become less full.
      this.#lost(leaving, undefined, problem);
    }
    return this.#noteDay(leaving);
  }

  async tidy(isDiskShort: boolean): Promise<void> {
    const { maxBytes, maxPins } = this.#options;
    if (!this.#kept.isKnown) {
      await this.#kept.load(this.#engine);
    }
    if (isDiskShort) {
      const before = this.#kept.count;
      const dropped = await dropOldestDay(this.#engine);
      await this.#kept.load(this.#engine);
      if (dropped) {
        this.#events.tracesRemoved('disk', Math.max(before - this.#kept.count, 0));
        this.#log.warn({ ...dropped }, 'the disk is short: dropped the oldest day of kept traces');
      }
    }
    const trimmed = await this.#pins.trim(maxPins);
    if (trimmed > 0) {
      this.#events.pinsRemoved('max_pins', trimmed);
    }
    if (Date.now() - this.#sweptMs > SWEEP_EVERY_MS) {
      await this.#sweep('unpinned');
      this.#sweptMs = Date.now();
    }
    this.#size = await keptSize(this.#engine);
    for (let days = 0; this.#size.bytes > maxBytes && days < MOST_DAYS; days++) {
      const before = await this.#pins.counts();
      if (!(await unpinOldestDay(this.#engine))) {
        break;
      }
      this.#events.pinsRemoved('budget', sum(before) - sum(await this.#pins.counts()));
      await this.#sweep('budget');
      this.#size = await keptSize(this.#engine);
    }
    await this.#kept.load(this.#engine);
    this.#counts = await this.#pins.counts();
  }

  /** Returns how many pinned traces are left out. */
  async #copy(leaving: LeavingDay): Promise<number> {
    const { bytesPerSpan, freeBytes, reason, tenant, day } = leaving;
    if (this.#options.maxBytes === 0) {
      return 0;
    }
    const room = Math.min(this.#options.maxBytes, reason === 'disk' ? freeBytes / 2 : Infinity);
    const maxSpans = Math.floor(room / Math.max(bytesPerSpan * BYTES_FACTOR, 1));
    const pinned = await pinnedOfDay(this.#engine, leaving, maxSpans);
    for (const statement of copyStatements(leaving, pinned)) {
      await this.#engine.command(statement);
    }
    // Before the original goes: at no moment is the trace nowhere.
    this.#kept.add(
      tenant,
      pinned.traces.map(({ id }) => id)
    );
    if (pinned.traces.length > 0) {
      this.#log.info({ tenant, day, traces: pinned.traces.length, spans: pinned.spans }, 'kept pinned traces of a day');
    }
    return pinned.left;
  }

  #lost({ tenant, day, reason }: LeavingDay, traces: number | undefined, problem: string): void {
    this.#events.tracesLost(reason === 'disk' ? 'disk' : 'budget', traces ?? 0);
    this.#log.warn({ tenant, day, traces, problem }, 'pinned traces go with their day');
  }

  /** Whether the day may go: what is said of its traces afterwards relies on this. */
  async #noteDay({ tenant, day, reason }: LeavingDay): Promise<boolean> {
    try {
      await this.#engine.command(
        `INSERT INTO ${DROPPED_DAYS.name} (tenant, received_day, reason, dropped_ms) VALUES (${textSql(tenant)}, '${day}', '${reason}', ${Date.now()})`
      );
    } catch (error) {
      this.#log.error({ tenant, day, error: messageOf(error) }, 'a dropped day could not be noted');
      return reason === 'disk';
    }
    return true;
  }

  async #sweep(reason: GoneReason): Promise<void> {
    const traces = await unpinnedCount(this.#engine);
    if (traces > 0) {
      await sweep(this.#engine);
      await this.#kept.load(this.#engine);
      this.#events.tracesRemoved(reason, traces);
    }
  }
}

const sum = (counts: PinCounts): number => counts.hand + counts.exemplar + counts.span_metrics;
