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

/** A scrape must not wait for a busy engine. */
const SECONDS = 3;

/** Gauges that ask the engine when they are scraped; without an answer they keep their last value. */
export function registerEngineMetrics(registry: Registry, engine: Engine, dataDir: string | undefined): void {
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers: [registry] });
  const memory = gauge('clew_engine_memory_bytes', 'Memory that ClickHouse has allocated.');
  const bytes = gauge('clew_engine_disk_bytes', 'Bytes on disk of all tables.');
  const rows = gauge('clew_engine_rows', 'Rows of all tables.');
  const parts = gauge('clew_engine_parts', 'Active parts; hundreds and growing mean that merges do not keep up.');
  const up = new Gauge({
    name: 'clew_engine_up',
    help: 'Whether the engine answers.',
    registers: [registry],
    async collect() {
      try {
        const [row] = await engine.rows<EngineRow>(
          {
            sql: `SELECT (SELECT value FROM system.metrics WHERE metric = 'MemoryTracking') AS memory,
  sum(bytes_on_disk) AS bytes, sum(rows) AS rows, count() AS parts
FROM system.parts WHERE active AND database = {database:String}`,
            params: { database: DATABASE },
          },
          { seconds: SECONDS }
        );
        memory.set(Number(row.memory));
        bytes.set(Number(row.bytes));
        rows.set(Number(row.rows));
        parts.set(Number(row.parts));
        this.set(1);
      } catch {
        this.set(0);
      }
    },
  });
  up.set(0);
  if (dataDir !== undefined) {
    new Gauge({
      name: 'clew_disk_free_bytes',
      help: 'Bytes free on the disk of the data folder.',
      registers: [registry],
      async collect() {
        const { bavail, bsize } = await statfs(dataDir);
        this.set(bavail * bsize);
      },
    });
  }
}
