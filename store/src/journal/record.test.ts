import { crcOfBody, decodeRecords, encodeRecordHead, HEADER_BYTES, type JournalRecord } from './record.ts';

const record = (text: string, tenant = ''): JournalRecord => ({
  receivedMs: 1_700_000_000_123,
  tenant,
  limits: { spanBytes: 1_000_000, attributeBytes: 0xffff_ffff },
  body: new TextEncoder().encode(text),
  bodyCrc: crcOfBody(new TextEncoder().encode(text)),
});
const encode = (records: readonly JournalRecord[]) =>
  Buffer.concat(records.flatMap((one) => [encodeRecordHead(one), one.body]));
const texts = (segment: Buffer) => decodeRecords(segment).records.map(({ body }) => new TextDecoder().decode(body));

describe('journal records', () => {
  const records = [record('first'), record('', 'team-ä'), record('x'.repeat(70_000))];
  const segment = encode(records);

  it('read back as they were written', () => {
    const decoded = decodeRecords(segment);
    expect(decoded.goodBytes).toBe(segment.length);
    expect(decoded.records.map(({ receivedMs, tenant, limits }) => [receivedMs, tenant, limits])).toEqual(
      records.map(({ receivedMs, tenant, limits }) => [receivedMs, tenant, limits])
    );
    expect(texts(segment)).toEqual(['first', '', 'x'.repeat(70_000)]);
  });

  it('end at a tail that was torn anywhere', () => {
    const firstEnd = HEADER_BYTES + 'first'.length;
    for (let cut = firstEnd; cut < firstEnd + HEADER_BYTES + 'team-ä'.length; cut++) {
      const decoded = decodeRecords(segment.subarray(0, cut));
      expect(decoded.records).toHaveLength(1);
      expect(decoded.goodBytes).toBe(firstEnd);
      expect(decoded.isTorn).toBe(true);
    }
  });

  it('keep everything before a flipped bit and nothing after it', () => {
    const bits = HEADER_BYTES * 8 + 'first'.length * 8;
    for (let bit = 0; bit < bits; bit++) {
      const damaged = Buffer.from(segment);
      damaged[bit >> 3] ^= 1 << (bit & 7);
      expect(texts(damaged)).toEqual([]);
    }
    const inSecond = Buffer.from(segment);
    inSecond[HEADER_BYTES + 'first'.length + HEADER_BYTES] ^= 0x40;
    expect(texts(inSecond)).toEqual(['first']);
  });

  it('are none in bytes that never were a segment', () => {
    expect(decodeRecords(Buffer.alloc(0))).toMatchObject({ records: [], goodBytes: 0 });
    expect(decodeRecords(Buffer.alloc(1000))).toMatchObject({ records: [], isTorn: false });
    expect(decodeRecords(Buffer.alloc(1000, 0xff)).records).toEqual([]);
  });
});
