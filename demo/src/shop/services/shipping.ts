import { setTimeout as sleep } from 'node:timers/promises';
import { objects, text } from '../net/json.ts';
import type { Service } from '../service.ts';
import { inSpan } from '../telemetry/span.ts';

/** Quotes a price for sending, and books parcels for placed orders, several at a time. */
export function shipping(service: Service): void {
  const { server, broker, tracer, random, log } = service;
  const postgres = service.postgres('shipping');

  server.route('POST', '/quotes', async ({ body }) => {
    const parcels = objects(body, 'items').length;
    const price = await inSpan(tracer, 'quote carriers', { attributes: { 'app.parcels': parcels } }, async (span) => {
      await sleep(random.latencyMs(11));
      span.setAttribute('app.carriers', ['north', 'express', 'rail']);
      return 390 + 120 * parcels;
    });
    return { body: { price } };
  });

  broker.consumeBatches('orders', 'shipping', 16, async (messages) => {
    await postgres.query(
      {
        operation: 'INSERT',
        table: 'shipments',
        text: 'INSERT INTO shipments (order_id) SELECT unnest($1::text[])',
        parameters: [`{${messages.map((message) => text(message.body, 'order')).join(',')}}`],
        medianMs: 9,
      },
      () => []
    );
    log.info('shipments booked', { orders: messages.length });
  });
}
