import { round, slope } from './lib/numbers.ts';
import { memory } from './lib/process-stats.ts';
import type { Report } from './lib/report.ts';
import { runLoad } from './lib/run-load.ts';
import { startClew } from './lib/targets.ts';

export interface MemoryOptions {
  readonly minutes: number;
  readonly rate: number;
}

const SAMPLE_MS = 5000;

/** Whether memory stays bounded under a steady load: resident memory every five seconds, its maximum and its trend. */
export async function benchMemory({ minutes, rate }: MemoryOptions, report: Report): Promise<void> {
  const clew = await startClew();
  try {
    const startedAt = performance.now();
    const samples: Array<readonly [minute: number, resident: number]> = [];
    const sample = () => {
      const { resident, anonymous } = memory(clew.pid);
      const minute = round((performance.now() - startedAt) / 60_000, 3);
      samples.push([minute, resident]);
      report.line({ minute, residentMiB: Math.round(resident), anonymousMiB: Math.round(anonymous) });
    };
    const timer = setInterval(sample, SAMPLE_MS);
    const load = await runLoad({ url: clew.otlpUrl, seconds: minutes * 60, spansPerSecond: rate });
    clearInterval(timer);
    sample();
    const secondHalf = samples.filter(([minute]) => minute >= minutes / 2);
    const mibPerMinute = slope(secondHalf);
    const mean = secondHalf.reduce((sum, [, resident]) => sum + resident, 0) / secondHalf.length;
    const maxMiB = Math.round(Math.max(...samples.map(([, resident]) => resident)));
    report.line({
      target: 'clew',
      minutes,
      rate,
      maxMiB,
      secondHalfMeanMiB: Math.round(mean),
      secondHalfMiBPerMinute: round(mibPerMinute),
      load,
    });
    report.goal('refused', load.refused + load.failed);
    report.goal('rateHeld', round(load.spans / load.seconds / rate, 3));
    report.goal('memory', maxMiB);
    report.goal('flat', round((mibPerMinute * (minutes / 2)) / mean, 3));
  } finally {
    await clew.store.stop();
  }
}
