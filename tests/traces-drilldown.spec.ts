import { expect, test, type Page, type Response } from '@playwright/test';

import {
  addTempoCopies,
  expectServicesInTraceView,
  grafanaApi,
  letCheckoutsFail,
  removeTempoCopies,
  TEMPO_BY_GRPC,
  TEMPO_BY_HTTP,
} from './support.ts';

const APP = 'grafana-exploretraces-app';

/** The app's page with the choices that it keeps in its address. */
function drilldownUrl(choices: Record<string, string> = {}): string {
  return `/a/${APP}/explore?${new URLSearchParams({ 'var-ds': TEMPO_BY_HTTP, from: 'now-15m', to: 'now', ...choices })}`;
}

const panel = (page: Page, title: string) => page.getByTestId(`data-testid Panel header ${title}`);
const tab = (page: Page, name: string | RegExp) => page.getByRole('tab', { name });

/** Types into the box above the panels until that one is shown: the app makes the box anew while it loads. */
async function expectPanelFound(page: Page, typed: string, title = typed): Promise<void> {
  await expect(async () => {
    await page.getByPlaceholder('Search', { exact: true }).fill(typed);
    await expect(panel(page, title)).toBeVisible({ timeout: 3000 });
  }).toPass({ timeout: 20_000 });
}

interface Frame {
  schema: { meta?: { dataTopic?: string } };
  data: { values: unknown[][] };
}

interface QueryAnswer {
  results: Record<string, { frames?: Frame[] }>;
}

/** Whether Grafana has got numbers above zero for a metrics query, exemplars apart. */
async function hasNumbers(response: Response): Promise<boolean> {
  const { results } = (await response.json()) as QueryAnswer;
  const frames = Object.values(results).flatMap((result) => result.frames ?? []);
  const series = frames.filter(({ schema }) => schema.meta?.dataTopic !== 'annotations');
  return series.some(({ data }) => data.values.slice(1).some((values) => values.some((value) => Number(value) > 0)));
}

/** The next answer to a query with this text, of those that go by HTTP. */
function answerTo(page: Page, query: string): Promise<Response> {
  return page.waitForResponse((response) => {
    const sent = response.url().includes('/api/ds/query') && response.request().postData();
    return Boolean(sent && sent.includes(JSON.stringify(query).slice(1, -1)));
  });
}

test.describe('Traces Drilldown', () => {
  test.beforeAll(async () => {
    const { status } = await grafanaApi(`/api/plugins/${APP}/settings`);
    test.skip(status === 404, `this Grafana does not have ${APP}; "grafana cli plugins install ${APP}" brings it`);
    await addTempoCopies();
    await letCheckoutsFail();
  });
  test.afterAll(removeTempoCopies);

  test('starts with rate, errors and duration of root spans', async ({ page }) => {
    const answers = [
      '{nestedSetParent<0 && true} | rate()  with(sample=true)',
      '{nestedSetParent<0 && true && status=error} | rate()  with(sample=true)',
      '{nestedSetParent<0 && true} | histogram_over_time(duration) with(sample=true)',
      '{nestedSetParent<0 && true && resource.service.name != nil} | rate() by(resource.service.name)',
    ].map((query) => answerTo(page, query));
    await page.goto(`/a/${APP}?var-ds=${TEMPO_BY_HTTP}`);
    for (const answer of await Promise.all(answers)) {
      expect(answer.ok(), answer.request().postData() ?? '').toBe(true);
      expect(await hasNumbers(answer), answer.request().postData() ?? '').toBe(true);
    }
    await expect(page.getByText('Span rate')).toBeVisible();
    await expect(panel(page, 'frontend')).toBeVisible();
    await expect(tab(page, /Traces\s*\d+/)).toBeVisible();
    await expect(page.getByText('No data')).toHaveCount(0);
  });

  test('breaks all spans down by service, and by another attribute', async ({ page }) => {
    await page.goto(drilldownUrl({ 'var-primarySignal': 'true', 'var-groupBy': 'resource.service.name' }));
    for (const service of ['checkout', 'payment-gateway', 'bank']) {
      await expectPanelFound(page, service);
    }
    await page.getByRole('tab', { name: 'Span', exact: true }).click();
    await page.getByPlaceholder('Search attributes...').fill('http.route');
    await page.getByText('http.route', { exact: true }).click();
    await expectPanelFound(page, '/checkout');
    await expect(page).toHaveURL(/var-groupBy=span\.http\.route/);
  });

  test('shows durations with percentiles, and the slow traces', async ({ page }) => {
    await page.goto(drilldownUrl({ 'var-metric': 'duration', 'var-groupBy': 'resource.service.name' }));
    await expect(page.getByText('Histogram by duration')).toBeVisible();
    // Services stand by their durations: which are in view depends on what went wrong in the shop before.
    await expectPanelFound(page, 'frontend');
    await expect(panel(page, 'frontend').locator('canvas')).toBeVisible();
    await expect(tab(page, /Slow traces\s*\d+/)).toBeVisible();
  });

  test('compares errors with the rest', async ({ page }) => {
    await page.goto(drilldownUrl({ 'var-metric': 'errors', actionView: 'comparison' }));
    await expect(page.getByText('Highest difference').first()).toBeVisible();
    await expectPanelFound(page, 'error.type', 'span.error.type');
    const difference = page.getByText(/^\d+\.\d\d%$/);
    await expect(difference).toHaveCount(1);
    await expect(difference).not.toHaveText('0.00%');
  });

  test('lists exceptions', async ({ page }) => {
    await page.goto(drilldownUrl({ 'var-metric': 'errors', actionView: 'exceptions' }));
    await expect(tab(page, /Exceptions\s*[1-9]\d*/)).toBeVisible();
    const row = page.getByRole('button', { name: /checkout answered/ }).first();
    await expect(row).toContainText('UpstreamError');
    await expect(row).toContainText('frontend');
  });

  for (const { metric, name } of [
    { metric: 'rate', name: 'Service structure' },
    { metric: 'errors', name: 'Root cause errors' },
    { metric: 'duration', name: 'Root cause latency' },
  ]) {
    // By HTTP, Grafana 12.4 hands the app an answer of another form than it reads: the tab stays empty on Tempo too.
    test(`merges traces into one tree: ${name}`, async ({ page }) => {
      await page.goto(drilldownUrl({ 'var-ds': TEMPO_BY_GRPC, 'var-metric': metric, actionView: 'structure' }));
      await expect(tab(page, name)).toBeVisible();
      await expect(page.getByText(/Structure for frontend \[\d+ spans used\]/).first()).toBeVisible();
      await expectServicesInTraceView(page, ['frontend', 'checkout', 'payment', 'acquirer'], 4);
    });
  }

  for (const { how, uid } of [
    { how: 'by HTTP', uid: TEMPO_BY_HTTP },
    { how: 'by gRPC', uid: TEMPO_BY_GRPC },
  ]) {
    test(`lists traces ${how}, and one opens`, async ({ page }) => {
      const choices = { 'var-primarySignal': 'true', 'var-filters': 'resource.service.name|=|payment' };
      await page.goto(drilldownUrl({ ...choices, 'var-ds': uid, actionView: 'traceList' }));
      await expect(tab(page, /Traces\s*[1-9]\d*/)).toBeVisible();
      await page.getByText('POST /checkout', { exact: true }).first().click();
      await expectServicesInTraceView(page, ['frontend', 'checkout', 'payment', 'payment-gateway'], 4);
    });
  }
});
