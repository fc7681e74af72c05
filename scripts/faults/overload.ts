import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

import type { StoreProcess } from '../../store/src/testing/store-process.ts';
import { findsTrace, isAlive, metric, residentMiB, status, untilDrained } from '../lib/store-control.ts';
import { until, within } from '../lib/waiting.ts';
import type { FloodResult } from './flood.ts';
import { sendAgain, type LoadOptions } from './load.ts';
import { makeRequest } from './requests.ts';
import type { Report } from './report.ts';
import { httpSender } from './senders.ts';

const SECONDS = 28;
const JOURNAL_BYTES = 64 * 1024 ** 2;
/**
 * Of the whole process: an idle one has 330 MiB (Node, and ClickHouse's code as far as it is touched). On top come the requests
 * under way (72 senders with up to 1.6 MB: 60 MiB, and again what the socket buffers and the body pool hold), the open and
 * three ready batches of 24 MiB as columns, what ClickHouse takes for an insert and a merge, and what V8 leaves lying until it
 * has to collect.
 */
const RSS_BOUND_MIB = 1024;
/** Together more than the bound; each below CLEW_MAX_REQUEST_BYTES. */
const LARGE_CLIENTS = 48;
const LARGE_BYTES = 24 * 1024 ** 2;
const PROBE_EVERY_MS = 250;
const PROBE_WITHIN_MS = 2_000;

interface Probes {
  count: number;
  late: number;
  failed: number;
  longestMs: Record<string, number>;
  peakMiB: number;
  journalPeak: number;
}

/** Far more than it can take, from many senders who do not wait: backpressure, bounded memory, answers, recovery. */
export async function overload(report: Report): Promise<void> {
  const dataDir = report.folder();
  const store = await report.start(dataDir, { CLEW_JOURNAL_BYTES: String(JOURNAL_BYTES) });
  const known = makeRequest(10);
  const acknowledged = new Map([[known.traceId, known.spans]]);
  const sender = httpSender(store.otlpHttp, 1);
  await sender.send(known.body);
  await until('the first trace', 10_000, () => findsTrace(store, known.traceId));
  const idleMiB = residentMiB(store);

  const probes: Probes = { count: 0, late: 0, failed: 0, longestMs: {}, peakMiB: 0, journalPeak: 0 };
  let flooding = true;
  const probing = probe(store, known.traceId, probes, () => flooding);
  const { otlpHttp, otlpGrpc } = store;
  const common = { otlpHttp, otlpGrpc, retryMs: 0 };
  const results = await Promise.all([
    flood({ ...common, httpSenders: 32, grpcSenders: 4, spans: [1, 4000, 20, 500] }),
    flood({ ...common, httpSenders: 28, grpcSenders: 8, spans: [2000, 3, 100, 1000] }),
  ]);
  flooding = false;
  await probing;

  let refused = 0;
  let taken = 0;
  const open = [];
  for (const result of results) {
    const { tally } = result;
    refused += tally.refused.http + tally.refused.grpc;
    taken += tally.acknowledged;
    open.push(...result.open);
    result.acknowledged.forEach((spans, traceId) => acknowledged.set(traceId, spans));
    report.check('refusals carry the time to wait', tally.illFormed === 0, tally.illFormedExample);
    report.check('nothing but answers', Object.keys(tally.unanswered).length === 0, tally.unanswered);
    report.check('both protocols are told to wait', tally.refused.http > 0 && tally.refused.grpc > 0, tally.refused);
  }
  const sentMiB = results.reduce((sum, { tally }) => sum + tally.sentBytes, 0) / 1024 ** 2;
  const longestMs = results.map(({ tally }) => tally.longestMs);
  report.note('load', {
    requestsTaken: taken,
    requestsRefused: refused,
    sentMiBPerSecond: Math.round(sentMiB / SECONDS),
    longestAnswerMs: longestMs,
    refusals: results[0].tally.refusals,
  });
  report.note('probes', { ...probes, idleMiB: Math.round(idleMiB), rssBoundMiB: RSS_BOUND_MIB });
  report.check('is alive', isAlive(store), store.log().slice(-800));
  report.check('memory is bounded', probes.peakMiB < RSS_BOUND_MIB, probes.peakMiB);
  report.check('the journal is bounded', probes.journalPeak < JOURNAL_BYTES + 48 * 1024 ** 2, probes.journalPeak);
  report.check('the event loop is alive', probes.failed === 0 && probes.late === 0, probes);

  report.note('drained in ms', await untilDrained(store, 30_000));
  const after = makeRequest(10);
  const { kind } = await sender.send(after.body);
  sender.close();
  report.check('a normal client is served after that', kind === 'acknowledged', kind);
  acknowledged.set(after.traceId, after.spans);
  report.check('what was refused is taken later', (await sendAgain(otlpHttp, open, acknowledged, 20_000)) === 0);
  await untilDrained(store, 20_000);
  report.note('MiB after', Math.round(residentMiB(store)));
  await largeBodies(report, store);
  await report.stopAndCompare('overload', store, dataDir, acknowledged);
}

