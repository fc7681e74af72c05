import { expect, test, type Page } from '@playwright/test';

import { TEMPO, exploreUrl, grafanaApi, inScenario, search, traceWithServices } from './support.ts';

const APP = '/a/clew-correlation-app';
const DASHBOARDS = [
  { uid: 'clew-service-overview', panels: ['Requests by service', 'Durations', 'Slowest traces', 'Latest errors'] },
  { uid: 'clew-store-health', panels: ['Received and refused', 'Journal', 'Time of an insert', 'Memory'] },
];

const waterfall = (page: Page) => page.getByTestId('data-testid clew-waterfall');
const panel = (page: Page, title: string) => page.getByTestId(`data-testid Panel header ${title}`);

async function openTraceInExplore(page: Page, datasourceUid: string): Promise<string> {
  const { traceId } = await traceWithServices(5);
  await page.goto(exploreUrl(datasourceUid, { query: traceId, queryType: 'traceql' }));
  await expect(page.getByRole('heading', { name: 'Service & Operation' })).toBeVisible();
  return traceId;
}

/** What a link that opens a new tab leads to. */
async function follow(page: Page, click: () => Promise<void>): Promise<Page> {
  const [opened] = await Promise.all([page.context().waitForEvent('page'), click()]);
  return opened;
}

for (const datasourceUid of [TEMPO, 'clew']) {
  test(`a trace in Explore, of ${datasourceUid}, leads to its page, to its like, and to its logs`, async ({ page }) => {
    const traceId = await openTraceInExplore(page, datasourceUid);
    const trace = await follow(page, () => page.getByRole('button', { name: 'Open in Clew' }).click());
    await expect(trace).toHaveURL(new RegExp(`${APP}/trace/${traceId}`));
    await expect(waterfall(trace)).toHaveAttribute('data-phase', 'done');
    await trace.close();

    const like = await follow(page, () => page.getByRole('button', { name: 'Traces like this' }).click());
    await expect(like).toHaveURL(/\/search\?.*nestedSetParent/);
    await expect(like.getByTestId('data-testid clew-search')).toContainText('Matching spans');
    await expect(like.getByText(/^[0-9a-f]{32}$/).first()).toBeVisible();
    await like.close();

    await expect(page.getByRole('link', { name: 'Logs of this trace' })).toHaveAttribute(
      'href',
      new RegExp(`${APP}/trace/${traceId}\\?.*view=logs`)
    );
  });
}

test('attributes of a span lead to the service, and to traces of the same version', async ({ page }) => {
  await openTraceInExplore(page, TEMPO);
  await page
    .getByRole('switch', { name: /^\w+.*\(.*s\)$/ })
    .first()
    .click();
  await page.getByRole('switch', { name: /^Resource attributes/ }).click();
  await expect(page.getByTitle('Traces of this version')).toHaveAttribute('href', /resource\.service\.version/);
  const service = await follow(page, () => page.getByTitle('Metrics of this service').click());
  await expect(service).toHaveURL(new RegExp(`${APP}/services/[\\w-]+\\?`));
});

test('a log line leads to its trace and to its service', async ({ page }) => {
  const { traceId } = await traceWithServices(5);
  const expr = `{service_name=~".+"} | trace_id=\`${traceId}\``;
  await page.goto(exploreUrl('loki', { expr, queryType: 'range' }));
  await page
    .getByText(/payment captured/)
    .first()
    .click();
  for (const [title, href] of [
    ['Trace of this line in Clew', `${APP}/trace/${traceId}\\?var-ds=clew&span=[0-9a-f]{16}`],
    ['Logs of this trace', `${APP}/trace/${traceId}\\?var-ds=clew&view=logs`],
    ['Metrics of this service', `${APP}/services/[\\w-]+\\?`],
    ['Traces of this service', `${APP}/search\\?.*service\\.name`],
  ]) {
    await expect(page.getByRole('link', { name: title }).first()).toHaveAttribute('href', new RegExp(href));
  }
});

