import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** A store of its own, on free ports and in a folder of its own. */
export interface StoreProcess {
  readonly pid: number;
  readonly dataDir: string;
  readonly otlpGrpc: string;
  readonly otlpHttp: string;
  readonly query: string;
  readonly admin: string;
  stop(): Promise<void>;
}

const MAIN = resolve(import.meta.dirname, '../../store/src/main.ts');
const ADDRESS = {
  otlpGrpc: /OTLP gRPC\s+(\S+)/,
  otlpHttp: /OTLP HTTP\s+http:\/\/([^\s/]+)/,
  query: /queries\s+http:\/\/(\S+)/,
  admin: /admin\s+http:\/\/([^\s/]+)/,
};

export async function startStore(env: Readonly<Record<string, string>> = {}): Promise<StoreProcess> {
  const dataDir = mkdtempSync(join(tmpdir(), 'clew-bench-'));
  const child = spawn(process.execPath, [MAIN], {
    env: {
      ...process.env,
      CLEW_DATA_DIR: dataDir,
      CLEW_OTLP_GRPC_PORT: '0',
      CLEW_OTLP_HTTP_PORT: '0',
      CLEW_QUERY_PORT: '0',
      CLEW_ADMIN_PORT: '0',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const banner = await firstOutput(child);
  const address = (name: keyof typeof ADDRESS) => ADDRESS[name].exec(banner)?.[1] ?? '';
  return {
    pid: child.pid ?? 0,
    dataDir,
    otlpGrpc: address('otlpGrpc'),
    otlpHttp: address('otlpHttp'),
    query: address('query'),
    admin: address('admin'),
    stop: async () => {
      const exited = new Promise((done) => child.once('exit', done));
      child.kill('SIGTERM');
      await exited;
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function firstOutput(child: ChildProcess): Promise<string> {
  return new Promise((done, fail) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('Ctrl-C stops it.')) {
        done(text);
      }
    });
    child.once('exit', (code) => fail(new Error(`The store exited with ${code} before it was up`)));
  });
}
