import { expect, type Page } from '@playwright/test';

/** An address that `npm run e2e` hands to the tests. */
function endpoint(name: string): string {
  const value = process.env[name];
  if (!value) {
    throw new Error(`${name} is not set: start the tests with npm run e2e`);
  }
  return value;
}

export const queryUrl = () => endpoint('CLEW_E2E_QUERY_URL');
export const otlpHttpUrl = () => endpoint('CLEW_E2E_OTLP_HTTP_URL');
export const otlpGrpcUrl = () => endpoint('CLEW_E2E_OTLP_GRPC_URL');
export const lokiUrl = () => endpoint('CLEW_E2E_LOKI_URL');

export async function getJson<Body>(url: string): Promise<Body> {
  const response = await fetch(url);
  expect(response.ok, `${url} answers ${response.status}`).toBe(true);
  return (await response.json()) as Body;
}

interface FoundTrace {
  traceID: string;
  rootTraceName: string;
  serviceStats: Record<string, { spanCount: number }>;
}

export async function search(query: string, limit = 50): Promise<FoundTrace[]> {
  const { traces } = await getJson<{ traces: FoundTrace[] }>(
    `${queryUrl()}/api/search?${new URLSearchParams({ q: query, limit: String(limit) })}`
  );
  return traces;
}

/** A trace of the shop that touches at least this many services. */
export async function traceWithServices(services: number): Promise<{ traceId: string; services: string[] }> {
  const found = (await search('{ resource.service.name = "payment" }')).find(
    ({ serviceStats }) => Object.keys(serviceStats).length >= services
  );
  expect(found, `a trace with ${services} services`).toBeDefined();
  return { traceId: found!.traceID.padStart(32, '0'), services: Object.keys(found!.serviceStats) };
}

/** A link into Explore with one query in one pane. */
export function exploreUrl(datasourceUid: string, query: Record<string, unknown>, from = 'now-1h'): string {
  const panes = {
    abc: {
      datasource: datasourceUid,
      queries: [{ refId: 'A', datasource: { uid: datasourceUid }, ...query }],
      range: { from, to: 'now' },
    },
  };
  return `/explore?schemaVersion=1&orgId=1&panes=${encodeURIComponent(JSON.stringify(panes))}`;
}

/** Grafana's own trace view, wherever it is shown: each span row is a switch that names the service where it changes. */
export async function expectServicesInTraceView(
  page: Page,
  services: readonly string[],
  atLeast: number
): Promise<void> {
  await expect(page.getByRole('heading', { name: 'Service & Operation' })).toBeVisible();
  const shown = async () => {
    const rows = await page.getByRole('switch').allInnerTexts();
    return services.filter((service) => rows.some((row) => row.split(/\s/)[0] === service)).length;
  };
  await expect.poll(shown).toBeGreaterThanOrEqual(atLeast);
}

/** The id that the trace view shows in its header. */
export async function expectTraceId(page: Page, traceId: string): Promise<void> {
  await expect(page.getByText(traceId).first()).toBeVisible();
}
