import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { grafanaEnv } from '../../demo/src/runner/grafana-env.ts';
import { LISTENERS, type Ports } from '../../demo/src/runner/ports.ts';
import { get } from './http.ts';

export interface Grafana {
  readonly url: string;
  stop(): Promise<void>;
}

const PORT = 23_000;
const READY_TRIES = 300;

const isOnPath = (command: string): boolean =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

/** Grafana with the built plugin and its provisioning, on a store; undefined, and why, where it cannot be. */
export async function startGrafana(storePort: number): Promise<Grafana | { readonly missing: string }> {
  if (!isOnPath('grafana')) {
    return { missing: 'there is no grafana on the PATH' };
  }
  if (!existsSync('dist/module.js')) {
    return { missing: 'the plugin is not built: npm run build' };
  }
  const folder = mkdtempSync(join(tmpdir(), 'clew-bench-grafana-'));
  mkdirSync(join(folder, 'plugins'));
  symlinkSync(resolve('dist'), join(folder, 'plugins', 'clew-correlation-app'));
  const defaults = Object.fromEntries(Object.entries(LISTENERS).map(([name, { port }]) => [name, port])) as Ports;
  const ports: Ports = { ...defaults, query: storePort, grafana: PORT };
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
