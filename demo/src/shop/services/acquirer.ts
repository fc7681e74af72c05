import { retrying } from '../net/http-client.ts';
import { number, text } from '../net/json.ts';
import type { Service } from '../service.ts';

/** Asks the bank that issued the card. */
export function acquirer(service: Service): void {
  const { server, client, faults, log, random } = service;

  server.route('POST', '/authorizations', async ({ body, span }) => {
    const payment = text(body, 'payment');
    const decision = await retrying(
      faults.acquirerAttempts,
      faults.retryPauseMs,
      (resend) =>
        client.call({
          service: 'bank',
          method: 'POST',
          path: '/decisions',
          body: { payment, amount: number(body, 'amount'), card: text(body, 'card') },
          timeoutMs: faults.acquirerTimeoutMs,
          resend,
        }),
      (error, resend) => log.warn('bank did not decide, trying again', { payment, resend, reason: error.message })
    );
    span.setAttribute('app.bank.score', number(decision, 'score'));
    log.info('bank decided', { payment, score: number(decision, 'score') });
    return { status: 201, body: { authorization: `auth-${random.hex(8)}` } };
  });
}
