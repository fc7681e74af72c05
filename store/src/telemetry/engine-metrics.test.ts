import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Registry } from 'prom-client';

import { EngineError, type Engine } from '../engine/engine.ts';
import { registerEngineMetrics } from './engine-metrics.ts';
import { createRegistry } from './metrics.ts';

/** An engine whose answers come when the test says. */
class AskedEngine implements Engine {
  readonly answers: Array<{ give: (rows: number) => void; fail: () => void }> = [];

  rows<Row>(): Promise<Row[]> {
    return new Promise((resolve, reject) => {
      this.answers.push({
        give: (rows) => resolve([{ memory: '1', bytes: '2', rows: String(rows), parts: '4' }] as Row[]),
        fail: () => reject(new EngineError('down', undefined)),
      });
    });
  }
  bytes = () => Promise.resolve(Buffer.alloc(0));
  command = () => Promise.resolve();
  insertNative = () => Promise.resolve();
  close = () => Promise.resolve();
}

describe('the metrics of the engine', () => {
  let engine: AskedEngine;
  let registry: Registry;
  beforeEach(() => {
    engine = new AskedEngine();
    registry = createRegistry();
    registerEngineMetrics(registry, engine, tmpdir(), 100);
  });

  /** Samples of ours by name. */
  async function scrape(): Promise<Record<string, number>> {
    const text = await registry.metrics();
    const samples = text.matchAll(/^clew_(\w+) (\S+)$/gm);
    return Object.fromEntries(Array.from(samples, ([, name, value]) => [name, Number(value)]));
  }

  const state = { engine_memory_bytes: 1, engine_disk_bytes: 2, engine_parts: 4, engine_up: 1 };
  const disk = { disk_free_bytes: expect.any(Number) };

  it('are of this scrape, and one question', async () => {
    for (const rows of [30, 31]) {
      const samples = scrape();
      engine.answers[engine.answers.length - 1].give(rows);
      expect(await samples).toEqual({ ...state, ...disk, engine_rows: rows });
    }
    expect(engine.answers).toHaveLength(2);
  });

  it('are left out when the engine fails, and are there again after it', async () => {
    const without = scrape();
    engine.answers[0].fail();
    expect(await without).toEqual({ ...disk, engine_up: 0 });
    const withThem = scrape();
    engine.answers[1].give(5);
    expect(await withThem).toEqual({ ...state, ...disk, engine_rows: 5 });
  });

  it('are left out when the engine is busy, which is asked no second time meanwhile', async () => {
    expect(await scrape()).toEqual({ ...disk, engine_up: 0 });
    const samples = scrape();
    expect(engine.answers).toHaveLength(1);
    engine.answers[0].give(6);
    expect(await samples).toEqual({ ...state, ...disk, engine_rows: 6 });
  });

  it('come without the disk when that cannot be read', async () => {
    registry = createRegistry();
    registerEngineMetrics(registry, engine, join(tmpdir(), 'clew-there-is-no-such-folder'), 100);
    const samples = scrape();
    engine.answers[0].give(7);
    expect(await samples).toEqual({ ...state, engine_rows: 7 });
  });
});
