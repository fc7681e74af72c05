import type { LocalTrace } from '@clew/trace-model';
import { drawJourney } from './journeys.ts';
import { createRandom } from './random.ts';
import { analyse, historyOf, lookAt, tracesOf, type Analysed, type Knowledge } from './shop-findings.ts';
import { TestShop } from './test-shop.ts';
import { SERVICES, type ServiceName } from './topology.ts';

jest.setTimeout(120_000);

const HEALTHY_TRACES = 200;
const VISITS = 160;
const AT_ONCE = 4;

const services = new Set<string>(SERVICES.map(({ name }) => name));
const instrumentedPeers = (peer: string): boolean => services.has(peer);

/** What a store knows after a while of good days, and traces of good days that it does not know. */
let known: Knowledge;
let goodDay: LocalTrace[];

async function send(
  shop: TestShop,
  request: { method: string; path: string; body?: unknown },
  headers: Readonly<Record<string, string>>,
  service: ServiceName = 'frontend'
): Promise<number> {
  const response = await fetch(`${shop.shop.urlOf(service)}${request.path}`, {
    method: request.method,
    headers: { ...headers, 'content-type': 'application/json' },
    body: request.body === undefined ? undefined : JSON.stringify(request.body),
  });
  await response.arrayBuffer();
  return response.status;
}

async function visit(shop: TestShop, seed: number): Promise<void> {
  const { steps, headers } = drawJourney(createRandom(seed, 'visit'));
  for (const step of steps) {
    await send(shop, step, headers);
  }
}

/** One checkout, or several at once by as many shoppers. */
async function checkouts(shop: TestShop, count: number): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, async (_, n) => {
      const headers = { 'x-session': `session-${n}`, 'x-user': `u-${n}` };
      await send(
        shop,
        { method: 'POST', path: '/cart/items', body: { sku: 'KIT-0001', quantity: 1, price: 900 } },
        headers
      );
      await send(shop, { method: 'POST', path: '/checkout', body: { card: '4000111122223333' } }, headers);
    })
  );
}

beforeAll(async () => {
  const shop = await TestShop.start('none');
  try {
    shop.shop.reconcile();
    for (let seed = 0; seed < VISITS; seed += AT_ONCE) {
      await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => visit(shop, seed + n)));
    }
    const traces = tracesOf(await shop.spans());
    goodDay = traces.slice(-HEALTHY_TRACES);
    known = { usual: historyOf(traces.slice(0, -HEALTHY_TRACES)), instrumentedPeers };
  } finally {
    await shop.stop();
  }
});

/** Runs an incident; what is found in the trace of each request that came in at `root`, with a history and without. */
async function incident(
  scenario: string,
  root: string,
  act: (shop: TestShop) => Promise<unknown>
): Promise<Analysed[]> {
  const shop = await TestShop.start(scenario);
  try {
    await act(shop);
    return tracesOf(await shop.spans())
      .filter((trace) => trace.rootName === root)
      .flatMap((trace) => [analyse(trace, known), analyse(trace, { instrumentedPeers })]);
  } finally {
    await shop.stop();
  }
}

/** What each trace says first: the kind, the span to look at, and the sentence with its numbers left out. */
function firstSentences(analysed: readonly Analysed[]): string[] {
  const sentences = analysed.map((one) => {
    const [first] = one.found;
    return `${first.kind} at ${lookAt(one, first)}: ${first.title.replace(/\d+(\.\d)?/g, '#')}`;
  });
  return [...new Set(sentences)];
}

test(`${HEALTHY_TRACES} traces of good days have no finding, with a history or without`, () => {
  expect(goodDay).toHaveLength(HEALTHY_TRACES);
  for (const knowledge of [known, { instrumentedPeers }, {}]) {
    const found = goodDay.flatMap((trace) => analyse(trace, knowledge).found);
    expect(found.filter(({ kind }) => kind !== 'healthy').map(({ title }) => title)).toEqual([]);
    expect(found).toHaveLength(HEALTHY_TRACES);
  }
});

