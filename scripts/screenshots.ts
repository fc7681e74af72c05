/**
 * `node scripts/screenshots.ts [--port-offset N] [name …]`: the catalogue's pictures, src/img/*.png, of a demo that runs
 * (`npm run demo`) and has a few minutes of data. It makes two incidents in the shop, and ends them.
 */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { chromium, type Page } from '@playwright/test';

const OUT = resolve(import.meta.dirname, '..', 'src', 'img');
const SIZE = { width: 1600, height: 900 };
/** The catalogue loads all of them at once. */
const MAX_BYTES = 300_000;
/** An incident goes on until its traces are there, and for so long at least, so that it shows in charts. */
const INCIDENT_MS = 40_000;
const FOUND_WITHIN_MS = 90_000;
/** Log lines come to Loki a moment after the spans, and charts end with a whole step. */
const SETTLES_MS = 20_000;

const { values, positionals } = parseArgs({
  options: { 'port-offset': { type: 'string', default: '0' } },
  allowPositionals: true,
});
const at = (port: number) => `http://127.0.0.1:${port + Number(values['port-offset'])}`;

interface Incidents {
  /** A checkout that failed: the acquirer did not wait for the bank. */
  readonly timeout: string;
  /** A checkout that succeeded late: its reservation waited for a lock. */
  readonly lockWait: string;
}

interface Shot {
  readonly name: string;
  /** Where the page has less to show than the others. */
  readonly height?: number;
  /** In the app. */
  readonly path: (incidents: Incidents) => string;
  /** Brings the page to what is shown; resolves when it is there. */
  readonly show: (page: Page) => Promise<void>;
}

const waterfall = (page: Page) =>
  page.locator('[data-testid="data-testid clew-waterfall"][data-phase="done"]').waitFor();

const SHOTS: readonly Shot[] = [
  {
    name: 'trace',
    path: ({ timeout }) => `trace/${timeout}`,
    show: async (page) => {
      await waterfall(page);
      const findings = page.getByRole('region', { name: 'Findings' });
      await findings.getByRole('button', { name: 'Show' }).first().click();
      const details = page.getByRole('region', { name: 'Details of the span' });
      // The stack trace has the paths of the machine that the shop runs on.
      await details.getByRole('button', { name: /^Events/ }).click();
      await page.mouse.move(0, 0);
    },
  },
  {
    name: 'logs',
    height: 520,
    path: ({ timeout }) => `trace/${timeout}?view=logs`,
    show: (page) =>
      page
        .getByText(/no answer from bank within/)
        .last()
        .waitFor(),
  },
  {
    name: 'services',
    path: () => 'services?from=now-5m&to=now',
    show: (page) => page.getByRole('link', { name: 'payment-gateway', exact: true }).waitFor(),
  },
  {
    name: 'service',
    path: () => 'services/inventory?from=now-10m&to=now',
    show: async (page) => {
      const heatmap = page.getByTestId('data-testid clew-service-heatmap');
      await heatmap.waitFor();
      await page.getByLabel('Longer than').fill('1s');
      await page.keyboard.press('Enter');
      const differences = page.getByTestId('data-testid clew-service-differences');
      await differences.locator('tbody').getByRole('row').first().waitFor();
      await page.mouse.move(0, 0);
    },
  },
  {
    name: 'map',
    path: () => 'map?from=now-5m&to=now&node=service:payment',
    show: async (page) => {
      const map = page.getByRole('group', { name: 'Service map' });
      await map.getByRole('button', { name: /^bank,/ }).waitFor();
      await page.getByRole('complementary', { name: 'What is chosen' }).waitFor();
      // Beside what is chosen there is less room for the map.
      await page.getByRole('button', { name: 'Smaller' }).click();
      await page.mouse.move(0, 0);
    },
  },
  {
    name: 'compare',
    path: ({ lockWait }) => `compare?a=usual&b=${lockWait}&from=now-30m&to=now`,
    show: async (page) => {
      const result = page.getByRole('region', { name: 'Comparison' });
      await result.getByRole('list', { name: 'Causes' }).getByRole('listitem').first().waitFor();
    },
  },
];

async function setScenario(name: string): Promise<void> {
  const { ok, status } = await fetch(`${at(8099)}/scenario`, { method: 'POST', body: name });
  if (!ok) {
    throw new Error(`The shop answers ${status} to the scenario ${name}: is this demo the repository's?`);
  }
}

/** Lets the shop have an incident until the store has a trace of it, whose id it gives. */
async function traceOf(scenario: string, query: string): Promise<string> {
  const since = Date.now();
  await setScenario(scenario);
  try {
    for (;;) {
      await sleep(1000);
      const params = new URLSearchParams({
        q: query,
        limit: '1',
        start: String(Math.ceil(since / 1000)),
        end: String(Math.ceil(Date.now() / 1000) + 1),
      });
      const response = await fetch(`${at(3200)}/api/search?${params}`);
      const { traces } = (await response.json()) as { traces: Array<{ traceID: string }> };
      const passed = Date.now() - since;
      if (traces.length > 0 && passed > INCIDENT_MS) {
        return traces[0].traceID.padStart(32, '0');
      }
      if (passed > FOUND_WITHIN_MS) {
        throw new Error(`The store has no trace of ${scenario}.`);
      }
    }
  } finally {
    await setScenario('none');
  }
}

async function take(page: Page, shot: Shot, incidents: Incidents): Promise<void> {
  await page.setViewportSize({ ...SIZE, height: shot.height ?? SIZE.height });
  await page.goto(`${at(3000)}/a/clew-correlation-app/${shot.path(incidents)}`);
  await shot.show(page);
  await page.waitForLoadState('networkidle');
  await page.evaluate(() =>
    document.activeElement instanceof HTMLElement ? document.activeElement.blur() : undefined
  );
  await sleep(1000);
  const bytes = await page.screenshot({ animations: 'disabled' });
  if (bytes.length > MAX_BYTES) {
    throw new Error(`${shot.name}.png takes ${bytes.length} bytes; ${MAX_BYTES} is the most.`);
  }
  writeFileSync(join(OUT, `${shot.name}.png`), bytes);
  process.stdout.write(`${shot.name}.png  ${Math.round(bytes.length / 1000)} kB\n`);
}

async function main(): Promise<void> {
  const shots = SHOTS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  const lockWait = await traceOf(
    'lock-wait',
    '{ nestedSetParent < 0 && status != error } >> { resource.service.name = "inventory" && name = "UPDATE stock" && duration > 1s }'
  );
  const timeout = await traceOf(
    'payment-timeout',
    '{ nestedSetParent < 0 && status = error } && { resource.service.name = "acquirer" && statusMessage = "no answer from bank within 60 ms" }'
  );
  await sleep(SETTLES_MS);
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });
  try {
    const page = await browser.newPage({ viewport: SIZE, colorScheme: 'dark' });
    // Grafana keeps its menu open at this width; the pictures are of what is beside it.
    await page.addInitScript(() => localStorage.setItem('grafana.navigation.docked', 'false'));
    for (const shot of shots) {
      await take(page, shot, { timeout, lockWait });
    }
  } finally {
    await browser.close();
  }
}

await main();
