import { setTimeout as sleep } from 'node:timers/promises';
import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { PRODUCTS } from '../data.ts';
import { PostgresError } from '../backing/postgres.ts';
import { HttpError } from '../net/http-error.ts';
import { number, objects, text } from '../net/json.ts';
import type { Service } from '../service.ts';
import { asError, inSpan } from '../telemetry/span.ts';

const INITIAL_STOCK = 250;
const LOW_STOCK = 10;

export interface Inventory {
  /** The nightly job that here runs every few seconds: compares stock with the warehouse, in one transaction. */
  reconcile(): Promise<void>;
  /** Whether a transaction holds the row of that product. */
  isLocked(sku: string): boolean;
}

/** Stock by product, in PostgreSQL; a reservation updates a row. */
export function inventory(service: Service): Inventory {
  const { server, log, tracer, faults, random } = service;
  const postgres = service.postgres('inventory');
  const stock = new Map(PRODUCTS.map((product) => [product.sku, INITIAL_STOCK]));

  server.route('GET', '/stock/:sku', async ({ params }) => {
    const [available] = await postgres.query(
      {
        operation: 'SELECT',
        table: 'stock',
        text: 'SELECT quantity FROM stock WHERE sku = $1',
        parameters: [params.sku],
        medianMs: 3,
      },
      () => [stock.get(params.sku)].filter((quantity) => quantity !== undefined)
    );
    if (available === undefined) {
      throw new HttpError(404, `there is no stock record for ${params.sku}`);
    }
    return { body: { sku: params.sku, available } };
  });

  server.route('POST', '/reservations', async ({ body, span }) => {
    for (const item of objects(body, 'items')) {
      const sku = text(item, 'sku');
      try {
        await take(sku, number(item, 'quantity'));
      } catch (thrown) {
        if (!(thrown instanceof PostgresError)) {
          throw thrown;
        }
        span.addEvent('reservation refused', { 'app.product.sku': sku });
        log.warn('not enough stock', { sku, order: text(body, 'order') });
        throw new HttpError(409, `${sku} is sold out`);
      }
      if ((stock.get(sku) ?? 0) < LOW_STOCK) {
        log.warn('stock is low', { sku, left: stock.get(sku) });
      }
    }
    return { status: 201, body: { order: text(body, 'order') } };
  });

  async function take(sku: string, quantity: number): Promise<void> {
    await postgres.query(
      {
        operation: 'UPDATE',
        table: 'stock',
        text: 'UPDATE stock SET quantity = quantity - $1 WHERE sku = $2',
        parameters: [quantity, sku],
        medianMs: 5,
      },
      () => {
        const left = (stock.get(sku) ?? 0) - quantity;
        // Now and then a product sells out in another shop first.
        if (left < 0 || random.chance(0.01)) {
          throw new PostgresError(
            '23514',
            'new row for relation "stock" violates check constraint "stock_quantity_check"'
          );
        }
        stock.set(sku, left);
        return [];
      },
      [sku]
    );
  }

  function reconcile(): Promise<void> {
    return inSpan(
      tracer,
      'reconcile stock',
      { attributes: { 'app.job.name': 'reconcile-stock', 'app.warehouse': 'eu-1' } },
      (span) =>
        postgres.transaction(async (transaction) => {
          const skus = [...stock.keys()];
          await transaction.query(
            {
              operation: 'SELECT',
              table: 'stock',
              text: 'SELECT sku, quantity FROM stock WHERE warehouse = $1 FOR UPDATE',
              parameters: ['eu-1'],
              medianMs: 9,
            },
            () => skus,
            skus
          );
          await sleep(faults.reconcileHoldMs);
          await transaction.query(
            {
              operation: 'UPDATE',
              table: 'stock',
              text: 'UPDATE stock SET quantity = counted.quantity FROM counted WHERE stock.sku = counted.sku',
              medianMs: 14,
            },
            () => {
              skus.forEach((sku) => stock.set(sku, INITIAL_STOCK));
              return [];
            }
          );
          span.setAttribute('app.job.rows', skus.length);
          log.info('stock reconciled', { rows: skus.length });
        }),
      ROOT_CONTEXT
    );
  }

  return {
    reconcile: () =>
      context.with(ROOT_CONTEXT, reconcile).catch((thrown) => {
        log.error(`stock reconciliation failed: ${asError(thrown).message}`);
      }),
    isLocked: (sku) => postgres.isLocked(sku),
  };
}
