import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { get, postOtlp } from './http.ts';
import { largeTrace } from './large-trace.ts';
import { idInRound, poolTraces } from './pool.ts';
import { settle } from './process-stats.ts';
import type { Report } from './report.ts';
import { runLoad } from './run-load.ts';
import { clewStatus, startClew, UsageError, type ClewTarget, type Target } from './targets.ts';

export interface FilledOptions {
  readonly spans: number;
  /** Over how many hours, up to now, the spans' times are spread. */
  readonly hours: number;
  /** Folder to fill once and use again; a temporary one otherwise. */
  readonly data: string | undefined;
  readonly peers: readonly Target[];
}

/** What was sent, the same to each target. From it follows which ids are stored. */
export interface Contents {
  readonly spans: number;
  readonly hours: number;
  readonly poolSpans: number;
  readonly rounds: number;
  readonly startNs: string;
  readonly spanNs: number;
  readonly largeTraceId: string;
}

interface Manifest extends Contents {
  /** Targets that have it, by name. */
  readonly targets: readonly string[];
}

/** A store that holds `contents`, and peers that hold the same. */
export class FilledStore {
  readonly contents: Contents;
  readonly peers: readonly Target[];
  #clew: ClewTarget;
  readonly #keep: boolean;

  constructor(contents: Contents, clew: ClewTarget, peers: readonly Target[], keep: boolean) {
    this.contents = contents;
    this.#clew = clew;
    this.peers = peers;
    this.#keep = keep;
  }

  get clew(): ClewTarget {
    return this.#clew;
  }

  get targets(): readonly Target[] {
    return [this.#clew, ...this.peers];
  }

  /** Ends our store, does `between`, and starts it again on the same data. */
  async restart(between: () => void): Promise<void> {
    await this.#clew.store.end('SIGTERM');
    between();
    this.#clew = await startClew(this.#clew.dataDir);
  }

  async close(): Promise<void> {
    await this.#clew.store.end('SIGTERM');
    if (!this.#keep) {
      rmSync(this.#clew.dataDir, { recursive: true, force: true });
    }
  }
}

export const LARGE_TRACE_SPANS = 100_000;
const POOL_SPANS = 200_000;
const LONGEST_FILL_SECONDS = 4 * 3600;
const LONGEST_SETTLE_SECONDS = 600;
const VISIBLE_WITHIN_MS = 300_000;
const MOST_TRIES = 100;
const RETRY_MS = 200;
const MANIFEST = 'bench.json';

/** Starts our store with `options.spans` spans in it, filling it, and each peer, where that was not done before. */
export async function openFilled(options: FilledOptions, report: Report): Promise<FilledStore> {
  const folder = options.data === undefined ? mkdtempSync(join(tmpdir(), 'clew-bench-')) : resolve(options.data);
  mkdirSync(folder, { recursive: true });
  const manifestFile = join(folder, MANIFEST);
  const known = readManifest(folder, manifestFile, options);
  const contents = known ?? plan(options);
  const filled = new Set(known?.targets);
  const clew = await startClew(folder);
  const store = new FilledStore(contents, clew, options.peers, options.data !== undefined);
  try {
    for (const target of store.targets) {
      if (!filled.has(target.name)) {
        await fill(target, contents, report);
        filled.add(target.name);
        const manifest: Manifest = { ...contents, targets: [...filled] };
        writeFileSync(manifestFile, `${JSON.stringify(manifest, undefined, 2)}\n`);
      }
    }
  } catch (error) {
    await store.close();
    throw error;
  }
  const { spansStored, bytesOnDisk } = await clewStatus(clew);
  report.line({ target: 'clew', spansStored, bytesOnDisk, hours: contents.hours, targets: [...filled] });
  return store;
}

function readManifest(folder: string, file: string, options: FilledOptions): Manifest | undefined {
  if (!existsSync(file)) {
    if (readdirSync(folder).length > 0) {
      throw new UsageError(`--data ${folder}: it has files and no ${MANIFEST}; give an empty or a new folder`);
    }
    return undefined;
  }
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
  if (manifest.spans !== options.spans || manifest.hours !== options.hours) {
    throw new UsageError(
      `--data ${folder}: it was filled with --spans ${manifest.spans} --hours ${manifest.hours}; give the same, or another folder`
    );
  }
  return manifest;
}

function plan({ spans, hours }: FilledOptions): Contents {
  const poolSpans = Math.min(POOL_SPANS, spans);
  let perRound = 0;
  for (const { trace } of poolTraces(poolSpans)) {
    perRound += trace.spans.length;
  }
  const rounds = Math.max(1, Math.round(spans / perRound));
  const rangeNs = hours * 3.6e12;
  const startNs = BigInt(Date.now()) * 1_000_000n - BigInt(rangeNs);
  const spanNs = rangeNs / (perRound * rounds);
  const { id } = largeTrace(1, startNs);
  return { spans, hours, poolSpans, rounds, startNs: String(startNs), spanNs, largeTraceId: id };
}

async function fill(target: Target, contents: Contents, report: Report): Promise<void> {
  report.note(`filling ${target.name} with ${contents.spans} spans`);
  const middleNs = BigInt(contents.startNs) + BigInt(Math.round(contents.hours * 1.8e12));
  const largeTraceRefused = await sendAll(target, largeTrace(LARGE_TRACE_SPANS, middleNs).requests);
  const load = await runLoad({
    url: target.otlpUrl,
    seconds: LONGEST_FILL_SECONDS,
    complete: true,
    poolSpans: contents.poolSpans,
    rounds: contents.rounds,
    startNs: contents.startNs,
    spanNs: contents.spanNs,
  });
  report.line({ filled: target.name, load, largeTraceSpans: LARGE_TRACE_SPANS, largeTraceRefused });
  await untilVisible(target, contents, report);
  if (target.pid !== undefined) {
    report.note(`waiting until ${target.name} is idle`);
    await settle(target.pid, LONGEST_SETTLE_SECONDS);
  }
}

/** One request after the other; answers how many had to be sent again. */
async function sendAll({ name, otlpUrl }: Target, requests: readonly Uint8Array[]): Promise<number> {
  let refused = 0;
  for (const request of requests) {
    for (let tries = 1; (await postOtlp(new URL(otlpUrl), request)) !== 200; tries++) {
      refused++;
      if (tries >= MOST_TRIES) {
        throw new Error(`${name} does not take the large trace: a request was refused ${tries} times`);
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
  return refused;
}

/** Waits until the trace that was sent last can be read whole. */
async function untilVisible({ name, queryUrl, dialect }: Target, contents: Contents, report: Report): Promise<void> {
  const last = [...poolTraces(contents.poolSpans)].at(-1)?.trace;
  if (!last) {
    return;
  }
  const path = dialect.tracePath(idInRound(last, contents.rounds - 1));
  const startedAt = performance.now();
  while (performance.now() - startedAt < VISIBLE_WITHIN_MS) {
    const reply = await get(`${queryUrl}${path}`, dialect.accept);
    if (reply.status === 200 && dialect.countSpans(reply.body) >= last.spans.length) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  report.note(`${name}: the last trace sent is not whole after ${VISIBLE_WITHIN_MS / 1000} s`);
}
