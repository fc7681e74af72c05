import { RowBitsDecoder, RowBitsEncoder, TraceFrameError } from '../index.ts';

const TRACE_ID = Uint8Array.from({ length: 16 }, (_, index) => index + 1);

/** Rows that match by a rule that has no period of 32. */
const matchesOf = (rows: number) => Uint8Array.from({ length: rows }, (_, row) => Number((row * row) % 7 < 3));

/** Adds rows in parts of `step`, with a chunk after each. */
function encode(matches: Uint8Array, step: number): Uint8Array {
  const encoder = new RowBitsEncoder(TRACE_ID);
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < matches.length; at += step) {
    encoder.add(matches.subarray(at, at + step));
    const chunk = encoder.chunk(matches.length + 5);
    if (chunk) {
      chunks.push(chunk);
    }
  }
  return Buffer.concat([...chunks, encoder.lastChunk()]);
}

function decode(bytes: Uint8Array, pieceBytes = bytes.length): RowBitsDecoder {
  const decoder = new RowBitsDecoder();
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    decoder.push(bytes.subarray(at, at + pieceBytes));
  }
  decoder.end();
  return decoder;
}

const rowsOf = ({ bits, rows }: RowBitsDecoder) =>
  Uint8Array.from({ length: rows }, (_, row) => (bits[row >> 5] >>> (row & 31)) & 1);

test.each([0, 1, 31, 32, 33, 64, 1000])('%i rows come back as they were, however they were added and cut', (rows) => {
  const matches = matchesOf(rows);
  for (const step of [1, 7, 32, 100, 4096]) {
    const bytes = encode(matches, step);
    for (const piece of [bytes.length, 1, 61]) {
      const decoder = decode(bytes, piece);
      expect(rowsOf(decoder)).toEqual(matches);
      expect(decoder).toMatchObject({
        traceId: '0102030405060708090a0b0c0d0e0f10',
        rows,
        expectedRows: rows,
        complete: true,
        matched: matches.reduce((sum, bit) => sum + bit, 0),
      });
      expect(decoder.bits).toHaveLength(Math.ceil(rows / 32));
    }
  }
});

test('what has come can be used before the end', () => {
  const bytes = encode(matchesOf(100), 50);
  const first = new DataView(bytes.buffer, bytes.byteOffset).getUint32(8, true);
  const decoder = new RowBitsDecoder();
  expect(decoder.push(bytes.subarray(0, first))).toBe(32);
  expect(decoder).toMatchObject({ rows: 32, expectedRows: 105, complete: false });
  expect(rowsOf(decoder)).toEqual(matchesOf(32));
  expect(() => decoder.end()).toThrow('Not row bits: the bytes end before the last chunk does');
});

test('what is cut short or damaged is an error', () => {
  const bytes = encode(matchesOf(70), 40);
  for (let length = 0; length < bytes.length; length++) {
    expect(() => decode(bytes.subarray(0, length))).toThrow(TraceFrameError);
  }
  for (let at = 0; at < bytes.length; at++) {
    for (const bit of [1, 128]) {
      const damaged = Uint8Array.from(bytes);
      damaged[at] ^= bit;
      // Where no rule can tell, what comes is at least of the right size.
      try {
        expect(decode(damaged).rows).toBe(70);
      } catch (error) {
        expect(error).toBeInstanceOf(TraceFrameError);
      }
    }
  }
});

test('a set bit too many, bits behind the last row, another form', () => {
  const bytes = Uint8Array.from(encode(matchesOf(40), 40));
  const flip = (at: number, mask: number) => {
    const copy = bytes.slice();
    copy[at] ^= mask;
    return copy;
  };
  const secondChunk = 48 + 8;
  expect(() => decode(flip(48, 2))).toThrow('bits that are not those of');
  expect(() => decode(flip(secondChunk + 48 + 1, 1))).toThrow('bits that are not those of');
  expect(() => decode(flip(0, 1))).toThrow('it does not begin with CLWM');
  expect(() => decode(flip(4, 2))).toThrow('version 3, known is 1');
});

test('an encoder wants a whole trace id', () => {
  expect(() => new RowBitsEncoder(new Uint8Array(8))).toThrow('16 bytes, not 8');
});
