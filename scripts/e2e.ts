/**
 * `npm run e2e [-- playwright's arguments]`: the end-to-end tests against a real Grafana. `GRAFANA_URL` names one that
 * runs with the demo's parts beside it on their usual ports; otherwise, where `grafana` is on the PATH, the demo is
 * started for the time of the tests. Without either there is nothing to test, and that is said.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

/** Above the demo's own ports, so that tests run beside a demo. */
const PORT_OFFSET = 20_000;
const STARTS_WITHIN_MS = 240_000;

interface Endpoints {
  readonly GRAFANA_URL: string;
  readonly CLEW_E2E_QUERY_URL: string;
  readonly CLEW_E2E_OTLP_HTTP_URL: string;
  readonly CLEW_E2E_OTLP_GRPC_URL: string;
  readonly CLEW_E2E_PROMETHEUS_URL: string;
  readonly CLEW_E2E_LOKI_URL: string;
  readonly CLEW_E2E_SHOP_CONTROL_URL: string;
}

function endpoints(grafanaUrl: string, offset: number): Endpoints {
  const at = (port: number) => `http://127.0.0.1:${port + offset}`;
  return {
    GRAFANA_URL: grafanaUrl,
    CLEW_E2E_QUERY_URL: at(3200),
    CLEW_E2E_OTLP_HTTP_URL: at(4318),
    CLEW_E2E_OTLP_GRPC_URL: at(4317),
    CLEW_E2E_PROMETHEUS_URL: at(9090),
    CLEW_E2E_LOKI_URL: at(3100),
    CLEW_E2E_SHOP_CONTROL_URL: at(8099),
  };
}

function isOnPath(command: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function runTests(env: Endpoints): number {
  const playwright = resolve('node_modules/.bin/playwright');
  const config = resolve('tests/playwright.config.ts');
  const { status } = spawnSync(playwright, ['test', '--config', config, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  return status ?? 1;
}

async function holds(check: () => Promise<boolean>): Promise<boolean> {
  return check().catch(() => false);
}

const getJson = async <Body>(url: string): Promise<Body> => (await fetch(url)).json() as Promise<Body>;

/** What the tests look for has to have arrived: traces, exemplars where Prometheus runs, log lines where Loki runs. */
async function untilReady(env: Endpoints, demo: ChildProcess): Promise<void> {
  const checks: Array<[string, () => Promise<boolean>]> = [
    ['Grafana', async () => (await fetch(`${env.GRAFANA_URL}/api/health`)).ok],
    [
      'traces',
      async () => {
        const query = new URLSearchParams({ q: '{ resource.service.name = "payment" }', limit: '5' });
        const { traces } = await getJson<{ traces: unknown[] }>(`${env.CLEW_E2E_QUERY_URL}/api/search?${query}`);
        return traces.length === 5;
      },
    ],
  ];
  if (isOnPath('prometheus')) {
    checks.push([
      'exemplars',
      async () => {
        const now = Date.now() / 1000;
        const query = new URLSearchParams({
          query: 'http_server_request_duration_seconds_bucket',
          start: String(now - 600),
          end: String(now),
        });
        const { data } = await getJson<{ data: unknown[] }>(
          `${env.CLEW_E2E_PROMETHEUS_URL}/api/v1/query_exemplars?${query}`
        );
        return data.length > 0;
      },
    ]);
  }
  if (isOnPath('loki')) {
    checks.push([
      'log lines',
      async () => {
        const { data } = await getJson<{ data?: string[] }>(
          `${env.CLEW_E2E_LOKI_URL}/loki/api/v1/label/service_name/values`
        );
        return (data ?? []).length > 3;
      },
    ]);
  }
  const endAt = Date.now() + STARTS_WITHIN_MS;
  for (const [what, check] of checks) {
    while (!(await holds(check))) {
      if (demo.exitCode !== null || Date.now() > endAt) {
        throw new Error(
          `The demo has no ${what}${demo.exitCode === null ? ' in time' : `: it exited with ${demo.exitCode}`}`
        );
      }
      await new Promise((done) => setTimeout(done, 1000));
    }
  }
}

async function main(): Promise<number> {
  const given = process.env.GRAFANA_URL;
  if (given) {
    return runTests(endpoints(given, Number(process.env.CLEW_E2E_PORT_OFFSET ?? 0)));
  }
  if (!isOnPath('grafana')) {
    process.stdout.write(
      'No GRAFANA_URL and no grafana on the PATH: there is nothing to run end-to-end tests against.\n'
    );
    return 0;
  }
  const env = endpoints(`http://127.0.0.1:${3000 + PORT_OFFSET}`, PORT_OFFSET);
  const demo = spawn(process.execPath, ['demo/src/main.ts', '--port-offset', String(PORT_OFFSET)], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const ended = new Promise<void>((done) => demo.once('exit', () => done()));
  try {
    await untilReady(env, demo);
    return runTests(env);
  } finally {
    demo.kill('SIGINT');
    await ended;
  }
}

process.exitCode = await main();
