import { closeConnections, postOtlp } from './http.ts';
import { quantiles, type Quantiles } from './numbers.ts';
import { createPool } from './pool.ts';

/**
 * The load generator, a process of its own so that its CPU is not counted as the store's:
 *
 *     node bench/lib/load.ts '{"url": "http://127.0.0.1:4318/v1/traces", "seconds": 60, …}'
 *
 * Prints one JSON line: LoadResult. The same options send the same bytes.
 */
export interface LoadOptions {
  readonly url: string;
  /** Stops after this time, */
  readonly seconds: number;
  /** or after this many whole rounds of the pool, if that is earlier. */
  readonly rounds?: number;
  /** Spans a second to hold; 0 for as fast as the receiver acknowledges. */
  readonly spansPerSecond: number;
  /** Requests under way at once. */
  readonly connections: number;
  readonly batchSpans: number;
  /** Distinct spans that are made beforehand and sent in rounds. */
  readonly poolSpans: number;
  /** Sends every trace whole, at the price of some requests that are not full. */
  readonly complete: boolean;
  /** Trace ids differ between any two rounds, so between two runs with other first rounds too. */
  readonly firstRound: number;
  /** Start of the first trace, nanoseconds since the epoch, as text: JSON's numbers are too short for it. */
  readonly startNs: string;
  /** By how much later a trace starts for each span before it, in nanoseconds. */
  readonly spanNs: number;
}

export interface LoadResult {
  /** Acknowledged. */
  readonly spans: number;
  readonly requests: number;
  readonly bytes: number;
  readonly seconds: number;
  /** Requests answered with 429 or 503; they are sent again. */
  readonly refused: number;
  /** Requests that failed otherwise; they are sent again too. Where one fails twenty times the load ends with an error. */
  readonly failed: number;
  /** From when the request was due, or sent where there is no rate to hold, to the acknowledgement. */
  readonly ackMs: Quantiles;
  readonly loadCpuSeconds: number;
}

const RETRY_MS = 200;
const MAX_FAILURES = 20;
/** How long after its end the load still sends requests again. */
const GRACE_MS = 4000;

async function run(options: LoadOptions): Promise<LoadResult> {
  const url = new URL(options.url);
  const { spanNs, firstRound, rounds = Infinity } = options;
  const replay = createPool({ ...options, spans: options.poolSpans, startNs: BigInt(options.startNs) });
  const roundNs = BigInt(Math.round(replay.spanCounts.reduce((sum, count) => sum + count, 0) * spanNs));
  const acks: number[] = [];
  let next = 0;
  let spans = 0;
  let sentSpans = 0;
  let bytes = 0;
  let refused = 0;
  let failed = 0;
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  const endAt = startedAt + options.seconds * 1000;

  const worker = async () => {
    for (;;) {
      const turn = next;
      const index = turn % replay.requests.length;
      const round = Math.floor(turn / replay.requests.length);
      const count = replay.spanCounts[index];
      const dueAt =
        options.spansPerSecond > 0 ? startedAt + (sentSpans / options.spansPerSecond) * 1000 : performance.now();
      if (Math.max(dueAt, performance.now()) >= endAt || round >= rounds) {
        break;
      }
      next++;
      sentSpans += count;
      if (dueAt > performance.now()) {
        await pause(dueAt - performance.now());
      }
      const body =
        firstRound + round === 0
          ? replay.requests[index]
          : replay.prepare(index, firstRound + round, round === 0 ? 0n : roundNs);
      for (let failures = 0; ;) {
        const status = await postOtlp(url, body);
        if (status === 200) {
          acks.push(performance.now() - dueAt);
          spans += count;
          bytes += body.length;
          break;
        }
        if (status === 429 || status === 503) {
          refused++;
        } else {
          failed++;
          failures++;
        }
        if (failures >= MAX_FAILURES) {
          throw new Error(`${options.url} answered ${status} ${failures} times in a row`);
        }
        await pause(RETRY_MS);
        if (performance.now() > endAt + GRACE_MS) {
          break;
        }
      }
    }
  };
  await Promise.all(Array.from({ length: options.connections }, worker));
  const seconds = (performance.now() - startedAt) / 1000;
  const cpu = process.cpuUsage(cpuBefore);
  closeConnections();
  return {
    spans,
    requests: acks.length,
    bytes,
    seconds,
    refused,
    failed,
    ackMs: quantiles(acks),
    loadCpuSeconds: (cpu.user + cpu.system) / 1e6,
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

process.stdout.write(`${JSON.stringify(await run(JSON.parse(process.argv[2]) as LoadOptions))}\n`);
