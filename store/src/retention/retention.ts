import { statfs } from 'node:fs/promises';

import type { Engine } from '../engine/engine.ts';
import { DATABASE, RESOURCES, SPANS } from '../schema/tables.ts';
import type { Logger } from '../telemetry/logger.ts';

export interface RetentionOptions {
  /** Days of receipt that are kept besides today; 0: no limit. */
  readonly days: number;
  /** Bytes that all partitions may take together; 0: no limit. */
  readonly bytes: number;
  /** Bytes that stay free on the disk; 0: no rule. */
  readonly freeBytes: number;
  /** Folder whose disk has to stay free; undefined where the data is elsewhere. */
  readonly folder: string | undefined;
}

/** Why a day was dropped. */
export type RetentionReason = 'age' | 'bytes' | 'disk';

interface Partition {
  readonly id: string;
  /** With its database. */
  readonly tableName: string;
  /** `2026-11-22` */
  readonly day: string;
  readonly bytes: string;
}

const EVERY_MS = 60_000;
const MS_PER_DAY = 86_400_000;
const TABLES = [SPANS, RESOURCES];

/**
 * Drops whole days of receipt, oldest first: by age, by the size of the data, and before the disk is full. Never today's:
 * ingest relies on the resources that it wrote today.
 */
export class Retention {
  readonly #engine: Engine;
  readonly #options: RetentionOptions;
  readonly #dropped: (reason: RetentionReason) => void;
  readonly #log: Logger;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;

  constructor(engine: Engine, options: RetentionOptions, dropped: (reason: RetentionReason) => void, log: Logger) {
    this.#engine = engine;
    this.#options = options;
    this.#dropped = dropped;
    this.#log = log;
  }

  start(): void {
    this.#tick();
    this.#timer = setInterval(() => this.#tick(), EVERY_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  #tick(): void {
    this.#running ??= this.#run(Date.now())
      .catch((error: unknown) => this.#log.error({ error: String(error) }, 'retention failed'))
      .finally(() => (this.#running = undefined));
  }

  async #run(nowMs: number): Promise<void> {
    const today = dayOf(nowMs);
    const days = await this.#days();
    const { days: maxDays, bytes: maxBytes, freeBytes } = this.#options;
    let total = days.reduce((sum, [, partitions]) => sum + bytesOf(partitions), 0);
    let freed = 0;
    const free = await this.#free();
    const oldestKept = maxDays > 0 ? dayOf(nowMs - maxDays * MS_PER_DAY) : '';
    for (const [day, partitions] of days) {
      const reason: RetentionReason | undefined =
        day < oldestKept
          ? 'age'
          : maxBytes > 0 && total > maxBytes
            ? 'bytes'
            : free !== undefined && free + freed < freeBytes
              ? 'disk'
              : undefined;
      // ISO days sort as text, so nothing behind today can be reached.
      if (!reason || day >= today) {
        break;
      }
      const bytes = bytesOf(partitions);
      for (const { tableName, id } of partitions) {
        await this.#engine.command(`ALTER TABLE ${tableName} DROP PARTITION ID '${id}'`);
      }
      total -= bytes;
      freed += bytes;
      this.#dropped(reason);
      this.#log.info({ day, bytes, reason }, 'dropped a day');
    }
  }

  /** Partitions by day, oldest first. */
  async #days(): Promise<Array<[string, Partition[]]>> {
    const partitions = await this.#engine.rows<Partition>({
      // A partition is (tenant, day) and prints as ('', '2026-11-22').
      sql: `SELECT partition_id AS id, concat(database, '.', table) AS tableName,
  substring(partition, length(partition) - 11, 10) AS day, sum(bytes_on_disk) AS bytes
FROM system.parts
WHERE active AND database = {database:String} AND concat(database, '.', table) IN {tables:Array(String)}
GROUP BY id, tableName, day ORDER BY day, tableName, id`,
      params: { database: DATABASE, tables: TABLES.map(({ name }) => name) },
    });
    const days = new Map<string, Partition[]>();
    for (const partition of partitions) {
      days.set(partition.day, [...(days.get(partition.day) ?? []), partition]);
    }
    return [...days];
  }

  async #free(): Promise<number | undefined> {
    const { folder, freeBytes } = this.#options;
    if (folder === undefined || freeBytes === 0) {
      return undefined;
    }
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  }
}

function bytesOf(partitions: readonly Partition[]): number {
  return partitions.reduce((sum, { bytes }) => sum + Number(bytes), 0);
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
