import { HttpError } from '../net/http-error.ts';
import { number, objects, parseObject, text, type JsonObject } from '../net/json.ts';
import type { Service } from '../service.ts';

const CART_SECONDS = 3600;

/** Baskets, in Redis. */
export function cart(service: Service): void {
  const { server, log } = service;
  const redis = service.redis(1);

  server.route('GET', '/carts/:session', async ({ params, span }) => {
    const items = await read(params.session);
    span.setAttributes({
      'app.cart.items': items.length,
      'app.cart.skus': items.map((item) => text(item, 'sku')),
      'app.cart.quantities': items.map((item) => number(item, 'quantity')),
    });
    return { body: { items } };
  });

  server.route('POST', '/carts/:session/items', async ({ params, body }) => {
    const sku = text(body, 'sku');
    const quantity = number(body, 'quantity');
    if (!sku || quantity < 1) {
      throw new HttpError(400, 'sku and a quantity of at least 1 are needed');
    }
    const items = [...(await read(params.session)), { sku, quantity, price: number(body, 'price') }];
    await redis.set(`cart:${params.session}`, JSON.stringify({ items }), CART_SECONDS);
    log.info('added to cart', { session: params.session, sku, quantity });
    return { status: 201, body: { items } };
  });

  server.route('DELETE', '/carts/:session', async ({ params }) => {
    return { body: { removed: await redis.del(`cart:${params.session}`) } };
  });

  async function read(session: string): Promise<JsonObject[]> {
    return objects(parseObject((await redis.get(`cart:${session}`)) ?? ''), 'items');
  }
}