/** Clients that upload large requests all at once and do not finish: what they hold has to have a bound too. */
async function largeBodies(report: Report, store: StoreProcess): Promise<void> {
  const [host, port] = store.otlpHttp.split(':');
  const head = `POST /v1/traces HTTP/1.1\r\nHost: store\r\nContent-Type: application/x-protobuf\r\nContent-Length: ${LARGE_BYTES}\r\n\r\n`;
  const body = Buffer.alloc(LARGE_BYTES - 1);
  let answered = 0;
  const sockets = Array.from({ length: LARGE_CLIENTS }, () => {
    const socket = connect(Number(port), host);
    socket.on('error', () => undefined);
    socket.once('data', () => answered++);
    socket.write(head);
    socket.write(body);
    return socket;
  });
  const unsent = () => sockets.some((socket) => !socket.destroyed && socket.writableLength > 0);
  let peakMiB = 0;
  try {
    await until('the large bodies', 20_000, () => {
      peakMiB = Math.max(peakMiB, Math.round(residentMiB(store)));
      return peakMiB > RSS_BOUND_MIB || !unsent();
    });
    report.check('memory is bounded with large requests from many', peakMiB <= RSS_BOUND_MIB, {
      clients: LARGE_CLIENTS,
      bytesEach: LARGE_BYTES,
      answered,
      peakMiB,
    });
    report.check('answers queries beside them', (await status(`http://${store.query}/api/echo`)) === 200);
  } finally {
    sockets.forEach((socket) => socket.destroy());
  }
}

async function flood(options: LoadOptions): Promise<FloodResult> {
  const worker = new Worker(new URL('./flood.ts', import.meta.url), { workerData: { options, seconds: SECONDS } });
  try {
    return await within(
      'the flood',
      (SECONDS + 40) * 1000,
      new Promise<FloodResult>((resolve, reject) => {
        worker.once('message', resolve);
        worker.once('error', reject);
      })
    );
  } finally {
    await worker.terminate();
  }
}

/** Asks the listeners for small things, each in its own rhythm, and watches memory. */
async function probe(store: StoreProcess, traceId: string, probes: Probes, goOn: () => boolean): Promise<void> {
  const targets: Readonly<Record<string, string>> = {
    ready: `http://${store.admin}/ready`,
    echo: `http://${store.query}/api/echo`,
    trace: `http://${store.query}/api/v2/traces/${traceId}`,
  };
  const ask = async (name: string, url: string) => {
    while (goOn()) {
      const startedAt = performance.now();
      const code = await status(url, 10_000);
      const ms = Math.round(performance.now() - startedAt);
      probes.count++;
      probes.failed += code === 200 ? 0 : 1;
      probes.late += ms > PROBE_WITHIN_MS ? 1 : 0;
      probes.longestMs[name] = Math.max(probes.longestMs[name] ?? 0, ms);
      await pause(PROBE_EVERY_MS);
    }
  };
  const watch = async () => {
    while (goOn()) {
      probes.peakMiB = Math.max(probes.peakMiB, Math.round(residentMiB(store)));
      probes.journalPeak = Math.max(probes.journalPeak, (await metric(store, 'clew_journal_bytes')) ?? 0);
      await pause(PROBE_EVERY_MS);
    }
  };
  await Promise.all([watch(), ...Object.entries(targets).map(([name, url]) => ask(name, url))]);
}
