import { Readable } from 'node:stream';

import { BodyPool, BodyTooLarge, TooManyBodies } from './body-pool.ts';
import { BytesUnderWay } from './bytes-under-way.ts';

const KIB = 1024;
const bytes = (count: number, value = 1) => Buffer.alloc(count, value);
const stream = (...chunks: Buffer[]) => Readable.from(chunks, { objectMode: false });

const poolOf = (maxBytes: number, maxUnderWay: number) => new BodyPool(maxBytes, new BytesUnderWay(maxUnderWay));

describe('BodyPool', () => {
  it('reads bodies whole, with and without a length, into buffers that it uses again', async () => {
    const pool = poolOf(1000 * KIB, 4000 * KIB);
    const first = await pool.read(stream(bytes(300 * KIB), bytes(200 * KIB, 2)), undefined);
    expect(first.equals(Buffer.concat([bytes(300 * KIB), bytes(200 * KIB, 2)]))).toBe(true);
    const { buffer } = first;
    pool.release(first);
    const second = await pool.read(stream(bytes(400 * KIB, 3)), String(400 * KIB));
    expect(second.buffer).toBe(buffer);
    expect(second.equals(bytes(400 * KIB, 3))).toBe(true);
  });

  it('refuses what is too large, said or not', async () => {
    const pool = poolOf(100 * KIB, 4000 * KIB);
    await expect(pool.read(stream(), String(101 * KIB))).rejects.toThrow(BodyTooLarge);
    await expect(pool.read(stream(bytes(60 * KIB), bytes(60 * KIB)), undefined)).rejects.toThrow(BodyTooLarge);
  });

  it('lets in no more than its budget, but always one', async () => {
    const pool = poolOf(1000 * KIB, 256 * KIB);
    const large = await pool.read(stream(bytes(600 * KIB)), String(600 * KIB));
    await expect(pool.read(stream(bytes(10)), '10')).rejects.toThrow(TooManyBodies);
    pool.release(large);
    const small = await Promise.all([0, 1, 2, 3].map(() => pool.read(stream(bytes(10)), '10')));
    await expect(pool.read(stream(bytes(10)), '10')).rejects.toThrow(TooManyBodies);
    pool.release(small[0]);
    expect(await pool.read(stream(bytes(10)), '10')).toHaveLength(10);
  });

  it('gets its budget back from bodies that fail half-way', async () => {
    const pool = poolOf(1000 * KIB, 128 * KIB);
    for (let round = 0; round < 10; round++) {
      const broken = new Readable({
        read() {
          this.destroy(new Error('the client went away'));
        },
      });
      await expect(pool.read(broken, String(64 * KIB))).rejects.toThrow('went away');
      await expect(pool.read(stream(bytes(90 * KIB), bytes(90 * KIB)), undefined)).rejects.toThrow(TooManyBodies);
    }
    const both = await Promise.all([pool.read(stream(bytes(9)), '9'), pool.read(stream(bytes(9)), '9')]);
    expect(both.map(({ length }) => length)).toEqual([9, 9]);
  });
});
