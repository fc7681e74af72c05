import {
  decodeTraceFrame,
  emptyColumns,
  encodeTraceFrame,
  joinChunks,
  spanIdText,
  toNumbers,
  TraceFrameDecoder,
  TraceFrameEncoder,
  TraceFrameError,
  type FrameChunk,
  type FrameColumns,
  type TraceFrameSource,
} from '../index.ts';

/** mulberry32 (public domain, by Tommy Ettinger). */
function randomOf(seed: number) {
  let state = seed;
  const uint32 = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  return {
    uint32,
    below: (below: number) => uint32() % below,
    uint64: () => (BigInt(uint32()) << 32n) | BigInt(uint32()),
  };
}

const TEXTS = ['', 'GET /', 'é😀', 'a'.repeat(3000), 'SELECT', '\0', 'checkout', 'payment'];

/** Any bits in every column; indexes that fit their dictionaries. */
function randomSource(seed: number, rows: number): TraceFrameSource {
  const random = randomOf(seed);
  const texts = (count: number) =>
    Array.from({ length: count }, (_, index) => `${TEXTS[index % TEXTS.length]}${index}`);
  const names = texts(1 + random.below(20));
  const services = texts(1 + random.below(5));
  const messages = texts(1 + random.below(4));
  const resourceIds = BigUint64Array.from({ length: 1 + random.below(300) }, () => random.uint64());
  const withMessage = Array.from({ length: rows }, (_, row) => row).filter(() => random.below(10) === 0);
  const columns = emptyColumns(rows, withMessage.length);
  for (let row = 0; row < rows; row++) {
    columns.startOffsets[row] = random.uint64();
    columns.durations[row] = BigInt.asIntN(64, random.uint64());
    columns.resources[row] = random.below(resourceIds.length);
    columns.names[row] = random.below(names.length);
    columns.services[row] = random.below(services.length);
    columns.eventCounts[row] = random.below(0x10000);
    columns.linkCounts[row] = random.below(0x10000);
    columns.kinds[row] = random.below(256);
    columns.statuses[row] = random.below(256);
    columns.flags[row] = random.below(8);
  }
  for (const ids of [columns.spanIds, columns.parentSpanIds]) {
    for (let at = 0; at < ids.length; at++) {
      ids[at] = random.below(256);
    }
  }
  withMessage.forEach((row, index) => {
    columns.messageRows[index] = row;
    columns.messages[index] = random.below(messages.length);
  });
  const traceId = Uint8Array.from({ length: 16 }, () => random.below(256));
  return { traceId, baseNs: random.uint64(), columns, resourceIds, names, services, messages };
}

const bytesOf = (view: ArrayBufferView): number[] => [...new Uint8Array(view.buffer, view.byteOffset, view.byteLength)];

/** The columns, and the texts and ids behind the indexes that they use. */
function expectSource(
  { frame, chunks }: { frame: ReturnType<typeof decodeTraceFrame>['frame']; chunks: FrameChunk[] },
  source: TraceFrameSource
) {
  const columns = joinChunks(chunks);
  expect(frame).toMatchObject({
    traceId: Buffer.from(source.traceId).toString('hex'),
    baseNs: source.baseNs,
    complete: true,
    spans: source.columns.kinds.length,
    expectedSpans: source.columns.kinds.length,
  });
  for (const name of Object.keys(source.columns) as Array<keyof FrameColumns>) {
    expect([name, bytesOf(columns[name])]).toEqual([name, bytesOf(source.columns[name])]);
  }
  for (const index of new Set(columns.names)) {
    expect(frame.names.get(index)).toBe(source.names[index]);
  }
  for (const index of new Set(columns.services)) {
    expect(frame.services.get(index)).toBe(source.services[index]);
  }
  for (const index of new Set(columns.messages)) {
    expect(frame.messages.get(index)).toBe(source.messages[index]);
  }
  for (const index of new Set(columns.resources)) {
    expect(frame.resources.get(index)).toBe(source.resourceIds[index]);
  }
}

/** Feeds the bytes in pieces that end at `cuts`. */
function decodeInPieces(bytes: Uint8Array, cuts: readonly number[]) {
  const decoder = new TraceFrameDecoder();
  const chunks: FrameChunk[] = [];
  let before = 0;
  for (const cut of [...cuts, bytes.length]) {
    chunks.push(...decoder.push(bytes.subarray(before, cut)));
    before = cut;
  }
  decoder.end();
  return { frame: decoder.frame, chunks };
}

