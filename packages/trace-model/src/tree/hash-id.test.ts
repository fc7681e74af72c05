import { hashId } from './hash-id.ts';

const IDS = 1 << 16;

/** Ids that differ in few bits, wherever those are: what somebody would send to have all in one place of a table. */
const patterns: Array<[string, (n: number) => [low: number, high: number]]> = [
  ['counted in the lower half', (n) => [n, 0]],
  ['counted in the upper half', (n) => [0, n]],
  ['counted in the highest bits', (n) => [(n << 16) >>> 0, 0]],
  ['top bits of both halves', (n) => [((n >>> 8) << 24) >>> 0, ((n & 0xff) << 24) >>> 0]],
  ['low bits of both halves', (n) => [n >>> 8, n & 0xff]],
  ['multiples of a constant of the hash', (n) => [Math.imul(n, 0x85eb_ca6b) >>> 0, 0]],
  ['halves that are equal', (n) => [n, n]],
  ['halves that cancel out', (n) => [n, ~n >>> 0]],
];

describe.each(patterns)('ids: %s', (_, idOf) => {
  test.each([
    [0, 0],
    [1, 2],
    [0xdead_beef, 0x1234_5678],
    [0xffff_ffff, 0x8000_0000],
  ])('seeds %i and %i', (seed, otherSeed) => {
    const slots = new Uint32Array(IDS * 2);
    for (let n = 0; n < IDS; n++) {
      const [low, high] = idOf(n);
      slots[hashId(low, high, seed, otherSeed) % slots.length] += 1;
    }
    const taken = slots.filter((count) => count > 0).length;
    // Chance leaves 78.7 % of them with a slot of their own or the first one there: 2 (1 - e^(-1/2)).
    expect(taken / IDS).toBeGreaterThan(0.77);
    expect(Math.max(...slots.subarray(0, 1000))).toBeLessThan(12);
  });
});
