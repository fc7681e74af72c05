import { startStore, type StoreProcess } from '../testing/store-process.ts';
import { freePort, hasPrometheus, PrometheusProcess } from './testing/prometheus-process.ts';

jest.setTimeout(60_000);

const SECONDS = 12;
const TRACE_ID = /^[0-9a-f]{32}$/;
const service = (name: string, span: object) => ({
  resource: { attributes: [{ key: 'service.name', value: { stringValue: name } }] },
  scopeSpans: [{ spans: [span] }],
});
let number = 0;
const id = (digits: number) => (++number).toString(16).padStart(digits, 'a');

/** Calls from web to cart; those of cart take 1 to 100 ms, evenly. */
function calls(count: number): object[] {
  return Array.from({ length: count }, (_, index) => {
    const client = { traceId: id(32), spanId: id(16), name: 'GET /cart', kind: 3 };
    const server = { traceId: client.traceId, spanId: id(16), parentSpanId: client.spanId, name: 'GET /cart', kind: 2 };
    const nowNs = BigInt(Date.now()) * 1_000_000n;
    const took = (ms: number) => ({
      startTimeUnixNano: String(nowNs),
      endTimeUnixNano: String(nowNs + BigInt(ms) * 1_000_000n),
    });
    const ms = (index % 100) + 1;
    return [service('web', { ...client, ...took(ms + 5) }), service('cart', { ...server, ...took(ms) })];
  }).flat();
}

async function send(store: StoreProcess, count: number): Promise<void> {
  const body = JSON.stringify({ resourceSpans: calls(count) });
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`http://${store.otlpHttp}/v1/traces`, { method: 'POST', headers, body });
  expect(response.status).toBe(200);
}

const own = async (store: StoreProcess, name: string) => {
  const text = await (await fetch(`http://${store.admin}/metrics`)).text();
  return Number(new RegExp(`^${name.replace(/[{}"]/g, '\\$&')} (\\S+)$`, 'm').exec(text)?.[1]);
};

(hasPrometheus ? describe : describe.skip)(
  'a real Prometheus (skipped where there is no prometheus on the PATH)',
  () => {
    let store: StoreProcess;
    let prometheus: PrometheusProcess;
    let sent = 0;

    beforeAll(async () => {
      const port = await freePort();
      store = await startStore({
        CLEW_BATCH_MS: '100',
        CLEW_REMOTE_WRITE_URL: `http://127.0.0.1:${port}/api/v1/write`,
        CLEW_REMOTE_WRITE_SECONDS: '1',
      });
      // Counted while there is no receiver.
      await send(store, 100);
      sent += 100;
      await new Promise((resolve) => setTimeout(resolve, 2500));
      prometheus = await PrometheusProcess.start(port, store.admin);
      for (let second = 0; second < SECONDS; second++) {
        await send(store, 100);
        sent += 100;
        await new Promise((resolve) => setTimeout(resolve, 1000));
      }
    });
    afterAll(async () => {
      await store.stop();
      await prometheus.stop();
    });

    const SERVER = 'span_kind="SPAN_KIND_SERVER"';
    const value = async (query: string) => (await prometheus.query(query))[0]?.value;

    it.each(['scraped', 'written'])(
      'has native histograms whose quantiles are those of what was measured: %s',
      async (how) => {
        const job = how === 'scraped' ? 'job="spans"' : 'job=""';
        const native = await value(
          `histogram_quantile(0.95, sum(rate(traces_spanmetrics_latency{${job},${SERVER}}[30s])))`
        );
        expect(native).toBeGreaterThan(0.087);
        expect(native).toBeLessThan(0.105);
        const graph = await value(
          `histogram_quantile(0.95, sum(rate(traces_service_graph_request_server_seconds{${job},client="web"}[30s])))`
        );
        expect(graph).toBeCloseTo(native, 6);
      }
    );

    it('has the classic buckets too, with the same quantile within a bucket', async () => {
      const classic = await value(
        `histogram_quantile(0.95, sum by (le) (rate(traces_spanmetrics_latency_bucket{job="",${SERVER}}[30s])))`
      );
      expect(classic).toBeGreaterThan(0.064);
      expect(classic).toBeLessThan(0.128);
      const counted = await value(`traces_spanmetrics_calls_total{job="",${SERVER}}`);
      expect(await value(`histogram_count(traces_spanmetrics_latency{job="",${SERVER}})`)).toBe(counted);
      expect(await value(`traces_spanmetrics_latency_count{job="",${SERVER}}`)).toBe(counted);
    });

    it('has what was counted before the receiver came, as an increase from 0', async () => {
      expect(await own(store, 'clew_remote_write_failed_requests_total{reason="unreachable"}')).toBeGreaterThan(0);
      const [first] = await prometheus.query(`min_over_time(traces_spanmetrics_calls_total{job="",${SERVER}}[1m])`);
      expect(first.value).toBe(0);
      expect(await value(`max_over_time(traces_spanmetrics_calls_total{job="",${SERVER}}[1m])`)).toBe(sent);
    });

    it.each([
      'traces_spanmetrics_latency{job="spans"}',
      'traces_spanmetrics_calls_total{job="spans"}',
      'traces_service_graph_request_server_seconds{job="spans"}',
      'traces_service_graph_request_total{job="spans"}',
      'traces_spanmetrics_latency{job=""}',
      'traces_spanmetrics_latency_bucket{job=""}',
      'traces_spanmetrics_calls_total{job=""}',
      'traces_service_graph_request_server_seconds_bucket{job=""}',
      'traces_service_graph_request_client_seconds{job=""}',
      'traces_service_graph_request_total{job=""}',
    ])('finds traces by exemplars of %s', async (query) => {
      const exemplars = await prometheus.exemplars(query);
      expect(exemplars.length).toBeGreaterThan(0);
      for (const { traceId, value: seconds } of exemplars) {
        expect(traceId).toMatch(TRACE_ID);
        expect(seconds).toBeGreaterThan(0);
      }
      const trace = await fetch(`http://${store.query}/api/traces/${exemplars[0].traceId}`);
      expect(trace.status).toBe(200);
    });

    it('sees the series end with the store', async () => {
      expect(await own(store, 'clew_remote_write_dropped_samples_total{reason="refused"}')).toBe(0);
      expect(await prometheus.query('{__name__=~"traces_.*",job=""}')).not.toEqual([]);
      await store.end('SIGTERM');
      expect(await prometheus.query('{__name__=~"traces_.*",job=""}')).toEqual([]);
    });
  }
);
