import { Registry } from 'prom-client';

import { Counted } from '../span-metrics/testing/counted.ts';
import { RemoteWriteMetrics } from './own-metrics.ts';
import { RemoteWriter } from './remote-writer.ts';
import { Receiver } from './testing/receiver.ts';

const CALLS = 'traces_spanmetrics_calls_total';
const A = 'span_name=a';
const SAMPLES_OF_A = 1 + 15 + 2 + 1;
const TRACE_ID = 'c'.repeat(32);

/** A writer with its receiver; `log` has its warnings and news. */
class Setup {
  readonly counted = new Counted();
  readonly receiver = new Receiver();
  readonly log: string[] = [];
  url = '';
  #registry = new Registry();
  #writer: RemoteWriter | undefined;

  async start(intervalMs: number, url?: string): Promise<void> {
    this.counted.nowMs = Date.now();
    this.url = url ?? (await this.receiver.start());
    const write = (fields: { problem?: string }, message: string) =>
      this.log.push([message, fields.problem].filter(Boolean).join(': '));
    this.#writer = new RemoteWriter(
      () => this.counted.metrics.current(this.counted.nowMs),
      { url: this.url, headers: { 'x-scope-orgid': 'team-a' }, intervalMs },
      '1.2.3',
      new RemoteWriteMetrics(this.#registry),
      { info: write, warn: write, error: write }
    );
    this.#writer.start();
  }

  /** Counts spans now. */
  send(...names: string[]): void {
    this.counted.nowMs = Date.now();
    this.counted.send(names.map((name) => ({ name, traceId: TRACE_ID })));
  }

