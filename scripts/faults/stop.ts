import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { Journal } from '../../store/src/journal/journal.ts';
import { end, logged, status, untilReady } from '../lib/store-control.ts';
import { Load } from './load.ts';
import { makeRequest } from './requests.ts';
import type { Report } from './report.ts';
import { writeSegment } from './segments.ts';

const LOAD_MS = 2_000;
/** The listeners' grace is five seconds. */
const STALLED_STOP_MS = 8_000;
const SEGMENTS = 900;
/** An insert for each segment: none is joined, so that the replay outlives the grace. */
const NO_JOINS = { CLEW_BATCH_BYTES: '1024' };

/** How clients name a connection that the other side closed in good order; `read ECONNRESET` is a reset. */
const CLEAN_CLOSE = /ECONNREFUSED|ECONNRESET socket hang up|UNAVAILABLE/;

/** SIGTERM and SIGINT under load, and during a replay: answers, exit code 0 within the grace, nothing lost. */
export async function stop(report: Report): Promise<void> {
  await underLoad(report, 'SIGTERM');
  await underLoad(report, 'SIGINT');
  await withStalledClients(report);
  await duringReplay(report);
}

async function underLoad(report: Report, signal: 'SIGTERM' | 'SIGINT'): Promise<void> {
  const dataDir = report.folder();
  const store = await report.start(dataDir, {});
  const load = new Load({ ...store, httpSenders: 12, grpcSenders: 4, spans: [5, 200, 1000], retryMs: 100 });
  await pause(LOAD_MS);
  const before = load.tally.acknowledged;
  load.mark();
  const ended = await end(store, signal);
  const tally = await load.stop();
  report.note(`${signal}: load`, { ms: ended.ms, acknowledged: tally.acknowledged, refused: tally.refused });
  report.check(`${signal}: exit code 0`, ended.exitCode === 0, { ...ended, log: store.log().slice(-500) });
  report.check(`${signal}: load was under way`, before > 20, before);
  report.check(`${signal}: no request is left without an answer or a close`, tally.timedOut === 0, tally);
  const broken = Object.keys(tally.brokenUnderWay).filter((wording) => !CLEAN_CLOSE.test(wording));
  report.check(`${signal}: requests under way get an answer or a clean close`, broken.length === 0, {
    underWay: tally.brokenUnderWay,
    all: tally.unanswered,
  });
  report.note(`${signal}: closes`, tally.unanswered);
  report.check(`${signal}: refusals carry the time to wait`, tally.illFormed === 0, tally.illFormedExample);
  const left = readdirSync(join(dataDir, 'journal'));
  report.check(`${signal}: the journal is empty`, left.length === 0, left);

  const next = await report.start(dataDir, {});
  const ready = await status(`http://${next.admin}/ready`);
  report.check(`${signal}: the next start replays nothing`, ready === 200 && logged(next, 'replaying').length === 0, {
    ready,
    log: next.log(),
  });
  await report.stopAndCompare(signal, next, dataDir, load.acknowledged);
}

const OTLP_HEAD =
  'POST /v1/traces HTTP/1.1\r\nHost: store\r\nContent-Type: application/x-protobuf\r\nContent-Length: 100\r\n\r\n';
const QUERY_HEAD = 'GET /api/echo HTTP/1.1\r\nHost: store\r\n';

/** What a client has sent when it falls silent, on which listener. */
const STALLS: ReadonlyArray<
  readonly [what: string, listener: 'otlpHttp' | 'otlpGrpc' | 'query' | 'admin', sent: string]
> = [
  ['nothing to OTLP over HTTP', 'otlpHttp', ''],
  ['half a body to OTLP over HTTP', 'otlpHttp', `${OTLP_HEAD}half`],
  ['nothing to OTLP over gRPC', 'otlpGrpc', ''],
  ['half a header to the query listener', 'query', QUERY_HEAD],
  ['nothing to the admin listener', 'admin', ''],
];

/** Clients that connect, send half a request or none, and no more, must not hold the stop. */
async function withStalledClients(report: Report): Promise<void> {
  for (const [what, listener, sent] of STALLS) {
    const name = `SIGTERM, a client sent ${what}`;
    const store = await report.start(report.folder(), { CLEW_READERS: '1' });
    const [host, port] = store[listener].split(':');
    const socket = connect(Number(port), host, () => socket.write(sent));
    socket.on('error', () => undefined);
    await pause(200);
    try {
      const ended = await end(store, 'SIGTERM', STALLED_STOP_MS);
      report.check(`${name}: exit code 0`, ended.exitCode === 0, ended);
    } catch (error) {
      report.check(`${name}: ends within its grace`, false, String(error));
    } finally {
      socket.destroy();
    }
  }
}

async function duringReplay(report: Report): Promise<void> {
  const name = 'SIGTERM during replay';
  const dataDir = report.folder();
  const acknowledged = new Map<string, number>();
  const { journal } = await Journal.open(join(dataDir, 'journal'));
  for (let index = 0; index < SEGMENTS; index++) {
    const request = makeRequest(20);
    await writeSegment(journal, [request.body]);
    acknowledged.set(request.traceId, request.spans);
  }
  const first = await report.start(dataDir, NO_JOINS);
  report.check(`${name}: not ready before`, (await status(`http://${first.admin}/ready`)) === 503);
  const load = new Load(
    { ...first, httpSenders: 2, grpcSenders: 1, spans: [20], retryMs: 100, paceMs: 20 },
    acknowledged
  );
  await pause(1000);
  const ended = await end(first, 'SIGTERM');
  await load.stop();
  const left = readdirSync(join(dataDir, 'journal'));
  report.note(`${name}: first life`, { ms: ended.ms, segmentsLeft: left.length });
  report.check(`${name}: exit code 0`, ended.exitCode === 0, { ...ended, log: first.log().slice(-500) });
  report.check(
    `${name}: says what is left`,
    left.length === 0 || logged(first, 'left in the journal').length === 1,
    first.log().slice(-500)
  );
  const second = await report.start(dataDir, {});
  report.note(`${name}: the rest replayed in ms`, await untilReady(second, 30_000));
  await report.stopAndCompare(name, second, dataDir, acknowledged);
}
