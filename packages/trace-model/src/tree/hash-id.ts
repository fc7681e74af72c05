/**
 * 32 bits of two numbers, such as an id's halves. Rounds of multiplying and folding (as murmur3's finalizer) run over the first half before the
 * second one comes in: were the halves joined after one multiplication, differences in their upper bits would cancel out
 * whatever the seed.
 */
export function hashId(low: number, high: number, seed: number, otherSeed: number): number {
  let hash = Math.imul(low ^ seed, 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 15) ^ otherSeed, 0xc2b2_ae35);
  hash = Math.imul(hash ^ (hash >>> 13) ^ high, 0x27d4_eb2f);
  hash = Math.imul(hash ^ (hash >>> 16) ^ seed, 0x9e37_79b1);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85eb_ca6b);
  return (hash ^ (hash >>> 14)) >>> 0;
}

/** A seed. */
export const randomWord = (): number => (Math.random() * 0x1_0000_0000) >>> 0;