  async until(isDone: () => boolean | Promise<boolean>): Promise<void> {
    for (let attempt = 0; !(await isDone()); attempt++) {
      if (attempt === 800) {
        throw new Error(`Waited 8 s in vain; the log: ${this.log.join('; ')}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  async metric(name: string, reason?: string): Promise<number> {
    const { values } = (await this.#registry.getSingleMetric(`clew_remote_write_${name}`)?.get()) ?? { values: [] };
    return values.filter(({ labels }) => reason === undefined || labels.reason === reason)[0]?.value ?? 0;
  }

  close(graceMs = 2000): Promise<void> {
    return this.#writer?.close(graceMs) ?? Promise.resolve();
  }
}

let setup: Setup;
beforeEach(() => {
  setup = new Setup();
});
afterEach(async () => {
  await setup.close(100);
  await setup.receiver.stop();
});

describe('remote write', () => {
  it('sends all series as the protocol has them, the first time from 0 on', async () => {
    await setup.start(100);
    setup.send('a', 'a');
    const bornMs = setup.counted.nowMs;
    await setup.until(() => setup.receiver.requests.length > 0);
    const [{ headers, series, metadata }] = setup.receiver.requests;
    expect(headers).toMatchObject({
      'content-type': 'application/x-protobuf',
      'content-encoding': 'snappy',
      'x-prometheus-remote-write-version': '0.1.0',
      'user-agent': 'clew/1.2.3',
      'x-scope-orgid': 'team-a',
    });
    expect(metadata.slice(0, 3)).toEqual([
      'traces_spanmetrics_calls_total 1',
      'traces_spanmetrics_latency 3',
      'traces_service_graph_request_total 1',
    ]);
    expect(series).toHaveLength(SAMPLES_OF_A);
    for (const { labels } of series) {
      expect(labels).toEqual([...labels].sort());
    }
    const bucket = series.find(({ labels }) => labels.includes('le=0.016'));
    expect(bucket?.labels).toEqual([
      '__name__=traces_spanmetrics_latency_bucket',
      'le=0.016',
      'service=shop',
      'span_kind=SPAN_KIND_INTERNAL',
      A,
      'status_code=STATUS_CODE_UNSET',
    ]);
    expect(bucket?.traceIds).toEqual([TRACE_ID]);
    expect(bucket?.samples).toEqual([
      { value: 0, atMs: bornMs },
      { value: 2, atMs: expect.any(Number) as number },
    ]);
    const native = series.find(({ name }) => name === 'traces_spanmetrics_latency');
    expect(native?.samples).toEqual([]);
    expect(native?.histograms).toEqual([
      { value: 0, atMs: bornMs, count: 0, buckets: 0 },
      { value: 0.02, atMs: bucket?.samples[1].atMs, count: 2, buckets: 1 },
    ]);
    expect(native?.traceIds).toEqual([TRACE_ID]);
    await setup.until(async () => (await setup.metric('sent_samples_total')) >= 2 * SAMPLES_OF_A);
    expect(await setup.metric('last_success_seconds')).toBeGreaterThan(bornMs / 1000);
  });

  it('goes on with what is counted, and has each exemplar once', async () => {
    await setup.start(100);
    setup.send('a');
    await setup.until(() => setup.receiver.requests.length > 1);
    setup.send('a');
    await setup.until(() => setup.receiver.samplesOf(CALLS, A).at(-1) === 2);
    const { receiver } = setup;
    expect(receiver.samplesOf(CALLS, A).slice(0, 3)).toEqual([0, 1, 1]);
    const found = receiver.requests.flatMap(({ series }) => series).filter(({ name }) => name === CALLS);
    expect(found.filter(({ traceIds }) => traceIds.length > 0)).toHaveLength(2);
  });

  it('ends a series that has been idle, and begins it again at 0', async () => {
    await setup.start(100);
    setup.send('a');
    await setup.until(() => setup.receiver.requests.length > 0);
    setup.counted.nowMs += 15 * 60_000;
    await setup.until(() => setup.receiver.samplesOf(CALLS, A).includes('stale'));
    expect(setup.receiver.samplesOf('traces_spanmetrics_latency_bucket', 'le=0.016').at(-1)).toBe('stale');
    const ended = setup.receiver.requests.at(-1);
    expect(ended?.series).toHaveLength(SAMPLES_OF_A);
    const native = ended?.series.find(({ name }) => name === 'traces_spanmetrics_latency');
    expect(native?.histograms.map(({ value }) => value)).toEqual(['stale']);
    setup.send('b');
    await setup.until(() => setup.receiver.samplesOf(CALLS, 'span_name=b').length > 1);
    setup.send('a');
    await setup.until(() => setup.receiver.samplesOf(CALLS, A).at(-1) === 1);
    expect(setup.receiver.samplesOf(CALLS, A).slice(-4).join()).toMatch(/stale,0,1(,1)?$/);
    expect(setup.receiver.samplesOf(CALLS, A).filter((value) => value === 'stale')).toHaveLength(1);
  });

  it('sends the last values and the end of each series when it is closed', async () => {
    await setup.start(60_000);
    setup.send('a', 'a', 'a');
    await setup.close();
    expect(setup.receiver.samplesOf(CALLS, A)).toEqual([0, 3, 'stale']);
    const [{ series }] = setup.receiver.requests;
    const [{ samples }] = series;
    expect(samples[2].atMs).toBe(samples[1].atMs + 1);
    const native = series.find(({ name }) => name === 'traces_spanmetrics_latency');
    expect(native?.histograms.map(({ value }) => value)).toEqual([0, 0.03, 'stale']);
  });

  it('has thousands of series in several requests', async () => {
    await setup.start(100);
    setup.send(...Array.from({ length: 500 }, (_, index) => `op ${index}`));
    await setup.until(async () => (await setup.metric('sent_samples_total')) >= 500 * 2 * SAMPLES_OF_A);
    const [first, second] = setup.receiver.requests;
    expect(first.series.length).toBeGreaterThan(900);
    expect(first.series.length).toBeLessThan(1100);
    expect([first.metadata.length, second.metadata.length]).toEqual([6, 0]);
  });
});

describe('remote write to a receiver in trouble', () => {
  it('tries 5xx again with the same bytes, waits longer each time, and counts', async () => {
    await setup.start(2500);
    setup.receiver.willAnswer({ status: 500 }, { status: 503 });
    setup.send('a');
    await setup.until(() => setup.receiver.requests.length >= 3);
    const [first, second, third] = setup.receiver.requests;
    expect(second.body).toEqual(first.body);
    expect(third.body).toEqual(first.body);
    expect(second.atMs - first.atMs).toBeGreaterThan(370);
    expect(third.atMs - second.atMs).toBeGreaterThan(740);
    await setup.until(async () => (await setup.metric('sent_samples_total')) > 0);
    expect(await setup.metric('failed_requests_total', 'server_error')).toBe(2);
    expect(await setup.metric('dropped_samples_total', 'overtaken')).toBe(0);
    expect(setup.log).toEqual([
      'The receiver of span metrics does not take them: 500 because of 500',
      'The receiver of span metrics does not take them: 503 because of 503',
      'The receiver of span metrics takes them again',
    ]);
  }, 15_000);

  it('waits as long as a 429 asks for, and gives what waited up for what is newer', async () => {
    await setup.start(300);
    setup.receiver.willAnswer({ status: 429, headers: { 'retry-after': '2' } });
    setup.send('a');
    await setup.until(() => setup.receiver.requests.length > 0);
    setup.send('a');
    await setup.until(() => setup.receiver.requests.length > 1);
    const [first, second] = setup.receiver.requests;
    expect(second.atMs - first.atMs).toBeGreaterThanOrEqual(1990);
    // Nothing of the first was stored, so the series begins at 0 once more.
    expect(setup.receiver.samplesOf(CALLS, A).slice(0, 4)).toEqual([0, 1, 0, 2]);
    expect(await setup.metric('failed_requests_total', 'too_many')).toBe(1);
    expect(await setup.metric('dropped_samples_total', 'overtaken')).toBe(2 * SAMPLES_OF_A);
  });

  it('drops what a 4xx refuses, says so once, and goes on', async () => {
    await setup.start(100);
    setup.receiver.willAnswer({ status: 400 }, { status: 400 });
    setup.send('a');
    await setup.until(() => setup.receiver.requests.length >= 3);
    // It may have been stored but for one sample, so it is not begun again.
    expect(setup.receiver.samplesOf(CALLS, A).slice(0, 4)).toEqual([0, 1, 1, 1]);
    expect(await setup.metric('dropped_samples_total', 'refused')).toBe(3 * SAMPLES_OF_A);
    expect(await setup.metric('failed_requests_total')).toBe(0);
    await setup.until(() => setup.log.length > 1);
    expect(setup.log).toEqual([
      'The receiver of span metrics does not take them: 400 because of 400',
      'The receiver of span metrics takes them again',
    ]);
  });

  it('begins with the newest, and at 0, when a receiver comes that was away', async () => {
    const url = await setup.receiver.start();
    await setup.receiver.stop();
    await setup.start(100, url);
    setup.send('a');
    await setup.until(async () => (await setup.metric('failed_requests_total', 'unreachable')) > 0);
    setup.send('a');
    await setup.receiver.start(Number(new URL(url).port));
    await setup.until(() => setup.receiver.requests.length > 0);
    expect(setup.receiver.samplesOf(CALLS, A).slice(0, 2)).toEqual([0, 2]);
    expect(setup.log[0]).toContain('ECONNREFUSED');
  });

  it('ends in time though the receiver never answers, and counts what was left', async () => {
    await setup.start(100);
    setup.receiver.willAnswer({ status: 0 }, { status: 0 });
    setup.send('a');
    await setup.until(() => setup.receiver.requests.length > 0);
    const beginMs = Date.now();
    await setup.close(600);
    expect(Date.now() - beginMs).toBeLessThan(1200);
    // The one under way, and the last one.
    expect(setup.receiver.requests).toHaveLength(2);
    expect(await setup.metric('dropped_samples_total', 'overtaken')).toBe(2 * SAMPLES_OF_A);
    expect(await setup.metric('dropped_samples_total', 'closing')).toBe(2 * SAMPLES_OF_A);
    expect(await setup.metric('failed_requests_total', 'timeout')).toBe(1);
  });
});
