import { expect, type Page } from '@playwright/test';

interface Trace {
  readonly traceId: string;
  readonly spans: number;
}

function given(name: string): string {
  const value = process.env[name];
  if (!value) {
    throw new Error(`${name} is not set: start the tests with npm run test:component`);
  }
  return value;
}

/** The traces in the store, by the names that scripts/component.ts gives them. */
export const traces = (): Readonly<Record<string, Trace>> =>
  JSON.parse(given('CLEW_TRACES')) as Readonly<Record<string, Trace>>;

export const waterfall = (page: Page) => page.getByTestId('data-testid clew-waterfall');
export const findings = (page: Page) => page.getByRole('region', { name: 'Findings' });
export const rows = (page: Page) => page.getByRole('treegrid', { name: 'Spans of the trace' });
export const details = (page: Page) => page.getByRole('region', { name: 'Details of the span' });
export const find = (page: Page) => page.getByRole('textbox', { name: 'Find spans' });
export const timeline = (page: Page) => waterfall(page).locator('canvas').last();

export async function open(page: Page, name: string, more: Record<string, string> = {}): Promise<void> {
  const params = new URLSearchParams({ trace: traces()[name].traceId, ...more });
  await page.goto(`${given('CLEW_HOST_URL')}?${params}`);
  await expect(waterfall(page)).toHaveAttribute('data-phase', 'done');
  await expect(findings(page).and(page.locator('[aria-busy]'))).toHaveCount(0);
}

export async function openEmpty(page: Page): Promise<void> {
  await page.goto(given('CLEW_HOST_URL'));
}

/** Rows that there are for screen readers, less the one with the headings. */
export async function rowCount(page: Page): Promise<number> {
  return Number(await rows(page).getAttribute('aria-rowcount')) - 1;
}

/** What goes wrong in the page, as it goes wrong. */
export function watchErrors(page: Page): string[] {
  const errors: string[] = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error') {
      errors.push(message.text());
    }
  });
  return errors;
}
