import { CATEGORIES, PRODUCTS, SEARCHES, USER_AGENTS, type Product } from './data.ts';
import type { JsonObject } from './net/json.ts';
import type { Random } from './random.ts';

export interface Step {
  method: 'GET' | 'POST';
  path: string;
  body?: JsonObject;
}

/** A shopper's visit: requests to the front end, in order. */
export interface Journey {
  kind: 'browse' | 'search' | 'basket' | 'checkout';
  headers: Readonly<Record<string, string>>;
  steps: Step[];
}

/** Draws the next visit. Four in ten end at the till, so that incidents there show within seconds. */
export function drawJourney(random: Random): Journey {
  const share = random.next();
  const kind = share < 0.25 ? 'browse' : share < 0.45 ? 'search' : share < 0.6 ? 'basket' : 'checkout';
  return {
    kind,
    headers: {
      'x-session': random.hex(16),
      'x-user': `u-${random.integer(1000, 1999)}`,
      'user-agent': random.pick(USER_AGENTS),
    },
    steps: stepsOf(kind, random),
  };
}

function stepsOf(kind: Journey['kind'], random: Random): Step[] {
  const product = random.pick(PRODUCTS);
  switch (kind) {
    case 'browse':
      return [get('/'), get(`/products?category=${random.pick(CATEGORIES)}`), get(`/products/${product.id}`)];
    case 'search':
      return [get(`/search?q=${encodeURIComponent(random.pick(SEARCHES))}`), get(`/products/${product.id}`)];
    case 'basket':
      return [get(`/products/${product.id}`), add(product, random), get('/')];
    case 'checkout': {
      const items = Array.from({ length: random.integer(1, 3) }, () => add(random.pick(PRODUCTS), random));
      const card = `${random.pick(['4', '5'])}${String(random.integer(0, 1e9)).padStart(15, '0')}`;
      return [get(`/products/${product.id}`), ...items, { method: 'POST', path: '/checkout', body: { card } }];
    }
  }
}

function get(path: string): Step {
  return { method: 'GET', path };
}

function add(product: Product, random: Random): Step {
  return {
    method: 'POST',
    path: '/cart/items',
    body: { sku: product.sku, quantity: random.integer(1, 3), price: product.price },
  };
}
