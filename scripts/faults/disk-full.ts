import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { StoreDidNotStart, type StoreProcess } from '../../store/src/testing/store-process.ts';
import { end, findsTrace, isAlive, logged, status, untilDrained } from '../lib/store-control.ts';
import { until } from '../lib/waiting.ts';
import { Load, sendAgain, type LoadOptions, type Tally } from './load.ts';
import { makeRequest, type TraceRequest } from './requests.ts';
import type { Report } from './report.ts';
import { httpSender } from './senders.ts';
import { mountSmallDisk, type SmallDisk } from './small-disk.ts';

const MIB = 1024 ** 2;
const SENDERS: Omit<LoadOptions, 'otlpHttp' | 'otlpGrpc'> = {
  httpSenders: 6,
  grpcSenders: 2,
  spans: [20, 200, 500],
  retryMs: 50,
};
/** After space is back: the first acknowledgement, and the backlog in the engine. */
const TAKES_AGAIN_WITHIN_MS = 15_000;
const DRAINED_WITHIN_MS = 45_000;

/** The disk is full: refusals with the time to wait, no crash, no loss, and recovery by itself when there is space. */
export async function diskFull(report: Report): Promise<void> {
  await journalFirst(report);
  await engineFirst(report);
  await engineAlone(report);
}

/** The journal has a disk of its own, and its open segment fills it. */
async function journalFirst(report: Report): Promise<void> {
  const name = 'journal first';
  const dataDir = report.folder();
  const disk = mountSmallDisk(report, join(dataDir, 'journal'), 24);
  const env = { CLEW_BATCH_MS: '3000', CLEW_BATCH_BYTES: String(200 * MIB), CLEW_BATCH_SPANS: '1000000' };
  const run = new Run(report, name, dataDir, env, disk);
  await run.begin();
  await run.loadUntilRefused();
  disk.fillTo(0);
  await pause(1000);
  await run.survives();
  await run.killAndStartOnFullDisk();
  await run.freeAndRecover();
  await run.finish();
}

/** All on one disk; a filler takes the space while a batch waits, so that the insert is the first to fail. */
async function engineFirst(report: Report): Promise<void> {
  const name = 'engine first';
  const dataDir = report.folder();
  const disk = mountSmallDisk(report, dataDir, 96);
  const run = new Run(report, name, dataDir, { CLEW_BATCH_MS: '3000', CLEW_MIN_FREE_BYTES: '0' }, disk);
  await run.begin();
  await run.takeMiB(6);
  disk.fillTo(MIB);
  run.note('insert failed after ms', await until('an insert that fails', 10_000, run.insertFailed));
  await run.loadUntilRefused();
  await run.survives();
  await run.freeAndRecover();
  // Once more, with a kill in the middle.
  await run.takeMiB(4);
  disk.fillTo(MIB);
  await run.loadUntilRefused();
  disk.fillTo(0);
  await run.killAndStartOnFullDisk();
  await run.freeAndRecover();
  await run.stopAndStartOnFullDisk();
  await run.freeAndRecover();
  await run.finish();
}

/** The engine has a disk of its own: the journal goes on until it holds what it may, and the disk is grown. */
async function engineAlone(report: Report): Promise<void> {
  const name = "engine's disk";
  const dataDir = report.folder();
  const disk = mountSmallDisk(report, join(dataDir, 'engine'), 24);
  const run = new Run(report, name, dataDir, { CLEW_JOURNAL_BYTES: String(16 * MIB), CLEW_MIN_FREE_BYTES: '0' }, disk);
  await run.begin();
  await run.loadUntilRefused();
  await run.survives();
  disk.resize(512);
  await run.recover();
  await run.finish();
}

/** One store on its small disk, and what it acknowledged. */
class Run {
  readonly #report: Report;
  readonly #name: string;
  readonly #dataDir: string;
  readonly #env: Readonly<Record<string, string>>;
  readonly #disk: SmallDisk;
  readonly #acknowledged = new Map<string, number>();
  readonly #open: TraceRequest[] = [];
  readonly #known = makeRequest(10);
  #store: StoreProcess | undefined;

  constructor(report: Report, name: string, dataDir: string, env: Readonly<Record<string, string>>, disk: SmallDisk) {
    this.#report = report;
    this.#name = name;
    this.#dataDir = dataDir;
    this.#env = env;
    this.#disk = disk;
  }

  get store(): StoreProcess {
    if (!this.#store) {
      throw new Error('No store runs');
    }
    return this.#store;
  }

  readonly insertFailed = () => logged(this.store, 'insert failed').length > 0;

  check(what: string, ok: boolean, seen?: unknown): void {
    this.#report.check(`${this.#name}: ${what}`, ok, seen);
  }

  note(what: string, value: unknown): void {
    this.#report.note(`${this.#name}: ${what}`, value);
  }

