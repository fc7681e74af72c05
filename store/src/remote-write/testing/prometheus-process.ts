import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const hasPrometheus = spawnSync('prometheus', ['--version']).status === 0;

/** A sample of an instant query: its labels without the name, and its value. */
export interface Found {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A real Prometheus that keeps native histograms and exemplars, scrapes one target every second, and takes remote writes. */
export class PrometheusProcess {
  readonly #url: string;
  readonly #stop: () => Promise<void>;

  private constructor(url: string, stop: () => Promise<void>) {
    this.#url = url;
    this.#stop = stop;
  }

  /** `port`: a free one. `target`: `host:port`, scraped at `/metrics/spans` as the job "spans". */
  static async start(port: number, target: string): Promise<PrometheusProcess> {
    const folder = mkdtempSync(join(tmpdir(), 'clew-prometheus-'));
    const config = join(folder, 'prometheus.yml');
    writeFileSync(
      config,
      JSON.stringify({
        global: { scrape_interval: '1s' },
        scrape_configs: [
          { job_name: 'spans', metrics_path: '/metrics/spans', static_configs: [{ targets: [target] }] },
        ],
      })
    );
    const args = [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--web.enable-remote-write-receiver',
      '--enable-feature=native-histograms,exemplar-storage',
      '--log.level=warn',
    ];
    const child = spawn('prometheus', args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let log = '';
    child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
    const stop = async () => {
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    };
    const url = `http://127.0.0.1:${port}`;
    for (let attempt = 0; attempt < 150; attempt++) {
      const response = await fetch(`${url}/-/ready`).catch(() => undefined);
      if (response?.ok) {
        return new PrometheusProcess(url, stop);
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await stop();
    throw new Error(`Prometheus did not start: ${log}`);
  }

  async query(query: string): Promise<Found[]> {
    const { result } = await this.#ask<{ result: RawSample[] }>('query', { query });
    return result.map(({ metric, value, histogram }) => ({
      labels: metric,
      value: Number(value?.[1] ?? histogram?.[1].count),
    }));
  }

  /** Trace ids of the exemplars of a query, and the value of each. */
  async exemplars(query: string): Promise<Array<{ traceId: string; value: number }>> {
    const now = Date.now() / 1000;
    const range = { start: String(now - 600), end: String(now + 60) };
    const series = await this.#ask<RawExemplars[]>('query_exemplars', { query, ...range });
    return series
      .flatMap(({ exemplars }) => exemplars)
      .map(({ labels, value }) => ({ traceId: labels.trace_id, value: Number(value) }));
  }

  stop(): Promise<void> {
    return this.#stop();
  }

  async #ask<Data>(path: string, parameters: Record<string, string>): Promise<Data> {
    const response = await fetch(`${this.#url}/api/v1/${path}?${String(new URLSearchParams(parameters))}`);
    const answer = (await response.json()) as { status: string; error?: string; data: Data };
    if (answer.status !== 'success') {
      throw new Error(`${path} ${JSON.stringify(parameters)}: ${answer.error}`);
    }
    return answer.data;
  }
}

interface RawSample {
  readonly metric: Record<string, string>;
  readonly value?: [number, string];
  readonly histogram?: [number, { count: string }];
}

interface RawExemplars {
  readonly exemplars: ReadonlyArray<{ labels: Record<string, string>; value: string }>;
}

/** A port that is free at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}
