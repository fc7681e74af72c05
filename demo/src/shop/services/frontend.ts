import { HttpError } from '../net/http-error.ts';
import type { Request } from '../net/http-server.ts';
import { number, objects, text } from '../net/json.ts';
import type { Service } from '../service.ts';

/** The edge: what shoppers talk to. It owns no data and asks the others. */
export function frontend(service: Service): void {
  const { server, client, log, random } = service;

  server.route('GET', '/', async (request) => {
    const user = identify(request);
    const [products, cart] = await Promise.all([
      client.call({ service: 'catalog', method: 'GET', path: '/products?category=kitchen' }),
      client.call({ service: 'cart', method: 'GET', path: `/carts/${user.session}` }),
    ]);
    log.info('home page shown', { user: user.id, items: objects(cart, 'items').length });
    return { body: { products: products.products, cart: cart.items } };
  });

  server.route('GET', '/products', async (request) => {
    identify(request);
    const category = request.query.get('category') ?? '';
    return {
      body: await client.call({
        service: 'catalog',
        method: 'GET',
        path: `/products?category=${encodeURIComponent(category)}`,
      }),
    };
  });

  server.route('GET', '/products/:id', async (request) => {
    identify(request);
    const product = await client.call({ service: 'catalog', method: 'GET', path: `/products/${request.params.id}` });
    const stock = await client.call({ service: 'inventory', method: 'GET', path: `/stock/${text(product, 'sku')}` });
    return { body: { ...product, available: stock.available } };
  });

  server.route('GET', '/search', async (request) => {
    identify(request);
    const query = request.query.get('q') ?? '';
    const found = await client.call({
      service: 'catalog',
      method: 'GET',
      path: `/search?q=${encodeURIComponent(query)}`,
    });
    const hits = objects(found, 'products').length;
    request.span.setAttributes({ 'app.search.query': query, 'app.search.hits': hits });
    if (hits === 0) {
      log.warn('search found nothing', { query });
    }
    return { body: found };
  });

  server.route('POST', '/cart/items', async (request) => {
    const user = identify(request);
    return {
      status: 201,
      body: await client.call({
        service: 'cart',
        method: 'POST',
        path: `/carts/${user.session}/items`,
        body: request.body,
      }),
    };
  });

  server.route('POST', '/checkout', async (request) => {
    const user = identify(request);
    const order = await client.call({
      service: 'checkout',
      method: 'POST',
      path: '/orders',
      body: { session: user.session, user: user.id, card: text(request.body, 'card') },
    });
    request.span.setAttributes({
      'app.order.id': text(order, 'order'),
      'app.order.total': number(order, 'total') / 100,
    });
    log.info('checkout done', { user: user.id, order: text(order, 'order') });
    return { status: 201, body: order };
  });

  function identify(request: Request): { id: string; session: string } {
    const session = header(request, 'x-session');
    const id = header(request, 'x-user');
    if (!session || !id) {
      throw new HttpError(400, 'headers x-session and x-user are needed');
    }
    request.span.setAttributes({
      'user.id': id,
      'session.id': session,
      'app.user.returning': random.chance(0.6),
      'app.features': ['new-search', 'fast-checkout'],
    });
    return { id, session };
  }
}

function header(request: Request, name: string): string {
  const value = request.headers[name];
  return typeof value === 'string' ? value : '';
}
