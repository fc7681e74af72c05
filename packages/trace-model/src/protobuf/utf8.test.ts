import { byteString, readUtf8, utf8Length, utf8SequenceLength, writeUtf8 } from './utf8.ts';

const encode = (text: string): Uint8Array => {
  const bytes = new Uint8Array(utf8Length(text));
  expect(writeUtf8(text, bytes, 0)).toBe(bytes.length);
  return bytes;
};

test.each(['', 'plain', 'é', 'ß€', '😀', 'a😀b', '\u07ff\u0800\uffff', '\u{10ffff}'])('%j survives', (text) => {
  const bytes = encode(text);
  expect([...bytes]).toEqual([...Buffer.from(text)]);
  expect(readUtf8(bytes, 0, bytes.length)).toBe(text);
});

test.each(['\ud800', '\udc00', 'a\ud800b', '\udc00\ud800', '\ud83d'])(
  'the lone surrogate of %j becomes U+FFFD',
  (text) => {
    expect([...encode(text)]).toEqual([...Buffer.from(text)]);
  }
);

test.each([
  [[0x80], 0],
  [[0xc0, 0x80], 0],
  [[0xc1, 0xbf], 0],
  [[0xc2, 0x80], 2],
  [[0xe0, 0x80, 0x80], 0],
  [[0xe0, 0xa0, 0x80], 3],
  [[0xed, 0xa0, 0x80], 0],
  [[0xed, 0x9f, 0xbf], 3],
  [[0xf0, 0x8f, 0x80, 0x80], 0],
  [[0xf4, 0x8f, 0xbf, 0xbf], 4],
  [[0xf4, 0x90, 0x80, 0x80], 0],
  [[0xf5, 0x80, 0x80, 0x80], 0],
  [[0xe2, 0x82], 0],
])('the sequence at the start of %j has %d bytes', (bytes, length) => {
  expect(utf8SequenceLength(Uint8Array.from(bytes), 0, bytes.length)).toBe(length);
});

test('bytes as units keep apart what decoding would make equal', () => {
  const of = (...bytes: number[]) => byteString(Uint8Array.from(bytes), 0, bytes.length);
  expect(of(0xff)).not.toBe(of(0xfe));
});
