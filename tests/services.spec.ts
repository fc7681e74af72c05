import { expect, test } from '@playwright/test';

import { inScenario, search } from './support.ts';

/** As src/shared/testIds.ts has them. */
const testIds = {
  services: { page: 'data-testid clew-services-page' },
  service: {
    heatmap: 'data-testid clew-service-heatmap',
    differences: 'data-testid clew-service-differences',
    operations: 'data-testid clew-service-operations',
    dependencies: 'data-testid clew-service-dependencies',
  },
} as const;

const SERVICES = '/a/clew-correlation-app/services';

test('services, with what was asked of them beside the time before; a row leads to the service', async ({ page }) => {
  await page.goto(`${SERVICES}?from=now-30m&to=now`);
  const table = page.getByTestId(testIds.services.page);
  await expect(table.getByRole('row').filter({ hasText: 'checkout' })).toContainText('/s');
  await page.getByRole('button', { name: 'p95' }).click();
  await expect(page).toHaveURL(/sort=-p95/);
  await page.getByRole('textbox', { name: 'Find a service' }).fill('invent');
  await expect(table.locator('tbody').getByRole('row')).toHaveCount(1);
  await table.getByRole('link', { name: 'inventory' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'inventory' })).toBeVisible();
  await expect(page).toHaveURL(/services\/inventory\?.*from=now-30m/);
});

test('an operation filters the page of its service, in the URL', async ({ page }) => {
  await page.goto(`${SERVICES}/checkout?from=now-30m&to=now`);
  await expect(page.getByTestId(testIds.service.heatmap)).toBeVisible();
  // What is below begins when it is looked at.
  await page.mouse.move(700, 400);
  await page.mouse.wheel(0, 3000);
  await page.getByTestId(testIds.service.operations).getByRole('button', { name: 'POST /orders' }).click();
  await expect(page).toHaveURL(/op=POST(\+|%20)%2Forders/);
  await page.mouse.wheel(0, 3000);
  await expect(page.getByTestId(testIds.service.dependencies)).toContainText('payment');
  await expect(page.getByTestId(testIds.service.dependencies)).toContainText('frontend');
});

test('a part of the heatmap: what its spans have in common, and a trace of them', async ({ page }) => {
  await inScenario('lock-wait', async (since) => {
    // Of one or two nobody can say what sets them apart.
    const slow = '{ resource.service.name = "inventory" && kind = server && duration > 1s } | select(name)';
    await expect.poll(async () => (await search(slow, 20, since)).length, { timeout: 60_000 }).toBeGreaterThan(7);
    await page.goto(`${SERVICES}/inventory?from=now-15m&to=now`);
    const heatmap = page.getByTestId(testIds.service.heatmap);
    await expect(heatmap).toBeVisible();
    const box = await heatmap.boundingBox();
    expect(box).not.toBeNull();
    const { x, y, width } = box!;
    // The top rows are those of the longest durations.
    await page.mouse.move(x + 80, y + 10);
    await page.mouse.down();
    await page.mouse.move(x + width - 12, y + 40, { steps: 4 });
    await page.mouse.up();
    await expect(page).toHaveURL(/sel=\d+/);
    const differences = page.getByTestId(testIds.service.differences);
    await expect(differences.getByText(/requests? selected/)).toBeVisible();
    await expect(differences.locator('tbody').getByRole('row').first()).toContainText('%');
    await differences.getByRole('listitem').first().getByRole('link').click();
    await expect(page).toHaveURL(/\/trace\/[0-9a-f]{32}\?.*span=/);
  });
});

test('without a pointer: a selection by figures', async ({ page }) => {
  await page.goto(`${SERVICES}/checkout?from=now-30m&to=now`);
  await page.getByLabel('Longer than').fill('1ms');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/sel=\d+/);
  await expect(page.getByTestId(testIds.service.differences).getByText(/requests? selected/)).toBeVisible();
  await page.getByRole('button', { name: 'Clear' }).click();
  await expect(page.getByTestId(testIds.service.differences)).toHaveCount(0);
});

test('a service that sent nothing', async ({ page }) => {
  await page.goto(`${SERVICES}/${encodeURIComponent('say "hi" } | rate() {')}?from=now-30m&to=now`);
  await expect(page.getByText('No spans of say "hi" } | rate() { in this time range')).toBeVisible();
});
