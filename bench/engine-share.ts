import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

import { OPTIONS } from '../store/src/config.ts';
import type { EngineAloneOptions, EngineAloneResult } from './lib/engine-alone.ts';
import { round } from './lib/numbers.ts';
import { poolTraces } from './lib/pool.ts';
import { cpuSeconds, settle } from './lib/process-stats.ts';
import type { Report } from './lib/report.ts';
import { runLoad } from './lib/run-load.ts';
import { clewStatus, startClew } from './lib/targets.ts';

export interface EngineShareOptions {
  readonly spans: number;
  /** How often the two are run, in turn. */
  readonly repeat: number;
}

interface Run {
  readonly rows: number;
  readonly seconds: number;
  /** Until merges are done. */
  readonly cpuSeconds: number;
  /** Of the load generator; none where the engine is alone. */
  readonly loadCpuSeconds: number;
}

const ENGINE_ALONE = resolve(import.meta.dirname, 'lib/engine-alone.ts');
const POOL_SPANS = 100_000;
const BATCH_SPANS = 512;
const SPAN_NS = 10_000;
const LONGEST_SECONDS = 1800;
const POLL_MS = 100;
/** Spans of these rounds are not counted: the store's code is compiled while it runs, the engine's was before. */
const WARM_UP = { seconds: 2, firstRound: 5_000_000 };

/**
 * What of the engine's own speed is left once spans come as OTLP over HTTP, are journaled and acknowledged: the engine fed
 * with ready-made blocks, and the whole store fed with the requests that those blocks were made of, in turn.
 *
 * Alone, the engine has the whole machine; the store shares it with the load generator. So three shares are reported:
 * of wall-clock throughput; the same without the time that the load generator took from all cores; of CPU seconds.
 */
export async function benchEngineShare({ spans, repeat }: EngineShareOptions, report: Report): Promise<void> {
  const poolSpans = Math.min(POOL_SPANS, spans);
  let perRound = 0;
  for (const { trace } of poolTraces(poolSpans)) {
    perRound += trace.spans.length;
  }
  const options: EngineAloneOptions = {
    rounds: Math.max(1, Math.round(spans / perRound)),
    poolSpans,
    batchSpans: BATCH_SPANS,
    startNs: String(BigInt(Date.now()) * 1_000_000n),
    spanNs: SPAN_NS,
  };
  const engine: Run[] = [];
  const pipeline: Run[] = [];
  for (let time = 0; time < repeat; time++) {
    const { blocks, bytes, cpuSecondsOfInserts, ...alone } = await engineAlone(options);
    engine.push({ ...alone, loadCpuSeconds: 0 });
    report.line({ what: 'engine alone', ...figures(engine.slice(-1)), blocks, bytes, cpuSecondsOfInserts });
    pipeline.push(await wholePipeline(options));
    report.line({ what: 'whole pipeline', ...figures(pipeline.slice(-1)) });
  }
  const a = figures(engine);
  const b = figures(pipeline);
  const shares = {
    ofWallClockThroughput: round(b.rowsPerSecond / a.rowsPerSecond),
    withoutLoadGenerator: round(b.rowsPerSecondWithoutLoad / a.rowsPerSecond),
    ofCpu: round(a.cpuSecondsPerMillion / b.cpuSecondsPerMillion),
  };
  report.line({ what: 'share', repeat, engineAlone: a, wholePipeline: b, shares });
  report.goal('engineShare', shares.withoutLoadGenerator, 'load generator accounted for');
}

async function engineAlone(options: EngineAloneOptions): Promise<EngineAloneResult> {
  const { stdout } = await promisify(execFile)(process.execPath, [ENGINE_ALONE, JSON.stringify(options)], {
    // As main.ts sets it for the store.
    env: { ...process.env, UV_THREADPOOL_SIZE: String(OPTIONS.readers.fallback + 6) },
    maxBuffer: 1 << 20,
    timeout: LONGEST_SECONDS * 1000,
  });
  return JSON.parse(stdout) as EngineAloneResult;
}

async function wholePipeline(options: EngineAloneOptions): Promise<Run> {
  const clew = await startClew();
  try {
    await runLoad({ ...options, ...WARM_UP, url: clew.otlpUrl });
    await settle(clew.pid);
    const { spansStored: before } = await clewStatus(clew);
    const cpuBefore = cpuSeconds(clew.pid);
    const load = await runLoad({ ...options, url: clew.otlpUrl, seconds: LONGEST_SECONDS });
    const acknowledgedAt = performance.now();
    // The last batches are in the journal and not in the engine yet.
    while ((await clewStatus(clew)).spansStored < before + load.spans && performance.now() - acknowledgedAt < 60_000) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    const seconds = load.seconds + (performance.now() - acknowledgedAt) / 1000;
    await settle(clew.pid);
    return {
      rows: load.spans,
      seconds,
      cpuSeconds: cpuSeconds(clew.pid) - cpuBefore,
      loadCpuSeconds: load.loadCpuSeconds,
    };
  } finally {
    await clew.store.stop();
  }
}

function figures(runs: readonly Run[]) {
  const sum = (name: keyof Run) => runs.reduce((total, run) => total + run[name], 0);
  const rows = sum('rows');
  const seconds = sum('seconds');
  const secondsWithoutLoad = seconds - sum('loadCpuSeconds') / availableParallelism();
  return {
    rows,
    seconds: round(seconds),
    rowsPerSecond: Math.round(rows / seconds),
    rowsPerSecondWithoutLoad: Math.round(rows / secondsWithoutLoad),
    cpuSecondsPerMillion: round((sum('cpuSeconds') / rows) * 1e6),
    loadCpuSecondsPerMillion: round((sum('loadCpuSeconds') / rows) * 1e6),
  };
}
