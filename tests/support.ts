import { expect, type Browser, type BrowserContext, type Page } from '@playwright/test';

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
const grafanaUrl = () => endpoint('GRAFANA_URL');
const shopControlUrl = () => endpoint('CLEW_E2E_SHOP_CONTROL_URL');

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

/** The newest traces, or those since a time in Unix seconds. */
export async function search(query: string, limit = 50, sinceSeconds?: number): Promise<FoundTrace[]> {
  const params = new URLSearchParams({ q: query, limit: String(limit) });
  if (sinceSeconds !== undefined) {
    params.set('start', String(sinceSeconds));
    params.set('end', String(Math.ceil(Date.now() / 1000) + 1));
  }
  const { traces } = await getJson<{ traces: FoundTrace[] }>(`${queryUrl()}/api/search?${params}`);
  return traces;
}

/** The id of the newest trace since a time, in Unix seconds, once there is one. */
export async function firstTraceOf(query: string, sinceSeconds: number): Promise<string> {
  let traces: FoundTrace[] = [];
  const count = async () => (traces = await search(query, 1, sinceSeconds)).length;
  await expect.poll(count, { message: query, timeout: 60_000 }).toBe(1);
  return traces[0].traceID.padStart(32, '0');
}

/** A trace of the shop, with a payment that went through, that touches at least this many services. */
export async function traceWithServices(services: number): Promise<{ traceId: string; services: string[] }> {
  const paid =
    '{ resource.service.name = "payment" && name = "POST /payments" && span.http.response.status_code < 400 }';
  const found = (await search(paid)).find(({ serviceStats }) => Object.keys(serviceStats).length >= services);
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
  // Traces Drilldown shows several at once.
  await expect(page.getByRole('heading', { name: 'Service & Operation' }).first()).toBeVisible();
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

/** A request to Grafana's own HTTP API, as the anonymous administrator of the demo. */
export function grafanaApi(path: string, method = 'GET', body?: unknown): Promise<Response> {
  return fetch(`${grafanaUrl()}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
}

const VIEWER = { login: 'e2e-viewer', password: 'e2e-viewer' };

/** A browser of somebody with the role Viewer: who may not use Explore, nor see the settings of datasources. */
export async function viewerOf(browser: Browser): Promise<BrowserContext> {
  const made = await fetch(`${grafanaUrl()}/api/admin/users`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Basic ${btoa('admin:admin')}` },
    body: JSON.stringify({ name: 'Viewer', ...VIEWER, OrgId: 1 }),
  });
  // 412: from a run before.
  expect([200, 412]).toContain(made.status);
  const context = await browser.newContext({ baseURL: grafanaUrl() });
  const { login: user, password } = VIEWER;
  expect((await context.request.post('/login', { data: { user, password } })).status()).toBe(200);
  const me = (await (await context.request.get('/api/user/orgs')).json()) as Array<{ role: string }>;
  expect(me).toMatchObject([{ role: 'Viewer' }]);
  return context;
}

/** The value of a query to Prometheus at a time, in Unix seconds; undefined where it has none. */
export async function promValue(query: string, time: number): Promise<number | undefined> {
  const params = new URLSearchParams({ query, time: String(time) });
  const response = await grafanaApi(`/api/datasources/proxy/uid/prometheus/api/v1/query?${params}`);
  expect(response.status, query).toBe(200);
  const { data } = (await response.json()) as { data: { result: Array<{ value: [number, string] }> } };
  return data.result.length === 0 ? undefined : Number(data.result[0].value[1]);
}

/** The provisioned Tempo datasource, and two copies of it, one for each way to ask, which a spec adds and removes. */
export const TEMPO = 'tempo-on-clew';
export const TEMPO_BY_HTTP = `${TEMPO}-by-http`;
export const TEMPO_BY_GRPC = `${TEMPO}-by-grpc`;

export async function removeTempoCopies(): Promise<void> {
  for (const uid of [TEMPO_BY_HTTP, TEMPO_BY_GRPC]) {
    const { status } = await grafanaApi(`/api/datasources/uid/${uid}`, 'DELETE');
    expect([200, 404]).toContain(status);
  }
}

export async function addTempoCopies(): Promise<void> {
  await removeTempoCopies();
  const { url } = (await (await grafanaApi(`/api/datasources/uid/${TEMPO}`)).json()) as { url: string };
  for (const uid of [TEMPO_BY_HTTP, TEMPO_BY_GRPC]) {
    const streaming = uid === TEMPO_BY_GRPC;
    const jsonData = { streamingEnabled: { search: streaming, metrics: streaming } };
    const copy = { uid, name: uid, type: 'tempo', access: 'proxy', url, jsonData };
    const { status } = await grafanaApi('/api/datasources', 'POST', copy);
    expect(status, uid).toBe(200);
  }
}

async function setScenario(name: string): Promise<void> {
  const { ok } = await fetch(`${shopControlUrl()}/scenario`, { method: 'POST', body: name });
  expect(ok, `scenario ${name}`).toBe(true);
}

/** Does something while the shop has an incident; it is told since when, in Unix seconds. */
export async function inScenario<Result>(
  name: string,
  act: (sinceSeconds: number) => Promise<Result>
): Promise<Result> {
  await setScenario(name);
  try {
    return await act(Math.ceil(Date.now() / 1000));
  } finally {
    await setScenario('none');
  }
}

/** Lets checkouts of the shop fail, in every service down to the acquirer, until the store has some of them. */
export async function letCheckoutsFail(): Promise<void> {
  await inScenario('payment-timeout', async () => {
    const failed = async () => (await search('{ nestedSetParent < 0 && status = error }')).length;
    await expect.poll(failed, { timeout: 60_000 }).toBeGreaterThanOrEqual(5);
  });
}
