import { expect, test } from '@playwright/test';

import { firstTraceOf, getJson, inScenario, queryUrl } from './support.ts';

interface Incident {
  readonly scenario: string;
  /** Finds traces in which it shows. */
  readonly query: string;
  readonly sentence: RegExp;
  /** The span to look at first. */
  readonly service: string;
  readonly operation: string;
  /** Seconds that a trace has to be old before anything is said of spans that are missing. */
  readonly settles?: number;
}

/** The seven stories of the shop. Where the store has a history of the operation, sentences name what is usual too. */
const INCIDENTS: readonly Incident[] = [
  {
    scenario: 'payment-timeout',
    query:
      '{ nestedSetParent < 0 && status = error } && { resource.service.name = "acquirer" && kind = client && statusMessage = "no answer from bank within 60 ms" }',
    sentence: /^acquirer's call to bank \(POST\) gave up after \d+ ms/,
    service: 'acquirer',
    operation: 'POST',
  },
  {
    scenario: 'silent-queue',
    query: '{ resource.service.name = "checkout" && name = "send orders" && duration > 1s }',
    sentence: /^checkout's publish \(send orders\) waited .* nothing in this trace received what it sent/,
    service: 'checkout',
    operation: 'send orders',
  },
  {
    scenario: 'lock-wait',
    query: '{ resource.service.name = "inventory" && name = "UPDATE stock" && duration > 1s }',
    sentence: /^inventory's UPDATE stock took .* it waits for a lock, or the statement is slow\./,
    service: 'inventory',
    operation: 'UPDATE stock',
  },
  {
    scenario: 'lost-context',
    query:
      '{ resource.service.name = "payment-gateway" && kind = client && name = "POST" } && !{ resource.service.name = "acquirer" }',
    sentence: /^payment-gateway's call to acquirer \(POST\) has no server side in this trace, although acquirer sends/,
    service: 'payment-gateway',
    operation: 'POST',
    settles: 40,
  },
  {
    scenario: 'dark-time',
    query: '{ resource.service.name = "checkout" && name = "POST /orders" && duration > 700ms }',
    sentence: /^checkout POST \/orders spent \d+ ms that no span covers/,
    service: 'checkout',
    operation: 'POST /orders',
  },
  {
    scenario: 'n-plus-one',
    query: '{ resource.service.name = "catalog" && name = "SELECT prices" } | count() > 20',
    sentence: /^catalog GET \/products makes \d+ SELECT prices queries one after the other/,
    service: 'catalog',
    operation: 'SELECT prices',
  },
  {
    scenario: 'retry-storm',
    query: '{ resource.service.name = "bank" && name = "POST /decisions" } | count() > 4',
    sentence: /^Retries multiply: .* each try again, and one request became \d+ calls to bank/,
    service: 'acquirer',
    operation: 'POST',
  },
];

for (const { scenario, query, sentence, service, operation, settles = 0 } of INCIDENTS) {
  test(`${scenario}: the trace opens with what is wrong`, async ({ page }, testInfo) => {
    test.setTimeout(150_000);
    const traceId = await inScenario(scenario, (sinceSeconds) => firstTraceOf(query, sinceSeconds));
    const first = async () => {
      const { findings } = await getJson<{ findings: Array<{ title: string }> }>(
        `${queryUrl()}/clew/v1/traces/${traceId}/findings`
      );
      return findings[0]?.title ?? '';
    };
    await expect.poll(first, { timeout: (settles + 20) * 1000 }).toMatch(sentence);

    await page.goto(`/a/clew-correlation-app/trace/${traceId}`);
    const findings = page.getByRole('region', { name: 'Findings' });
    const shown = findings.getByRole('listitem').first();
    await expect(shown).toHaveText(/\S/);
    expect((await shown.locator('span').first().innerText()).trim()).toMatch(sentence);
    await findings.getByRole('button', { name: 'Show' }).first().click();
    const details = page.getByRole('region', { name: 'Details of the span' });
    await expect(details).toContainText(service);
    await expect(details).toContainText(operation);
    const path = testInfo.outputPath(`${scenario}.png`);
    await page.screenshot({ path });
    await testInfo.attach(scenario, { path, contentType: 'image/png' });
  });
}
