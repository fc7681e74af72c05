import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';

import { details, find, open, openEmpty, rowCount, rows, timeline, traces, waterfall, watchErrors } from './host.ts';

for (const mode of ['dark', 'light']) {
  for (const name of ['one', 'fifty', 'tenThousand', 'million']) {
    test(`${name}, ${mode}`, async ({ page }) => {
      const errors = watchErrors(page);
      await open(page, name, { mode });
      await expect(page).toHaveScreenshot(`${name}-${mode}.png`);
      expect(errors).toEqual([]);
    });
  }
}

for (const name of ['fifty', 'wide', 'deep', 'long']) {
  test(`${name}: every span has a row`, async ({ page }) => {
    await open(page, name, { folding: 'off' });
    await expect.poll(() => rowCount(page)).toBe(traces()[name].spans);
  });
}

test('repeated spans fold to one row, which opens', async ({ page }) => {
  await open(page, 'wide');
  await expect.poll(() => rowCount(page)).toBe(51);
  await timeline(page).click({ position: { x: 700, y: 40 } });
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => rowCount(page)).toBe(51 + 4000);
});

test('whatever spans say of each other, none is missing', async ({ page }) => {
  const errors = watchErrors(page);
  for (const name of Object.keys(traces()).filter((each) => each.startsWith('soup'))) {
    await open(page, name, { folding: 'off' });
    // Parents that are missing have a row too.
    await expect.poll(() => rowCount(page), name).toBeGreaterThanOrEqual(traces()[name].spans);
    const missing = await rows(page).getByRole('gridcell', { name: 'Missing parent' }).count();
    expect(await rowCount(page), name).toBeLessThanOrEqual(traces()[name].spans * 2);
    expect(missing, name).toBeLessThanOrEqual(traces()[name].spans);
  }
  expect(errors).toEqual([]);
});

test('keys walk, close, open and tell', async ({ page }) => {
  await open(page, 'fifty', { folding: 'off' });
  await timeline(page).click({ position: { x: 700, y: 40 } });
  const selected = rows(page).getByRole('row', { selected: true });
  await expect(selected).toHaveAttribute('aria-rowindex', '2');
  await page.keyboard.press('ArrowDown');
  await expect(selected).toHaveAttribute('aria-rowindex', '3');
  await page.keyboard.press('ArrowUp');
  const all = await rowCount(page);
  await page.keyboard.press('ArrowLeft');
  await expect.poll(() => rowCount(page)).toBe(1);
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => rowCount(page)).toBe(all);
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog')).toContainText('Keys');
});

test('a click opens what there is to a span', async ({ page }) => {
  await open(page, 'fifty');
  await timeline(page).click({ position: { x: 700, y: 40 } });
  await expect(details(page)).toContainText('nightly batch');
  await expect(details(page)).toContainText('service.name');
  await details(page).getByRole('button', { name: 'Close the details' }).click();
  await expect(details(page)).toBeHidden();
});

test('text is found at once, TraceQL by the store', async ({ page }) => {
  await open(page, 'tenThousand');
  await find(page).fill('nightly');
  await expect(waterfall(page).getByLabel(/matches$/)).toContainText('1');
  await find(page).fill('{ status = error }');
  await expect(waterfall(page).getByLabel(/^\d[\d,]* of \d[\d,]* matches$|^[\d,]+ matches$/)).toBeVisible();
  await find(page).fill('{ status == error }');
  await expect(page.getByText(/use = to compare/)).toBeVisible();
});

test('a file opens, and what is no trace says so', async ({ page, request }) => {
  const { origin } = new URL(process.env.CLEW_HOST_URL ?? '');
  const body = await (await request.get(`${origin}/api/v2/traces/${traces().fifty.traceId}`)).body();
  await openEmpty(page);
  const input = page.getByLabel('A file of a trace');
  await input.setInputFiles({ name: 'trace.json', mimeType: 'application/json', buffer: body });
  await expect(page.getByText('From the file trace.json')).toBeVisible();
  await expect(rows(page)).toContainText('nightly batch');
  await input.setInputFiles({ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('shopping list') });
  await expect(page.getByText('notes.txt cannot be opened')).toBeVisible();
});

test('narrow and low', async ({ page }) => {
  await page.setViewportSize({ width: 500, height: 400 });
  await open(page, 'fifty');
  await expect(rows(page)).toContainText('nightly batch');
  await expect(page).toHaveScreenshot('narrow.png');
});

for (const mode of ['dark', 'light']) {
  test(`nothing serious for axe, ${mode}`, async ({ page }) => {
    await open(page, 'fifty', { mode });
    await timeline(page).click({ position: { x: 700, y: 40 } });
    await expect(details(page)).toContainText('service.name');
    const { violations } = await new AxeBuilder({ page }).analyze();
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect(serious.map(({ id, nodes }) => `${id}: ${nodes[0].html}`)).toEqual([]);
  });
}
