import { setTimeout } from 'node:timers/promises';

import { expect, test, type BrowserContext, type Locator, type Page, type TestInfo } from '@playwright/test';

import { firstTraceOf, grafanaApi, inScenario, promValue, viewerOf } from './support.ts';

/** What somebody sees on the dashboard of the shop, what they click, and what they read in the end. */
interface Story {
  readonly scenario: string;
  /** Finds traces in which it shows. */
  readonly traces: string;
  /** What rises, and above what. */
  readonly metric: string;
  readonly above: number;
  readonly panel: string;
  /** The line that rises, and the link at its point; or the highest of the panel's exemplars. */
  readonly spike: { readonly series: RegExp; readonly link: string } | 'exemplar';
  readonly cause: RegExp;
  /** The span to look at first: its service and operation. */
  readonly span: readonly [string, string];
}

const P95 = (service: string): string =>
  `histogram_quantile(0.95, sum by (le) (rate(http_server_request_duration_seconds_bucket{service="${service}"}[20s])))`;
const RATE = (service: string): string =>
  `sum(rate(http_server_request_duration_seconds_count{service="${service}"}[20s]))`;

const STORIES: readonly Story[] = [
  {
    scenario: 'payment-timeout',
    traces: '{ resource.service.name = "acquirer" && statusMessage = "no answer from bank within 60 ms" }',
    metric: 'sum(rate(http_server_request_duration_seconds_count{service="frontend",status=~"5.."}[20s]))',
    above: 0.1,
    panel: 'Failed requests by service',
    spike: { series: /^frontend$/, link: 'Failed requests in Clew' },
    cause: /^acquirer's call to bank \(POST\) gave up after \d+ ms/,
    span: ['acquirer', 'POST'],
  },
  {
    scenario: 'silent-queue',
    traces: '{ resource.service.name = "checkout" && name = "send orders" && duration > 1s }',
    metric: P95('checkout'),
    above: 1,
    panel: 'Latency, p95',
    spike: 'exemplar',
    cause: /^checkout's publish \(send orders\) waited .* nothing in this trace received what it sent/,
    span: ['checkout', 'send orders'],
  },
  {
    scenario: 'lock-wait',
    traces: '{ resource.service.name = "inventory" && name = "UPDATE stock" && duration > 1s }',
    metric: P95('inventory'),
    above: 0.5,
    panel: 'Latency, p95',
    spike: { series: /^(inventory|checkout|frontend)$/, link: 'Slowest requests in Clew' },
    cause: /^inventory's UPDATE stock took .* it waits for a lock, or the statement is slow\./,
    span: ['inventory', 'UPDATE stock'],
  },
  {
    scenario: 'lost-context',
    traces: '{ resource.service.name = "acquirer" && nestedSetParent < 0 && kind = server }',
    metric: 'sum(rate(traces_service_graph_request_total{client="user",server="acquirer"}[20s]))',
    above: 0,
    panel: 'Where traces begin',
    spike: { series: /^acquirer$/, link: 'These traces in Clew' },
    cause: /^acquirer .* begins this trace, although payment-gateway called it: the context was lost on the way\.$/,
    span: ['acquirer', 'POST /authorizations'],
  },
  {
    scenario: 'dark-time',
    traces: '{ resource.service.name = "checkout" && name = "POST /orders" && duration > 700ms }',
    metric: P95('checkout'),
    above: 0.6,
    panel: 'Latency, p95',
    spike: { series: /^(checkout|frontend)$/, link: 'Slowest requests in Clew' },
    cause: /^checkout POST \/orders spent \d+ ms that no span covers/,
    span: ['checkout', 'POST /orders'],
  },
  {
    scenario: 'n-plus-one',
    traces: '{ resource.service.name = "catalog" && name = "SELECT prices" } | count() > 20',
    metric: 'sum(rate(traces_spanmetrics_calls_total{service="catalog",span_name="SELECT prices"}[20s]))',
    above: 15,
    panel: 'Calls to databases',
    spike: { series: /^catalog SELECT prices$/, link: 'Slowest requests with it in Clew' },
    cause: /^catalog GET \/products makes \d+ SELECT prices queries one after the other/,
    span: ['catalog', 'SELECT prices'],
  },
  {
    scenario: 'retry-storm',
    traces: '{ resource.service.name = "bank" && name = "POST /decisions" } | count() > 4',
    metric: `${RATE('bank')} / ${RATE('payment')}`,
    above: 2,
    panel: 'Requests by service',
    spike: { series: /^bank$/, link: 'Traces with many of them in Clew' },
    cause: /^Retries multiply: .* each try again, and one request became \d+ calls to bank/,
    span: ['acquirer', 'POST'],
  },
];

/** What went wrong in the test before has to be over: the range of the dashboard begins this long before the incident. */
const CALM_S = 10;
const RATE_S = 20;
/** Spans of the last seconds may still be on their way, and metrics wait for the next scrape. */
const SETTLES_S = 10;
const DASHBOARD = '/d/clew-shop';

let viewer: BrowserContext;

test.beforeAll(async ({ browser }) => {
  viewer = await viewerOf(browser);
});

test.afterAll(() => viewer.close());

