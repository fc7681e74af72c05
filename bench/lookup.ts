import { Random } from '@clew/trace-gen';

import { LARGE_TRACE_SPANS, openFilled, type Contents, type FilledOptions } from './lib/filled.ts';
import { get, type Reply } from './lib/http.ts';
import { quantiles, round, type Quantiles } from './lib/numbers.ts';
import { idInRound, poolTraces } from './lib/pool.ts';
import type { Report } from './lib/report.ts';
import { freshRound, runLoad } from './lib/run-load.ts';
import { UsageError, type Target } from './lib/targets.ts';

export interface LookupOptions extends FilledOptions {
  /** Traces looked up in each measurement. */
  readonly count: number;
}

interface Stored {
  readonly id: string;
  readonly spans: number;
}

const SEED = 8;
const WARM_UP = 30;
const FEWEST_SPANS = 8;
const MOST_SPANS = 12;
const BESIDE = { spansPerSecond: 10_000, seconds: 30, poolSpans: 50_000 };
/** For the load generator to make its pool. */
const BESIDE_START_MS = 4000;
const LARGE_TRACE_TIMES = 5;

/** How long a trace takes by its id: ids of traces of some ten spans at random from all that are stored, one at a time. */
export async function benchLookup(options: LookupOptions, report: Report): Promise<void> {
  const store = await openFilled(options, report);
  try {
    const chosen = choose(store.contents, WARM_UP + 2 * options.count);
    const warmUp = chosen.splice(0, WARM_UP);
    const alone: Quantiles[] = [];
    for (const target of store.targets) {
      await lookUp(target, warmUp);
      const { ms, broken } = await lookUp(target, chosen.slice(0, options.count));
      alone.push(ms);
      report.line({ target: target.name, what: 'trace by id', ms, broken });
      const beside = await lookUpBesideIngest(target, chosen.slice(options.count));
      report.line({ target: target.name, what: 'trace by id, ingest at 10k spans/s beside', ...beside });
      if (target === store.clew) {
        report.goal('complete', broken + beside.broken);
        report.goal('lookup', ms.p95);
        report.goal('lookup', beside.ms.p95, 'ingest beside');
      } else {
        report.line({
          ratio: `clew/${target.name}`,
          p50: round(alone[0].p50 / ms.p50),
          p95: round(alone[0].p95 / ms.p95),
        });
      }
    }
    for (const target of store.targets) {
      const path = target.dialect.tracePath(store.contents.largeTraceId);
      await largeTrace(target, path, target.dialect.accept, report, target.dialect.countSpans);
    }
    const frame = await largeTrace(store.clew, `/clew/v1/traces/${store.contents.largeTraceId}/frame`, '*/*', report);
    if (frame) {
      report.goal('largeTrace', frame.p95);
    }
  } finally {
    await store.close();
  }
}

/** Distinct traces of some ten spans, from all rounds. */
function choose({ poolSpans, rounds }: Contents, count: number): Stored[] {
  const random = new Random(SEED);
  const traces = [...poolTraces(poolSpans)].filter(
    ({ trace }) => trace.spans.length >= FEWEST_SPANS && trace.spans.length <= MOST_SPANS
  );
  if (traces.length * rounds < 2 * count) {
    throw new UsageError(
      `There are ${traces.length * rounds} traces of some ten spans: give a smaller --count or more --spans`
    );
  }
  const chosen = new Map<string, Stored>();
  while (chosen.size < count) {
    const { trace } = random.pick(traces);
    const id = idInRound(trace, random.below(rounds));
    chosen.set(id, { id, spans: trace.spans.length });
  }
  return [...chosen.values()];
}

async function lookUp(
  target: Target,
  traces: Iterable<Stored>,
  until: () => boolean = () => false
): Promise<{ ms: Quantiles; broken: number }> {
  const ms: number[] = [];
  let broken = 0;
  for (const { id, spans } of traces) {
    const reply = await get(`${target.queryUrl}${target.dialect.tracePath(id)}`, target.dialect.accept);
    ms.push(reply.lastByteMs);
    broken += isWhole(target, reply, spans) ? 0 : 1;
    if (until()) {
      break;
    }
  }
  return { ms: quantiles(ms), broken };
}

function isWhole({ dialect }: Target, { status, body }: Reply, spans: number): boolean {
  return status === 200 && dialect.countSpans(body) === spans;
}

/** The same while the target takes spans at a steady rate, over and over until that ends. */
async function lookUpBesideIngest(target: Target, traces: readonly Stored[]) {
  let ended = false;
  const loading = runLoad({ ...BESIDE, url: target.otlpUrl, firstRound: freshRound() }).finally(() => (ended = true));
  await new Promise((resolve) => setTimeout(resolve, BESIDE_START_MS));
  const again = function* () {
    for (;;) {
      yield* traces;
    }
  };
  const { ms, broken } = await lookUp(target, again(), () => ended);
  const load = await loading;
  return { ms, broken, spansPerSecond: Math.round(load.spans / load.seconds), refused: load.refused + load.failed };
}

/** A trace of a hundred thousand spans, some times over; a line says so where the target does not give it. */
async function largeTrace(
  target: Target,
  path: string,
  accept: string,
  report: Report,
  countSpans?: (body: Buffer) => number
): Promise<Quantiles | undefined> {
  const what = `trace of ${LARGE_TRACE_SPANS} spans, ${path.replace(/[0-9a-f]{32}/, '{id}')}`;
  const replies: Reply[] = [];
  for (let time = 0; time < LARGE_TRACE_TIMES; time++) {
    const reply = await get(`${target.queryUrl}${path}`, accept);
    if (reply.status !== 200) {
      report.line({ target: target.name, what, skipped: `answered ${reply.status}` });
      return undefined;
    }
    replies.push(reply);
  }
  const lastByte = quantiles(replies.map(({ lastByteMs }) => lastByteMs));
  report.line({
    target: target.name,
    what,
    bytes: replies[0].body.length,
    spans: countSpans?.(replies[0].body),
    firstByteMs: quantiles(replies.map(({ firstByteMs }) => firstByteMs)),
    lastByteMs: lastByte,
  });
  return lastByte;
}
