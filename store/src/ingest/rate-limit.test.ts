import { RateLimit } from './rate-limit.ts';

describe('RateLimit', () => {
  it('holds the rate over any longer time, whatever the size of the requests', () => {
    for (const amount of [1, 7, 512]) {
      const limit = new RateLimit(100, 0);
      let taken = 0;
      for (let ms = 0; ms < 60_000; ms += 10) {
        if (limit.waitSeconds(ms) === 0) {
          limit.take(amount);
          taken += amount;
        }
      }
      expect(taken).toBeGreaterThan(5900);
      // Two seconds' burst at the start and the last request on top.
      expect(taken).toBeLessThanOrEqual(6200 + amount);
    }
  });

  it('says how long to wait until the next is let in', () => {
    const limit = new RateLimit(100, 0);
    limit.take(700);
    expect(limit.waitSeconds(0)).toBe(5);
    expect(limit.waitSeconds(4000)).toBe(1);
    expect(limit.waitSeconds(5001)).toBe(0);
  });

  it('is not confused by a clock that goes back', () => {
    const limit = new RateLimit(100, 10_000);
    expect(limit.waitSeconds(0)).toBe(0);
    limit.take(200);
    expect(limit.waitSeconds(0)).toBe(1);
  });
});
