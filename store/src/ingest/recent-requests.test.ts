import { crcOfBody } from '../journal/record.ts';
import { RecentRequests } from './recent-requests.ts';

const keyOf = (body: Uint8Array, tenant = '') => RecentRequests.key(body, crcOfBody(body), tenant);

describe('RecentRequests', () => {
  it('tells requests of one size and one checksum apart, wherever they differ', () => {
    for (const size of [60, 803, 5000, 32_768]) {
      const one = new Uint8Array(size);
      for (let at = 0; at < size; at += 13) {
        const other = Uint8Array.from(one);
        other[at] = 1;
        // As if their checksums were the same, which happens once in 2^32.
        expect(RecentRequests.key(other, 7, '')).not.toBe(RecentRequests.key(one, 7, ''));
      }
    }
  });

  it('looks at both ends of a long request, and at the checksum for what is between', () => {
    const one = new Uint8Array(200_000);
    for (const at of [0, 16_383, 100_000, 190_000, 199_999]) {
      const other = Uint8Array.from(one);
      other[at] = 1;
      expect(keyOf(other)).not.toBe(keyOf(one));
    }
    expect(keyOf(Uint8Array.from(one))).toBe(keyOf(one));
    expect(keyOf(one, 'team')).not.toBe(keyOf(one));
  });

  it('remembers the last 16,384 and forgets, in the end, what is older', async () => {
    const recent = new RecentRequests();
    const result = { accepted: 1, refused: {}, cutAttributes: 0, stored: true };
    for (let number = 0; number < 40_000; number++) {
      recent.remember(String(number), Promise.resolve(result));
    }
    expect(await recent.find('39999')).toBe(result);
    expect(await recent.find(String(40_000 - 16_384))).toBe(result);
    expect(recent.find('0')).toBeUndefined();
  });

  it('forgets what was not stored', async () => {
    const recent = new RecentRequests();
    const failed = Promise.reject(new Error('disk full'));
    recent.remember('key', failed);
    await expect(failed).rejects.toThrow('disk full');
    expect(recent.find('key')).toBeUndefined();
  });
});
