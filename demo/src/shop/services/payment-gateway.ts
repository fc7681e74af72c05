import { retrying } from '../net/http-client.ts';
import { number, text } from '../net/json.ts';
import type { Service } from '../service.ts';

/** Picks the acquirer for a card and charges it. */
export function paymentGateway(service: Service): void {
  const { server, client, faults, log } = service;
  const tokens = service.redis(2);

  server.route('POST', '/charges', async ({ body, span }) => {
    const id = text(body, 'payment');
    const card = text(body, 'card');
    const scheme = card.startsWith('5') ? 'mastercard' : 'visa';
    await tokens.get(`card-token:${card.slice(-4)}`);
    span.setAttributes({ 'app.card.scheme': scheme, 'app.card.three_d_secure': true });
    const answer = await retrying(
      faults.gatewayAttempts,
      faults.retryPauseMs,
      (resend) =>
        client.call({
          service: 'acquirer',
          method: 'POST',
          path: '/authorizations',
          body: { payment: id, amount: number(body, 'amount'), card, scheme },
          resend,
          sendContext: faults.gatewaySendsContext,
        }),
      (error, resend) => {
        span.addEvent('retry', { 'app.retry.number': resend, 'app.retry.reason': error.message });
        log.warn('authorization failed, trying again', { payment: id, resend, reason: error.message });
      }
    );
    log.info('charge authorized', { payment: id, scheme });
    return { status: 201, body: { payment: id, authorization: text(answer, 'authorization') } };
  });
}
