import { expect, test, type Page } from '@playwright/test';

import { firstTraceOf, grafanaApi, viewerOf } from './support.ts';

const APP = '/a/clew-correlation-app';
/** Copies of the provisioned datasources, without any link. */
const COPIES = [
  { of: 'clew', uid: 'setup-clew', name: 'Setup Clew' },
  { of: 'prometheus', uid: 'setup-prometheus', name: 'Setup Prometheus' },
  { of: 'loki', uid: 'setup-loki', name: 'Setup Loki' },
] as const;
const [STORE, PROMETHEUS, LOKI] = COPIES;
const GUIDE = `${APP}/setup?${new URLSearchParams({ 'var-ds': STORE.uid, prometheus: PROMETHEUS.uid, loki: LOKI.uid })}`;

interface Datasource {
  readonly type: string;
  readonly url: string;
  readonly jsonData: Record<string, unknown>;
}

const read = async (uid: string) => (await (await grafanaApi(`/api/datasources/uid/${uid}`)).json()) as Datasource;

async function removeCopies(): Promise<void> {
  for (const { uid } of COPIES) {
    expect([200, 404]).toContain((await grafanaApi(`/api/datasources/uid/${uid}`, 'DELETE')).status);
  }
}

const step = (page: Page, name: string) => page.getByRole('region', { name });
const card = (page: Page, name: string) => page.getByRole('group', { name });

async function link(page: Page, title: string, datasource: string): Promise<void> {
  const box = card(page, title);
  await expect(box).toContainText(/Not linked|broken/);
  await box.getByRole('button', { name: `Change ${datasource}` }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('These settings become');
  await dialog.getByRole('button', { name: 'Change', exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(box).not.toContainText('Not linked');
  await expect(box).toContainText('Linked');
}

test.describe('datasources without links', () => {
  test.beforeAll(async () => {
    await removeCopies();
    for (const { of, uid, name } of COPIES) {
      const { type, url } = await read(of);
      const copy = { uid, name, type, url, access: 'proxy', jsonData: {} };
      expect((await grafanaApi('/api/datasources', 'POST', copy)).status, name).toBe(200);
    }
  });

  test.afterAll(removeCopies);

  test('datasources that know nothing of each other are linked both ways, each link tried on live data', async ({
    page,
  }, testInfo) => {
    test.setTimeout(150_000);
    const picture = async (name: string) => {
      const path = testInfo.outputPath(`${name}.png`);
      await page.screenshot({ path, fullPage: true });
      await testInfo.attach(name, { path, contentType: 'image/png' });
    };
    await page.goto(GUIDE);
    await expect(step(page, 'Connect the trace store')).toContainText(`${STORE.name} is connected`);
    await expect(step(page, 'Send it spans')).toContainText(/spans of \d+ services/);
    const exemplars = card(page, 'A dot in a metric opens its trace');
    await expect(exemplars).toContainText('Not linked');
    await expect(exemplars.locator('pre')).toContainText(/[0-9a-f]{32}/);
    await picture('unlinked');

    await link(page, 'A dot in a metric opens its trace', PROMETHEUS.name);
    await link(page, 'A span shows the metrics of its service', STORE.name);
    await link(page, 'A log line opens its trace', LOKI.name);
    await link(page, 'A trace shows its log lines', STORE.name);
    await expect(step(page, 'Link metrics')).toContainText('Linked both ways');
    await expect(step(page, 'Link logs')).toContainText('Linked both ways');
    await picture('linked');

    // What was written is what Grafana's own links read.
    expect((await read(PROMETHEUS.uid)).jsonData.exemplarTraceIdDestinations).toMatchObject([
      { name: 'trace_id', datasourceUid: STORE.uid },
      { name: 'trace_id', url: expect.stringContaining(`${APP}/trace/`) },
    ]);
    expect((await read(LOKI.uid)).jsonData.derivedFields).toHaveLength(1);
    expect((await read(STORE.uid)).jsonData).toMatchObject({
      tracesToLogsV2: { datasourceUid: LOKI.uid },
      tracesToMetrics: { datasourceUid: PROMETHEUS.uid },
    });

    await page.getByRole('link', { name: 'Ask the doctor' }).click();
    await expect(page).toHaveURL(new RegExp(`/doctor\\?.*var-ds=${STORE.uid}`));
    await expect(page.getByRole('status').filter({ hasText: /work/ })).toBeVisible();
    for (const area of ['Logs to traces', 'Traces to logs', 'Traces to metrics']) {
      await expect(step(page, area).getByRole('listitem').filter({ hasText: 'Broken' })).toHaveCount(0);
    }
    await picture('doctor');

    // The links work: the lines of a trace come through the datasource that was linked.
    const traceId = await firstTraceOf('{ resource.service.name = "payment" && name = "POST /payments" }', 0);
    await page.goto(`${APP}/trace/${traceId}?var-ds=${STORE.uid}&view=logs`);
    await expect(page.getByText('payment captured').or(page.getByText('POST /payments failed')).first()).toBeVisible();
    await picture('logs');
  });
});

test('a Viewer sees what is there and what would be right, and cannot change it', async ({ browser }) => {
  const viewer = await viewerOf(browser);
  const page = await viewer.newPage();
  await page.goto(`${APP}/setup`);
  await expect(page.getByText('an admin makes the links')).toBeVisible();
  await expect(card(page, 'A log line opens its trace')).toContainText('Linked');
  await expect(page.getByRole('button', { name: /^Change/ })).toHaveCount(0);
  await page.goto(`${APP}/doctor`);
  await expect(page.getByRole('status').filter({ hasText: /work/ })).toBeVisible();
  await expect(page.getByRole('listitem').filter({ hasText: 'Broken' })).toHaveCount(0);
  await viewer.close();
});
