import type { RetentionReason } from './retention.ts';

/** A partition that is about to be dropped. */
export interface LeavingDay {
  readonly tenant: string;
  /** `2026-11-22` */
  readonly day: string;
  readonly reason: RetentionReason;
  readonly bytesPerSpan: number;
  /** Of the disk. Infinity where nobody looks. */
  readonly freeBytes: number;
}

/** What retention asks before and after it drops days. */
export interface DayKeeper {
  /** Whether the day may go now: what is to outlive it is elsewhere. Does not reject. */
  keep(day: LeavingDay): Promise<boolean>;
  /** After each run. `isDiskShort`: no day is left that could go. Rejects with EngineError. */
  tidy(isDiskShort: boolean): Promise<void>;
}

export const NO_KEEPER: DayKeeper = { keep: async () => true, tidy: async () => undefined };
