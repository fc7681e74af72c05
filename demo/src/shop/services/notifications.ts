import { setTimeout as sleep } from 'node:timers/promises';
import { SpanKind } from '@opentelemetry/api';
import { text } from '../net/json.ts';
import type { Service } from '../service.ts';
import { inSpan } from '../telemetry/span.ts';

/** Writes an e-mail for every placed order; it learns of them from the queue. */
export function notifications(service: Service): void {
  const { broker, tracer, random, log } = service;
  const sent = service.redis(3);

  broker.consume('orders', 'notifications', async (message) => {
    const order = text(message.body, 'order');
    if ((await sent.get(`mail:${order}`)) !== undefined) {
      return;
    }
    await inSpan(tracer, 'render mail', { attributes: { 'app.template': 'order-placed' } }, async () => {
      await sleep(random.latencyMs(7));
    });
    await inSpan(
      tracer,
      'smtp send',
      { kind: SpanKind.CLIENT, attributes: { 'server.address': 'mail-relay', 'server.port': 25 } },
      async () => {
        await sleep(random.latencyMs(28));
      }
    );
    await sent.set(`mail:${order}`, '1', 86_400);
    log.info('confirmation sent', { order });
  });
}
