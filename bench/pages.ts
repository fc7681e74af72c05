import type { Browser, Page } from '@playwright/test';

import { newPage, startBrowser } from './lib/browser.ts';
import { openFilled, type FilledOptions, type FilledStore } from './lib/filled.ts';
import { startGrafana } from './lib/grafana.ts';
import { startLoki } from './lib/loki.ts';
import { benchSpanMetrics } from './lib/span-metrics.ts';
import { quantiles, round } from './lib/numbers.ts';
import type { Report } from './lib/report.ts';
import { sendShape } from './lib/send-shape.ts';
import { large } from './lib/trace-shapes.ts';

const APP = '/a/clew-correlation-app';
const SERVICES = '[data-testid="data-testid clew-services-page"] tbody tr';
const HEATMAP = '[data-testid="data-testid clew-service-heatmap"]';
const DIFFERENCES = '[data-testid="data-testid clew-service-differences"] tbody tr';
const WITHIN_MS = 60_000;
const REPEATS = 5;
/** After this long a page has all that it asked for. */
const QUIET_MS = 6_000;
const TRACE_SPANS = 1_000;
const LINES = 3_000;

/**
 * What people wait for on the app's pages, over all of the data; what the metrics that are made of spans cost; and how soon the
 * lines of Loki are on a trace. Headless Chromium, Grafana and Loki run on the same machine.
 */
export async function benchPages(options: FilledOptions, report: Report): Promise<void> {
  await benchSpanMetrics(report);
  const filled = await openFilled({ ...options, peers: [] }, report);
  try {
    const loki = await startLoki();
    const storePort = Number(new URL(filled.clew.queryUrl).port);
    const grafana = await startGrafana(storePort, 'missing' in loki ? {} : { loki: loki.port });
    try {
      if ('missing' in grafana) {
        report.line({ what: 'pages', skipped: grafana.missing });
        return;
      }
      const browser = await startBrowser();
      try {
        await services(browser, grafana.url, filled, report);
        await heatmap(browser, grafana.url, filled, report);
        if ('missing' in loki) {
          report.line({ what: 'logs', skipped: loki.missing });
        } else {
          await logs(browser, grafana.url, filled, loki.port, report);
        }
      } finally {
        await browser.close();
      }
    } finally {
      await Promise.all([grafana, loki].map((part) => ('missing' in part ? undefined : part.stop())));
    }
  } finally {
    await filled.close();
  }
}

/** All of the data's time, as a page's address has it. */
function rangeOf({ contents }: FilledStore): string {
  const from = Number(BigInt(contents.startNs) / 1_000_000n);
  return new URLSearchParams({ from: String(from), to: String(from + contents.hours * 3_600_000) }).toString();
}

/** The app is there, on a page that asks for next to nothing. */
async function open(browser: Browser, grafanaUrl: string): Promise<Page> {
  const page = await newPage(browser);
  await page.goto(`${grafanaUrl}${APP}/trace`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.waitForTimeout(QUIET_MS);
  return page;
}

/** To another page of the app, as a click on a link goes there; milliseconds until `shown` is. */
async function go(page: Page, path: string, shown: string): Promise<number> {
  await page.evaluate((to) => {
    Object.assign(window, { clewClick: performance.now() });
    window.history.pushState({}, '', to);
    window.dispatchEvent(new PopStateEvent('popstate', { state: {} }));
  }, path);
  return sinceClick(page, shown);
}

async function sinceClick(page: Page, shown: string): Promise<number> {
  const handle = await page.waitForFunction(
    (selector) => {
      const { clewClick } = window as unknown as { clewClick?: number };
      return clewClick !== undefined && document.querySelector(selector) ? performance.now() - clewClick : false;
    },
    shown,
    { polling: 'raf', timeout: WITHIN_MS }
  );
  return (await handle.jsonValue()) as number;
}

async function services(browser: Browser, grafanaUrl: string, filled: FilledStore, report: Report): Promise<void> {
  const times = [];
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const page = await open(browser, grafanaUrl);
    times.push(await go(page, `${APP}/services?${rangeOf(filled)}`, SERVICES));
    await page.close();
  }
  const { p50, max } = quantiles(times);
  report.line({ what: 'services, first row', hours: filled.contents.hours, p50, max });
  report.goal('servicesPaint', p50, `${filled.contents.spans} spans`);
}

/** Of a service with many requests: as soon as the heatmap is there, and once the page is quiet. */
async function heatmap(browser: Browser, grafanaUrl: string, filled: FilledStore, report: Report): Promise<void> {
  const service = await busiestService(filled);
  const atOnce = [];
  const quiet = [];
  const shown = [];
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const page = await open(browser, grafanaUrl);
    shown.push(await go(page, `${APP}/services/${encodeURIComponent(service)}?${rangeOf(filled)}`, HEATMAP));
    atOnce.push(await select(page));
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.waitForTimeout(QUIET_MS);
    quiet.push(await select(page));
    await page.close();
  }
  report.line({ what: 'heatmap shown', service, ...quantiles(shown) });
  for (const [when, times] of [
    ['a page that still loads', atOnce],
    ['a quiet page', quiet],
  ] as const) {
    const { p50, max } = quantiles(times);
    report.line({ what: `heatmap selection, ${when}`, service, p50, max });
    report.goal('heatmapAnswer', p50, when);
  }
}