const ascending = (numbers: number[]): number[] => numbers.sort((a, b) => a - b);

test.each([0, 1, 7, 64, 65, 1000])('%i spans come back as they were, however they are chunked', (rows) => {
  for (let seed = 1; seed <= 8; seed++) {
    const source = randomSource(seed * 1000 + rows, rows);
    for (const chunkRows of [1000, 64, 9]) {
      const bytes = encodeTraceFrame(source, chunkRows);
      const whole = decodeTraceFrame(bytes);
      expect(whole.chunks).toHaveLength(Math.max(1, Math.ceil(rows / chunkRows)));
      if (rows < 1000 || seed === 1) {
        expectSource(whole, source);
      }
    }
  }
});

test('pieces of any size give the same chunks', () => {
  const source = randomSource(5, 30);
  const bytes = encodeTraceFrame(source, 11);
  for (let cut = 0; cut <= bytes.length; cut++) {
    const { chunks } = decodeInPieces(bytes, [cut]);
    expect(chunks.map(({ firstRow, rows }) => [firstRow, rows])).toEqual([
      [0, 11],
      [11, 11],
      [22, 8],
    ]);
  }
  expectSource(decodeInPieces(bytes, Array.from(bytes.keys())), source);
  const random = randomOf(99);
  for (let round = 0; round < 50; round++) {
    const cuts = ascending(Array.from({ length: 1 + random.below(12) }, () => random.below(bytes.length)));
    expectSource(decodeInPieces(bytes, cuts), source);
  }
});

test('a chunk is there as soon as its last byte is', () => {
  const bytes = encodeTraceFrame(randomSource(6, 20), 10);
  const first = new DataView(bytes.buffer).getUint32(8, true);
  const decoder = new TraceFrameDecoder();
  expect(decoder.push(bytes.subarray(0, first - 1))).toHaveLength(0);
  expect(decoder.frame).toMatchObject({ expectedSpans: 20, spans: 0 });
  expect(decoder.push(bytes.subarray(first - 1, first))).toHaveLength(1);
  expect(decoder.frame.complete).toBe(false);
  expect(() => decoder.end()).toThrow(TraceFrameError);
});

test('the columns of a whole frame lie over its bytes, and bytes at an odd place are copied', () => {
  const source = randomSource(7, 40);
  const bytes = encodeTraceFrame(source);
  expect(decodeTraceFrame(bytes).chunks[0].startOffsets.buffer).toBe(bytes.buffer);
  const odd = new Uint8Array(bytes.length + 3);
  odd.set(bytes, 3);
  expectSource(decodeTraceFrame(odd.subarray(3)), source);
});

test('what is cut short is an error at every byte', () => {
  const bytes = encodeTraceFrame(
    { ...randomSource(8, 6), names: TEXTS.slice(0, 3).concat(Array<string>(20).fill('x')) },
    3
  );
  for (let length = 0; length < bytes.length; length++) {
    expect(() => decodeTraceFrame(bytes.subarray(0, length))).toThrow(TraceFrameError);
    expect(() => decodeInPieces(bytes.subarray(0, length), [])).toThrow(TraceFrameError);
  }
});

test('any damage is a TraceFrameError or a frame whose indexes are all there', () => {
  const sources = [randomSource(9, 0), randomSource(10, 3), randomSource(11, 50)];
  const frames = sources.map((source) => encodeTraceFrame(source, 20));
  const random = randomOf(12);
  let refused = 0;
  for (let round = 0; round < 10_000; round++) {
    const bytes = frames[round % frames.length].slice(0);
    const changes = 1 + random.below(4);
    for (let change = 0; change < changes; change++) {
      // Half of all damage goes to the first header, where it matters most.
      const at = random.below(2) ? random.below(80) : random.below(bytes.length);
      bytes[at] = random.below(3) ? random.below(256) : 255;
    }
    const cut = random.below(bytes.length);
    for (const decode of [() => decodeTraceFrame(bytes), () => decodeInPieces(bytes, [cut])]) {
      try {
        const { frame, chunks } = decode();
        for (const chunk of chunks) {
          chunk.names.forEach((index) => frame.names.get(index));
          chunk.services.forEach((index) => frame.services.get(index));
          chunk.messages.forEach((index) => frame.messages.get(index));
          chunk.resources.forEach((index) => frame.resources.get(index));
        }
      } catch (error) {
        expect(error).toBeInstanceOf(TraceFrameError);
        refused += 1;
      }
    }
  }
  expect(refused).toBeGreaterThan(5_000);
});

