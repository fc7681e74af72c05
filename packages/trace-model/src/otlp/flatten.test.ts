import protobuf from 'protobufjs';

import { flattenAnyValue, MAX_FLATTEN_DEPTH } from './flatten.ts';
import { OTLP_DESCRIPTOR } from './testing/otlp-descriptor.ts';

const anyValue = protobuf.Root.fromJSON(OTLP_DESCRIPTOR).lookupType('AnyValue');
const encode = (value: object) => anyValue.encode(anyValue.fromObject(value)).finish();
const flatten = (value: object) => flattenAnyValue('k', encode(value)).map(({ suffix, key }) => `${suffix} ${key}`);

const array = (...values: object[]) => ({ arrayValue: { values } });
const list = (values: Record<string, object>) => ({
  kvlistValue: { values: Object.entries(values).map(([key, value]) => ({ key, value })) },
});

test.each([
  ['a string', { stringValue: '' }, ['str k']],
  ['an int', { intValue: 0 }, ['int k']],
  ['a double', { doubleValue: 0 }, ['float k']],
  ['a bool', { boolValue: false }, ['bool k']],
  ['bytes', { bytesValue: Buffer.from('x') }, ['str k']],
  ['nothing', {}, []],
  ['an array', array({ stringValue: 'a' }, { intValue: 1 }, { stringValue: 'b' }), ['str k', 'int k', 'str k']],
  ['an array of nothing', array({}, {}), []],
  ['arrays in arrays', array(array({ intValue: 1 }), array(array({ intValue: 2 }))), ['int k', 'int k']],
  ['a list', list({ a: { intValue: 1 }, b: { stringValue: 'x' } }), ['int k.a', 'str k.b']],
  ['lists in lists', list({ a: list({ b: { boolValue: true } }), c: {} }), ['bool k.a.b']],
  ['lists in arrays', array(list({ a: { intValue: 1 } }), list({ a: { intValue: 2 } })), ['int k.a', 'int k.a']],
  ['arrays in lists', list({ a: array({ intValue: 1 }, { doubleValue: 2 }) }), ['int k.a', 'float k.a']],
  ['a list with an empty key', list({ '': { intValue: 1 } }), ['int k.']],
])('%s', (_, value, expected) => {
  expect(flatten(value)).toEqual(expected);
});

test('ends at the depth limit', () => {
  const nest = (depth: number): object => (depth === 0 ? { intValue: 1 } : array(nest(depth - 1)));
  expect(flatten(nest(MAX_FLATTEN_DEPTH))).toEqual(['int k']);
  expect(flatten(nest(MAX_FLATTEN_DEPTH + 1))).toEqual([]);
});

test('the last member of the oneof counts, and an unknown one hides it', () => {
  const int = encode({ intValue: 5 });
  const text = encode({ stringValue: 'x' });
  const unknown = Uint8Array.from([0x42, 0]);
  const of = (...parts: Uint8Array[]) => flattenAnyValue('k', Buffer.concat(parts)).map(({ suffix }) => suffix);
  expect(of(int, text)).toEqual(['str']);
  expect(of(text, int)).toEqual(['int']);
  expect(of(text, unknown)).toEqual([]);
});

test('keys that are no UTF-8 stay apart', () => {
  const pair = (key: number) => Buffer.from([0x0a, 7, 0x0a, 1, key, 0x12, 2, 0x18, 1]);
  const value = Buffer.concat([Buffer.from([0x32, 18]), pair(0xff), pair(0xfe)]);
  expect(flattenAnyValue('k', value).map(({ key }) => key)).toEqual(['k.\xff', 'k.\xfe']);
});