for (const story of STORIES) {
  test(`${story.scenario}: from the spike to its cause in three clicks, as a Viewer`, async ({}, testInfo) => {
    test.setTimeout(180_000);
    await setTimeout(CALM_S * 1000);
    await inScenario(story.scenario, async (since) => {
      await firstTraceOf(story.traces, since);
      const rises = async () => {
        const time = Date.now() / 1000 - SETTLES_S;
        // Rates look back, to the incident before too.
        return time > since + RATE_S && ((await promValue(story.metric, time)) ?? 0) > story.above;
      };
      await expect.poll(rises, { message: story.metric, timeout: 90_000, intervals: [2000] }).toBe(true);
      if (story.spike === 'exemplar') {
        const highest = () => highestExemplar(since, Math.floor(Date.now() / 1000) - SETTLES_S);
        await expect.poll(highest, { timeout: 60_000, intervals: [2000] }).toBeGreaterThan(story.above);
      }
      const range = { from: String((since - CALM_S) * 1000), to: String(Date.now() - SETTLES_S * 1000) };
      const page = await viewer.newPage();
      await page.goto(`${DASHBOARD}?${new URLSearchParams({ ...range, refresh: '' })}`);
      const panel = page.getByTestId(`data-testid Panel header ${story.panel}`);
      await panel.scrollIntoViewIfNeeded();
      const clicks = new Clicks(page, story.scenario, testInfo);
      await expect(panel.locator('.u-over')).toBeVisible();
      const trace =
        story.spike === 'exemplar' ? await byExemplar(clicks, panel) : await byLine(clicks, panel, story.spike);
      const findings = trace.getByRole('region', { name: 'Findings' });
      await expect(findings.getByRole('listitem').first().locator('span').first()).toHaveText(story.cause);
      await clicks.picture('cause', trace);
      expect(clicks.count).toBeLessThanOrEqual(3);
      // From there to the span that proves it.
      await findings.getByRole('button', { name: 'Show' }).first().click();
      const details = trace.getByRole('region', { name: 'Details of the span' });
      for (const part of story.span) {
        await expect(details).toContainText(part);
      }
      await page.close();
    });
  });
}

/** Seconds: of the requests that Prometheus has exemplars of. */
async function highestExemplar(start: number, end: number): Promise<number> {
  const params = new URLSearchParams({
    query: 'http_server_request_duration_seconds_bucket',
    start: `${start}`,
    end: `${end}`,
  });
  const response = await grafanaApi(`/api/datasources/proxy/uid/prometheus/api/v1/query_exemplars?${params}`);
  const { data } = (await response.json()) as { data: Array<{ exemplars: Array<{ value: string }> }> };
  return Math.max(0, ...data.flatMap(({ exemplars }) => exemplars.map(({ value }) => Number(value))));
}

/** Counts what a person would do, with a picture before each. */
class Clicks {
  count = 0;
  readonly page: Page;
  readonly #name: string;
  readonly #testInfo: TestInfo;

  constructor(page: Page, name: string, testInfo: TestInfo) {
    this.page = page;
    this.#name = name;
    this.#testInfo = testInfo;
  }

  async click(what: string, target: { click: () => Promise<void> }): Promise<void> {
    await this.picture(what, this.page);
    await target.click();
    this.count++;
  }

  async picture(what: string, page: Page): Promise<void> {
    const path = this.#testInfo.outputPath(`${this.#name}-${this.count}-${what}.png`);
    await page.screenshot({ path });
    await this.#testInfo.attach(`${this.#name} ${what}`, { path, contentType: 'image/png' });
  }
}

/** The highest exemplar of the panel, and its link, which opens a tab. */
async function byExemplar(clicks: Clicks, panel: Locator): Promise<Page> {
  const { page } = clicks;
  const markers = panel.getByTestId('data-testid Exemplar marker');
  await expect(markers.first()).toBeVisible();
  const boxes = await Promise.all((await markers.all()).map((marker) => marker.boundingBox()));
  const [highest] = boxes.filter((box) => box !== null).sort((a, b) => a.y - b.y);
  await page.mouse.move(highest.x + highest.width / 2, highest.y + highest.height / 2);
  const link = page.getByRole('link', { name: 'Open in Clew' });
  await expect(link).toBeVisible();
  const opened = page.context().waitForEvent('page');
  await clicks.click('exemplar', link);
  return opened;
}

/** A point of the line, the link there, and the first trace of the list. */
async function byLine(
  clicks: Clicks,
  panel: Locator,
  { series, link }: { series: RegExp; link: string }
): Promise<Page> {
  const { page } = clicks;
  const point = await pointOf(page, panel, series);
  await clicks.click('spike', { click: () => page.mouse.click(point.x, point.y) });
  await clicks.click('link', page.getByRole('link', { name: link }));
  const trace = page
    .getByTestId('data-testid clew-search')
    .getByRole('link', { name: /^[0-9a-f]{16,32}$/ })
    .first();
  await expect(trace).toBeVisible();
  await clicks.click('traces', trace);
  return page;
}

/** Where the pointer meets a line, from the right: the tooltip names the line next to it. */
async function pointOf(page: Page, panel: Locator, series: RegExp): Promise<{ x: number; y: number }> {
  const plot = (await panel.locator('.u-over').boundingBox())!;
  const tooltip = page.getByTestId('data-testid viz-tooltip-wrapper');
  for (const across of [0.97, 0.9, 0.8, 0.7]) {
    const x = plot.x + plot.width * across;
    for (let y = plot.y + 4; y < plot.y + plot.height; y += 8) {
      await page.mouse.move(x, y);
      if ((await tooltip.allInnerTexts()).some((text) => text.split('\n').some((line) => series.test(line)))) {
        return { x, y };
      }
    }
  }
  throw new Error(`no point of ${series} in the panel`);
}
