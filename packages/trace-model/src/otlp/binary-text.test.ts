import { base64Bytes, base64Text, hexBytes } from './binary-text.ts';

test('hex of either case', () => {
  expect(hexBytes('00fFa0')).toEqual(Uint8Array.of(0, 255, 160));
  expect(hexBytes('')).toEqual(new Uint8Array(0));
});

test.each(['0', '0g', 'ü0', ' 0', '0\u0130'])('%j is not hex', (text) => {
  expect(hexBytes(text)).toBeUndefined();
});

test('base64 of every length, padded or not, in either alphabet', () => {
  for (let length = 0; length < 70; length++) {
    const bytes = Uint8Array.from({ length }, (_, at) => (at * 151 + length * 7) & 0xff);
    const buffer = Buffer.from(bytes);
    expect(base64Text(bytes)).toBe(buffer.toString('base64'));
    expect(base64Bytes(buffer.toString('base64'))).toEqual(bytes);
    expect(base64Bytes(buffer.toString('base64url'))).toEqual(bytes);
  }
});

test.each(['A', 'AB=', 'A===', 'AAAA=', 'AB C', 'ABé=', '=', '=='])('%j is not base64', (text) => {
  expect(base64Bytes(text)).toBeUndefined();
});
