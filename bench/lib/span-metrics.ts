import { Columnizer } from '../../store/src/ingest/columnizer.ts';
import { SpanMetrics } from '../../store/src/span-metrics/span-metrics.ts';
import { get } from './http.ts';
import { quantiles, round } from './numbers.ts';
import { createPool } from './pool.ts';
import { cpuSeconds, settle } from './process-stats.ts';
import type { Report } from './report.ts';
import { runLoad } from './run-load.ts';
import { sendShape } from './send-shape.ts';
import { startClew } from './targets.ts';
import { operations } from './trace-shapes.ts';

const LABEL_SETS = 5_000;
const READS = 20;
const FORMATS = {
  OpenMetrics: 'application/openmetrics-text; version=1.0.0',
  text: 'text/plain; version=0.0.4',
} as const;
const SECONDS = 15;
const ROUNDS = 20;
const BATCH_ROWS = 50_000;

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

/**
 * The time that a batch is looked at for its metrics, as a share of the CPU that a store takes for as many spans in all. Two stores, one of
 * them without metrics, differ by more from run to run than the metrics take.
 */
async function observer(report: Report): Promise<void> {
  const observerNs = observedNs();
  const clew = await startClew();
  try {
    await runLoad({ url: clew.otlpUrl, seconds: 1, firstRound: 5_000_000 });
    await settle(clew.pid);
    const before = cpuSeconds(clew.pid);
    const { spans } = await runLoad({ url: clew.otlpUrl, seconds: SECONDS });
    await settle(clew.pid);
    const spanNs = ((cpuSeconds(clew.pid) - before) / spans) * 1e9;
    const share = round(observerNs / spanNs, 3);
    report.line({ what: 'metrics made of spans', nsPerSpan: round(observerNs), cpuNsPerSpan: round(spanNs), share });
    report.goal('observer', share);
  } finally {
    await clew.store.stop();
  }
}

/** Nanoseconds a span, the median of batches as a busy store makes them, once the code is warm. */
function observedNs(): number {
  const metrics = new SpanMetrics(LABEL_SETS);
  const times: number[] = [];
  const columnizer = new Columnizer(undefined, {
    observe: (spans) => {
      const rows = spans.block.rows;
      const startedAt = process.hrtime.bigint();
      metrics.observe(spans);
      times.push(Number(process.hrtime.bigint() - startedAt) / rows);
    },
  });
  const startNs = BigInt(Date.now()) * 1_000_000n;
  const replay = createPool({ spans: 100_000, batchSpans: 512, startNs, spanNs: 10_000, complete: false });
  for (let turn = 0; turn < replay.requests.length * ROUNDS; turn++) {
    const index = turn % replay.requests.length;
    const turns = Math.floor(turn / replay.requests.length);
    columnizer.append(replay.prepare(index, turns, 0n), Date.now(), '');
    if (columnizer.rows >= BATCH_ROWS) {
      columnizer.take().release();
    }
  }
  const warm = times.slice(times.length >> 2).sort((a, b) => a - b);
  return warm[warm.length >> 1];
}
