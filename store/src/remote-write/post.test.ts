import { retryAfterOf } from './post.ts';

const NOW = Date.UTC(2026, 0, 1);

describe('retryAfterOf', () => {
  it.each([
    ['120', 120_000],
    ['0', 0],
    ['Thu, 01 Jan 2026 00:00:05 GMT', 5000],
    ['Wed, 31 Dec 2025 23:59:00 GMT', 0],
    ['99999999', 3_600_000],
    ['soon', undefined],
    ['', undefined],
    [null, undefined],
  ])('of %s', (header, waitMs) => {
    expect(retryAfterOf(header, NOW)).toBe(waitMs);
  });
});
