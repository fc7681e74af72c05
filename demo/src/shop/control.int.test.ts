import { type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { createControlServer } from './control.ts';
import { isObject, parseObject, type JsonObject } from './net/json.ts';
import { SCENARIOS } from './scenarios.ts';
import { LoadGenerator } from './load.ts';
import { TestShop } from './test-shop.ts';

let shop: TestShop;
let control: Server;
let url: string;

beforeAll(async () => {
  shop = await TestShop.start('none');
  control = createControlServer({
    scenario: () => shop.shop.scenario,
    setScenario: (name) => void shop.shop.setScenario(name),
    metrics: async () => ({ contentType: shop.shop.metrics.contentType, body: await shop.shop.metrics.expose() }),
    stats: () => ({}),
    ledger: () => shop.shop.ledger.snapshot(),
    drain: async () => ({}),
  });
  await new Promise<void>((resolve) => control.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(control.address() as AddressInfo).port}`;
});

afterAll(async () => {
  control.closeAllConnections();
  await new Promise((resolve) => control.close(resolve));
  await shop.stop();
});

async function read(response: Response): Promise<JsonObject> {
  return parseObject(await response.text());
}

it('lists the scenarios, and switches by body, by JSON and by query', async () => {
  const list = await read(await fetch(`${url}/scenarios`));
  expect(list.scenarios).toHaveLength(SCENARIOS.length);
  for (const [path, body] of [
    ['/scenario', 'dark-time'],
    ['/scenario', '{"name":"lock-wait"}'],
    ['/scenario?name=none', ''],
  ]) {
    expect((await fetch(url + path, { method: 'POST', body })).status).toBe(200);
  }
  expect(await read(await fetch(`${url}/scenario`))).toEqual({ scenario: 'none' });
  const refused = await fetch(`${url}/scenario`, { method: 'POST', body: 'meteor' });
  expect(refused.status).toBe(400);
  expect((await read(refused)).error).toContain('name: there is no scenario "meteor"; one of none, payment-timeout');
});

it('counts every span that the load causes', async () => {
  const load = new LoadGenerator(shop.shop.urlOf('frontend'), 50, 7);
  load.start();
  await new Promise((resolve) => setTimeout(resolve, 600));
  const { requests, failed } = await load.stop();
  expect(requests).toBeGreaterThan(20);
  expect(failed).toBe(0);
  const spans = await shop.spans();
  const ledger = await read(await fetch(`${url}/ledger`));
  const traces = isObject(ledger.traces) ? ledger.traces : {};
  expect(ledger.spans).toBe(spans.length);
  expect(ledger.exported).toBe(spans.length);
  for (const { traceId } of spans) {
    expect(traces[traceId]).toBe(spans.filter((s) => s.traceId === traceId).length);
  }
});