describe.each([1, 8])('%i shoppers at once', (count) => {
  test('payment-timeout: the call to the bank gives up, and is tried again', async () => {
    const traces = await incident('payment-timeout', 'POST /checkout', (shop) => checkouts(shop, count));
    expect(traces).toHaveLength(count * 2);
    expect(firstSentences(traces)).toEqual([
      "deepest-error at acquirer: POST: acquirer's call to bank (POST) gave up after # ms, while bank POST /decisions took # ms and did not fail; payment-gateway tried # times in vain.",
    ]);
    for (const { found } of traces) {
      expect(found[0].numbers.durationNs).toBeGreaterThan(59e6);
      expect(found[0].numbers.answerNs).toBeGreaterThan(75e6);
      expect(found[0].numbers.attempts).toBe(2);
    }
  });

  test('silent-queue: the publish waited, and nobody received the order', async () => {
    const traces = (await incident('silent-queue', 'POST /checkout', (shop) => checkouts(shop, count))).filter(
      ({ trace }) => callsOf(trace, 'checkout', 'send orders') > 0
    );
    // The odd card is declined, and then there is no order to publish.
    expect(traces.length).toBeGreaterThanOrEqual(count);
    const fate = 'and nothing in this trace received what it sent; it reports no error.';
    expect(firstSentences(traces)).toEqual([
      `silent-wait at checkout: send orders: checkout's publish (send orders) waited # s, where # of # take at most # ms, ${fate}`,
      `silent-wait at checkout: send orders: checkout's publish (send orders) waited # s ${fate}`,
    ]);
  });

  test('lock-wait: the reservation waits for its row', async () => {
    const traces = await incident('lock-wait', 'POST /checkout', async (shop) => {
      shop.shop.reconcile();
      while (!shop.shop.isLocked('KIT-0001')) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      await checkouts(shop, count);
    });
    expect(traces).toHaveLength(count * 2);
    const end = 'it waits for a lock, or the statement is slow.';
    expect(firstSentences(traces)).toEqual([
      `lock-wait at inventory: UPDATE stock: inventory's UPDATE stock took # s, where # of # take at most # ms: ${end}`,
      `lock-wait at inventory: UPDATE stock: inventory's UPDATE stock took # s: ${end}`,
    ]);
  });

  test("lost-context: the gateway's call has no server side", async () => {
    const traces = await incident('lost-context', 'POST /checkout', (shop) => checkouts(shop, count));
    expect(traces).toHaveLength(count * 2);
    expect(firstSentences(traces)).toEqual([
      "lost-context at payment-gateway: POST: payment-gateway's call to acquirer (POST) has no server side in this trace, although acquirer sends spans: the context was lost on the way.",
    ]);
  });

  test('dark-time: checkout spends time that no span covers', async () => {
    const traces = await incident('dark-time', 'POST /checkout', (shop) => checkouts(shop, count));
    expect(traces).toHaveLength(count * 2);
    expect(firstSentences(traces)).toEqual([
      'dark-time at checkout: POST /orders: checkout POST /orders spent # ms that no span covers, between the call to cart (GET) and price order: #% of frontend POST /checkout.',
    ]);
    for (const { found } of traces) {
      expect(found[0].numbers.gapNs).toBeGreaterThan(690e6);
    }
  });

  test('n-plus-one: one query for each price', async () => {
    const traces = await incident('n-plus-one', 'GET /products', (shop) =>
      Promise.all(Array.from({ length: count }, () => shop.request('GET', '/products?category=garden')))
    );
    expect(traces).toHaveLength(count * 2);
    expect(firstSentences(traces)).toEqual([
      'n-plus-one at catalog: SELECT prices: catalog GET /products makes # SELECT prices queries one after the other: # ms, #% of frontend GET /products.',
    ]);
    expect(traces[0].found[0].numbers.calls).toBe(24);
  });
});

test('retry-storm: layers retry on each other', async () => {
  const traces = await incident('retry-storm', 'POST /checkout', (shop) => checkouts(shop, 8));
  const decisions = traces.map(({ trace }) => callsOf(trace, 'bank', 'POST /decisions'));
  // Where the acquirer's own three tries sufficed, nothing multiplied.
  const storms = traces.filter((_, at) => decisions[at] > 3);
  expect(storms.length).toBeGreaterThanOrEqual(6);
  for (const sentence of firstSentences(storms)) {
    expect(sentence).toMatch(
      /^retry-storm at acquirer: POST: Retries multiply: (payment, )?payment-gateway and acquirer each try again, and one request became # calls to bank, (#|all) of which failed\.$/
    );
  }
  traces.forEach(({ found }, at) => {
    if (decisions[at] > 3) {
      expect(found[0].numbers.calls).toBe(decisions[at]);
    } else {
      expect(found[0].kind).toBe(decisions[at] === 1 ? 'healthy' : 'retries');
    }
  });
});

function callsOf({ columns, services: texts, names, rows }: LocalTrace, service: string, name: string): number {
  return Array.from({ length: rows }, (_, row) => row).filter(
    (row) => texts.get(columns.services[row]) === service && names.get(columns.names[row]) === name
  ).length;
}
