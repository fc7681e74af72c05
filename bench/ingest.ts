import { runLoad } from './lib/run-load.ts';
import { round } from './lib/numbers.ts';
import { cpuSeconds, settle, watchMemory } from './lib/process-stats.ts';
import type { Report } from './lib/report.ts';
import { clewStatus, folderBytes, startClew, type Target } from './lib/targets.ts';
import type { LoadResult } from './lib/load.ts';

export interface IngestOptions {
  readonly seconds: number;
  /** Spans a second to hold; 0 for as fast as they are acknowledged. */
  readonly rate: number;
  readonly peers: readonly Target[];
}

interface Measured {
  readonly spansPerSecond: number;
  readonly cpuSecondsPerMillionSpans: number | undefined;
  readonly bytesPerSpan: number | undefined;
  readonly peakMiB: number | undefined;
  readonly load: LoadResult;
}

const WARM_UP_SECONDS = 2;
const WARM_UP_ROUND = 5_000_000;
const RATE_OF_ACK_GOAL = 10_000;

/**
 * How fast, and at what cost, spans get in: for `seconds` from a load generator on the same machine, then idle until
 * merges are done. Peers get the same requests, one after the other.
 */
export async function benchIngest(options: IngestOptions, report: Report): Promise<void> {
  const startNs = String(BigInt(Date.now()) * 1_000_000n);
  const clew = await startClew();
  let ours: Measured;
  try {
    ours = await measure(clew, options, startNs);
    report.line({ target: 'clew', rate: options.rate, ...ours });
  } finally {
    await clew.store.stop();
  }
  for (const peer of options.peers) {
    const theirs = await measure(peer, options, startNs);
    report.line({ target: peer.name, rate: options.rate, ...theirs });
    report.line({
      ratio: `clew/${peer.name}`,
      spansPerSecond: round(ours.spansPerSecond / theirs.spansPerSecond),
      ackP99: round(ours.load.ackMs.p99 / theirs.load.ackMs.p99),
      cpuSecondsPerMillionSpans: ratio(ours.cpuSecondsPerMillionSpans, theirs.cpuSecondsPerMillionSpans),
      bytesPerSpan: ratio(ours.bytesPerSpan, theirs.bytesPerSpan),
      peakMiB: ratio(ours.peakMiB, theirs.peakMiB),
    });
  }
  report.goal('refused', ours.load.refused + ours.load.failed);
  report.goal('disk', ours.bytesPerSpan ?? Infinity);
  if (options.rate === 0) {
    report.goal('sustained', ours.spansPerSecond);
    report.goal('cpu', ours.cpuSecondsPerMillionSpans ?? Infinity);
  } else {
    report.goal('rateHeld', round(ours.spansPerSecond / options.rate, 3));
  }
  if (options.rate === RATE_OF_ACK_GOAL) {
    report.goal('ack', ours.load.ackMs.p99);
  }
}

async function measure(target: Target, { seconds, rate }: IngestOptions, startNs: string): Promise<Measured> {
  const { pid, otlpUrl: url } = target;
  const common = { url, spansPerSecond: rate, startNs };
  await runLoad({ ...common, seconds: WARM_UP_SECONDS, firstRound: WARM_UP_ROUND });
  const bytesBefore = target.dataDir === undefined ? 0 : folderBytes(target.dataDir);
  const peak = pid === undefined ? undefined : watchMemory(pid);
  const cpuBefore = pid === undefined ? 0 : cpuSeconds(pid);
  const load = await runLoad({ ...common, seconds });
  if (pid !== undefined) {
    await settle(pid);
  }
  const perMillion = (cpu: number) => round((cpu / load.spans) * 1e6);
  return {
    spansPerSecond: Math.round(load.spans / load.seconds),
    cpuSecondsPerMillionSpans: pid === undefined ? undefined : perMillion(cpuSeconds(pid) - cpuBefore),
    bytesPerSpan: await bytesPerSpan(target, bytesBefore, load.spans),
    peakMiB: peak && Math.round(peak()),
    load,
  };
}

/** Our store knows its bytes; of a peer the growth of its folder counts, logs of what is not yet in place included. */
async function bytesPerSpan(target: Target, bytesBefore: number, spans: number): Promise<number | undefined> {
  if (target.name === 'clew') {
    const { bytesOnDisk, spansStored } = await clewStatus(target);
    return round(bytesOnDisk / spansStored);
  }
  return target.dataDir === undefined ? undefined : round((folderBytes(target.dataDir) - bytesBefore) / spans);
}

function ratio(ours: number | undefined, theirs: number | undefined): number | undefined {
  return ours === undefined || theirs === undefined ? undefined : round(ours / theirs);
}