test('a query of Explore is taken along to the search page', async ({ page }) => {
  const filters = [
    {
      id: 'service-name',
      tag: 'service.name',
      scope: 'resource',
      operator: '=',
      value: ['checkout'],
      valueType: 'string',
    },
  ];
  await page.goto(exploreUrl(TEMPO, { queryType: 'traceqlSearch', filters }));
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Open in Clew search' }).click();
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await expect(page).toHaveURL(new RegExp(`${APP}/search\\?.*checkout`));
  await expect(page.getByTestId('data-testid clew-search')).toContainText('Matching spans');
});

test('Explore offers no search where there are no traces', async ({ page }) => {
  await page.goto(exploreUrl('prometheus', { expr: 'up' }));
  await expect(page.getByRole('button', { name: 'Add to dashboard' }).or(addButton(page))).toBeVisible();
  if (await addButton(page).isVisible()) {
    await addButton(page).click();
    await expect(page.getByRole('menuitem', { name: 'Add to dashboard' })).toBeVisible();
  }
  await expect(page.getByRole('menuitem', { name: 'Open in Clew search' })).toHaveCount(0);
});

const addButton = (page: Page) => page.getByRole('button', { name: 'Add', exact: true });

test('a panel of traces leads to the search for them, with its variables filled in', async ({ page }) => {
  await page.goto('/d/clew-service-overview?var-service=payment&from=now-15m&to=now');
  await panel(page, 'Duration by service, p95').hover();
  await page.getByTestId('data-testid Panel menu Duration by service, p95').click();
  await page.getByRole('menuitem', { name: 'Extensions' }).hover();
  await page.getByRole('menuitem', { name: 'Search traces in Clew' }).click();
  await expect(page).toHaveURL(new RegExp(`${APP}/search\\?`));
  const query = new URL(page.url()).searchParams.get('q');
  expect(query).toContain('"payment"');
  expect(query).not.toMatch(/\$|over_time/);
  await expect(page.getByTestId('data-testid clew-search')).toContainText('Matching spans');
});

test('the command palette knows the pages of Clew', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('button', { name: 'Search...' }).click();
  await page.getByPlaceholder('Search or jump to...').fill('clew: compare');
  await page.getByRole('option', { name: 'Clew: compare traces' }).click();
  await expect(page).toHaveURL(new RegExp(`${APP}/compare`));
});

test('the dashboards come with the app', async () => {
  for (const { uid } of DASHBOARDS) {
    expect((await grafanaApi(`/api/dashboards/uid/${uid}`)).status, uid).toBe(200);
  }
});

for (const { uid, panels } of DASHBOARDS) {
  test(`all panels of ${uid} are answered, and those that always have something show it`, async ({ page }) => {
    const failed: string[] = [];
    page.on('response', (response) => {
      if (response.status() >= 400 && /\/api\/(ds|datasources)\//.test(response.url())) {
        failed.push(`${response.status()} ${response.url()}`);
      }
    });
    // Panels that are not in view ask nothing.
    await page.setViewportSize({ width: 1400, height: 2200 });
    await page.goto(`/d/${uid}?from=now-15m&to=now&kiosk`);
    for (const title of panels) {
      await expect(panel(page, title)).toBeVisible();
      await expect(panel(page, title).getByText('No data')).toHaveCount(0);
    }
    await expect(page.getByLabel('Panel loading bar')).toHaveCount(0);
    await expect(page.getByTestId('data-testid Panel status error')).toHaveCount(0);
    expect(failed).toEqual([]);
  });
}

test('the slowest traces and the latest errors lead to the page of a trace', async ({ page }) => {
  await inScenario('payment-timeout', async () => {
    await expect.poll(async () => (await search('{ status = error }', 1)).length, { timeout: 60_000 }).toBe(1);
  });
  await page.setViewportSize({ width: 1400, height: 1800 });
  for (const [title, column] of [
    ['Slowest traces', /^[0-9a-f]{32}$/],
    ['Latest errors', /^[0-9a-f]{16}$/],
  ] as const) {
    await page.goto('/d/clew-service-overview?from=now-15m&to=now');
    await panel(page, title).getByRole('link', { name: column }).first().click();
    await expect(page).toHaveURL(new RegExp(`${APP}/trace/[0-9a-f]{32}`));
    await expect(waterfall(page)).toHaveAttribute('data-phase', 'done');
  }
});
