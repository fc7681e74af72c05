import { defineConfig, devices } from '@playwright/test';

/** Run by `npm run e2e`, which brings a Grafana. */
export default defineConfig({
  testDir: '.',
  // Those need no Grafana: npm run test:component.
  testIgnore: 'component/**',
  outputDir: '../test-results',
  fullyParallel: false,
  // Two cores share Grafana, the store, the shop and the browser.
  workers: 1,
  forbidOnly: Boolean(process.env.CI),
  retries: process.env.CI ? 1 : 0,
  timeout: 90_000,
  expect: { timeout: 20_000 },
  reporter: [['list'], ['./count-reporter.ts']],
  use: {
    ...devices['Desktop Chrome'],
    baseURL: process.env.GRAFANA_URL,
    viewport: { width: 1440, height: 900 },
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
    },
  },
});
