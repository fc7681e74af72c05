import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createSocketServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { encodeOtlpJson } from '../ingest/otlp-json.ts';
import { Journal } from '../journal/journal.ts';
import { crcOfBody, NO_LIMITS } from '../journal/record.ts';
import { startStore, type StoreProcess } from '../testing/store-process.ts';

jest.setTimeout(240_000);

const DAY_MS = 86_400_000;
const idOf = (digit: string) => digit.repeat(32);
const LIVE = idOf('1');
const OLD = idOf('2');
const NEVER = idOf('3');
const EXPIRED = idOf('4');
const THEIRS = idOf('5');
const LATER = idOf('6');
/** As a client writes it that has it from a UUID. */
const LIVE_AS_UUID = '11111111-1111-1111-1111-111111111111';

interface Listed {
  readonly prometheus: { readonly url: string; readonly lastReadMs: number | null; readonly lastError: string | null };
  readonly counts: Readonly<Record<string, number>>;
  readonly metrics: ReadonlyArray<{ readonly metric: string; readonly never_received: number }>;
  readonly exemplars: ReadonlyArray<{
    readonly metric: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly id: string;
    readonly traceId: string | null;
    readonly state: string;
    readonly reason: string;
    readonly timeMs: number;
    readonly value: number;
  }>;
}

/** A page of counters, each with an exemplar, in OpenMetrics. */
class Page {
  readonly #server: Server;
  readonly #lines = new Map<string, string>();

  constructor() {
    this.#server = createServer((_request, response) =>
      response
        .setHeader('Content-Type', 'application/openmetrics-text; version=1.0.0; charset=utf-8')
        .end(`# TYPE shop_orders counter\n${[...this.#lines.values()].join('')}# EOF\n`)
    );
  }

  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  set(series: string, label: string, id: string, timeMs: number): void {
    this.#lines.set(
      series,
      `shop_orders_total{series="${series}"} 1 # {${label}="${id}"} 0.5 ${(timeMs / 1000).toFixed(3)}\n`
    );
  }

  close(): void {
    this.#server.close();
  }
}

async function freePort(): Promise<number> {
  const server = createSocketServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** The real one, with its exemplar storage on, scraping `target` each second. */
async function startPrometheus(folder: string, target: number): Promise<{ url: string; child: ChildProcess }> {
  const config = join(folder, 'prometheus.yaml');
  writeFileSync(
    config,
    `global: {scrape_interval: 1s}\nscrape_configs: [{job_name: shop, static_configs: [{targets: ['127.0.0.1:${target}']}]}]\n`
  );
  const port = await freePort();
  const child = spawn(
    'prometheus',
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, 'prometheus')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--enable-feature=exemplar-storage',
    ],
    { stdio: 'ignore' }
  );
  return { url: `http://127.0.0.1:${port}`, child };
}

async function received(dataDir: string, tenant: string, traceId: string, ageDays: number): Promise<void> {
  const { journal } = await Journal.open(join(dataDir, 'journal'));
  const receivedMs = Date.now() - ageDays * DAY_MS;
  const startTimeUnixNano = String(BigInt(receivedMs) * 1_000_000n);
  const spans = [{ traceId, spanId: '0000000000000001', name: 'order', startTimeUnixNano }];
  const { body } = encodeOtlpJson(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }));
  const segment = await journal.begin();
  await segment.append({ receivedMs, tenant, limits: NO_LIMITS, body, bodyCrc: crcOfBody(body) });
  await segment.seal();
}

