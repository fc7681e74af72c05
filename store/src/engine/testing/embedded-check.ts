/**
 * `node embedded-check.ts FOLDER`: what embedded.int.test.ts looks at, in a process of its own, because the engine lives
 * once per process. Prints one JSON line.
 */
import { readFileSync } from 'node:fs';

import { EmbeddedEngine } from '../embedded.ts';
import { EngineError, type SqlValue } from '../engine.ts';
import { AWKWARD_VALUES } from './awkward-values.ts';

const MEMORY_BYTES = 800_000_000;
const SECONDS = 3;

const engine = new EmbeddedEngine({ path: process.argv[2], readers: 4, memoryBytes: MEMORY_BYTES });

const rssBytes = (): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024;

/** Values as they come back. */
async function carried(): Promise<unknown[]> {
  const values: unknown[] = [];
  for (const [, type, value] of AWKWARD_VALUES) {
    const params: Record<string, SqlValue> = { v: value };
    const [row] = await engine.rows<{ value: unknown }>({ sql: `SELECT {v:${type}} AS value`, params });
    values.push(row.value);
  }
  return values;
}

/** How long a quick query takes beside three slow ones, all with parameters. */
async function msBesideSlowOnes(): Promise<number> {
  const slow = [1, 2, 3].map(() => engine.rows({ sql: 'SELECT sleep({s:UInt8})', params: { s: 2 } }));
  const startedAt = performance.now();
  await engine.rows({ sql: 'SELECT {x:UInt8}', params: { x: 1 } });
  const ms = performance.now() - startedAt;
  await Promise.all(slow);
  return ms;
}

/** Three readers that want all the memory there is, one that wants little, and inserts, for some seconds. */
async function underPressure(): Promise<object> {
  await engine.command('CREATE TABLE pressure (a UInt64, s String) ENGINE = MergeTree ORDER BY a');
  const before = rssBytes();
  let peak = before;
  const watch = setInterval(() => (peak = Math.max(peak, rssBytes())), 20);
  const endAt = Date.now() + SECONDS * 1000;
  const codes = {
    hungry: new Set<number | undefined>(),
    modest: new Set<number | undefined>(),
    inserts: new Set<number | undefined>(),
  };
  const counts = { hungry: 0, modest: 0, inserts: 0 };
  const loop = async (who: keyof typeof counts, work: () => Promise<unknown>) => {
    while (Date.now() < endAt) {
      counts[who]++;
      await work().catch((error: unknown) =>
        codes[who].add(error instanceof EngineError ? error.clickhouseCode : undefined)
      );
    }
  };
  const gather = (rows: number) => () =>
    engine.rows({
      sql: "SELECT length(groupArray(concat(repeat('x', 40), toString(number)))) AS n FROM numbers({rows:UInt64})",
      params: { rows },
    });
  await Promise.all([
    ...[1, 2, 3].map(() => loop('hungry', gather(30_000_000))),
    loop('modest', gather(100_000)),
    loop('inserts', () => engine.command("INSERT INTO pressure SELECT number, repeat('y', 100) FROM numbers(200000)")),
  ]);
  clearInterval(watch);
  return {
    counts,
    codes: Object.fromEntries(Object.entries(codes).map(([who, seen]) => [who, [...seen]])),
    grownBytes: peak - before,
  };
}

const result = {
  carried: await carried(),
  quickMs: await msBesideSlowOnes(),
  pressure: await underPressure(),
  memoryBytes: MEMORY_BYTES,
};
await engine.close();
process.stdout.write(`${JSON.stringify(result)}\n`);
