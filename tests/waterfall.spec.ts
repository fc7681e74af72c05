import { expect, test, type Locator, type Page } from '@playwright/test';

import { exploreUrl, getJson, letCheckoutsFail, queryUrl, search, traceWithServices } from './support.ts';

const CLEW = 'clew';

const waterfall = (page: Page) => page.getByTestId('data-testid clew-waterfall');
const rows = (page: Page) => page.getByRole('treegrid', { name: 'Spans of the trace' });
const details = (page: Page) => page.getByRole('region', { name: 'Details of the span' });

/** Headings are a row too. */
async function expectRows(grid: Locator, spans: number): Promise<void> {
  await expect(grid).toHaveAttribute('aria-rowcount', String(spans + 1));
}

async function spansOf(traceId: string): Promise<number> {
  return (await getJson<{ spans: number }>(`${queryUrl()}/clew/v1/traces/${traceId}`)).spans;
}

test('the start page leads to a trace on a page of its own', async ({ page }) => {
  await letCheckoutsFail();
  await page.goto('/a/clew-correlation-app/start');
  const failed = page.getByRole('region', { name: 'Latest traces with errors' });
  await failed.getByRole('link').first().click();
  await expect(page).toHaveURL(/\/trace\/[0-9a-f]{32}/);
  await expect(waterfall(page)).toHaveAttribute('data-phase', 'done');
  await expect(rows(page)).toContainText('frontend');
});

test('a span is found, told of, and has an address', async ({ page }) => {
  const { traceId } = await traceWithServices(5);
  await page.goto(`/a/clew-correlation-app/trace/${traceId}`);
  await expect(waterfall(page)).toHaveAttribute('data-phase', 'done');
  await page.getByRole('textbox', { name: 'Find spans' }).fill('{ name = "POST /payments" }');
  await expect(waterfall(page).getByLabel(/[1-9].* matches$/)).toBeVisible();
  await page.getByRole('button', { name: 'Next match' }).click();
  await waterfall(page).locator('[tabindex="0"]:has(canvas)').focus();
  await page.keyboard.press('Enter');
  await expect(details(page)).toContainText('payment');
  await expect(details(page)).toContainText('/payments');
  await expect(page).toHaveURL(/[?&]span=[0-9a-f]{16}/);
  const address = page.url();
  await page.goto('/a/clew-correlation-app/start');
  await page.goto(address);
  await expect(details(page)).toContainText('/payments');
});

test('Explore shows the waterfall beside the view of Grafana', async ({ page }) => {
  const { traceId } = await traceWithServices(5);
  await page.goto(exploreUrl(CLEW, { query: traceId }));
  await expect(page.getByRole('heading', { name: 'Service & Operation' })).toBeVisible();
  await expect(waterfall(page)).toHaveAttribute('data-phase', 'done');
  await expectRows(rows(page), await spansOf(traceId));
});

test('a dashboard shows the slowest trace of a search', async ({ page }) => {
  await page.goto('/d/clew-shop?viewPanel=12&from=now-1h&to=now&refresh=');
  await expect(waterfall(page)).toHaveAttribute('data-phase', 'done');
  await expect(rows(page)).toContainText('POST /checkout');
});

test('a file opens without the store', async ({ page }) => {
  const [{ traceID }] = await search('{ name = "POST /payments" }', 1);
  const body = await (await fetch(`${queryUrl()}/api/v2/traces/${traceID}`)).text();
  await page.goto('/a/clew-correlation-app/trace');
  await page
    .getByLabel('A file of a trace')
    .setInputFiles({ name: 'trace.json', mimeType: 'application/json', buffer: Buffer.from(body) });
  await expect(page.getByText('From the file trace.json')).toBeVisible();
  await expect(rows(page)).toContainText('POST /payments');
});
