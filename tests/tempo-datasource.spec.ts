import { expect, test, type Page } from '@playwright/test';

import {
  addTempoCopies,
  expectServicesInTraceView,
  expectTraceId,
  exploreUrl,
  grafanaApi,
  removeTempoCopies,
  TEMPO,
  TEMPO_BY_GRPC,
  TEMPO_BY_HTTP,
  traceWithServices,
} from './support.ts';

const TRACE_LINK = /^[0-9a-f]{16,32}$/;
const PAYMENTS = '{ resource.service.name = "payment" && name = "POST /payments" }';

const traceql = (query: string) => ({ queryType: 'traceql', tableType: 'traces', limit: 20, query });

/** Opens the first trace that a search has found, beside it. */
async function expectTraceOpensFromList(page: Page): Promise<void> {
  await page.getByRole('link', { name: TRACE_LINK }).first().click();
  await expectServicesInTraceView(page, ['frontend', 'checkout', 'payment', 'payment-gateway'], 4);
}

/** The legend of a chart names its series. */
async function expectSeries(page: Page, names: readonly string[]): Promise<void> {
  for (const name of names) {
    await expect(page.getByRole('button', { name, exact: true })).toBeVisible();
  }
}

test.describe("Grafana's own Tempo datasource", () => {
  test.beforeAll(addTempoCopies);
  test.afterAll(removeTempoCopies);

  test('is healthy, by HTTP and by gRPC', async () => {
    const health = async (uid: string) => (await grafanaApi(`/api/datasources/uid/${uid}/health`)).json();
    expect(await health(TEMPO_BY_HTTP)).toEqual({ status: 'OK', message: 'Data source is working' });
    expect(await health(TEMPO_BY_GRPC)).toEqual({
      status: 'OK',
      message: 'Data source is working. Streaming test succeeded.',
    });
  });

  test('opens a trace of the store', async ({ page }) => {
    const { traceId, services } = await traceWithServices(5);
    await page.goto(exploreUrl(TEMPO, { queryType: 'traceql', query: traceId }));
    await expectServicesInTraceView(page, services, 5);
    await expectTraceId(page, traceId);
  });

  for (const { how, uid } of [
    { how: 'by HTTP', uid: TEMPO_BY_HTTP },
    { how: 'by gRPC', uid: TEMPO_BY_GRPC },
  ]) {
    test(`searches by TraceQL ${how}, and a trace opens from the list`, async ({ page }) => {
      await page.goto(exploreUrl(uid, traceql(PAYMENTS), 'now-15m'));
      await expect(page.getByText('Table - Traces')).toBeVisible();
      await expect(page.getByRole('link', { name: TRACE_LINK }).first()).toBeVisible();
      await expect(page.getByRole('gridcell', { name: 'POST /checkout' }).first()).toBeVisible();
      if (uid === TEMPO_BY_GRPC) {
        await expect(page.getByText('Table - Streaming Progress')).toBeVisible();
        await expect(page.getByRole('gridcell', { name: 'Done' })).toBeVisible();
      }
      await expectTraceOpensFromList(page);
    });

    test(`charts a metrics query ${how}`, async ({ page }) => {
      await page.goto(exploreUrl(uid, traceql('{ } | rate() by (resource.service.name)'), 'now-15m'));
      await expectSeries(page, ['frontend', 'checkout', 'payment', 'bank']);
      await page.goto(
        exploreUrl(uid, traceql('{ resource.service.name = "checkout" } | quantile_over_time(duration, .5, .9)'))
      );
      await expectSeries(page, ['0.5', '0.9']);
    });
  }

  test('shows the spans that a search selects', async ({ page }) => {
    const query = `${PAYMENTS} | select(span.app.payment.id)`;
    await page.goto(exploreUrl(TEMPO_BY_HTTP, { ...traceql(query), tableType: 'spans' }, 'now-15m'));
    await expect(page.getByRole('columnheader', { name: 'app.payment.id' })).toBeVisible();
    await expect(page.getByRole('gridcell', { name: 'payment', exact: true }).first()).toBeVisible();
  });

  test('answers an instant metrics query', async ({ page }) => {
    const query = { ...traceql('{ } | rate() by (resource.service.name)'), metricsQueryType: 'instant' };
    await page.goto(exploreUrl(TEMPO_BY_HTTP, query, 'now-15m'));
    // A column per series; the table draws those that fit.
    for (const service of ['bank', 'catalog', 'checkout']) {
      await expect(page.getByRole('columnheader', { name: service })).toBeVisible();
    }
  });

  test('builds a search from the tags and values of the store', async ({ page }) => {
    await page.goto(
      exploreUrl(TEMPO_BY_HTTP, { queryType: 'traceqlSearch', tableType: 'traces', filters: [] }, 'now-15m')
    );
    const choose = async (field: string, typed: string, option: string) => {
      const box = page.getByRole('combobox', { name: field });
      await box.click();
      await box.fill(typed);
      await page.getByRole('option', { name: option, exact: true }).click();
      await page.keyboard.press('Escape');
    };
    await choose('select service-name value', 'paym', 'payment');
    await choose('select span-name value', 'POST /pay', 'POST /payments');
    await expect(page.getByText('{resource.service.name="payment" && name="POST /payments"}')).toBeVisible();
    await page.getByTestId('data-testid RefreshPicker run button').click();
    await expectTraceOpensFromList(page);
  });

  test('completes tags and values in the editor', async ({ page }) => {
    await page.goto(exploreUrl(TEMPO_BY_HTTP, traceql('{}'), 'now-15m'));
    const suggestion = (name: string) => page.getByRole('option', { name }).first();
    await page.locator('.view-lines').first().click();
    await page.keyboard.press('Control+End');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.type('resource.service.na');
    await expect(suggestion('service.name')).toBeVisible();
    await page.keyboard.press('Enter');
    await page.keyboard.type(' = ');
    await expect(suggestion('payment-gateway')).toBeVisible();
    await page.keyboard.type('payment-g');
    await page.keyboard.press('Enter');
    await expect(page.locator('.view-lines').first()).toHaveText(
      /resource\.service\.name\s*=\s*"payment-gateway"\s*\}/
    );
  });

  test('says that a query is wrong', async ({ page }) => {
    await page.goto(exploreUrl(TEMPO_BY_HTTP, traceql('{ resource.service.name = }'), 'now-15m'));
    await expect(page.getByText(/400 Bad Request/).first()).toBeVisible();
    await page.goto(exploreUrl(TEMPO_BY_GRPC, traceql('{ resource.service.name = }'), 'now-15m'));
    await expect(page.getByText(/expected an attribute or a value/).first()).toBeVisible();
  });
});
