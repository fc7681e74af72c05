import { expect, test, type Page } from '@playwright/test';

import { exploreUrl, firstTraceOf, inScenario, search, traceWithServices } from './support.ts';

const CLEW = 'clew';
const APP = '/a/clew-correlation-app';

const waterfall = (page: Page) => page.getByTestId('data-testid clew-waterfall');
const views = (page: Page) => page.getByRole('radiogroup', { name: 'View of the trace' });

test('a trace is looked at in five more ways, each with an address', async ({ page }) => {
  const { traceId, services } = await traceWithServices(5);
  await page.goto(`${APP}/trace/${traceId}`);
  await expect(waterfall(page)).toHaveAttribute('data-phase', 'done');
  for (const [label, address] of [
    ['Flame graph', 'flame'],
    ['Statistics', 'statistics'],
    ['Map', 'map'],
    ['Spans', 'spans'],
    ['Events', 'events'],
  ]) {
    await views(page).getByRole('radio', { name: label }).check({ force: true });
    await expect(page).toHaveURL(new RegExp(`[?&]view=${address}`));
    await expect(page.getByText('Analysing the trace…')).toBeHidden();
  }
  await page.goto(`${APP}/trace/${traceId}?view=statistics`);
  const table = page.getByRole('grid').first();
  for (const service of services.slice(0, 3)) {
    await expect(table).toContainText(service);
  }
});

test('the log lines of a trace stand beside it, and lead to their spans', async ({ page }) => {
  const traceId = await inScenario('payment-timeout', (since) =>
    firstTraceOf('{ resource.service.name = "acquirer" && status = error }', since)
  );
  await page.goto(`${APP}/trace/${traceId}?view=logs`);
  const line = page.getByText(/no answer from bank within 60 ms/).last();
  await expect(async () => {
    // Loki may take a moment to have them.
    await page.reload();
    await expect(line).toBeVisible({ timeout: 5000 });
  }).toPass({ timeout: 40_000 });
  await line.click();
  await expect(page.getByRole('region', { name: 'Details of the span' })).toBeVisible();
  await expect(waterfall(page)).toHaveAttribute('data-phase', 'done');
});

test('a slow checkout beside a quick one: the cause is named; and beside what is usual, in one click', async ({
  page,
}) => {
  const orders = 'resource.service.name = "checkout" && name = "POST /orders"';
  const slow = await inScenario('dark-time', (since) => firstTraceOf(`{ ${orders} && duration > 700ms }`, since));
  const [quick] = await search(`{ ${orders} && duration < 500ms && status != error }`, 1);
  await page.goto(`${APP}/compare?${new URLSearchParams({ a: quick.traceID, b: slow })}`);
  const result = page.getByRole('region', { name: 'Comparison' });
  const cause = result.getByRole('list', { name: 'Causes' }).getByRole('listitem').first();
  await expect(cause).toContainText('checkout POST /orders');

  // What is usual in a store that is as new as the incident says little; that it is there is what counts here.
  await page.goto(`${APP}/trace/${slow}`);
  await page.getByRole('link', { name: 'Compare with usual' }).click();
  await expect(page).toHaveURL(new RegExp(`/compare\\?.*b=${slow}`));
  await expect(result.getByRole('heading')).toContainText(/frontend POST \/checkout took .* usual/);
});

test('two sets of traces are compared, and change places', async ({ page }) => {
  const params = new URLSearchParams({
    a: '{ resource.service.name = "frontend" && name = "GET /products" }',
    b: '{ resource.service.name = "frontend" && name = "POST /checkout" }',
  });
  await page.goto(`${APP}/compare?${params}`);
  const result = page.getByRole('region', { name: 'Comparison' });
  await expect(result.getByRole('cell', { name: /POST \/checkout/ }).first()).toBeVisible();
  await result.getByRole('button', { name: 'Swap' }).click();
  await expect(page).toHaveURL(/a=[^&]*checkout/);
  await expect(result.getByRole('cell', { name: /POST \/checkout/ }).first()).toBeVisible();
});

test('two traces stand side by side', async ({ page }) => {
  const [first, second] = await search('{ name = "POST /checkout" }', 2);
  await page.goto(`${APP}/compare?${new URLSearchParams({ a: first.traceID, b: second.traceID })}`);
  await page.getByRole('radio', { name: 'Side by side' }).check({ force: true });
  await expect(waterfall(page)).toHaveCount(2);
  await expect(waterfall(page).first()).toHaveAttribute('data-phase', 'done');
  await expect(waterfall(page).last()).toHaveAttribute('data-phase', 'done');
});

test('findings, statistics and critical paths are tables for dashboards', async ({ page }) => {
  const { traceId } = await traceWithServices(5);
  for (const [traceContent, column] of [
    ['findings', 'Finding'],
    ['statistics', 'Share of the critical path'],
    ['criticalPath', 'Share of the path'],
  ]) {
    await page.goto(exploreUrl(CLEW, { query: traceId, traceContent, editorMode: 'traceId' }));
    await expect(page.getByRole('columnheader', { name: column, exact: true })).toBeVisible();
  }
  await page.goto(exploreUrl(CLEW, { query: '{ name = "POST /checkout" }', tableType: 'criticalPath' }));
  await expect(page.getByText(/Critical path of \d+ traces/)).toBeVisible();
});

test('the search page finds traces without Explore', async ({ page }) => {
  await page.goto(`${APP}/search?${new URLSearchParams({ q: '{ name = "POST /checkout" }' })}`);
  await expect(page.getByTestId('data-testid clew-search')).toContainText('Matching spans');
  await page
    .getByText(/^[0-9a-f]{32}$/)
    .first()
    .click();
  await expect(page).toHaveURL(new RegExp(`${APP}/trace/[0-9a-f]{32}`));
  await expect(waterfall(page)).toHaveAttribute('data-phase', 'done');
});
