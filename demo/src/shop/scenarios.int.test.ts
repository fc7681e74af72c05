import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { SCENARIOS } from './scenarios.ts';
import { TestShop, type SeenSpan } from './test-shop.ts';

jest.setTimeout(30_000);

let shop: TestShop;

// Whatever is wrong must be found from the spans and the lines, as it would be in reality: nothing names the incident.
afterEach(async () => {
  const said = [...(await shop.spans()).map(spoken), ...shop.logs.map((record) => record.line)].join('\n');
  await shop.stop();
  expect(said.length).toBeGreaterThan(1000);
  expect(said).not.toMatch(/scenario|incident|fault/i);
  for (const { name } of SCENARIOS.filter((scenario) => scenario.name !== 'none')) {
    expect(said).not.toContain(name);
  }
});

function find(spans: readonly SeenSpan[], service: string, name: string, kind?: SpanKind): SeenSpan {
  const [found] = all(spans, service, name, kind);
  if (!found) {
    throw new Error(`no span "${name}" of ${service} among ${spans.map((s) => `${s.service}: ${s.name}`).join(', ')}`);
  }
  return found;
}

function all(spans: readonly SeenSpan[], service: string, name: string, kind?: SpanKind): SeenSpan[] {
  return spans.filter((s) => s.service === service && s.name === name && (kind === undefined || s.span.kind === kind));
}

function childrenOf(spans: readonly SeenSpan[], parent: SeenSpan): SeenSpan[] {
  return spans.filter((s) => s.parentId === parent.spanId);
}

function traceOf(spans: readonly SeenSpan[], member: SeenSpan): SeenSpan[] {
  return spans.filter((s) => s.traceId === member.traceId);
}

/** The longest time inside a span that none of its children covers. */
function longestGapMs(spans: readonly SeenSpan[], parent: SeenSpan): number {
  let longest = 0;
  let covered = parent.startMs;
  for (const child of childrenOf(spans, parent)) {
    longest = Math.max(longest, child.startMs - covered);
    covered = Math.max(covered, child.endMs);
  }
  return Math.max(longest, parent.endMs - covered);
}

/** Everything that a span says about itself, as text. */
function spoken(s: SeenSpan): string {
  const { attributes, events, links, status, resource } = s.span;
  return JSON.stringify([
    s.name,
    attributes,
    events,
    links.map((link) => link.attributes),
    status,
    resource.attributes,
  ]);
}

describe('a good day', () => {
  it('takes an order through at least seven services in one trace, five hops deep, over the queue', async () => {
    shop = await TestShop.start('none');
    expect(await shop.checkout()).toBe(201);
    const spans = await shop.spans();
    const trace = traceOf(spans, find(spans, 'frontend', 'POST /checkout'));

    expect(new Set(trace.map((s) => s.service)).size).toBeGreaterThanOrEqual(7);
    const path: string[] = [];
    const byId = new Map(trace.map((s) => [s.spanId, s]));
    for (let at: SeenSpan | undefined = find(trace, 'bank', 'POST /decisions'); at; at = byId.get(at.parentId ?? '')) {
      if (at.span.kind === SpanKind.SERVER) {
        path.unshift(at.service);
      }
    }
    expect(path).toEqual(['frontend', 'checkout', 'payment', 'payment-gateway', 'acquirer', 'bank']);

    const producer = find(trace, 'checkout', 'send orders', SpanKind.PRODUCER);
    const consumer = find(trace, 'notifications', 'process orders', SpanKind.CONSUMER);
    expect(consumer.parentId).toBe(producer.spanId);
    const batch = find(spans, 'shipping', 'process orders', SpanKind.CONSUMER);
    expect(batch.parentId).toBeUndefined();
    expect(batch.span.links.map((link) => link.context.spanId)).toEqual([producer.spanId]);
  });

  it('gives spans attributes of every type, and log lines the ids of their span', async () => {
    shop = await TestShop.start('none');
    await shop.checkout();
    const spans = await shop.spans();
    const types = new Set(
      spans
        .flatMap((s) => Object.values(s.span.attributes))
        .map((value) =>
          Array.isArray(value)
            ? `${typeof value[0]}[]`
            : typeof value === 'number'
              ? Number.isInteger(value)
                ? 'int'
                : 'double'
              : typeof value
        )
    );
    expect([...types].sort()).toEqual(['boolean', 'boolean[]', 'double', 'int', 'number[]', 'string', 'string[]']);
    const line = shop.logs.find((record) => record.line.includes('order placed'));
    const owner = spans.find((s) => s.spanId === line?.spanId);
    expect(owner?.service).toBe('checkout');
    expect(owner?.traceId).toBe(line?.traceId);
    expect(JSON.parse(line?.line ?? '')).toMatchObject({ level: 'info', msg: 'order placed', service: 'checkout' });
  });

  it('exposes latency with exemplars in OpenMetrics', async () => {
    shop = await TestShop.start('none');
    await shop.request('GET', '/search?q=kettle');
    const root = find(await shop.spans(), 'frontend', 'GET /search');
    const text = await shop.shop.metrics.expose();
    expect(shop.shop.metrics.contentType).toContain('application/openmetrics-text');
    expect(text).toContain(`# {trace_id="${root.traceId}",span_id="${root.spanId}"}`);
    expect(text.trimEnd().endsWith('# EOF')).toBe(true);
  });
});

