import { parseJson } from './parse-json.ts';
import { readDocument } from './text.ts';

test('documents of any length, with characters of any length', () => {
  for (const text of [
    '',
    'a'.repeat(8191) + 'é',
    'é'.repeat(9000),
    `${'x'.repeat(8190)}😀${'y'.repeat(9000)}€`,
    '\ufeff{}',
  ]) {
    const bytes = Buffer.from(text);
    expect(readDocument(bytes, 0, bytes.length)).toBe(text);
  }
  expect(readDocument(Uint8Array.of(0x61, 0xff, 0x62), 0, 3)).toBe('a\ufffdb');
  expect(readDocument(Buffer.from('abc'), 1, 2)).toBe('b');
});

test('whole numbers past 2^53 are exact, others as ever', () => {
  expect(
    parseJson(
      '{"a":1544712660000000001,"b":[-9223372036854775808, 1605223981761425],"c":"12345678901234567890","d":1e300,"e":0.1}'
    )
  ).toEqual({
    a: 1544712660000000001n,
    b: [-9223372036854775808n, 1605223981761425],
    c: '12345678901234567890',
    d: 1e300,
    e: 0.1,
  });
  expect(parseJson('{"a":9007199254740993}')).toEqual({ a: 9007199254740993n });
  expect(() => parseJson('[12345678901234567890')).toThrow(SyntaxError);
});

test('a document nested too deep to be visited is read without visiting', () => {
  const depth = 100_000;
  expect(() => parseJson(`${'['.repeat(depth)}12345678901234567890${']'.repeat(depth)}`)).not.toThrow();
});
