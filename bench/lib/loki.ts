import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { lokiConfig } from '../../demo/src/runner/loki-config.ts';
import { findOnPath } from '../../demo/src/runner/on-path.ts';
import { get } from './http.ts';

export interface Loki {
  readonly port: number;
  stop(): Promise<void>;
}

const PORT = 23_100;
const GRPC_PORT = 23_101;
const READY_TRIES = 150;

/** A Loki of its own with an empty folder; or why it cannot be. */
export async function startLoki(): Promise<Loki | { readonly missing: string }> {
  if (findOnPath('loki') === undefined) {
    return { missing: 'there is no loki on the PATH' };
  }
  const folder = mkdtempSync(join(tmpdir(), 'clew-bench-loki-'));
  const config = join(folder, 'loki.yaml');
  writeFileSync(config, lokiConfig(folder, PORT, GRPC_PORT));
  const child = spawn('loki', [`-config.file=${config}`], { stdio: 'ignore', cwd: folder });
  const ended = new Promise<void>((done) => child.once('close', () => done()));
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  for (let tries = 0; (await get(`http://127.0.0.1:${PORT}/ready`, '*/*')).status !== 200; tries++) {
    if (tries === READY_TRIES || child.exitCode !== null) {
      await stop();
      return { missing: 'loki did not start' };
    }
    await pause(200);
  }
  return { port: PORT, stop };
}
