import { retrying } from '../net/http-client.ts';
import { UpstreamError } from '../net/http-error.ts';
import { number, text } from '../net/json.ts';
import type { Service } from '../service.ts';

/** Takes the money, through a gateway, and keeps the books. */
export function payment(service: Service): void {
  const { server, client, faults, log, random } = service;
  const postgres = service.postgres('payments');

  server.route('POST', '/payments', async ({ body, span }) => {
    const order = text(body, 'order');
    const amount = number(body, 'amount');
    const id = `pay-${random.hex(10)}`;
    span.setAttributes({ 'app.order.id': order, 'app.payment.id': id, 'app.payment.amount': amount / 100 });
    try {
      await retrying(
        faults.paymentAttempts,
        faults.retryPauseMs,
        (resend) =>
          client.call({
            service: 'payment-gateway',
            method: 'POST',
            path: '/charges',
            body: { payment: id, amount, card: text(body, 'card') },
            resend,
          }),
        (error, resend) => log.warn('charge failed, trying again', { payment: id, resend, reason: error.message })
      );
    } catch (thrown) {
      const declined = thrown instanceof UpstreamError && thrown.status === 402;
      log[declined ? 'warn' : 'error'](declined ? 'payment declined' : 'payment not possible', { payment: id, order });
      await record(id, amount, declined ? 'declined' : 'failed');
      throw thrown;
    }
    await record(id, amount, 'captured');
    log.info('payment captured', { payment: id, order, amount: amount / 100 });
    return { status: 201, body: { payment: id } };
  });

  async function record(id: string, amount: number, state: string): Promise<void> {
    await postgres.query(
      {
        operation: 'INSERT',
        table: 'payments',
        text: 'INSERT INTO payments (id, amount, state) VALUES ($1, $2, $3)',
        parameters: [id, amount, state],
        medianMs: 5,
      },
      () => []
    );
  }
}
