import { expect, test } from '@playwright/test';

import { TEMPO, exploreUrl, grafanaApi } from './support.ts';

/** Calls that every good day of the shop has, databases and queues as nodes of their own. */
const CALLS = [
  ['frontend', 'checkout'],
  ['frontend', 'catalog'],
  ['checkout', 'payment'],
  ['payment', 'payment-gateway'],
  ['acquirer', 'bank'],
] as const;

test('Grafana’s own service graph of the Tempo datasource draws the shop, from metrics that the store makes of spans', async ({
  page,
}, testInfo) => {
  const series = async () => {
    const params = new URLSearchParams({ query: 'sum by (client, server) (traces_service_graph_request_total)' });
    const response = await grafanaApi(`/api/datasources/proxy/uid/prometheus/api/v1/query?${params}`);
    const { data } = (await response.json()) as { data: { result: Array<{ metric: Record<string, string> }> } };
    return data.result.map(({ metric }) => `${metric.client} ${metric.server}`);
  };
  for (const [client, server] of CALLS) {
    await expect.poll(series, { timeout: 60_000 }).toContain(`${client} ${server}`);
  }
  await page.goto(exploreUrl(TEMPO, { queryType: 'serviceMap' }, 'now-15m'));
  await page.getByRole('heading', { name: 'Node graph' }).scrollIntoViewIfNeeded();
  for (const service of new Set(CALLS.flat())) {
    await expect(page.getByLabel(`Node: ${service}`, { exact: true })).toBeAttached();
  }
  for (const [client, server] of CALLS) {
    await expect(page.getByLabel(`Edge from: ${client} to: ${server}`, { exact: true })).toBeAttached();
  }
  // Rate, errors and duration of each operation, from the span metrics.
  await expect(page.getByRole('gridcell', { name: 'GET /products', exact: true })).toBeVisible();
  const path = testInfo.outputPath('service-graph.png');
  await page.screenshot({ path, fullPage: true });
  await testInfo.attach('service graph', { path, contentType: 'image/png' });
});
