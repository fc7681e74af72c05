/**
 * `npm run test:fuzz [-- --inputs 100000 --seed N]`: mutated OTLP requests through the columnizer and through a slow
 * reference; their rows must be equal. Prints seed, rate and, for each kind of difference, the shortest requests found.
 * `--request HEX` runs that one. A worker does the work, so that an endless loop is seen from outside and its input shown.
 */
import { parseArgs } from 'node:util';
import { isMainThread, Worker, workerData } from 'node:worker_threads';

import { describeReport, fuzzColumnizer } from '../store/src/ingest/testing/fuzz-run.ts';
import { Divergence, FuzzSubject, type FuzzBatch } from '../store/src/ingest/testing/fuzz-session.ts';

/** Far more than any batch takes, on a machine that does other things too. */
const HANG_MS = 30_000;
const LOOK_EVERY_MS = 1000;
/** Room for one batch as hex; what does not fit is cut. */
const SHARED_BYTES = 1 << 22;

interface Work {
  readonly seed: number;
  readonly inputs: number;
  /** A count of batches and the bytes of the last one's text, as 32-bit words, then the text. */
  readonly shared: SharedArrayBuffer;
}

function isWork(data: unknown): data is Work {
  return typeof data === 'object' && data !== null && 'shared' in data;
}

function fuzz({ seed, inputs, shared }: Work): void {
  const head = new Int32Array(shared, 0, 2);
  const text = Buffer.from(shared, 8);
  const onBatch = (batch: FuzzBatch) => {
    head[1] = text.write(batch.map(({ bytes }) => Buffer.from(bytes).toString('hex')).join('\n'), 'latin1');
    Atomics.add(head, 0, 1);
  };
  const report = fuzzColumnizer({ seed, inputs, onBatch });
  console.log(describeReport(report));
  process.exitCode = report.findings.length > 0 ? 1 : 0;
}

/** Runs the worker until it is done, or has been in one batch for too long. */
function watch(seed: number, inputs: number): void {
  const shared = new SharedArrayBuffer(SHARED_BYTES);
  const head = new Int32Array(shared, 0, 2);
  const worker = new Worker(new URL(import.meta.url), { workerData: { seed, inputs, shared } satisfies Work });
  let seen = 0;
  let since = performance.now();
  const timer = setInterval(() => {
    const batches = Atomics.load(head, 0);
    if (batches !== seen) {
      seen = batches;
      since = performance.now();
    } else if (performance.now() - since > HANG_MS) {
      const text = Buffer.from(shared, 8, head[1]).toString('latin1');
      console.error(`Seed ${seed}: no answer for ${HANG_MS / 1000} s, in one of these requests:\n${text}`);
      process.exit(1);
    }
  }, LOOK_EVERY_MS);
  worker.on('error', (error) => {
    console.error(`Seed ${seed}:`, error);
    process.exit(1);
  });
  worker.on('exit', (code) => {
    clearInterval(timer);
    process.exitCode = code;
  });
}

function runOne(bytes: Uint8Array): void {
  const subject = new FuzzSubject();
  try {
    subject.run([{ bytes, receivedMs: Date.now(), tenant: '' }]);
    console.log('As the reference has it:', subject.counts);
  } catch (error) {
    if (!(error instanceof Divergence)) {
      throw error;
    }
    console.error(error.message);
    process.exitCode = 1;
  }
}

if (isMainThread) {
  const { values } = parseArgs({
    options: {
      inputs: { type: 'string', default: '100000' },
      seed: { type: 'string', default: String(Date.now() % 1e6) },
      request: { type: 'string' },
    },
  });
  if (values.request === undefined) {
    watch(Number(values.seed), Number(values.inputs));
  } else {
    runOne(Buffer.from(values.request, 'hex'));
  }
} else if (isWork(workerData)) {
  fuzz(workerData);
}
