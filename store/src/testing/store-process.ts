import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { startServerIfWanted } from '../engine/testing/placement.ts';

/** A store in a process of its own, on free ports, as a user starts it. For tests and benchmarks. */
export interface StoreProcess {
  readonly pid: number;
  readonly dataDir: string;
  /** `host:port` of each listener. */
  readonly otlpGrpc: string;
  readonly otlpHttp: string;
  readonly query: string;
  readonly admin: string;
  /** What it wrote to stderr so far. */
  log(): string;
  /** Ends it and answers the exit code (null after SIGKILL). The data stays. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
  /** Ends it and removes the data. */
  stop(): Promise<void>;
}

/** Thrown when the process ends before its listeners are up. */
export class StoreDidNotStart extends Error {
  readonly exitCode: number | null;
  readonly log: string;

  constructor(exitCode: number | null, log: string) {
    super(`The store exited with ${exitCode} before it was up: ${log}`);
    this.exitCode = exitCode;
    this.log = log;
  }
}

/** Every caller runs in the repository's root: npm scripts and Jest both do. */
const MAIN = resolve('store/src/main.ts');
const UP = 'Ctrl-C stops it.';
const ADDRESS = {
  otlpGrpc: /OTLP gRPC\s+(\S+)/,
  otlpHttp: /OTLP HTTP\s+http:\/\/([^\s/]+)/,
  query: /queries\s+http:\/\/(\S+)/,
  admin: /admin\s+http:\/\/([^\s/]+)/,
};

/** `env` overrides: `CLEW_DATA_DIR` to start on data that is there already. */
export async function startStore(env: Readonly<Record<string, string>> = {}): Promise<StoreProcess> {
  const dataDir = env.CLEW_DATA_DIR ?? mkdtempSync(join(tmpdir(), 'clew-store-'));
  const server = env.CLEW_CLICKHOUSE_URL ? undefined : await startServerIfWanted(join(dataDir, 'clickhouse'));
  const ports = ['CLEW_OTLP_GRPC_PORT', 'CLEW_OTLP_HTTP_PORT', 'CLEW_QUERY_PORT', 'CLEW_ADMIN_PORT'];
  const child = spawn(process.execPath, [MAIN], {
    env: {
      ...process.env,
      ...Object.fromEntries(ports.map((port) => [port, '0'])),
      CLEW_DATA_DIR: dataDir,
      ...server?.env,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const exited = new Promise<number | null>((done) => child.once('close', done)).then(async (code) => {
    await server?.stop();
    return code;
  });
  const banner = await firstOutput(child, exited, () => log);
  const address = (name: keyof typeof ADDRESS) => ADDRESS[name].exec(banner)?.[1] ?? '';
  const end = (signal: 'SIGTERM' | 'SIGKILL') => {
    child.kill(signal);
    return exited;
  };
  return {
    pid: child.pid ?? 0,
    dataDir,
    otlpGrpc: address('otlpGrpc'),
    otlpHttp: address('otlpHttp'),
    query: address('query'),
    admin: address('admin'),
    log: () => log,
    end,
    stop: async () => {
      await end('SIGTERM');
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function firstOutput(child: ChildProcess, exited: Promise<number | null>, log: () => string): Promise<string> {
  return new Promise((done, fail) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes(UP)) {
        done(text);
      }
    });
    void exited.then((code) => fail(new StoreDidNotStart(code, log())));
  });
}
