import { ProtobufError, ProtobufReader } from './reader.ts';
import { ProtobufWriter } from './writer.ts';

const reader = (...bytes: number[]) => new ProtobufReader(Uint8Array.from(bytes));

test('reads what the writer writes', () => {
  const out = new ProtobufWriter();
  out.uint32(1, 4294967295);
  out.int32(2, -5);
  out.int64(3, -9223372036854775808n);
  out.int64(4, 18446744073709551615n);
  out.bool(5, true);
  out.fixed32(6, 4294967295);
  out.fixed64(7, 18446744073709551615n);
  out.double(8, -1.25);
  out.string(9, 'é😀');
  out.bytesField(10, new Uint8Array([0, 1, 255]));
  out.open(11);
  out.uint32(1, 1);
  out.close();
  const from = new ProtobufReader(out.finish());
  const read: unknown[] = [];
  while (from.next()) {
    switch (from.field) {
      case 1:
        read.push(from.uint32());
        break;
      case 2:
        read.push(from.int32());
        break;
      case 3:
        read.push(from.int64());
        break;
      case 4:
        read.push(from.uint64());
        break;
      case 5:
        read.push(from.bool());
        break;
      case 6:
        read.push(from.fixed32());
        break;
      case 7:
        read.push(from.fixed64());
        break;
      case 8:
        read.push(from.double());
        break;
      case 9:
        read.push(from.string());
        break;
      case 10:
        read.push([...from.bytesView()]);
        break;
      default: {
        const outer = from.open();
        from.next();
        read.push(from.uint32(), from.next());
        from.close(outer);
      }
    }
  }
  expect(read).toEqual([
    4294967295,
    -5,
    -9223372036854775808n,
    18446744073709551615n,
    true,
    4294967295,
    18446744073709551615n,
    -1.25,
    'é😀',
    [0, 1, 255],
    1,
    false,
  ]);
});

test.each([
  ['a varint that is cut off', [0x08, 0x80], 'Truncated number at byte 1'],
  ['a varint of eleven bytes', [0x08, ...Array<number>(11).fill(0x80)], 'more than ten bytes'],
  ['a fixed64 that is cut off', [0x09, 1, 2, 3], 'Truncated number'],
  ['a fixed32 that is cut off', [0x0d, 1, 2], 'Truncated number'],
  ['a length past the end', [0x0a, 5, 1, 2], 'Field of 5 bytes, 2 are left, at byte 1'],
  ['a length beyond 32 bits', [0x0a, 0x80, 0x80, 0x80, 0x80, 0x10], 'are left'],
  ['field number 0', [0x00, 1], 'Not a field tag'],
  ['a wire type that does not exist', [0x0e], 'Wire type 6 of field 1'],
  ['the end of a group that did not begin', [0x0c], 'Wire type 4'],
  ['a group without an end', [0x0b, 0x10, 1], 'Group 1 has no end'],
  ['a group with the end of another', [0x0b, 0x14], 'Group 1 has no end'],
  ['groups in groups without bound', Array<number>(100).fill(0x0b), 'nested deeper'],
])('refuses %s', (_, bytes, message) => {
  const from = reader(...bytes);
  expect(() => {
    while (from.next()) {
      from.skip();
    }
  }).toThrow(ProtobufError);
  const again = reader(...bytes);
  expect(() => {
    while (again.next()) {
      again.skip();
    }
  }).toThrow(message);
});

test('passes over fields of every wire type, groups within groups among them', () => {
  const from = reader(
    ...[0x08, 0x96, 0x01],
    ...[0x11, 1, 2, 3, 4, 5, 6, 7, 8],
    ...[0x1a, 2, 0xff, 0xff],
    ...[0x23, 0x2b, 0x08, 1, 0x2c, 0x24],
    ...[0x35, 1, 2, 3, 4],
    ...[0x38, 7]
  );
  const fields: number[] = [];
  while (from.next()) {
    fields.push(from.field);
    if (from.field === 7) {
      expect(from.uint32()).toBe(7);
    } else {
      from.skip();
    }
  }
  expect(fields).toEqual([1, 2, 3, 4, 6, 7]);
});

test('a field inside of a nested message cannot reach past its end', () => {
  const from = reader(0x0a, 2, 0x12, 5, 1, 2, 3, 4, 5);
  from.next();
  from.open();
  from.next();
  expect(() => from.range()).toThrow('Field of 5 bytes, 0 are left');
});

test('refuses a field of another wire type than the one that is read', () => {
  const from = reader(0x08, 1);
  from.next();
  expect(() => from.string()).toThrow('wire type 0, not 2');
});

test('stays within the range it was given', () => {
  const bytes = Uint8Array.from([0x08, 1, 0x10, 2]);
  const from = new ProtobufReader(bytes, 0, 2);
  expect(from.next()).toBe(true);
  expect(from.uint32()).toBe(1);
  expect(from.next()).toBe(false);
  expect(() => new ProtobufReader(bytes, 0, 5)).toThrow('Range');
});
