export interface Product {
  id: number;
  sku: string;
  name: string;
  category: string;
  /** In cents. */
  price: number;
}

const ADJECTIVES = ['Plain', 'Folding', 'Copper', 'Walnut', 'Linen', 'Enamel', 'Cordless', 'Tall'];
const NOUNS: Readonly<Record<string, readonly string[]>> = {
  kitchen: ['kettle', 'pan', 'mill'],
  garden: ['trowel', 'hose', 'lantern'],
  desk: ['lamp', 'tray', 'clock'],
  travel: ['bag', 'flask', 'map case'],
};

export const CATEGORIES = Object.keys(NOUNS);

/** 96 products, 24 in each category; the same ones on every start. */
export const PRODUCTS: readonly Product[] = CATEGORIES.flatMap((category, c) =>
  ADJECTIVES.flatMap((adjective, a) =>
    NOUNS[category].map((noun, n) => {
      const id = c * 24 + a * 3 + n + 1;
      return {
        id,
        sku: `${category.slice(0, 3).toUpperCase()}-${String(id).padStart(4, '0')}`,
        name: `${adjective} ${noun}`,
        category,
        price: 490 + ((id * 7919) % 9000),
      };
    })
  )
);

export const SEARCHES = ['kettle', 'walnut', 'lamp', 'folding bag', 'copper', 'clock', 'hose', 'no such thing'];

export const USER_AGENTS = [
  'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/138.0.0.0 Safari/537.36',
];
