import { EngineError } from '../../engine/engine.ts';
import { readNativeBlocks } from './native-reader.ts';

const TYPES = {
  kind: { type: 'UInt8' },
  name: { type: 'LowCardinality(String)' },
  status_message: { type: 'String' },
};

const uint64 = (value: number): number[] => [...new Uint8Array(BigUint64Array.of(BigInt(value)).buffer)];
const text = (value: string): number[] => [value.length, ...Buffer.from(value)];

/** As ClickHouse 26.7 writes three rows: a number, a text from a dictionary, and a text. */
const BLOCK = Buffer.from([
  ...[3, 3],
  ...[...text('kind'), ...text('UInt8'), 5, 6, 7],
  ...[...text('name'), ...text('LowCardinality(String)')],
  ...[...uint64(1), ...uint64(0x600), ...uint64(2), ...text(''), ...text('GET'), ...uint64(3), 1, 0, 1],
  ...[...text('status_message'), ...text('String'), ...text(''), ...text('no'), ...text('')],
]);

test('blocks one after the other, values where they are', () => {
  const blocks = readNativeBlocks(Buffer.concat([BLOCK, BLOCK]), TYPES);
  expect(blocks).toHaveLength(2);
  const { rows, columns } = blocks[1];
  expect(rows).toBe(3);
  expect(columns.kind).toEqual({ kind: 'fixed', bytes: Buffer.from([5, 6, 7]) });
  expect(columns.name).toMatchObject({ kind: 'dictionary', indexes: Uint32Array.of(1, 0, 1) });
  expect(columns.status_message).toMatchObject({ kind: 'text', rows: [1] });
});

test('an answer that ends early is an EngineError', () => {
  for (let length = 1; length < BLOCK.length; length++) {
    expect(() => readNativeBlocks(BLOCK.subarray(0, length), TYPES)).toThrow(EngineError);
  }
});

test('other columns than were asked for are an EngineError', () => {
  expect(() => readNativeBlocks(BLOCK, { ...TYPES, kind: { type: 'UInt16' } })).toThrow('column kind of type UInt8');
  expect(() => readNativeBlocks(BLOCK, { ...TYPES, more: { type: 'UInt8' } })).toThrow('3 columns');
  expect(readNativeBlocks(Buffer.alloc(0), TYPES)).toEqual([]);
});