async function until<Found>(look: () => Promise<Found | undefined>, what: string, seconds = 30): Promise<Found> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found !== undefined) {
      return found;
    }
    if (Date.now() > end) {
      throw new Error(`Not within ${seconds} s: ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

describe('exemplars of a Prometheus', () => {
  const page = new Page();
  let folder: string;
  let prometheus: { url: string; child: ChildProcess };
  let store: StoreProcess | undefined;

  const start = async (env: Readonly<Record<string, string>>) => {
    const started = await startStore({
      CLEW_DATA_DIR: join(folder, 'data'),
      CLEW_MULTI_TENANT: 'true',
      CLEW_MIN_FREE_BYTES: '0',
      CLEW_PROMETHEUS_URL: prometheus.url.replace('//', '//user:secret@'),
      CLEW_PROMETHEUS_TENANT: 'ours',
      CLEW_EXEMPLARS_EVERY: '1',
      ...env,
    });
    store = started;
    await until(async () => ((await fetch(`http://${started.admin}/ready`)).ok ? true : undefined), 'ready');
    return started;
  };
  const headers = (tenant: string) => ({ headers: { 'X-Scope-OrgID': tenant } });
  const isThere = async (from: StoreProcess, traceId: string) =>
    (await fetch(`http://${from.query}/api/v2/traces/${traceId}`, headers('ours'))).ok;
  const listed = async (from: StoreProcess, query = '', tenant = 'ours') =>
    (await (await fetch(`http://${from.query}/clew/v1/exemplars${query}`, headers(tenant))).json()) as Listed;
  const bySeries = ({ exemplars }: Listed) =>
    Object.fromEntries(exemplars.map((exemplar) => [exemplar.labels.series, exemplar]));

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'clew-exemplars-'));
    const now = Date.now();
    page.set('live', 'trace_id', LIVE, now);
    page.set('uuid', 'traceID', LIVE_AS_UUID, now);
    page.set('old', 'trace_id', OLD, now - 20 * DAY_MS);
    page.set('never', 'trace_id', NEVER, now);
    page.set('expired', 'trace_id', EXPIRED, now - 21 * DAY_MS);
    page.set('theirs', 'trace_id', THEIRS, now);
    page.set('malformed', 'trace_id', 'order-77', now);
    page.set('none', 'order', '77', now);
    await received(join(folder, 'data'), 'ours', LIVE, 0);
    await received(join(folder, 'data'), 'ours', OLD, 20);
    await received(join(folder, 'data'), 'theirs', THEIRS, 0);
    prometheus = await startPrometheus(folder, await page.listen());
    const all = `query=${encodeURIComponent('{__name__=~".+"}')}&start=${(now - 30 * DAY_MS) / 1000}&end=${now / 1000 + 60}`;
    await until(async () => {
      const answer = await fetch(`${prometheus.url}/api/v1/query_exemplars?${all}`).catch(() => undefined);
      return answer?.ok && ((await answer.json()) as { data: unknown[] }).data.length === 8 ? true : undefined;
    }, 'the first scrape');
  });
  afterAll(async () => {
    await store?.end('SIGTERM');
    prometheus.child.kill('SIGTERM');
    await once(prometheus.child, 'exit');
    page.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('pin the traces that they refer to, and those that lead nowhere say why', async () => {
    const first = await start({ CLEW_RETENTION_DAYS: '0' });
    const pinned = await until(async () => {
      const { pins } = (await (await fetch(`http://${first.query}/clew/v1/pins`, headers('ours'))).json()) as {
        pins: ReadonlyArray<{ traceId: string; kind: string; source: string }>;
      };
      return pins.length === 2 ? pins : undefined;
    }, 'two pins');
    expect(pinned.map(({ traceId, kind, source }) => [traceId, kind, source]).sort()).toEqual([
      [LIVE, 'exemplar', 'shop_orders_total'],
      [OLD, 'exemplar', 'shop_orders_total'],
    ]);
    expect(bySeries(await listed(first, '?state=too_new'))).toMatchObject({
      never: { traceId: NEVER, reason: expect.stringContaining('less than a minute') },
    });
    await first.end('SIGTERM');

    // The exemplar is older than what is kept now, and its trace opens.
    const second = await start({ CLEW_RETENTION_DAYS: '7' });
    const judged = await until(
      async () => {
        const list = await listed(second);
        return list.exemplars.length === 7 && list.counts.too_new === 0 ? list : undefined;
      },
      'all to be judged',
      100
    );
    expect(await isThere(second, OLD)).toBe(true);
    expect(
      await (await fetch(`http://${second.query}/clew/v1/traces/${OLD}/pin`, headers('ours'))).json()
    ).toMatchObject({
      stored: 'kept',
      pins: [{ kind: 'exemplar' }],
    });
    expect(bySeries(judged)).toMatchObject({
      live: { state: 'resolved', traceId: LIVE, reason: '', metric: 'shop_orders_total', value: 0.5 },
      uuid: { state: 'resolved', traceId: LIVE, id: LIVE_AS_UUID },
      old: { state: 'resolved', traceId: OLD },
      never: { state: 'never_received', traceId: NEVER, reason: expect.stringContaining('never received') },
      expired: { state: 'expired', reason: expect.stringContaining('the store keeps 7 days') },
      theirs: { state: 'other_tenant', reason: 'Another tenant has this trace.' },
      malformed: { state: 'malformed_id', traceId: null, reason: '"order-77" is no hexadecimal number.' },
    });
    expect(judged.counts).toEqual({
      resolved: 3,
      never_received: 1,
      expired: 1,
      other_tenant: 1,
      malformed_id: 1,
      too_new: 0,
      without_id: 1,
    });
    expect(judged.metrics).toEqual([expect.objectContaining({ metric: 'shop_orders_total', never_received: 1 })]);
    expect(judged.prometheus).toMatchObject({ url: prometheus.url, lastError: null, lastReadMs: expect.any(Number) });
    expect((await listed(second, '?state=unresolved')).exemplars).toHaveLength(4);
    expect((await listed(second, '', 'theirs')).exemplars).toEqual([]);

    // Spans may come after the exemplar that refers to them.
    page.set('later', 'trace_id', LATER, Date.now());
    const later = await until(async () => bySeries(await listed(second)).later, 'the new exemplar');
    expect(later.state).toBe('too_new');
    const now = `${Date.now()}000000`;
    const spans = [
      { traceId: LATER, spanId: '0000000000000001', name: 'order', startTimeUnixNano: now, endTimeUnixNano: now },
    ];
    await fetch(`http://${second.otlpHttp}/v1/traces`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Scope-OrgID': 'ours' },
      body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }),
    });
    await until(
      async () => (bySeries(await listed(second)).later.state === 'resolved' ? true : undefined),
      'the new exemplar to resolve'
    );
    const metrics = await (await fetch(`http://${second.admin}/metrics`)).text();
    expect(metrics).toMatch(/^clew_exemplar_reads_total \d+$/m);
    expect(metrics).toMatch(/^clew_exemplar_read_failures_total 0$/m);
  });
});
