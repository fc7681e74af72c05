import { AttributeColumnDecoder, AttributeColumnEncoder, TraceFrameError, UNTOLD_VALUE } from '../index.ts';

const TRACE_ID = Uint8Array.from({ length: 16 }, (_, index) => 255 - index);

interface Chunk {
  readonly texts: readonly string[];
  readonly values: readonly number[];
}

function encode(chunks: readonly Chunk[], numeric = false): Uint8Array {
  const encoder = new AttributeColumnEncoder(TRACE_ID);
  const totalRows = chunks.reduce((sum, { values }) => sum + values.length, 0);
  return Buffer.concat(
    chunks.map(({ texts, values }, index) => {
      texts.forEach((text) => encoder.texts.add(Buffer.from(text)));
      const last = index === chunks.length - 1;
      const chunk = encoder.chunk({ rows: values.length, totalRows, last, numeric });
      chunk.values.set(values);
      return chunk.bytes;
    })
  );
}

function decode(bytes: Uint8Array, pieceBytes = bytes.length): AttributeColumnDecoder {
  const decoder = new AttributeColumnDecoder();
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    decoder.push(bytes.subarray(at, at + pieceBytes));
  }
  decoder.end();
  return decoder;
}

const CHUNKS: readonly Chunk[] = [
  { texts: ['GET', 'é😀'], values: [1, 0, 2, 2, 1] },
  { texts: [], values: [0, 2] },
  { texts: ['', 'x'.repeat(100)], values: [3, UNTOLD_VALUE, 4] },
];

test.each([Infinity, 1, 50])('a column comes back as it was, in pieces of %d bytes', (piece) => {
  const bytes = encode(CHUNKS);
  const decoder = decode(bytes, Math.min(piece, bytes.length));
  expect([...decoder.values]).toEqual(CHUNKS.flatMap(({ values }) => values));
  const texts = CHUNKS.flatMap((chunk) => chunk.texts);
  expect(texts.map((_, index) => decoder.texts.get(index))).toEqual(texts);
  expect(decoder).toMatchObject({
    traceId: Buffer.from(TRACE_ID).toString('hex'),
    rows: 10,
    expectedRows: 10,
    complete: true,
    numeric: false,
    hasUntold: true,
  });
});

test('a column of nothing, and one of numbers', () => {
  expect(decode(encode([{ texts: [], values: [] }], true))).toMatchObject({ rows: 0, complete: true, numeric: true });
  const numbers = decode(encode([{ texts: ['5', '-0.5'], values: [2, 1, 2] }], true));
  expect(numbers).toMatchObject({ numeric: true, hasUntold: false });
  expect([...numbers.values].map((value) => Number(numbers.texts.get(value - 1)))).toEqual([-0.5, 5, -0.5]);
});

test('what has come can be used before the end', () => {
  const bytes = encode(CHUNKS);
  const first = new DataView(bytes.buffer, bytes.byteOffset).getUint32(8, true);
  const decoder = new AttributeColumnDecoder();
  expect(decoder.push(bytes.subarray(0, first - 1))).toBe(0);
  expect(decoder.push(bytes.subarray(first - 1, first + 10))).toBe(5);
  expect([...decoder.values]).toEqual(CHUNKS[0].values);
  expect(() => decoder.end()).toThrow('Not an attribute column: the bytes end');
  expect(() => decoder.push(bytes)).toThrow(TraceFrameError);
});

test('any damage is an error or a column whose texts are all there', () => {
  const bytes = encode(CHUNKS);
  for (let length = 0; length < bytes.length; length++) {
    expect(() => decode(bytes.subarray(0, length))).toThrow(TraceFrameError);
  }
  let refused = 0;
  for (let at = 0; at < bytes.length; at++) {
    for (const change of [1, 2, 128, 255]) {
      const damaged = Uint8Array.from(bytes);
      damaged[at] ^= change;
      try {
        const decoder = decode(damaged);
        for (const value of decoder.values) {
          expect(value === 0 || value === UNTOLD_VALUE || typeof decoder.texts.get(value - 1) === 'string').toBe(true);
        }
      } catch (error) {
        expect(error).toBeInstanceOf(TraceFrameError);
        refused += 1;
      }
    }
  }
  expect(refused).toBeGreaterThan(200);
  expect(() => decode(encode([{ texts: ['a'], values: [2] }]))).toThrow('value 2 of 1');
});

test('a chunk without rows is the last one', () => {
  const encoder = new AttributeColumnEncoder(TRACE_ID);
  expect(() => encoder.chunk({ rows: 0, last: false, numeric: true })).toThrow(RangeError);
  expect(() => encoder.chunk({ rows: 2 ** 21, last: true, numeric: true })).toThrow(RangeError);
});
