import { statfs } from 'node:fs/promises';

import type { Engine } from '../engine/engine.ts';
import { messageOf } from '../errors.ts';
import { DATABASE, LOSSES, RESOURCES, SPANS, TAGS } from '../schema/tables.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { TenantLimits } from '../tenants.ts';
import { NO_KEEPER, type DayKeeper } from './day-keeper.ts';

export interface RetentionOptions {
  /** Days of receipt that a tenant keeps besides today, and the bytes that its partitions may take together. */
  readonly limitsOf: (tenant: string) => Pick<TenantLimits, 'retentionDays' | 'retentionBytes'>;
  /** Bytes that stay free on the disk; 0: no rule. */
  readonly freeBytes: number;
  /** Folder whose disk has to stay free; undefined where the data is elsewhere. */
  readonly folder: string | undefined;
  /** Saves what is pinned before a day goes. */
  readonly keeper?: DayKeeper;
}

/** Why a day was dropped. */
export type RetentionReason = 'age' | 'bytes' | 'disk';

/** What one tenant received on one day: a partition of each table. */
interface TenantDay {
  readonly tenant: string;
  /** `2026-11-22` */
  readonly day: string;
  /** The same in all tables: it is made of the partition's values. */
  readonly partitionId: string;
  readonly tables: readonly string[];
  readonly bytes: string;
  readonly spans: string;
}

const EVERY_MS = 60_000;
const MS_PER_DAY = 86_400_000;
const TABLES = [SPANS, RESOURCES, LOSSES, TAGS];

/**
 * Drops whole days of receipt, oldest first: by age and by the size of a tenant's data, and, whoever's they are, before the
 * disk is full. Never today's: ingest relies on the resources that it wrote today.
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
      .catch((error: unknown) => this.#log.error({ error: messageOf(error) }, 'retention failed'))
      .finally(() => (this.#running = undefined));
  }

  async #run(nowMs: number): Promise<void> {
    const today = dayOf(nowMs);
    const days = await this.#days();
    const { freeBytes, limitsOf, keeper = NO_KEEPER } = this.#options;
    const left = new Map<string, number>();
    for (const { tenant, bytes } of days) {
      left.set(tenant, (left.get(tenant) ?? 0) + Number(bytes));
    }
    const free = await this.#free();
    let freed = 0;
    // ISO days sort as text.
    for (const one of days.filter(({ day }) => day < today)) {
      const tenant = one.tenant.replaceAll("\\'", "'");
      const { retentionDays, retentionBytes } = limitsOf(tenant);
      const bytesLeft = left.get(one.tenant) ?? 0;
      const reason: RetentionReason | undefined =
        retentionDays > 0 && one.day < dayOf(nowMs - retentionDays * MS_PER_DAY)
          ? 'age'
          : retentionBytes > 0 && bytesLeft > retentionBytes
            ? 'bytes'
            : free !== undefined && free + freed < freeBytes
              ? 'disk'
              : undefined;
      if (!reason) {
        continue;
      }
      const isKept = await keeper.keep({
        tenant,
        day: one.day,
        reason,
        bytesPerSpan: Number(one.bytes) / Math.max(Number(one.spans), 1),
        freeBytes: free === undefined ? Infinity : free + freed,
      });
      if (!isKept) {
        continue;
      }
      for (const table of one.tables) {
        await this.#engine.command(`ALTER TABLE ${table} DROP PARTITION ID '${one.partitionId}'`);
      }
      left.set(one.tenant, bytesLeft - Number(one.bytes));
      freed += Number(one.bytes);
      this.#dropped(reason);
      this.#log.info({ tenant: one.tenant, day: one.day, bytes: Number(one.bytes), reason }, 'dropped a day');
    }
    await keeper.tidy(free !== undefined && free + freed < freeBytes);
  }

  /** What there is, oldest day first. */
  #days(): Promise<TenantDay[]> {
    return this.#engine.rows<TenantDay>({
      // A partition is (tenant, day) and prints as ('team-a','2026-11-22').
      sql: `SELECT substring(partition, 3, length(partition) - 17) AS tenant,
  substring(partition, length(partition) - 11, 10) AS day,
  partition_id AS partitionId, groupUniqArray(concat(database, '.', table)) AS tables, sum(bytes_on_disk) AS bytes,
  sumIf(rows, concat(database, '.', table) = {spans:String}) AS spans
FROM system.parts
WHERE active AND database = {database:String} AND concat(database, '.', table) IN {tables:Array(String)}
GROUP BY tenant, day, partitionId ORDER BY day, tenant`,
      params: { database: DATABASE, tables: TABLES.map(({ name }) => name), spans: SPANS.name },
    });
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

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
