import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { OPTIONS } from '../../store/src/config.ts';
import { EmbeddedEngine } from '../../store/src/engine/embedded.ts';
import { migrate } from '../../store/src/engine/migrate.ts';
import { Columnizer } from '../../store/src/ingest/columnizer.ts';
import { LOSSES, RESOURCES, SPANS, type Table } from '../../store/src/schema/tables.ts';
import { createPool } from './pool.ts';
import { settle } from './process-stats.ts';

/**
 * The engine alone, a process of its own: Native blocks are made beforehand from the requests that the load generator
 * would send, in batches as the pipeline makes them, and then inserted as fast as the engine takes them.
 *
 *     node bench/lib/engine-alone.ts '{"rounds": 30, …}'
 *
 * Prints one JSON line: EngineAloneResult.
 */
export interface EngineAloneOptions {
  readonly rounds: number;
  readonly poolSpans: number;
  readonly batchSpans: number;
  readonly startNs: string;
  readonly spanNs: number;
}

export interface EngineAloneResult {
  readonly rows: number;
  readonly blocks: number;
  /** Bytes of the blocks, before the engine compresses them. */
  readonly bytes: number;
  /** From the first insert to the end of the last. */
  readonly seconds: number;
  readonly cpuSecondsOfInserts: number;
  /** Until the merges are done. */
  readonly cpuSeconds: number;
}

interface Insert {
  readonly table: Table;
  readonly block: Uint8Array;
}

const DEFAULT_TENANT = '';

function makeBatches(options: EngineAloneOptions): { inserts: Insert[][]; rows: number } {
  const replay = createPool({
    spans: options.poolSpans,
    batchSpans: options.batchSpans,
    startNs: BigInt(options.startNs),
    spanNs: options.spanNs,
    complete: false,
  });
  const roundNs = BigInt(Math.round(replay.spanCounts.reduce((sum, count) => sum + count, 0) * options.spanNs));
  const columnizer = new Columnizer();
  const inserts: Insert[][] = [];
  let rows = 0;
  let bytes = 0;
  const seal = () => {
    const batch = columnizer.take();
    const parts = [
      { table: RESOURCES, block: batch.resources },
      { table: LOSSES, block: batch.losses },
      { table: SPANS, block: batch.spans },
    ];
    // Copies, because the columnizer uses its buffers again.
    inserts.push(parts.flatMap(({ table, block }) => (block ? [{ table, block: Buffer.from(block) }] : [])));
    rows += batch.rows;
    bytes = 0;
    batch.release();
  };
  for (let round = 0; round < options.rounds; round++) {
    for (let index = 0; index < replay.requests.length; index++) {
      const body = round === 0 ? replay.requests[index] : replay.prepare(index, round, roundNs);
      columnizer.append(body, Date.now(), DEFAULT_TENANT);
      bytes += body.length;
      if (bytes >= OPTIONS.batchBytes.fallback || columnizer.rows >= OPTIONS.batchSpans.fallback) {
        seal();
      }
    }
  }
  if (columnizer.rows > 0) {
    seal();
  }
  return { inserts, rows };
}

async function run(options: EngineAloneOptions): Promise<EngineAloneResult> {
  const { inserts, rows } = makeBatches(options);
  const folder = mkdtempSync(join(tmpdir(), 'clew-bench-'));
  const engine = new EmbeddedEngine({ path: join(folder, 'engine'), readers: OPTIONS.readers.fallback });
  try {
    await migrate(engine);
    const cpuBefore = process.cpuUsage();
    const cpuSoFar = () => {
      const { user, system } = process.cpuUsage(cpuBefore);
      return (user + system) / 1e6;
    };
    const startedAt = performance.now();
    for (const [batch, parts] of inserts.entries()) {
      for (const { table, block } of parts) {
        const columns = table.columns.map(({ name }) => name);
        await engine.insertNative(table.name, columns, block, `${batch}:${table.name}`);
      }
    }
    const seconds = (performance.now() - startedAt) / 1000;
    const cpuSecondsOfInserts = cpuSoFar();
    await settle(process.pid);
    const bytes = inserts.flat().reduce((sum, { block }) => sum + block.length, 0);
    return { rows, blocks: inserts.length, bytes, seconds, cpuSecondsOfInserts, cpuSeconds: cpuSoFar() };
  } finally {
    await engine.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

process.stdout.write(`${JSON.stringify(await run(JSON.parse(process.argv[2]) as EngineAloneOptions))}\n`);
