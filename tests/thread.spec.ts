import { expect, test, type Page } from '@playwright/test';

import {
  expectServicesInTraceView,
  expectTraceId,
  exploreUrl,
  getJson,
  lokiUrl,
  traceWithServices,
} from './support.ts';

const TRACE_ID = /[0-9a-f]{32}/;
const LINK = 'Open trace';

/** The trace id that a link into Explore carries, whatever form its address has. */
function traceIdOf(href: string | null): string {
  const id = TRACE_ID.exec(decodeURIComponent(href ?? ''))?.[0];
  expect(id, `a trace id in ${href}`).toBeDefined();
  return id!;
}

async function expectTraceOpen(page: Page, traceId: string): Promise<void> {
  await expect(page).toHaveURL(/\/explore/);
  await expect(page.getByRole('heading', { name: 'Service & Operation' })).toBeVisible();
  await expectTraceId(page, traceId);
}

test.describe('the thread', () => {
  test('the plugin loads, and its start page shows the services of the shop', async ({ page }) => {
    await page.goto('/a/clew-correlation-app');
    await expect(page.getByRole('heading', { name: 'Clew', exact: true })).toBeVisible();
    for (const service of ['frontend', 'checkout', 'payment']) {
      await expect(page.getByRole('link', { name: service, exact: true })).toBeVisible();
    }
  });

  test('the datasource is healthy', async ({ page }) => {
    await page.goto('/connections/datasources/edit/clew');
    await page.getByRole('button', { name: 'Save & test' }).click();
    const outcome = page.getByTestId('data-testid Alert success');
    await expect(outcome).toBeVisible();
    await expect(outcome).toContainText(/spans/);
  });

  test('Explore opens a trace by its id, with at least five services', async ({ page }) => {
    const { traceId, services } = await traceWithServices(5);
    await page.goto(exploreUrl('clew', { query: traceId }));
    await expectServicesInTraceView(page, services, 5);
    await expectTraceId(page, traceId);
  });

  test('an exemplar in the dashboard leads to its trace', async ({ page }) => {
    // One panel, and no refresh that would redraw the markers under the pointer.
    await page.goto('/d/clew-shop?viewPanel=5&from=now-5m&to=now&refresh=');
    const markers = page.getByTestId('data-testid Exemplar marker');
    await expect(markers.first()).toBeVisible();
    const link = page.getByRole('link', { name: LINK });
    await expect(async () => {
      await markers.last().hover();
      await expect(link).toBeVisible({ timeout: 2000 });
    }).toPass();
    const traceId = traceIdOf(await link.getAttribute('href'));
    await link.click();
    await expectTraceOpen(page, traceId);
  });

  test('a log line leads to its trace', async ({ page }) => {
    await page.goto(exploreUrl('loki', { expr: '{service_name="payment"} |= "payment captured"', queryType: 'range' }));
    await page.getByText('payment captured').last().click();
    const link = page.getByRole('link', { name: LINK }).first();
    await expect(link).toBeVisible();
    const traceId = traceIdOf(await link.getAttribute('href'));
    await link.click();
    await expectTraceOpen(page, traceId);
  });

  test('a span leads to its log lines', async ({ page }) => {
    const { traceId } = await traceWithServices(5);
    await page.goto(exploreUrl('clew', { query: traceId }));
    await expect(page.getByRole('heading', { name: 'Service & Operation' })).toBeVisible();
    const row = page.getByRole('switch', { name: /^payment POST/ });
    const index = (await page.getByRole('switch', { name: /\(.*s\)$/ }).allInnerTexts()).findIndex((text) =>
      text.startsWith('payment POST')
    );
    expect(index, 'the row of the payment service').toBeGreaterThanOrEqual(0);
    await row.scrollIntoViewIfNeeded();
    await page
      .getByTestId('span-view')
      .nth(index)
      .click({ position: { x: 4, y: 8 } });
    await page.getByTestId('span-detail-component').getByRole('button', { name: 'Links' }).click();
    await page.getByRole('menuitem', { name: /logs/i }).click();

    // Loki opens beside the trace with the span's lines: as many as Loki itself has for the trace and service.
    await expect(page.getByText('payment captured').first()).toBeVisible();
    const { data } = await getJson<{ data: { result: Array<{ values: unknown[] }> } }>(
      `${lokiUrl()}/loki/api/v1/query_range?${new URLSearchParams({
        query: `{service_name="payment"} | trace_id="${traceId}"`,
        since: '1h',
      })}`
    );
    const lines = data.result.reduce((sum, { values }) => sum + values.length, 0);
    expect(lines).toBeGreaterThan(0);
    await expect(page.getByText(`${lines} line${lines === 1 ? '' : 's'} displayed`)).toBeVisible();
  });
});
