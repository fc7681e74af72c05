import { DEFAULT_LOAD, runLoad } from './lib/run-load.ts';
import { cpuSeconds, residentMiB } from './lib/process-stats.ts';
import { startStore } from '../store/src/testing/store-process.ts';

/**
 * How fast, and at what cost, spans get in: as fast as the store acknowledges for `seconds`, load generator on the same
 * machine, then idle until merges are done.
 */
export async function benchIngest(seconds: number): Promise<object> {
  const store = await startStore();
  try {
    await runLoad({ ...DEFAULT_LOAD, url: `http://${store.otlpHttp}/v1/traces`, seconds: 2 });
    const cpuBefore = cpuSeconds(store.pid);
    let peakMiB = 0;
    const watch = setInterval(() => (peakMiB = Math.max(peakMiB, residentMiB(store.pid))), 500);
    const load = await runLoad({ ...DEFAULT_LOAD, url: `http://${store.otlpHttp}/v1/traces`, seconds });
    const atEnd = cpuSeconds(store.pid);
    await settle(store.pid);
    clearInterval(watch);
    const cpu = cpuSeconds(store.pid) - cpuBefore;
    const status = (await (await fetch(`http://${store.query}/clew/v1/status`)).json()) as Record<string, number>;
    return {
      bench: 'ingest',
      spansPerSecond: Math.round(load.spans / load.seconds),
      cpuSecondsPerMillionSpans: round((cpu / load.spans) * 1e6),
      cpuSecondsPerMillionSpansBeforeLastMerges: round(((atEnd - cpuBefore) / load.spans) * 1e6),
      bytesPerSpan: round(status.bytesOnDisk / status.spansStored),
      spansStored: status.spansStored,
      peakMiB: Math.round(peakMiB),
      load,
    };
  } finally {
    await store.stop();
  }
}

/** Waits until the process has used next to nothing for two seconds, for at most two minutes. */
async function settle(pid: number): Promise<void> {
  for (let second = 0, calm = 0; second < 120 && calm < 2; second++) {
    const before = cpuSeconds(pid);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    calm = cpuSeconds(pid) - before < 0.1 ? calm + 1 : 0;
  }
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
