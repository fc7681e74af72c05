import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

import { startStore, type StoreProcess } from '../../store/src/testing/store-process.ts';
import { JAEGER, TEMPO, type Dialect } from './dialects.ts';
import { get } from './http.ts';
import { isRunning } from './process-stats.ts';

/** Something that takes OTLP over HTTP and answers queries: our store, or a peer that the user has started. */
export interface Target {
  readonly name: string;
  /** Where spans are posted, path included. */
  readonly otlpUrl: string;
  /** Without a path. */
  readonly queryUrl: string;
  readonly dialect: Dialect;
  /** Its process, where it is known: CPU and memory are read from it. */
  readonly pid: number | undefined;
  readonly dataDir: string | undefined;
}

export interface ClewTarget extends Target {
  readonly pid: number;
  readonly dataDir: string;
  readonly store: StoreProcess;
}

/** What the user asked for cannot be done; the message says what to change. */
export class UsageError extends Error {}

const DIALECTS: ReadonlyArray<readonly [prefix: string, dialect: Dialect]> = [
  ['tempo', TEMPO],
  ['jaeger', JAEGER],
  ['clew', TEMPO],
];

/** `NAME=otlpUrl,queryUrl[,pid[,dataDir]]`. The name's beginning says which API it speaks. */
export function parsePeer(text: string): Target {
  const [name, rest = ''] = text.split('=', 2);
  const [otlp, query, pid, dataDir] = rest.split(',');
  const dialect = DIALECTS.find(([prefix]) => name.startsWith(prefix))?.[1];
  if (!dialect) {
    throw new UsageError(`--peer ${text}: a name begins with ${DIALECTS.map(([prefix]) => prefix).join(', ')}`);
  }
  if (!URL.canParse(otlp) || !query || !URL.canParse(query)) {
    throw new UsageError(`--peer ${text}: give ${name}=http://host:port,http://host:port, OTLP first, then queries`);
  }
  if (pid && !isRunning(Number(pid))) {
    throw new UsageError(`--peer ${text}: no process has the id ${pid}`);
  }
  if (dataDir && !existsSync(dataDir)) {
    throw new UsageError(`--peer ${text}: there is no folder ${dataDir}`);
  }
  const otlpUrl = new URL(otlp);
  otlpUrl.pathname = otlpUrl.pathname === '/' ? '/v1/traces' : otlpUrl.pathname;
  return {
    name,
    otlpUrl: otlpUrl.href,
    queryUrl: new URL(query).origin,
    dialect,
    pid: pid ? Number(pid) : undefined,
    dataDir: dataDir || undefined,
  };
}

/** Starts our store, on `dataDir` or a new temporary folder, and waits until it has replayed its journal. */
export async function startClew(dataDir?: string, env: Readonly<Record<string, string>> = {}): Promise<ClewTarget> {
  const store = endingWithUs(await startStore(dataDir === undefined ? env : { ...env, CLEW_DATA_DIR: dataDir }));
  for (let tries = 0; (await get(`http://${store.admin}/ready`, '*/*')).status !== 200; tries++) {
    if (tries > 600) {
      await store.end('SIGTERM');
      throw new Error(`The store is not ready after a minute: ${store.log()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    name: 'clew',
    otlpUrl: `http://${store.otlpHttp}/v1/traces`,
    queryUrl: `http://${store.query}`,
    dialect: TEMPO,
    pid: store.pid,
    dataDir: store.dataDir,
    store,
  };
}

/** A benchmark that ends early must not leave a store behind. */
function endingWithUs(store: StoreProcess): StoreProcess {
  const kill = () => process.kill(store.pid, 'SIGTERM');
  process.once('exit', kill);
  const keep = () => process.off('exit', kill);
  return {
    ...store,
    end: (signal) => store.end(signal).finally(keep),
    stop: () => store.stop().finally(keep),
  };
}

export interface StoreStatus {
  readonly spansStored: number;
  readonly bytesOnDisk: number;
}

export async function clewStatus({ queryUrl }: Target): Promise<StoreStatus> {
  const { body } = await get(`${queryUrl}/clew/v1/status`, 'application/json');
  return JSON.parse(body.toString()) as StoreStatus;
}

/** Bytes that a folder takes on disk. */
export function folderBytes(folder: string): number {
  const { stdout } = spawnSync('du', ['-s', '--block-size=1', folder], { encoding: 'utf8' });
  return Number(/^\d+/.exec(stdout)?.[0] ?? 0);
}

/** Asks the kernel to forget what it has cached of the files in `folder`, so that the next reader goes to the disk. */
export function dropFromPageCache(folder: string): void {
  spawnSync('sync', ['-f', folder]);
  spawnSync('find', [folder, '-type', 'f', '-exec', 'dd', 'if={}', 'iflag=nocache', 'count=0', 'status=none', ';']);
}
