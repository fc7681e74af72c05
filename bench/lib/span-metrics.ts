import { get } from './http.ts';
import { quantiles, round } from './numbers.ts';
import { cpuSeconds, settle } from './process-stats.ts';
import type { Report } from './report.ts';
import { runLoad } from './run-load.ts';
import { sendShape } from './send-shape.ts';
import { startClew, type ClewTarget } from './targets.ts';
import { operations } from './trace-shapes.ts';

const LABEL_SETS = 5_000;
const READS = 20;
const FORMATS = {
  OpenMetrics: 'application/openmetrics-text; version=1.0.0',
  text: 'text/plain; version=0.0.4',
} as const;
const SECONDS = 8;
const PAIRS = 3;

/** What metrics that are made of spans cost: to be read, and of ingest. */
export async function benchSpanMetrics(report: Report): Promise<void> {
  await exposition(report);
  await observer(report);
}

async function exposition(report: Report): Promise<void> {
  const clew = await startClew();
  try {
    await sendShape(clew.otlpUrl, clew.queryUrl, operations(LABEL_SETS));
    for (const [format, accept] of Object.entries(FORMATS)) {
      const times = [];
      let bytes = 0;
      for (let read = 0; read < READS; read++) {
        const reply = await get(`http://${clew.store.admin}/metrics/spans`, accept);
        times.push(reply.lastByteMs);
        bytes = reply.body.length;
      }
      const { p50, p95 } = quantiles(times);
      report.line({ what: 'metrics made of spans', format, labelSets: LABEL_SETS, bytes, p50, p95 });
      report.goal('exposition', p95, format);
    }
  } finally {
    await clew.store.stop();
  }
}

/** The same load on stores with and without them, in turns. */
async function observer(report: Report): Promise<void> {
  const shares = [];
  for (let pair = 0; pair < PAIRS; pair++) {
    const on = await cpuPerMillion({});
    const off = await cpuPerMillion({ CLEW_SPAN_METRICS: 'off' });
    report.line({ what: 'ingest', cpuPerMillionOn: round(on), cpuPerMillionOff: round(off) });
    shares.push((on - off) / on);
  }
  const share = round(shares.sort((a, b) => a - b)[PAIRS >> 1], 3);
  report.line({ what: 'metrics made of spans', shareOfIngestCpu: share });
  report.goal('observer', share);
}

async function cpuPerMillion(env: Readonly<Record<string, string>>): Promise<number> {
  const clew: ClewTarget = await startClew(undefined, env);
  try {
    await runLoad({ url: clew.otlpUrl, seconds: 1, firstRound: 5_000_000 });
    await settle(clew.pid);
    const before = cpuSeconds(clew.pid);
    const { spans } = await runLoad({ url: clew.otlpUrl, seconds: SECONDS });
    await settle(clew.pid);
    return ((cpuSeconds(clew.pid) - before) / spans) * 1e6;
  } finally {
    await clew.store.stop();
  }
}
