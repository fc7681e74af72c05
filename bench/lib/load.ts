import { createTopology, RequestBatcher, RequestReplay, TraceGenerator } from '@clew/trace-gen';
import { Agent, request as httpRequest } from 'node:http';

/**
 * The load generator, a process of its own so that its CPU is not counted as the store's:
 *
 *     node bench/lib/load.ts '{"url": "http://127.0.0.1:4318/v1/traces", "seconds": 60, …}'
 *
 * Prints one JSON line: LoadResult.
 */
export interface LoadOptions {
  readonly url: string;
  readonly seconds: number;
  /** Spans a second to hold; 0 for as fast as the receiver acknowledges. */
  readonly spansPerSecond: number;
  /** Requests under way at once. */
  readonly connections: number;
  readonly batchSpans: number;
  /** Distinct spans that are made beforehand and sent in rounds. */
  readonly poolSpans: number;
  /** Stops after this many spans, if that is earlier. */
  readonly maxSpans?: number;
}

export interface LoadResult {
  readonly spans: number;
  readonly requests: number;
  readonly bytes: number;
  readonly seconds: number;
  /** Requests answered with 429 or 503; they are sent again. */
  readonly refused: number;
  readonly failed: number;
  readonly ackMs: { readonly p50: number; readonly p95: number; readonly p99: number; readonly max: number };
  readonly loadCpuSeconds: number;
}

const SEED = 20_261_122;
const AGENT = new Agent({ keepAlive: true, maxSockets: 64 });

function pool(spans: number, batchSpans: number): RequestReplay {
  const topology = createTopology(SEED);
  const generator = new TraceGenerator(topology, SEED + 1);
  const batcher = new RequestBatcher(topology, batchSpans);
  const requests: Uint8Array[] = [];
  const startNs = BigInt(Date.now()) * 1_000_000n;
  for (let made = 0; made < spans;) {
    const trace = generator.next();
    made += trace.spans.length;
    requests.push(...batcher.add(trace, startNs + BigInt(made) * 10_000n));
  }
  return new RequestReplay(requests);
}

function post(url: URL, body: Uint8Array): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      {
        agent: AGENT,
        host: url.hostname,
        port: url.port,
        path: url.pathname,
        method: 'POST',
        headers: { 'content-type': 'application/x-protobuf', 'content-length': body.length },
      },
      (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
      }
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

async function run(options: LoadOptions): Promise<LoadResult> {
  const url = new URL(options.url);
  const replay = pool(options.poolSpans, options.batchSpans);
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
  let roundStartedAt = startedAt;
  let shiftNs = 0n;

  const worker = async () => {
    while (performance.now() < endAt && sentSpans < (options.maxSpans ?? Infinity)) {
      if (options.spansPerSecond > 0) {
        const due = startedAt + (sentSpans / options.spansPerSecond) * 1000;
        const wait = due - performance.now();
        if (wait > 0) {
          await new Promise((resolve) => setTimeout(resolve, wait));
        }
      }
      const turn = next++;
      const index = turn % replay.requests.length;
      const round = Math.floor(turn / replay.requests.length);
      if (index === 0 && round > 0) {
        const now = performance.now();
        shiftNs = BigInt(Math.round((now - roundStartedAt) * 1e6));
        roundStartedAt = now;
      }
      const body = round === 0 ? replay.requests[index] : replay.prepare(index, round, shiftNs);
      sentSpans += replay.spanCounts[index];
      for (let attempt = 0; ; attempt++) {
        const sentAt = performance.now();
        const status = await post(url, body).catch(() => 0);
        if (status === 200) {
          acks.push(performance.now() - sentAt);
          spans += replay.spanCounts[index];
          bytes += body.length;
          break;
        }
        if (status === 429 || status === 503) {
          refused++;
          await new Promise((resolve) => setTimeout(resolve, 200));
        } else {
          failed++;
          if (attempt > 20) {
            break;
          }
        }
      }
    }
  };
  await Promise.all(Array.from({ length: options.connections }, worker));
  const seconds = (performance.now() - startedAt) / 1000;
  const cpu = process.cpuUsage(cpuBefore);
  acks.sort((a, b) => a - b);
  const quantile = (q: number) =>
    Math.round((acks[Math.min(acks.length - 1, Math.floor(acks.length * q))] ?? 0) * 100) / 100;
  AGENT.destroy();
  return {
    spans,
    requests: acks.length,
    bytes,
    seconds,
    refused,
    failed,
    ackMs: { p50: quantile(0.5), p95: quantile(0.95), p99: quantile(0.99), max: quantile(1) },
    loadCpuSeconds: (cpu.user + cpu.system) / 1e6,
  };
}

process.stdout.write(`${JSON.stringify(await run(JSON.parse(process.argv[2]) as LoadOptions))}\n`);
