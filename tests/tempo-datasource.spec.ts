import { test } from '@playwright/test';

import { expectServicesInTraceView, expectTraceId, exploreUrl, traceWithServices } from './support.ts';

test("Grafana's own Tempo datasource opens a trace of the store", async ({ page }) => {
  const { traceId, services } = await traceWithServices(5);
  await page.goto(exploreUrl('tempo-on-clew', { queryType: 'traceql', query: traceId }));
  await expectServicesInTraceView(page, services, 5);
  await expectTraceId(page, traceId);
});