it('payment-timeout: the acquirer gives up before the bank answers, and the failure climbs to the shopper', async () => {
  shop = await TestShop.start('payment-timeout');
  expect(await shop.checkout()).toBe(502);
  const spans = await shop.spans();
  const calls = all(spans, 'acquirer', 'POST', SpanKind.CLIENT);
  // The gateway tried twice.
  expect(calls).toHaveLength(2);
  for (const call of calls) {
    expect(call.span.status.code).toBe(SpanStatusCode.ERROR);
    expect(call.span.attributes['error.type']).toBe('UpstreamTimeoutError');
    expect(call.span.events.map((event) => event.attributes?.['exception.message'])).toEqual([
      'no answer from bank within 60 ms',
    ]);
    const [decision] = childrenOf(spans, call);
    expect(decision.span.status.code).toBe(SpanStatusCode.UNSET);
    expect(decision.span.attributes['http.response.status_code']).toBe(200);
    // The bank's span outlives the call that it answers.
    expect(decision.endMs).toBeGreaterThan(call.endMs);
  }
  for (const service of ['acquirer', 'payment-gateway', 'payment', 'checkout', 'frontend']) {
    const server = spans.find((s) => s.service === service && s.span.status.code === SpanStatusCode.ERROR);
    expect(server).toBeDefined();
  }
  expect(shop.logs.some(({ level, service }) => level === 'error' && service === 'payment')).toBe(true);
  expect(all(spans, 'checkout', 'send orders')).toHaveLength(0);
});

it('silent-queue: the publish takes 2.6 s, nothing is an error, and nobody receives the message', async () => {
  shop = await TestShop.start('silent-queue');
  expect(await shop.checkout()).toBe(201);
  const spans = await shop.spans();
  const producer = find(spans, 'checkout', 'send orders', SpanKind.PRODUCER);
  expect(producer.durationMs).toBeGreaterThanOrEqual(2590);
  expect(producer.span.events).toEqual([]);
  expect(spans.filter((s) => s.span.status.code === SpanStatusCode.ERROR)).toEqual([]);
  expect(spans.filter((s) => s.span.kind === SpanKind.CONSUMER)).toEqual([]);
  expect(shop.logs.filter((record) => record.level !== 'info')).toEqual([]);
});

it('lock-wait: a reservation waits for the transaction of another trace', async () => {
  shop = await TestShop.start('lock-wait');
  shop.shop.reconcile();
  while (!shop.shop.isLocked('KIT-0001')) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(await shop.checkout()).toBe(201);
  const spans = await shop.spans();
  const update = spans.filter((s) => s.name === 'UPDATE stock');
  const checkout = find(spans, 'frontend', 'POST /checkout');
  const waiting = update.find((s) => s.traceId === checkout.traceId);
  const job = find(spans, 'inventory', 'reconcile stock');
  expect(waiting?.durationMs).toBeGreaterThan(1500);
  expect(waiting?.span.status.code).toBe(SpanStatusCode.UNSET);
  expect(job.parentId).toBeUndefined();
  expect(job.traceId).not.toBe(checkout.traceId);
  // It goes on when the other transaction commits.
  expect(waiting?.endMs).toBeGreaterThan(find(spans, 'inventory', 'COMMIT').startMs);
  expect(waiting?.startMs).toBeLessThan(job.endMs);
  expect(shop.logs.some(({ service, line }) => service === 'postgres-inventory' && line.includes('ShareLock'))).toBe(
    true
  );
});

it('lost-context: the acquirer starts a trace of its own', async () => {
  shop = await TestShop.start('lost-context');
  expect(await shop.checkout()).toBe(201);
  const spans = await shop.spans();
  const call = find(spans, 'payment-gateway', 'POST', SpanKind.CLIENT);
  const authorization = find(spans, 'acquirer', 'POST /authorizations', SpanKind.SERVER);
  expect(childrenOf(spans, call)).toEqual([]);
  expect(authorization.parentId).toBeUndefined();
  expect(authorization.traceId).not.toBe(call.traceId);
  expect(find(spans, 'bank', 'POST /decisions').traceId).toBe(authorization.traceId);
});

it('dark-time: most of the checkout is covered by no span', async () => {
  shop = await TestShop.start('dark-time');
  expect(await shop.checkout()).toBe(201);
  const spans = await shop.spans();
  expect(longestGapMs(spans, find(spans, 'checkout', 'POST /orders'))).toBeGreaterThanOrEqual(690);
});

it('n-plus-one: one query for the products, one more for each of them', async () => {
  shop = await TestShop.start('n-plus-one');
  expect(await shop.request('GET', '/products?category=garden')).toBe(200);
  const spans = await shop.spans();
  const queries = childrenOf(spans, find(spans, 'catalog', 'GET /products'));
  const prices = queries.filter((s) => s.name === 'SELECT prices');
  expect(queries).toHaveLength(25);
  expect(prices).toHaveLength(24);
  expect(new Set(prices.map((s) => s.span.attributes['db.query.text'])).size).toBe(1);
  for (const [i, query] of prices.slice(1).entries()) {
    expect(query.startMs).toBeGreaterThanOrEqual(prices[i].endMs - 1);
  }
});

it('retry-storm: layers retry on each other, and one checkout makes many calls to the bank', async () => {
  shop = await TestShop.start('retry-storm');
  for (let i = 0; i < 3; i++) {
    await shop.checkout();
  }
  const spans = await shop.spans();
  const calls = spans.filter((s) => s.service === 'bank' && s.span.kind === SpanKind.SERVER);
  const most = Math.max(...calls.map((call) => calls.filter((other) => other.traceId === call.traceId).length));
  expect(most).toBeGreaterThanOrEqual(6);
  expect(most).toBeLessThanOrEqual(18);
  expect(calls.some((call) => call.span.attributes['http.response.status_code'] === 503)).toBe(true);
  expect(spans.some((s) => s.span.attributes['http.request.resend_count'] === 2)).toBe(true);
});
