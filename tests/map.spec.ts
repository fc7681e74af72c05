import { expect, test, type Page } from '@playwright/test';

const MAP = '/a/clew-correlation-app/map';

const map = (page: Page) => page.getByRole('group', { name: 'Service map' });
const box = (page: Page, name: string) => map(page).getByRole('button', { name: new RegExp(`^${name},`) });
const strip = (page: Page) => page.getByRole('complementary', { name: 'What is chosen' });

test('the map has the services of the shop, its databases, its queue, and who calls whom', async ({ page }) => {
  await page.goto(MAP);
  for (const name of ['frontend', 'checkout', 'payment', 'bank']) {
    await expect(box(page, name)).toContainText('/min');
  }
  await expect(box(page, 'postgres-checkout, database')).toBeVisible();
  await expect(box(page, 'orders, queue')).toBeVisible();
  await expect(box(page, 'mail-relay, sends no spans')).toBeVisible();
  const calls = page.getByRole('table', { name: 'Calls between services' });
  await expect(calls.getByRole('row', { name: /^frontend checkout/ })).toBeAttached();
  await expect(calls.getByRole('row', { name: /^checkout orders/ })).toBeAttached();
});

test('what is clicked says its numbers, narrows the map, and leads to its traces and its page', async ({ page }) => {
  await page.goto(MAP);
  await box(page, 'payment').click();
  await expect(page).toHaveURL(/[?&]node=service:payment/);
  await expect(strip(page)).toContainText('Self time');
  await strip(page).getByRole('button', { name: 'Only this' }).click();
  await expect(page).toHaveURL(/[?&]q=.*payment/);
  await expect(page.getByLabel('Traces that have spans with')).toHaveValue('{ resource.service.name = "payment" }');
  await expect(box(page, 'payment')).toBeVisible();
  await expect(box(page, 'catalog')).toBeHidden();
  await expect(strip(page).getByRole('button', { name: 'Only this' })).toHaveAttribute('aria-disabled', 'true');

  await strip(page).getByRole('region', { name: 'Called by' }).getByRole('button').first().click();
  await expect(page).toHaveURL(/[?&]edge=/);
  await expect(strip(page)).toContainText('→ payment');
  await page.keyboard.press('Escape');
  await expect(strip(page)).toBeHidden();

  await box(page, 'payment').click();
  await expect(strip(page).getByRole('link', { name: 'Service' })).toHaveAttribute('href', /\/services\/payment\?/);
  await strip(page).getByRole('link', { name: 'Traces through here' }).click();
  await expect(page).toHaveURL(/\/search\?.*payment/);
  await expect(page.getByTestId('data-testid clew-search')).toContainText('Matching spans');
});

test('a service is found by a part of its name', async ({ page }) => {
  await page.goto(MAP);
  await page.getByLabel('Find a service').fill('gatew');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/[?&]node=/);
  await expect(strip(page)).toContainText('gateway');
});

test('a query that is wrong, and one that finds nothing', async ({ page }) => {
  await page.goto(`${MAP}?${new URLSearchParams({ q: '{ name = "nobody" }' })}`);
  await expect(page.getByText('No trace in this time has such spans')).toBeVisible();
  await page.getByLabel('Traces that have spans with').fill('{ foo = 1 }');
  await expect(page.getByText(/^Column 3: /)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Show', exact: true })).toBeDisabled();
  await page.getByRole('button', { name: 'All traces' }).click();
  await expect(box(page, 'frontend')).toBeVisible();
});