  /** Starts the store and stores a trace to look for later. */
  async begin(): Promise<void> {
    this.#store = await this.#report.start(this.#dataDir, this.#env);
    await this.#take(this.#known);
    await until('the first trace', 15_000, () => findsTrace(this.store, this.#known.traceId));
  }

  /** Has that much acknowledged, which the engine does not have yet. */
  async takeMiB(mib: number): Promise<void> {
    for (let bytes = 0; bytes < mib * MIB;) {
      const request = makeRequest(500);
      bytes += request.body.length;
      await this.#take(request);
    }
  }

  async loadUntilRefused(): Promise<void> {
    const load = new Load({ ...this.store, ...SENDERS }, this.#acknowledged);
    const { refused } = load.tally;
    try {
      await until('refusals over both protocols', 20_000, () => refused.http >= 20 && refused.grpc >= 5);
    } finally {
      const tally = await load.stop();
      this.#open.push(...load.open);
      this.#judge(tally);
    }
  }

  /** What has to hold while the disk is full. */
  async survives(): Promise<void> {
    this.check('is alive', isAlive(this.store), this.#tail());
    this.check('answers queries', await findsTrace(this.store, this.#known.traceId), this.#tail());
    const ready = await status(`http://${this.store.admin}/ready`);
    this.check('answers /ready', ready === 200 || ready === 503, ready);
  }

  /** A kill under load; then a start on a disk without a byte. */
  async killAndStartOnFullDisk(): Promise<void> {
    const load = new Load({ ...this.store, ...SENDERS }, this.#acknowledged);
    await pause(300);
    await end(this.store, 'SIGKILL');
    await load.stop();
    this.#open.push(...load.open);
    await this.#startOnFullDisk('a start on the full disk after kill -9');
  }

  /** The same after a stop in good order, with nothing to replay. */
  async stopAndStartOnFullDisk(): Promise<void> {
    const { exitCode } = await end(this.store, 'SIGTERM');
    this.check('exit code 0', exitCode === 0, exitCode);
    await this.#startOnFullDisk('a start on the full disk after a stop');
  }

  async #startOnFullDisk(what: string): Promise<void> {
    this.#disk.fillTo(0);
    this.#store = undefined;
    const startedAt = performance.now();
    try {
      this.#store = await this.#report.start(this.#dataDir, this.#env);
    } catch (error) {
      const log = error instanceof StoreDidNotStart ? error.log : String(error);
      const exitCode = error instanceof StoreDidNotStart ? error.exitCode : undefined;
      this.note(what, { exitCode, log: log.slice(0, 400) });
      this.check(`${what} works, or says why not`, exitCode === 1 && /space|ENOSPC/i.test(log), log.slice(0, 1500));
      return;
    }
    this.note(what, { ms: Math.round(performance.now() - startedAt) });
    this.#disk.fillTo(0);
    await pause(1000);
    this.check(`is alive after ${what}`, isAlive(this.store), this.#tail());
    this.check(`answers queries after ${what}`, await findsTrace(this.store, this.#known.traceId), this.#tail());
  }

  async freeAndRecover(): Promise<void> {
    this.#disk.free();
    await this.recover();
  }

  /** Space is back: without a restart, unless the start failed for lack of it. */
  async recover(): Promise<void> {
    this.#store ??= await this.#report.start(this.#dataDir, this.#env);
    const request = makeRequest(10);
    const sender = httpSender(this.store.otlpHttp, 1);
    const takesAgain = until('an acknowledgement', 60_000, async () => {
      const answer = await sender.send(request.body);
      return answer.kind === 'acknowledged';
    });
    const ms = await takesAgain.finally(() => sender.close());
    this.#acknowledged.set(request.traceId, request.spans);
    this.note('takes spans again after ms', ms);
    this.check('takes spans again in time', ms <= TAKES_AGAIN_WITHIN_MS, ms);
    const left = await sendAgain(this.store.otlpHttp, this.#open, this.#acknowledged, 30_000);
    this.check('what was refused is taken later', left === 0, left);
    const drainedMs = await untilDrained(this.store, 60_000);
    this.note('drained after ms', drainedMs);
    this.check('drains in time', drainedMs <= DRAINED_WITHIN_MS, drainedMs);
  }

  finish(): Promise<void> {
    return this.#report.stopAndCompare(this.#name, this.store, this.#dataDir, this.#acknowledged);
  }

  async #take(request: TraceRequest): Promise<void> {
    const sender = httpSender(this.store.otlpHttp, 1);
    const answer = await sender.send(request.body);
    sender.close();
    if (answer.kind !== 'acknowledged') {
      throw new Error(`With space on the disk a request was not taken: ${answer.message}`);
    }
    this.#acknowledged.set(request.traceId, request.spans);
  }

  #judge(tally: Tally): void {
    this.note('refusals', tally.refusals);
    this.check('refusals carry the time to wait', tally.illFormed === 0, tally.illFormedExample);
    this.check('nothing but answers', Object.keys(tally.unanswered).length === 0, tally.unanswered);
  }

  #tail(): string[] {
    return this.store.log().trim().split('\n').slice(-5);
  }
}
