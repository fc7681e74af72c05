import { cacheControl, entityTag } from './trace-cache.ts';

const MINUTE = 60_000;

const NOW = 1_700_000_000_000;
const quietFor = (quietMs: number) => ({ rows: 3, newestMs: NOW - quietMs, spanIds: 2 });

test.each([
  ['just came', 0, 'no-cache'],
  ['came from a clock that is ahead', -10 * MINUTE, 'no-cache'],
  ['came half a minute ago', MINUTE / 2, 'no-cache'],
  ['has been quiet for two minutes', 2 * MINUTE, 'private, max-age=12'],
  ['has been quiet for a day', 24 * 60 * MINUTE, 'private, max-age=3600'],
])('a trace that %s', (_what, quietMs, expected) => {
  expect(cacheControl(quietFor(quietMs), NOW)).toBe(expected);
});

test('spans of which one is missing may still come', () => {
  expect(cacheControl(quietFor(24 * 60 * MINUTE), NOW, 2)).toBe('private, max-age=3600');
  expect(cacheControl(quietFor(24 * 60 * MINUTE), NOW, 3)).toBe('no-cache');
});

test('a tag changes with the rows, the newest of them, and the form', () => {
  const state = { rows: 10, newestMs: 1_700_000_000_000 };
  const tags = [
    entityTag('frame', state),
    entityTag('json', state),
    entityTag('protobuf', state),
    entityTag('json', { ...state, rows: 11 }),
    entityTag('json', { ...state, newestMs: state.newestMs + 1 }),
  ];
  expect(new Set(tags).size).toBe(tags.length);
});
