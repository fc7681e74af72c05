import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { expect } from '@playwright/test';
import { parse, stringify } from 'yaml';

import { grafanaApi } from './support.ts';

/** Copies of the provisioned datasources, linked with each other, which are broken and mended. */
export const STORE = 'doctor-store';
export const PROMETHEUS = 'doctor-prometheus';
export const LOKI = 'doctor-loki';
const ORIGINALS: Readonly<Record<string, string>> = { [STORE]: 'clew', [PROMETHEUS]: 'prometheus', [LOKI]: 'loki' };

type Json = Record<string, unknown>;
export interface Settings {
  readonly uid: string;
  readonly name: string;
  readonly type: string;
  readonly access: string;
  readonly url: string;
  readonly jsonData: Json;
}

export interface Verdict {
  readonly outcome: string;
  readonly sentence: string;
  readonly evidence?: readonly string[];
  readonly subject?: { readonly uid: string };
  readonly remedy?: {
    readonly summary: string;
    readonly steps?: readonly string[];
    readonly file?: { readonly name: string; readonly text: string };
    readonly yaml?: string;
  };
}
export interface Report {
  readonly exitCode: number;
  readonly durationMs: number;
  readonly checks: ReadonlyArray<{
    readonly id: string;
    readonly area: string;
    readonly outcome: string;
    readonly verdicts: readonly Verdict[];
  }>;
}

/** `npm run doctor -- --json`, as CI runs it. */
export function runDoctor(storeUid: string): Promise<Report> {
  const args = ['scripts/doctor.ts', '--grafana', process.env.GRAFANA_URL ?? '', '--store', storeUid, '--json'];
  return new Promise((done, fail) => {
    execFile(
      process.execPath,
      args,
      { cwd: resolve(import.meta.dirname, '..'), timeout: 30_000, maxBuffer: 1e8 },
      (error, stdout, stderr) => {
        try {
          const report = JSON.parse(stdout) as Report;
          expect(report.exitCode, 'the process and its report agree').toBe(error?.code ?? 0);
          done(report);
        } catch (cause) {
          fail(new Error(`The doctor gave no report: ${stderr}${String(error)}`, { cause }));
        }
      }
    );
  });
}

/** What a check says of a datasource, or of nothing in particular. */
export function verdictsOf({ checks }: Report, id: string, uid: string | null): readonly Verdict[] {
  const check = checks.find((one) => one.id === id);
  expect(check, `the check ${id}`).toBeDefined();
  return check!.verdicts.filter(({ subject }) => uid === null || subject?.uid === uid);
}

/** Everything of the provisioned ones that a copy has, with links among the copies. */
async function copyOf(uid: string, original = ORIGINALS[uid]): Promise<Settings> {
  const { type, access, url, jsonData } = (await (
    await grafanaApi(`/api/datasources/uid/${original}`)
  ).json()) as Settings;
  const linked = Object.entries(ORIGINALS).reduce(
    (text, [copy, original]) => text.replaceAll(`"datasourceUid":"${original}"`, `"datasourceUid":"${copy}"`),
    JSON.stringify(jsonData)
  );
  return { uid, name: uid, type, access, url, jsonData: JSON.parse(linked) as Json };
}

export async function addCopies(): Promise<void> {
  await removeCopies();
  for (const uid of Object.keys(ORIGINALS)) {
    expect((await grafanaApi('/api/datasources', 'POST', await copyOf(uid))).status, uid).toBe(200);
  }
}

/**
 * One more copy for as long as something is done with it. Grafana's proxy keeps what it knows of a datasource for five seconds: where the
 * URL is another, a uid that nobody asked for yet need not wait.
 */
export async function withCopy(
  uid: string,
  copied: string,
  url: (original: string) => string,
  act: (original: string) => Promise<void>
): Promise<void> {
  const copy = await copyOf(uid, ORIGINALS[copied]);
  expect((await grafanaApi('/api/datasources', 'POST', { ...copy, url: url(copy.url) })).status, uid).toBe(200);
  try {
    await act(copy.url);
  } finally {
    expect((await grafanaApi(`/api/datasources/uid/${uid}`, 'DELETE')).status, uid).toBe(200);
  }
}

/** Also those that came from a file, which Grafana's API may not delete. */
export async function removeCopies(): Promise<void> {
  const deleteDatasources = Object.keys(ORIGINALS).map((name) => ({ name, orgId: 1 }));
  try {
    await provision(stringify({ apiVersion: 1, deleteDatasources }));
  } finally {
    rmSync(PROVISIONED, { force: true });
  }
}

