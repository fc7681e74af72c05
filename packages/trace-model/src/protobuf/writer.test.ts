import protobuf from 'protobufjs';

import { ProtobufWriter } from './writer.ts';

const root = protobuf.Root.fromJSON({
  nested: {
    Everything: {
      fields: {
        uint32: { id: 1, type: 'uint32' },
        int32: { id: 2, type: 'int32' },
        int64: { id: 3, type: 'int64' },
        uint64: { id: 4, type: 'uint64' },
        bool: { id: 5, type: 'bool' },
        fixed32: { id: 6, type: 'fixed32' },
        fixed64: { id: 7, type: 'fixed64' },
        double: { id: 8, type: 'double' },
        string: { id: 9, type: 'string' },
        bytes: { id: 10, type: 'bytes' },
        nested: { id: 1000, type: 'Everything' },
        list: { id: 12, type: 'Everything', rule: 'repeated' },
      },
    },
  },
});
const everything = root.lookupType('Everything');

const decode = (bytes: Uint8Array) => everything.toObject(everything.decode(bytes), { longs: String, bytes: Array });

test('writes every field type as a reference decoder reads it', () => {
  const out = new ProtobufWriter(16);
  out.uint32(1, 4294967295);
  out.int32(2, -5);
  out.int64(3, -9223372036854775808n);
  out.int64(4, 18446744073709551615n);
  out.bool(5, true);
  out.fixed32(6, 4294967295);
  out.fixed64(7, 18446744073709551615n);
  out.double(8, -1.25);
  out.string(9, 'é😀 \ud800 tail');
  out.bytesField(10, new Uint8Array([0, 1, 255]));
  expect(decode(out.finish())).toEqual({
    uint32: 4294967295,
    int32: -5,
    int64: '-9223372036854775808',
    uint64: '18446744073709551615',
    bool: true,
    fixed32: 4294967295,
    fixed64: '18446744073709551615',
    double: -1.25,
    string: 'é😀 \ufffd tail',
    bytes: [0, 1, 255],
  });
});

test.each([1, 100, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152])(
  'writes the length of a nested message of about %d bytes, whatever was reserved for it',
  (size) => {
    const text = 'x'.repeat(size);
    for (const lengthBytes of [1, 2, 3]) {
      const out = new ProtobufWriter(16);
      out.open(1000, lengthBytes);
      out.string(9, text);
      out.open(12, lengthBytes);
      out.uint32(1, 7);
      out.close();
      out.close();
      out.uint32(1, 8);
      expect(decode(out.finish())).toEqual({ nested: { string: text, list: [{ uint32: 7 }] }, uint32: 8 });
    }
  }
);

test.each([0n, 1n, 127n, 128n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 35n, 2n ** 63n, 2n ** 64n - 1n])(
  'writes %d in the shortest varint',
  (value) => {
    const out = new ProtobufWriter();
    out.int64(4, value);
    const reference = everything.encode(everything.fromObject({ uint64: String(value) })).finish();
    // The reference leaves defaults out.
    expect([...out.finish()]).toEqual(value === 0n ? [0x20, 0] : [...reference]);
  }
);

test('refuses to finish inside a message, and to close what is not open', () => {
  const out = new ProtobufWriter();
  expect(() => out.close()).toThrow('No message is open');
  out.open(1);
  expect(() => out.finish()).toThrow('still open');
});

test('copies bytes as they are, however long', () => {
  for (const size of [0, 5, 24, 25, 5000]) {
    const source = Uint8Array.from({ length: size + 2 }, (_, index) => index);
    const out = new ProtobufWriter(16);
    out.raw(source, 1, size + 1);
    expect(out.finish()).toEqual(source.slice(1, size + 1));
  }
});
