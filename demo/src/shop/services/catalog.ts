import { PRODUCTS, type Product } from '../data.ts';
import { HttpError } from '../net/http-error.ts';
import type { Service } from '../service.ts';

const CACHE_SECONDS = 300;
const SEARCH_LIMIT = 20;

/** Products: PostgreSQL behind a Redis cache. */
export function catalog(service: Service): void {
  const { server, faults, log } = service;
  const postgres = service.postgres('catalog');
  const cache = service.redis(0);

  server.route('GET', '/products', async ({ query, span }) => {
    const category = query.get('category') ?? '';
    const products = await postgres.query(
      {
        operation: 'SELECT',
        table: 'products',
        text: 'SELECT id, sku, name, category FROM products WHERE category = $1 ORDER BY id',
        parameters: [category],
        medianMs: 7,
      },
      () => PRODUCTS.filter((product) => product.category === category)
    );
    const prices = faults.pricesOneByOne
      ? await pricesOneByOne(products)
      : await postgres.query(
          {
            operation: 'SELECT',
            table: 'prices',
            text: 'SELECT product_id, price FROM prices WHERE product_id = ANY($1)',
            parameters: [`{${products.map((product) => product.id).join(',')}}`],
            medianMs: 5,
          },
          () => products.map(({ id, price }) => ({ id, price }))
        );
    span.setAttributes({ 'app.products.category': category, 'app.products.count': products.length });
    return {
      body: { products: products.map((product, i) => ({ ...product, price: prices[i].price })) },
    };
  });

  server.route('GET', '/products/:id', async ({ params, span }) => {
    const id = Number(params.id);
    const key = `product:${params.id}`;
    const cached = await cache.get(key);
    span.setAttribute('app.cache.hit', cached !== undefined);
    const product = cached === undefined ? await load(id) : PRODUCTS.find((candidate) => candidate.id === id);
    if (!product) {
      throw new HttpError(404, `there is no product ${params.id}`);
    }
    if (cached === undefined) {
      await cache.set(key, JSON.stringify(product), CACHE_SECONDS);
      log.info('product cached', { product: id });
    }
    return { body: { ...product } };
  });

  server.route('GET', '/search', async ({ query }) => {
    const words = (query.get('q') ?? '').toLowerCase().split(/\s+/).filter(Boolean);
    const products = await postgres.query(
      {
        operation: 'SELECT',
        table: 'products',
        text: `SELECT id, sku, name FROM products WHERE document @@ plainto_tsquery($1) ORDER BY rank DESC LIMIT ${SEARCH_LIMIT}`,
        parameters: [words.join(' ')],
        medianMs: 24,
      },
      () =>
        PRODUCTS.filter((product) => words.every((word) => product.name.toLowerCase().includes(word))).slice(
          0,
          SEARCH_LIMIT
        )
    );
    return { body: { products } };
  });

  async function load(id: number): Promise<Product | undefined> {
    const [product] = await postgres.query(
      {
        operation: 'SELECT',
        table: 'products',
        text: 'SELECT * FROM products WHERE id = $1',
        parameters: [id],
        medianMs: 4,
      },
      () => PRODUCTS.filter((candidate) => candidate.id === id)
    );
    return product;
  }

  async function pricesOneByOne(products: readonly Product[]): Promise<Array<{ id: number; price: number }>> {
    const prices: Array<{ id: number; price: number }> = [];
    for (const { id, price } of products) {
      const rows = await postgres.query(
        {
          operation: 'SELECT',
          table: 'prices',
          text: 'SELECT price FROM prices WHERE product_id = $1',
          parameters: [id],
          medianMs: 4,
        },
        () => [{ id, price }]
      );
      prices.push(...rows);
    }
    return prices;
  }
}
