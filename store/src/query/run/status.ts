import type { Engine } from '../../engine/engine.ts';
import { storedSizeSql, storedTimesSql, type SizeRow, type TimesRow } from '../sql/status-sql.ts';

export interface StoredStatus {
  readonly spansStored: number;
  readonly bytesOnDisk: number;
  /** Start of the first and of the last span; null when there is none. Nanoseconds since the epoch, as text. */
  readonly oldestUnixNano: string | null;
  readonly newestUnixNano: string | null;
}

/** Rejects with EngineError. */
export async function readStoredStatus(engine: Engine, tenant: string): Promise<StoredStatus> {
  const [[size], [times]] = await Promise.all([
    engine.rows<SizeRow>(storedSizeSql()),
    engine.rows<TimesRow>(storedTimesSql(tenant)),
  ]);
  const isEmpty = times.spans === '0';
  return {
    spansStored: Number(times.spans),
    bytesOnDisk: Number(size.bytes),
    oldestUnixNano: isEmpty ? null : times.oldest,
    newestUnixNano: isEmpty ? null : times.newest,
  };
}
