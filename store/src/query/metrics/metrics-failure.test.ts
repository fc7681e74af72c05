import { instantGrid, parse, rangeGrid } from '@clew/traceql';

import type { Engine } from '../../engine/engine.ts';
import { planMetrics } from './metrics-plan.ts';
import { runMetrics } from './metrics-run.ts';

/** Every statement fails, the later ones sooner. */
function failingEngine(): Engine {
  let asked = 0;
  const fail = async (): Promise<never> => {
    asked += 1;
    await new Promise((done) => setTimeout(done, 20 - asked * 4));
    throw new Error(`statement ${asked}`);
  };
  return {
    rows: (query) => (query.sql.includes('clew.tags') ? Promise.resolve([]) : fail()),
    bytes: fail,
    command: fail,
    insertNative: fail,
    close: () => Promise.resolve(),
  };
}

test.each([
  '{} | rate() by (name)',
  '{ name = "a" } | quantile_over_time(duration, .9) by (kind)',
  '{} | compare({ status = error })',
  '({} | rate()) / ({} >> {} | rate())',
])('a failure of the engine is reported once, and nothing else is left to fail: %s', async (text) => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  process.on('unhandledRejection', note);
  try {
    const range = { startNs: 0n, endNs: 10_000_000_000n };
    for (const grid of [rangeGrid(range, 1_000_000_000n), instantGrid(range)]) {
      const request = { plan: planMetrics(parse(text)), tenant: '', grid, exemplars: 100, maxSeries: 100 };
      await expect(runMetrics(failingEngine(), request)).rejects.toThrow('statement');
    }
    await new Promise((done) => setTimeout(done, 60));
  } finally {
    process.off('unhandledRejection', note);
  }
  expect(unhandled).toEqual([]);
});
