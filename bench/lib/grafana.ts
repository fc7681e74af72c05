import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { grafanaEnv } from '../../demo/src/runner/grafana-env.ts';
import { findOnPath } from '../../demo/src/runner/on-path.ts';
import { LISTENERS, type Ports } from '../../demo/src/runner/ports.ts';
import { get } from './http.ts';

export interface Grafana {
  readonly url: string;
  stop(): Promise<void>;
}

const PORT = 23_000;
const READY_TRIES = 300;

/** Grafana with the built plugin and its provisioning, on a store and what else is there; or why it cannot be. */
export async function startGrafana(
  storePort: number,
  others: Partial<Ports> = {}
): Promise<Grafana | { readonly missing: string }> {
  if (findOnPath('grafana') === undefined) {
    return { missing: 'there is no grafana on the PATH' };
  }
  if (!existsSync('dist/module.js')) {
    return { missing: 'the plugin is not built: npm run build' };
  }
  const folder = mkdtempSync(join(tmpdir(), 'clew-bench-grafana-'));
  mkdirSync(join(folder, 'plugins'));
  symlinkSync(resolve('dist'), join(folder, 'plugins', 'clew-correlation-app'));
  const defaults = Object.fromEntries(Object.entries(LISTENERS).map(([name, { port }]) => [name, port])) as Ports;
  const ports: Ports = { ...defaults, ...others, query: storePort, grafana: PORT };
  const child = spawn('grafana', ['server'], {
    env: { ...process.env, ...grafanaEnv(folder, resolve('provisioning'), ports) },
    stdio: 'ignore',
  });
  const ended = new Promise<void>((done) => child.once('close', () => done()));
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${PORT}`;
  for (let tries = 0; (await get(`${url}/api/health`, '*/*')).status !== 200; tries++) {
    if (tries === READY_TRIES || child.exitCode !== null) {
      await stop();
      return { missing: 'grafana did not start' };
    }
    await pause(200);
  }
  return { url, stop };
}
