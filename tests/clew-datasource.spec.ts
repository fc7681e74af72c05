import { expect, test, type Page } from '@playwright/test';
import { randomBytes } from 'node:crypto';

import { expectServicesInTraceView, exploreUrl, otlpHttpUrl } from './support.ts';

const CLEW = 'clew';
const SERVICES = ['frontend', 'checkout', 'payment', 'payment-gateway'];

const traceql = (query: string, more: Record<string, unknown> = {}) => ({ query, editorMode: 'traceql', ...more });

const editor = (page: Page) => page.locator('.monaco-editor').first();

test('a metric is a chart, with a series for each service', async ({ page }) => {
  await page.goto(exploreUrl(CLEW, traceql('{} | rate() by (resource.service.name)'), 'now-15m'));
  for (const name of SERVICES) {
    await expect(page.getByRole('button', { name, exact: true })).toBeVisible();
  }
});

test('a comparison is a table', async ({ page }) => {
  await page.goto(
    exploreUrl(CLEW, traceql('{ kind = server } | compare({ resource.service.name = "payment" })'), 'now-15m')
  );
  await expect(page.getByText('Table - Comparison')).toBeVisible();
  await expect(page.getByText('Selection %')).toBeVisible();
  await expect(page.getByText('POST /payments').first()).toBeVisible();
});

test('structural operators find spans, and a span opens in its trace', async ({ page }) => {
  const query = '{ resource.service.name = "checkout" } >> { resource.service.name = "payment" && kind = server }';
  await page.goto(exploreUrl(CLEW, traceql(query, { tableType: 'spans' }), 'now-15m'));
  await page
    .getByRole('link', { name: /^[0-9a-f]{16}$/ })
    .first()
    .click();
  await expectServicesInTraceView(page, SERVICES, 4);
});

test('the editor completes keys and values from the store, and runs the query', async ({ page }) => {
  await page.goto(exploreUrl(CLEW, traceql('{ }'), 'now-15m'));
  await expect(editor(page)).toBeVisible();
  await editor(page).click();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type('{ resource.service.na', { delay: 60 });
  await expect(page.locator('.suggest-widget').getByText('service.name').first()).toBeVisible();
  await page.keyboard.type('me = "pay', { delay: 60 });
  await expect(page.locator('.suggest-widget').getByText('payment-gateway').first()).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.type('ment" ', { delay: 60 });
  await page.keyboard.press('Escape');
  await page.keyboard.press('Shift+Enter');
  await expect(page.getByText('Table - Traces')).toBeVisible();
  await expect(page.getByText('POST /checkout').first()).toBeVisible();
});

test('a mistake is marked, and says what to write', async ({ page }) => {
  await page.goto(exploreUrl(CLEW, traceql('{ name == "x" }'), 'now-15m'));
  await expect(page.getByText(/use = to compare/).first()).toBeVisible();
});

test('a trace of which spans were refused says so', async ({ page }) => {
  const traceId = randomBytes(16).toString('hex');
  const nowNs = BigInt(Date.now()) * 1_000_000n;
  const span = (spanId: string, name: string) => ({
    ...{ traceId, spanId, name, kind: 2 },
    startTimeUnixNano: String(nowNs - 200_000_000n),
    endTimeUnixNano: String(nowNs),
  });
  const response = await fetch(`${otlpHttpUrl()}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      resourceSpans: [
        {
          resource: { attributes: [{ key: 'service.name', value: { stringValue: 'lossy' } }] },
          scopeSpans: [{ spans: [span(randomBytes(8).toString('hex'), 'kept'), span('0000000000000000', 'refused')] }],
        },
      ],
    }),
  });
  expect(await response.json()).toMatchObject({ partialSuccess: { rejectedSpans: '1' } });
  await page.goto(exploreUrl(CLEW, { query: traceId, editorMode: 'traceId' }, 'now-15m'));
  // Beside the query, and on the root span.
  await page.getByText('1 warning').hover();
  await expect(page.getByText(/1 span refused at .* because/).first()).toBeVisible();
  await page.getByRole('switch').filter({ hasText: 'kept' }).click();
  await page.getByText(/^Warnings/).click();
  await expect(page.getByText(/1 span refused at .* because/).last()).toBeVisible();
});
