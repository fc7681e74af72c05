import { statfs } from 'node:fs/promises';

import { Gauge, type Registry } from 'prom-client';

import type { Engine } from '../engine/engine.ts';
import { DATABASE } from '../schema/tables.ts';

interface EngineRow {
  readonly memory: string;
  readonly bytes: string;
  readonly rows: string;
  readonly parts: string;
}

/** Scrapes come every 15 s or so and give up after 10: one must not wait for a busy engine, nor for a free reader. */
const WAIT_MS = 3000;

/**
 * Gauges that ask the engine when they are scraped, once for all of them. A gauge whose value is not known by `waitMs`
 * has no sample in that scrape.
 */
export function registerEngineMetrics(registry: Registry, engine: Engine, dataDir: string, waitMs = WAIT_MS): void {
  /** Asks no second time while the first waits for its turn. */
  let asked: Promise<EngineRow> | undefined;
  const ask = () => (asked ??= read(engine, waitMs).finally(() => (asked = undefined)));
  // All gauges of a scrape come in the same turn of the event loop, so they share one answer.
  const row = () => within(waitMs, ask());
  const gauge = (name: string, help: string, value: () => Promise<number>) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        try {
          this.set(await value());
        } catch {
          this.remove();
        }
      },
    });
  gauge('clew_engine_memory_bytes', 'Memory that ClickHouse has allocated.', async () => Number((await row()).memory));
  gauge('clew_engine_disk_bytes', 'Bytes on disk of all tables.', async () => Number((await row()).bytes));
  gauge('clew_engine_rows', 'Rows of all tables.', async () => Number((await row()).rows));
  gauge('clew_engine_parts', 'Active parts; hundreds and growing mean that merges do not keep up.', async () =>
    Number((await row()).parts)
  );
  gauge('clew_engine_up', `Whether the engine answers within ${waitMs / 1000} seconds.`, () =>
    row().then(
      () => 1,
      () => 0
    )
  );
  gauge('clew_disk_free_bytes', 'Bytes free on the disk of the data folder.', async () => {
    const { bavail, bsize } = await within(waitMs, statfs(dataDir));
    return bavail * bsize;
  });
}

async function read(engine: Engine, waitMs: number): Promise<EngineRow> {
  const [row] = await engine.rows<EngineRow>(
    {
      sql: `SELECT (SELECT value FROM system.metrics WHERE metric = 'MemoryTracking') AS memory,
  sum(bytes_on_disk) AS bytes, sum(rows) AS rows, count() AS parts
FROM system.parts WHERE active AND database = {database:String}`,
      params: { database: DATABASE },
    },
    { seconds: waitMs / 1000 }
  );
  return row;
}

/** Rejects when there is no answer in time; the question stands. */
function within<Answer>(waitMs: number, answer: Promise<Answer>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`No answer within ${waitMs} ms`)), waitMs);
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
