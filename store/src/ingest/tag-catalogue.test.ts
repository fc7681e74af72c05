import { MAX_KEYS, MAX_VALUE_BYTES, MAX_VALUES, TagCatalogue } from './tag-catalogue.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const TENANT = bytes('acme');

function add(catalogue: TagCatalogue, key: string, value: string, day = 1) {
  const tags = catalogue.day(TENANT, day);
  const state = tags.state('span', bytes(key), 'string');
  if (state) {
    const text = bytes(value);
    tags.add(state, 1);
    tags.addValue(state, text, 0, text.length, 1);
  }
  return { tags, state };
}

test('a key is new once a day', () => {
  const catalogue = new TagCatalogue();
  const { tags, state } = add(catalogue, 'a', 'x');
  add(catalogue, 'a', 'x');
  add(catalogue, 'a', 'y');
  expect(tags.dirty).toEqual([state]);
  expect(state).toMatchObject({ count: 3, counts: [2, 1] });
  expect(add(catalogue, 'a', 'x', 2).state).not.toBe(state);
  expect(catalogue.day(bytes('other'), 1)).not.toBe(tags);
});

test('of a key with many values the first ones are kept, and counted on', () => {
  const catalogue = new TagCatalogue();
  for (let value = 0; value < MAX_VALUES * 2; value++) {
    add(catalogue, 'user', `u${value}`);
  }
  const { state } = add(catalogue, 'user', 'u0');
  expect(state?.values.count).toBe(MAX_VALUES);
  expect(state?.counts[0]).toBe(2);
  expect(state?.count).toBe(MAX_VALUES * 2 + 1);
});

test('long values are not kept, and their key is', () => {
  const catalogue = new TagCatalogue();
  const { state } = add(catalogue, 'body', 'x'.repeat(MAX_VALUE_BYTES + 1));
  expect(state).toMatchObject({ count: 1, counts: [] });
});

test('of a million keys so many are kept, and that there are more is said', () => {
  const catalogue = new TagCatalogue();
  for (let key = 0; key < MAX_KEYS + 5; key++) {
    add(catalogue, `k${key}`, 'v');
  }
  expect(add(catalogue, 'one more', 'v').state).toBeUndefined();
  expect(catalogue.day(TENANT, 1).overflow).toBe('new');
  expect(add(catalogue, 'k0', 'v').state?.count).toBe(2);
});

test('what is kept has a bound, whatever comes', () => {
  const catalogue = new TagCatalogue();
  const long = 'x'.repeat(MAX_VALUE_BYTES - 8);
  let values = 0;
  for (let key = 0; key < 1000; key++) {
    for (let value = 0; value < 300; value++) {
      values += add(catalogue, `k${key}`, `${value} ${long}`).state?.values.count === value + 1 ? 1 : 0;
    }
  }
  expect(catalogue.isFull).toBe(true);
  expect(values).toBeLessThan(250_000);
});

test('counts are written once a minute', () => {
  const catalogue = new TagCatalogue();
  expect([0, 1000, 59_999, 60_000, 60_001].map((now) => catalogue.takeCountsDue(now))).toEqual([
    true,
    false,
    false,
    true,
    false,
  ]);
});