async function busiestService({ clew, contents }: FilledStore): Promise<string> {
  const start = BigInt(contents.startNs) / 1_000_000_000n;
  const params = new URLSearchParams({
    q: '{ kind = server } | count_over_time() by (resource.service.name)',
    start: String(start),
    end: String(Number(start) + contents.hours * 3600),
  });
  const response = await fetch(`${clew.queryUrl}/api/metrics/query?${params}`);
  const { series } = (await response.json()) as {
    series: Array<{ labels: Array<{ value: { stringValue?: string } }>; value: number }>;
  };
  const [busiest] = series.sort((a, b) => b.value - a.value);
  const name = busiest?.labels[0]?.value.stringValue;
  if (name === undefined) {
    throw new Error(`No service has requests: ${response.status}`);
  }
  return name;
}

/** Drags over the upper part of the heatmap; milliseconds from letting go to the first row of the answer. */
async function select(page: Page): Promise<number> {
  const box = await page.locator(HEATMAP).boundingBox();
  if (!box) {
    throw new Error('The heatmap is not in view');
  }
  await page.evaluate(() => {
    Object.assign(window, { clewClick: undefined });
    const letGo = () => Object.assign(window, { clewClick: performance.now() });
    window.addEventListener('pointerup', letGo, { capture: true, once: true });
  });
  await page.mouse.move(box.x + 80, box.y + 10);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 4 });
  await page.mouse.up();
  return sinceClick(page, DIFFERENCES);
}

/** From the browser's having Loki's answer to the first line in the view beside the waterfall. */
async function logs(
  browser: Browser,
  grafanaUrl: string,
  { clew }: FilledStore,
  lokiPort: number,
  report: Report
): Promise<void> {
  // Loki refuses lines that are old.
  const trace = large(TRACE_SPANS, BigInt(Date.now() - 60_000) * 1_000_000n);
  await sendShape(clew.otlpUrl, clew.queryUrl, trace);
  await pushLines(lokiPort, await spansOf(clew.queryUrl, trace.traceId), trace.traceId);
  const times = [];
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const page = await newPage(browser);
    let answeredAt: number | undefined;
    page.on('requestfinished', (request) => {
      if (request.url().includes('/api/ds/query') && request.postData()?.includes('loki')) {
        answeredAt ??= Date.now();
      }
    });
    await page.goto(`${grafanaUrl}${APP}/trace/${trace.traceId}?view=logs`);
    const handle = await page.waitForFunction(
      () => (document.body.innerText.includes('line of the benchmark') ? Date.now() : false),
      undefined,
      { polling: 'raf', timeout: WITHIN_MS }
    );
    const shownAt = (await handle.jsonValue()) as number;
    times.push(answeredAt === undefined ? Infinity : Math.max(0, shownAt - answeredAt));
    await page.close();
  }
  const { p50, max } = quantiles(times);
  report.line({ what: 'logs placed', spans: TRACE_SPANS, lines: LINES, p50: round(p50), max: round(max) });
  report.goal('logsPlaced', p50);
}

interface TraceSpan {
  readonly id: string;
  readonly startNs: bigint;
  readonly service: string;
}

async function spansOf(queryUrl: string, traceId: string): Promise<TraceSpan[]> {
  const response = await fetch(`${queryUrl}/api/traces/${traceId}`, { headers: { accept: 'application/json' } });
  const { batches } = (await response.json()) as {
    batches: Array<{
      resource: { attributes: Array<{ key: string; value: { stringValue?: string } }> };
      scopeSpans: Array<{ spans: Array<{ spanId: string; startTimeUnixNano: string }> }>;
    }>;
  };
  return batches.flatMap(({ resource, scopeSpans }) => {
    const service = resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue ?? '';
    return scopeSpans.flatMap(({ spans }) =>
      spans.map(({ spanId, startTimeUnixNano }) => ({
        id: Buffer.from(spanId, 'base64').toString('hex'),
        startNs: BigInt(startTimeUnixNano),
        service,
      }))
    );
  });
}

/** Three lines a span, with ids in the structured metadata. */
async function pushLines(port: number, spans: readonly TraceSpan[], traceId: string): Promise<void> {
  const streams = new Map<string, Array<[string, string, Record<string, string>]>>();
  for (let line = 0; line < LINES; line++) {
    const { id, startNs, service } = spans[line % spans.length];
    const values = streams.get(service) ?? [];
    streams.set(service, values);
    values.push([
      String(startNs + BigInt(line) * 1000n),
      `line of the benchmark ${line}`,
      { trace_id: traceId, span_id: id },
    ]);
  }
  const response = await fetch(`http://127.0.0.1:${port}/loki/api/v1/push`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      streams: [...streams].map(([service, values]) => ({ stream: { service_name: service }, values })),
    }),
  });
  if (!response.ok) {
    throw new Error(`Loki does not take the lines: ${response.status} ${await response.text()}`);
  }
}