test('a header that promises much takes no memory', () => {
  const rows = 1 << 20;
  const encoder = new TraceFrameEncoder(new Uint8Array(16), 0n);
  encoder.names.add(new Uint8Array(0));
  encoder.services.add(new Uint8Array(0));
  encoder.resources.intern(1, 2);
  const { bytes } = encoder.chunk({ rows, messageRows: 0, last: true });
  const before = process.memoryUsage().arrayBuffers;
  const decoders = Array.from({ length: 50 }, () => {
    const decoder = new TraceFrameDecoder();
    decoder.push(bytes.subarray(0, 100));
    return decoder;
  });
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100 * 2 ** 20);
  expect(decoders[0].push(bytes.subarray(100))).toHaveLength(1);
});

test('an error stays', () => {
  const decoder = new TraceFrameDecoder();
  const html = new TextEncoder().encode('<html>'.repeat(20));
  expect(() => decoder.push(html)).toThrow('Not a trace frame: it does not begin with CLWF, in the chunk at byte 0');
  expect(() => decoder.push(new Uint8Array(0))).toThrow(TraceFrameError);
  expect(() => decoder.end()).toThrow('does not begin with CLWF');
});

test('frames of another version, and two frames in one, are refused', () => {
  const one = encodeTraceFrame(randomSource(13, 4), 2);
  const newer = one.slice();
  newer[4] = 2;
  expect(() => decodeTraceFrame(newer)).toThrow('version 2, known is 1');
  expect(() => decodeTraceFrame(Buffer.concat([one, one]))).toThrow('behind the last chunk');
  const other = encodeTraceFrame(randomSource(14, 4), 2);
  const half = new DataView(one.buffer).getUint32(8, true);
  const mixed = new Uint8Array([
    ...one.subarray(0, half),
    ...other.subarray(new DataView(other.buffer).getUint32(8, true)),
  ]);
  expect(() => decodeTraceFrame(mixed)).toThrow('a chunk of another frame');
});

test('an encoder refuses what decoders would', () => {
  const source = randomSource(15, 4);
  expect(() => encodeTraceFrame({ ...source, names: [] })).toThrow(RangeError);
  expect(() => new TraceFrameEncoder(new Uint8Array(15), 0n)).toThrow('16 bytes, not 15');
  const encoder = new TraceFrameEncoder(new Uint8Array(16), 0n);
  expect(() => encoder.chunk({ rows: 2 ** 21, messageRows: 0, last: true })).toThrow('too large');
});

test('resources are numbered once each', () => {
  const { resources } = new TraceFrameEncoder(new Uint8Array(16), 0n);
  const random = randomOf(16);
  const ids = Array.from({ length: 5000 }, () => [random.uint32(), random.below(2) ? 0 : random.uint32()]);
  const numbers = ids.map(([low, high]) => resources.intern(low, high));
  expect(ids.map(([low, high]) => resources.intern(low, high))).toEqual(numbers);
  expect(resources.count).toBe(new Set(ids.map((id) => id.join())).size);
});

test('64-bit numbers as doubles', () => {
  const signed = BigInt64Array.of(0n, 1n, -1n, 2n ** 53n, -(2n ** 53n), -(2n ** 40n) - 7n);
  expect([...toNumbers(signed)]).toEqual([...signed].map(Number));
  const unsigned = BigUint64Array.of(0n, 2n ** 32n, 2n ** 52n + 5n, 2n ** 63n);
  expect([...toNumbers(unsigned)]).toEqual([...unsigned].map(Number));
});

test('an id as text', () => {
  expect(spanIdText(Uint8Array.of(9, 9, 9, 9, 9, 9, 9, 9, 0, 1, 0xab, 3, 4, 5, 6, 0xff), 1)).toBe('0001ab03040506ff');
});