/** Whatever a test did to it. */
export async function resetCopy(uid: string): Promise<void> {
  await change(uid, await copyOf(uid));
}

export async function settingsOf(uid: string): Promise<Settings> {
  return (await (await grafanaApi(`/api/datasources/uid/${uid}`)).json()) as Settings;
}

/** Settings by way of Grafana's API. */
export async function change(uid: string, changes: Partial<Settings>): Promise<void> {
  const now = await settingsOf(uid);
  const { status } = await grafanaApi(`/api/datasources/uid/${uid}`, 'PUT', { ...now, ...changes });
  expect(status, `the change of ${uid}`).toBe(200);
}

/** One setting of `jsonData`. */
export async function changeJson(uid: string, jsonData: Json): Promise<void> {
  await change(uid, { jsonData: { ...(await settingsOf(uid)).jsonData, ...jsonData } });
}

interface Provisioning {
  readonly datasources: ReadonlyArray<Partial<Settings> & { readonly uid: string }>;
}

/** Puts what a file of provisioning says in by way of the API: a doubled dollar sign is one. */
export async function putYaml(yaml: string): Promise<void> {
  const { datasources } = parse(yaml) as Provisioning;
  for (const { uid, ...entry } of datasources) {
    await change(uid, JSON.parse(JSON.stringify(entry).replaceAll('$$', '$')) as Partial<Settings>);
  }
}

/** Read by Grafana when it is told to: the demo's Grafana looks into the repository's own folder. */
const PROVISIONED = resolve(import.meta.dirname, '../provisioning/datasources/doctor-e2e.yaml');

/** Lets Grafana read the file as it reads every other of its provisioning. */
export async function provision(yaml: string): Promise<void> {
  writeFileSync(PROVISIONED, yaml);
  expect(await reload('datasources'), 'Grafana reads its provisioning again').toBe(200);
}

/** For the administrator of the server, whom Grafana knows by this name where nobody changed it. */
export async function reload(what: 'datasources' | 'plugins'): Promise<number> {
  const { status } = await fetch(`${process.env.GRAFANA_URL}/api/admin/provisioning/${what}/reload`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa('admin:admin')}` },
  });
  return status;
}

export function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** A server of a test, once `isUp` says so. */
export async function startServer(
  command: string,
  args: readonly string[],
  isUp: () => Promise<boolean>
): Promise<ChildProcess> {
  const child = spawn(command, args, { stdio: 'ignore' });
  const holds = () => isUp().catch(() => false);
  await expect.poll(holds, { message: command, timeout: 30_000, intervals: [200] }).toBe(true);
  return child;
}

export async function stopServer(child: ChildProcess | undefined): Promise<void> {
  if (child && child.exitCode === null) {
    const ended = new Promise((done) => child.once('exit', done));
    child.kill('SIGKILL');
    await ended;
  }
}

/** One process on the loopback, with its files in `folder`. */
export function lokiConfig(folder: string, port: number, grpcPort: number, limits: object): string {
  const address = '127.0.0.1';
  const server = { http_listen_address: address, http_listen_port: port, grpc_listen_address: address };
  return stringify({
    auth_enabled: false,
    server: { ...server, grpc_listen_port: grpcPort, log_level: 'error' },
    common: {
      instance_addr: address,
      path_prefix: folder,
      replication_factor: 1,
      ring: { instance_addr: address, kvstore: { store: 'inmemory' } },
      storage: { filesystem: { chunks_directory: join(folder, 'chunks'), rules_directory: join(folder, 'rules') } },
    },
    memberlist: { bind_addr: [address] },
    ingester: { lifecycler: { min_ready_duration: '0s' } },
    schema_config: {
      configs: [
        {
          ...{ from: '2024-01-01', store: 'tsdb', object_store: 'filesystem', schema: 'v13' },
          index: { prefix: 'index_', period: '24h' },
        },
      ],
    },
    limits_config: limits,
    pattern_ingester: { enabled: false },
    // Without a look for schedulers, of which there are none: that takes ten seconds.
    frontend_worker: { frontend_address: `${address}:${grpcPort}` },
    analytics: { reporting_enabled: false },
  });
}

/** Whether Loki took the line: it does before it calls itself ready. */
export async function pushToLoki(url: string, line: string, metadata?: Record<string, string>): Promise<boolean> {
  const value = [`${Date.now()}000000`, line, ...(metadata ? [metadata] : [])];
  const { status } = await fetch(`${url}/loki/api/v1/push`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ streams: [{ stream: { service_name: 'payment' }, values: [value] }] }),
  });
  return status === 204;
}
