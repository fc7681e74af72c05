import { setTimeout as sleep } from 'node:timers/promises';
import { HttpError } from '../net/http-error.ts';
import { number, text } from '../net/json.ts';
import type { Service } from '../service.ts';
import { inSpan } from '../telemetry/span.ts';

/** Says yes or no to a card, after looking at the account. It is the slow end of every checkout. */
export function bank(service: Service): void {
  const { server, tracer, faults, random, log } = service;
  const accounts = service.postgres('accounts');

  server.route('POST', '/decisions', async ({ body, span }) => {
    if (random.chance(faults.bankOverload)) {
      await sleep(random.latencyMs(9));
      log.error('too many decisions in flight', { payment: text(body, 'payment') });
      throw new HttpError(503, 'overloaded');
    }
    await accounts.query(
      {
        operation: 'SELECT',
        table: 'accounts',
        text: 'SELECT balance, blocked FROM accounts WHERE card_last4 = $1',
        parameters: [text(body, 'card').slice(-4)],
        medianMs: 8,
      },
      () => [{ balance: 100_000, blocked: false }]
    );
    const score = await inSpan(tracer, 'score risk', {}, async (scoring) => {
      // Never below 75 ms: the model has a fixed cost.
      await sleep(75 + random.latencyMs(30, 0.6));
      const value = random.next();
      scoring.setAttributes({ 'app.risk.model': 'gbt-12', 'app.risk.score': value, 'app.risk.features': 148 });
      return value;
    });
    if (score > 0.97) {
      span.addEvent('card declined', { 'app.risk.score': score });
      log.warn('card declined', { payment: text(body, 'payment'), amount: number(body, 'amount') / 100 });
      throw new HttpError(402, 'card declined');
    }
    log.info('payment approved', { payment: text(body, 'payment'), score });
    return { body: { approved: true, score } };
  });
}
