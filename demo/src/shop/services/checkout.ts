import { setTimeout as sleep } from 'node:timers/promises';
import { HttpError, UpstreamError } from '../net/http-error.ts';
import { number, objects, text, type JsonObject } from '../net/json.ts';
import type { Service } from '../service.ts';
import { inSpan } from '../telemetry/span.ts';

/** Turns a basket into an order: stock, shipping, money, then the event that tells everybody. */
export function checkout(service: Service): void {
  const { server, client, broker, tracer, log, faults, random } = service;
  const postgres = service.postgres('orders');

  server.route('POST', '/orders', async ({ body, span }) => {
    const session = text(body, 'session');
    const order = `ord-${random.hex(10)}`;
    const basket = await client.call({ service: 'cart', method: 'GET', path: `/carts/${session}` });
    const items = objects(basket, 'items');
    if (items.length === 0) {
      throw new HttpError(409, 'the cart is empty');
    }
    await applyPriceRules(items);
    const total = await price(items);

    await client.call({ service: 'inventory', method: 'POST', path: '/reservations', body: { order, items } });
    span.addEvent('stock reserved', { 'app.order.id': order, 'app.items': items.length });
    const quote = await client.call({ service: 'shipping', method: 'POST', path: '/quotes', body: { order, items } });
    const payment = await pay(order, total + number(quote, 'price'), text(body, 'card'));

    await postgres.query(
      {
        operation: 'INSERT',
        table: 'orders',
        text: 'INSERT INTO orders (id, session_id, total, payment_id) VALUES ($1, $2, $3, $4)',
        parameters: [order, session, total, text(payment, 'payment')],
        medianMs: 6,
      },
      () => []
    );
    await broker.publishAndForget('orders', { order, user: text(body, 'user'), total, items });
    await client.call({ service: 'cart', method: 'DELETE', path: `/carts/${session}` });

    span.setAttributes({
      'app.order.id': order,
      'app.order.total': total / 100,
      'app.order.items': items.length,
      'app.order.unit_prices': items.map((item) => number(item, 'price') / 100),
      'app.order.gift_wrap': items.map((item) => number(item, 'quantity') > 1),
    });
    log.info('order placed', { order, total: total / 100, items: items.length });
    return { status: 201, body: { order, total } };
  });

  async function pay(order: string, amount: number, card: string): Promise<JsonObject> {
    try {
      return await client.call({
        service: 'payment',
        method: 'POST',
        path: '/payments',
        body: { order, amount, card },
      });
    } catch (thrown) {
      const declined = thrown instanceof UpstreamError && thrown.status === 402;
      log[declined ? 'warn' : 'error']('payment failed, order not placed', { order, amount: amount / 100 });
      throw thrown;
    }
  }

  /** Discounts by rule. Nobody ever put a span around it. */
  async function applyPriceRules(items: readonly JsonObject[]): Promise<void> {
    if (faults.priceRulesMs === 0) {
      return;
    }
    // A little of it is arithmetic on this thread, most of it a wait for a library that is not instrumented.
    const busyUntil = performance.now() + Math.min(15, faults.priceRulesMs / 10);
    let checksum = items.length;
    while (performance.now() < busyUntil) {
      checksum = Math.sqrt(checksum + 1);
    }
    await sleep(faults.priceRulesMs);
  }

  function price(items: readonly JsonObject[]): Promise<number> {
    return inSpan(tracer, 'price order', { attributes: { 'app.currency': 'EUR' } }, async (span) => {
      const taxRate = 0.19;
      const net = items.reduce((sum, item) => sum + number(item, 'price') * number(item, 'quantity'), 0);
      const total = Math.round(net * (1 + taxRate));
      span.setAttributes({ 'app.tax_rate': taxRate, 'app.price.net': net / 100, 'app.price.gross': total / 100 });
      await sleep(random.latencyMs(2));
      return total;
    });
  }
}
